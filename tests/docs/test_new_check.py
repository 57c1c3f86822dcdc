"""A stranger adds a check in one file, and it is everywhere. The file is the one in docs/adding-a-check.md."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the program with one more file."""
    root = tmp_path_factory.mktemp("copy")
    for package in ("provenance", "detectors", "cli", "docs"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    page = (ROOT / "docs/adding-a-check.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert code
    (root / "detectors/marks/postcard.py").write_text(code[1], encoding="utf-8")
    return root


def _python(root: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ASSAY_")}
    environment |= {"PYTHONPATH": str(root), "ASSAY_TRUST_DIR": str(root / "none"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _picture(note: str) -> bytes:
    text = PngInfo()
    text.add_text("Comment", note)
    held = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(held, "PNG", pnginfo=text)
    return held.getvalue()


def test_it_is_in_the_catalogue(copy):
    listed = [json.loads(line) for line in _python(copy, "-m", "cli.main", "checks", "--json").splitlines()]
    mine = next(entry for entry in listed if entry["id"] == "marks.postcard")
    assert mine["title"] == "Postcard's note"
    assert mine["origin"] == "built-in"


def test_it_is_explained(copy):
    said = _python(copy, "-m", "cli.main", "explain", "marks.postcard")
    assert "Anybody can write the line by hand" in " ".join(said.split())


def test_it_is_in_results_and_reports(copy):
    (copy / "posted.png").write_bytes(_picture("Posted with Postcard 3"))
    result = json.loads(
        _python(copy, "-m", "cli.main", "examine", "--json", "--html", "report.html", "posted.png")
    )
    finding = next(f for f in result["declared"] if f["check"] == "marks.postcard")
    assert finding["outcome"] == "reported"
    assert finding["because"][0]["value"] == "Posted with Postcard 3"
    assert result["tool"]["checks"]["marks.postcard"] == finding["version"]
    assert "it was made with" in result["assessment"]["headline"]
    assert "made with Postcard." in (copy / "report.html").read_text(encoding="utf-8")


def test_it_finds_nothing_elsewhere(copy):
    (copy / "plain.png").write_bytes(_picture("A teal square"))
    result = json.loads(
        _python(copy, "-m", "cli.main", "detect", "--json", "--check", "marks.postcard", "plain.png")
    )
    assert [f["summary"] for f in result["findings"]] == [""]


def test_it_has_its_page(copy):
    program = "import json; from docs.builders.checks import pages; print(json.dumps(pages()))"
    pages = json.loads(_python(copy, "-c", program))
    assert "Postcard writes this line" in pages["docs/checks/marks.postcard.md"]
    assert "(marks.postcard.md)" in pages["docs/checks/README.md"]
