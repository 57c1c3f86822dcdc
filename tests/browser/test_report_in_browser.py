"""The HTML report in a browser: quiet, self-contained, legible at every width, and accessible.

Needs chromium, node and the packages of `package.json`
(`npm install --no-save --ignore-scripts --prefix tests/browser`). Where one
is missing the tests are skipped, unless ASSAY_REQUIRE_BROWSER is set, as in continuous integration.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import examples
import pytest
from hostile import STRINGS, poison
from PIL import Image

from cli.output.bench import render_page
from cli.output.html import render_html
from detectors.image import views
from detectors.view import make_view
from provenance.source import open_source

_HERE = Path(__file__).parent
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_BROWSER = os.environ.get("ASSAY_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)
_MISSING = [
    what
    for what, there in (
        ("a chromium", _BROWSER),
        ("node", shutil.which("node")),
        ("the npm packages", (_HERE / "node_modules" / "axe-core").is_dir()),
    )
    if not there
]


_VIEWS = {
    "single": "phone light,phone dark,desktop light,desktop dark,print",
    "several": "phone light,desktop dark",
    "hostile": "phone light",
    "long": "phone light,desktop light,print",
    "bench": "phone light,desktop dark",
    "views": "phone light,phone dark,desktop light,print",
}


def _pages() -> dict[str, str]:
    every = [make() for make in examples.ALL.values()]
    full = (examples.trusted(), examples.broken())
    return {
        "single": render_html(full[:1], pictures=examples.previews(["trusted"]), titles=examples.TITLES),
        "several": render_html(every, pictures=examples.previews(list(examples.ALL)), titles=examples.TITLES),
        "hostile": render_html([result for text in STRINGS.values() for result in poison(full, text)]),
        "views": render_html([_with_views()], titles=examples.TITLES),
        "long": render_html(poison(tuple(every[1:]), "W" * 5000)),
        "bench": render_page(examples.bench()),
    }


def _with_views():
    held = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(held, "JPEG")
    with open_source(held.getvalue()) as source:
        drawn = replace(views.run(make_view(source)), check="image.views")
    result = examples.absent()
    return replace(result, measured=(*result.measured, drawn))


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    if _MISSING and not os.environ.get("ASSAY_REQUIRE_BROWSER"):
        pytest.skip(f"needs {', '.join(_MISSING)}")
    assert not _MISSING
    folder = tmp_path_factory.mktemp("pages")
    command = ["node", str(_HERE / "inspect.mjs"), str(_BROWSER)]
    for name, content in _pages().items():
        (folder / f"{name}.html").write_text(content, encoding="utf-8")
        command += [str(folder / f"{name}.html"), _VIEWS[name]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {f"{Path(view['file']).stem}, {view['view']}": view for view in json.loads(done.stdout)}


def test_every_page_was_seen_in_every_view(seen):
    assert len(seen) == sum(len(views.split(",")) for views in _VIEWS.values())


def test_console_stays_silent(seen):
    assert not {name: view["messages"] for name, view in seen.items() if view["messages"]}


def test_nothing_is_requested(seen):
    assert not {name: view["foreign"] for name, view in seen.items() if view["foreign"]}


def test_nothing_runs_past_the_edge(seen):
    for name, view in seen.items():
        assert view["closed"]["overflow"] <= 0, name
        assert view["open"]["overflow"] <= 0, name
        assert not view["open"]["wide"], name


def test_dark_is_dark_and_paper_is_white(seen):
    backgrounds = {name: view["closed"]["background"] for name, view in seen.items()}
    assert backgrounds["single, print"] == "rgb(255, 255, 255)"
    assert max(map(int, backgrounds["single, phone dark"].strip("rgb()").split(","))) < 64
    assert min(map(int, backgrounds["single, phone light"].strip("rgb()").split(","))) > 200


def test_print_unfolds_everything(seen):
    assert seen["single, desktop light"]["closed"]["hidden"] > 0
    assert seen["single, print"]["closed"]["hidden"] == 0


def test_pictures_are_drawn_and_named(seen):
    for name, view in seen.items():
        assert view["open"]["unnamed"] == 0, name
        assert view["open"]["undrawn"] == 0, name


def test_accessibility_checker_finds_nothing_serious(seen):
    for name, view in seen.items():
        serious = [v for v in view["violations"] if v["impact"] in ("serious", "critical")]
        assert not serious, f"{name}: {json.dumps(serious, indent=1)}"
