"""The catalogue: a check is one file, read without being imported."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from detectors import catalogue
from detectors.catalogue import FAMILIES, HEADINGS, Check, CheckError, all_checks, built_in_checks, find_check
from detectors.check import CheckInfo
from provenance.errors import UsageError

ROOT = Path(catalogue.__file__).parent

GOOD = '''"""One line.

## What it measures
This.
"""
INFO = CheckInfo(title="A title", kinds=("image",), basis="measured")
def run(view): ...
'''


@pytest.fixture
def check(tmp_path):
    """Write a check file and return its entry."""

    def make(code: str, name: str = "made") -> Check:
        path = tmp_path / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        return Check(id=f"image.{name}", module=f"detectors.image.{name}", path=path, origin="built-in")

    return make


@pytest.fixture
def plugins(monkeypatch, tmp_path):
    """Install modules as plug-ins under the given entry-point names."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(**modules: str) -> None:
        points = []
        for number, (name, code) in enumerate(modules.items()):
            (tmp_path / f"plugin{number}.py").write_text(code, encoding="utf-8")
            points.append(EntryPoint(name.replace("__", "."), f"plugin{number}", "assay.checks"))
        monkeypatch.setattr(catalogue, "entry_points", lambda group: points)
        catalogue._plugin_checks.cache_clear()

    yield install
    catalogue._plugin_checks.cache_clear()


def test_ids_are_the_paths_of_the_files():
    for one in built_in_checks():
        family, name = one.id.split(".")
        assert one.path == ROOT / family / f"{name}.py"
        assert one.path.is_file()


def test_every_file_of_a_family_is_a_check_or_a_helper():
    files = {p for family in FAMILIES for p in (ROOT / family).glob("*.py") if not p.name.startswith("_")}
    assert files == {one.path for one in built_in_checks()}


def test_families_come_in_their_order():
    order = [FAMILIES.index(one.id.split(".")[0]) for one in built_in_checks()]
    assert order == sorted(order)


@pytest.mark.parametrize("one", built_in_checks(), ids=lambda one: one.id)
def test_built_in_check_has_its_shape(one):
    assert isinstance(one.info, CheckInfo)
    assert one.info.title
    assert one.info.kinds
    assert list(one.sections) == ["", *HEADINGS]
    assert len(one.version) == 12
    run = one.load()
    assert run.__module__ == one.module
    assert one.info == sys.modules[one.module].INFO  # what ast reads is what Python sees


def test_titles_are_told_apart():
    titles = [one.info.title for one in built_in_checks()]
    assert len(set(titles)) == len(titles)


def test_listing_imports_no_check():
    program = (
        "import sys; from detectors.catalogue import all_checks\n"
        "[(c.info, c.sections, c.version) for c in all_checks()]\n"
        "families = ('marks', 'container', 'image', 'audio', 'video')\n"
        "loaded = [m for m in sys.modules if m.startswith(tuple('detectors.' + f for f in families))]\n"
        "assert loaded == [], loaded\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_text_before_the_first_heading_is_the_summary(check):
    assert check(GOOD).sections == {"": "One line.", "What it measures": "This."}


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ("", "has no INFO"),
        ("INFO = 3\n", "no plain CheckInfo call"),
        ("INFO = CheckInfo('title', ('image',), 'measured')\n", "no plain CheckInfo call"),
        ("INFO = CheckInfo(title=name(), kinds=('image',), basis='measured')\n", "cannot be read"),
        ("INFO = CheckInfo(title='x', kinds=('image',), basis='measured', colour='red')\n", "cannot be read"),
        ("INFO = CheckInfo(title='x')\n", "cannot be read"),
    ],
    ids=["missing", "no call", "positional", "computed", "unknown field", "field missing"],
)
def test_info_of_another_shape_is_named(check, info, said):
    with pytest.raises(CheckError, match=said) as raised:
        _ = check(f'"""Doc."""\n{info}').info
    assert "docs/adding-a-check.md" in raised.value.hint


def test_annotated_info_is_read(check):
    one = check(GOOD.replace("INFO =", "INFO: CheckInfo ="))
    assert one.info.title == "A title"


def test_version_changes_with_code_helpers_and_weights(check, tmp_path):
    code = GOOD + "from detectors.image._helper import thing\nfrom detectors.image import _other\n"
    versions = [check(code).version]
    for name in ("_helper.py", "_other.py", "weights/made-a.npz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
        versions.append(check(code).version)
    (tmp_path / "_helper.py").write_bytes(b"2")
    versions += [check(code).version, check(code + "#\n").version]
    assert len(set(versions)) == len(versions)
    (tmp_path / "_unrelated.py").write_bytes(b"1")
    assert check(code + "#\n").version == versions[-1]


def test_module_that_does_not_load_is_a_check_error(check):
    with pytest.raises(CheckError, match=r"image\.made cannot be loaded"):
        check(GOOD).load()


def test_unknown_id_names_close_ones():
    with pytest.raises(UsageError) as raised:
        find_check("marks.a111")
    assert "marks.a1111" in raised.value.hint
    with pytest.raises(UsageError) as raised:
        find_check("zzzzzz")
    assert "assay checks" in raised.value.hint


def test_plugin_joins_the_catalogue_without_being_run(plugins):
    plugins(image__ours="raise SystemExit('imported')\n" + GOOD)
    (mine,) = (one for one in all_checks() if one.origin != "built-in")
    assert (mine.id, mine.info.title) == ("image.ours", "A title")
    assert all_checks(plugins=False) == built_in_checks()
    with pytest.raises(UsageError):
        find_check("image.ours", plugins=False)


def test_plugin_cannot_take_the_place_of_a_check_of_ours(plugins):
    plugins(marks__a1111=GOOD)
    assert all_checks() == built_in_checks()


@pytest.mark.parametrize(
    "name", ["ours", "image.Ours", "image.our check", "../image.ours", "image.ours.more", "image.\u202eours"]
)
def test_plugin_id_of_another_shape_is_left_out(plugins, name):
    plugins(**{name: GOOD})
    assert all_checks() == built_in_checks()


def test_plugin_whose_module_is_missing_is_left_out(plugins, monkeypatch):
    plugins()
    gone = EntryPoint("image.gone", "no_such_package.module", "assay.checks")
    monkeypatch.setattr(catalogue, "entry_points", lambda group: [gone])
    assert all_checks() == built_in_checks()
