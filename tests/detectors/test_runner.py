"""The runner: a check that breaks costs itself; every finding is stamped; checks see only their media."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from detectors import runner
from detectors.catalogue import Check, all_checks, built_in_checks, find_check
from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.runner import run_check, run_checks, select
from detectors.view import make_view
from provenance.errors import LimitError, UsageError
from provenance.source import open_source


class Made(Check):
    """A check whose code is a function of the test."""

    def __init__(self, run, **info):
        fields = {"title": "Made", "kinds": ("image",), "basis": "declared", **info}
        object.__setattr__(self, "id", "image.made")
        object.__setattr__(self, "origin", "built-in")
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_info", CheckInfo(**fields))

    @property
    def info(self):
        return self._info

    @property
    def version(self):
        return "abcabcabcabc"

    def load(self):
        return self._run


@pytest.fixture
def view():
    held = io.BytesIO()
    Image.new("RGB", (16, 16)).save(held, "PNG")
    with open_source(held.getvalue()) as source:
        yield make_view(source)


def _raise(error):
    def run(view):
        raise error

    return run


def test_finding_is_stamped_with_id_version_and_basis(view):
    finding = run_check(Made(lambda view: reported("Something.")), view)
    assert (finding.check, finding.version, finding.basis) == ("image.made", "abcabcabcabc", "declared")
    assert (finding.outcome, finding.summary) == ("reported", "Something.")


def test_nothing_found_and_not_applicable_are_told_apart(view):
    nothing = run_check(Made(lambda view: nothing_found()), view)
    assert (nothing.outcome, nothing.summary, nothing.reason) == ("reported", "", None)
    unable = run_check(Made(lambda view: not_applicable("Too small.")), view)
    assert (unable.outcome, unable.summary, unable.reason) == ("not_applicable", "", "Too small.")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LimitError("Too many pixels."), "Too many pixels."),
        (IndexError("out of range"), "It broke on this file (IndexError: out of range)."),
        (RecursionError("too deep"), "It broke on this file (RecursionError: too deep)."),
        (MemoryError(), "It broke on this file (MemoryError: )."),
    ],
)
def test_error_is_that_checks_failure(view, error, reason):
    finding = run_check(Made(_raise(error)), view)
    assert (finding.outcome, finding.reason) == ("failed", reason)
    assert (finding.check, finding.basis) == ("image.made", "declared")


def test_what_ends_the_program_is_not_swallowed(view):
    with pytest.raises(KeyboardInterrupt):
        run_check(Made(_raise(KeyboardInterrupt())), view)


def test_check_that_returns_no_finding_has_failed(view):
    finding = run_check(Made(lambda view: None), view)
    assert finding.outcome == "failed"


def test_other_checks_go_on(view):
    checks = [Made(_raise(ValueError("x"))), Made(lambda view: nothing_found())]
    assert [f.outcome for f in run_checks(view, checks)] == ["failed", "reported"]


@pytest.mark.parametrize(
    ("info", "runs"),
    [
        ({"kinds": ("image",)}, True),
        ({"kinds": ("audio", "video")}, False),
        ({"types": ("image/png",)}, True),
        ({"types": ("image/jpeg",)}, False),
    ],
)
def test_check_runs_on_its_media_alone(view, info, runs):
    assert bool(run_checks(view, [Made(lambda view: nothing_found(), **info)])) is runs


def test_skipped_check_fails_with_the_reason_and_does_not_run(view):
    seen = []
    findings = run_checks(
        view,
        [Made(_raise(AssertionError("ran")))],
        skip={"image.made": "It ended the process."},
        on_check=seen.append,
    )
    assert (findings[0].outcome, findings[0].reason) == ("failed", "It ended the process.")
    assert seen == []


def test_progress_is_told_before_each_check(view):
    seen = []
    run_checks(view, [Made(lambda view: seen.append("ran") or nothing_found())], on_check=seen.append)
    assert seen == ["image.made", "ran"]


def test_select_takes_ids_families_and_everything_once():
    assert select(None) == all_checks()
    assert [c.id for c in select(["image.structure", "marks.a1111"])] == ["image.structure", "marks.a1111"]
    marks = [c for c in built_in_checks() if c.id.startswith("marks.")]
    assert list(select(["marks.a1111", "marks"], plugins=False)) == [find_check("marks.a1111"), *marks[1:]]
    assert select([]) == ()


def test_select_refuses_what_is_no_check():
    with pytest.raises(UsageError, match="no check called imag"):
        select(["imag"])


def test_plugin_that_cannot_be_imported_is_a_failed_finding(view, tmp_path):
    path = tmp_path / "lost.py"
    path.write_text('"""Lost."""\nINFO = CheckInfo(title="Lost", kinds=("image",), basis="measured")\n')
    lost = Check(id="image.lost", module="no_such_package.lost", path=path, origin="somebody")
    (finding,) = runner.run_checks(view, [lost])
    assert finding.outcome == "failed"
    assert "cannot be loaded" in (finding.reason or "")


@pytest.mark.parametrize("code", ["def run(view): ...", "INFO = 3", "not python at all", "\x00"])
def test_plugin_that_is_no_check_costs_itself(view, tmp_path, code):
    path = tmp_path / "odd.py"
    path.write_text(code)
    odd = Check(id="image.odd", module="odd", path=path, origin="somebody")
    found = run_checks(view, [odd, Made(lambda view: nothing_found())])
    assert [f.outcome for f in found] == ["failed", "reported"]
    assert "image.odd" in (found[0].reason or "")


@pytest.mark.parametrize(
    "head", [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"\xff\x0a" + bytes(20), b"<svg></svg>"]
)
def test_picture_without_a_decoder_is_not_applicable(head):
    with open_source(head) as source:
        found = run_check(Made(lambda view: view.image, kinds=("image",)), make_view(source))
    assert found.outcome == "not_applicable"
    assert "not decoded here" in found.reason


def test_damaged_picture_is_decoded_once(view, monkeypatch):
    opened = []
    monkeypatch.setattr(Image, "open", lambda stream: opened.append(1) or _raise(OSError("broken"))(stream))
    with open_source(b"\x89PNG\r\n\x1a\n" + bytes(50)) as source:
        bad = make_view(source)
        reasons = {run_check(Made(lambda view: view.image), bad).reason for _ in range(5)}
    assert len(opened) == 1
    assert len(reasons) == 1
    assert "broken" in reasons.pop()
