"""`examine` and `detect` as a library: every way of handing over a file, and one answer."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from detectors import detect, examine
from detectors.catalogue import built_in_checks
from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError, UsageError
from provenance.limits import Limits
from provenance.model.serial import encode
from provenance.trust.bundle import Trust, load_trust

SAMPLES = Path(__file__).parents[2] / "samples"
NO_LISTS = Trust(lists=())


@pytest.fixture(scope="module")
def trust():
    return load_trust(extra=[SAMPLES / "identity/ca.pem"], only_extra=True)


@pytest.mark.parametrize("form", [str, Path, lambda p: p.read_bytes(), lambda p: io.BytesIO(p.read_bytes())])
def test_every_way_of_handing_over_gives_the_same(form, trust):
    path = SAMPLES / "generator-metadata.png"
    result = examine(form(path), trust=trust, name="x")
    expected = examine(path, trust=trust, name="x")
    assert replace(result, seconds=0) == replace(expected, seconds=0)


def test_findings_are_sorted_by_what_they_rest_on(trust):
    result = examine(SAMPLES / "generator-metadata.png", trust=trust, plugins=False)
    assert {f.basis for f in result.declared} == {"declared"}
    assert {f.basis for f in result.measured} == {"measured"}
    assert result.matched == ()
    fitting = [
        c.id
        for c in built_in_checks()
        if "image" in c.info.kinds and (not c.info.types or "image/png" in c.info.types)
    ]
    assert sorted(f.check for f in result.findings) == sorted(fitting)
    assert set(result.tool["checks"]) == set(fitting)


def test_checks_see_the_credentials(trust):
    result = examine(SAMPLES / "ai-declared.jpg", trust=trust, checks=["marks.c2pa_generator"])
    (finding,) = result.declared
    assert finding.summary
    assert finding.points_to == "generated"
    (unasked,) = detect(SAMPLES / "ai-declared.jpg", checks=["marks.c2pa_generator"])
    assert unasked.outcome == "not_applicable"


def test_no_number_without_calibration(trust):
    result = examine(SAMPLES / "stripped.jpg", trust=trust, checks=["image.structure", "image.software"])
    for axis in (result.generated, result.edited):
        assert axis.log10_lr is None
        assert axis.strength == "none"
        assert axis.reason


def test_expectation_is_recorded(trust):
    met = examine(SAMPLES / "original.jpg", trust=trust, checks=[], expect=["Assay samples"])
    assert (met.expected, met.expectation_met) == (("Assay samples",), True)
    assert (
        examine(SAMPLES / "original.jpg", trust=NO_LISTS, checks=[], expect=["Assay samples"]).expectation_met
        is False
    )
    assert examine(SAMPLES / "original.jpg", trust=trust, checks=[]).expectation_met is None


def test_tool_says_what_made_the_result(trust):
    tool = examine(SAMPLES / "original.jpg", trust=trust).tool
    assert tool["offline"] is True
    assert tool["trust_lists"][0]["name"] == "ca.pem"
    assert {"assay", "python", "packages", "checks"} <= set(tool)


def test_the_same_bytes_give_the_same_answer(trust):
    first, second = (examine(SAMPLES / "edited.jpg", trust=trust) for _ in range(2))
    assert encode(replace(first, seconds=0)) == encode(replace(second, seconds=0))


def test_detect_returns_one_finding_a_fitting_check():
    findings = detect(SAMPLES / "recording.wav", plugins=False)
    fitting = [
        c.id
        for c in built_in_checks()
        if "audio" in c.info.kinds and (not c.info.types or "audio/wav" in c.info.types)
    ]
    assert [f.check for f in findings] == fitting


@pytest.mark.parametrize("function", [examine, detect])
def test_errors_are_ours(function, tmp_path):
    with pytest.raises(UnreadableError):
        function(tmp_path / "missing.jpg")
    with pytest.raises(UnsupportedTypeError):
        function(b"just some text, and no picture")
    with pytest.raises(LimitError):
        function(SAMPLES / "original.jpg", limits=Limits(max_bytes=10))
    with pytest.raises(UsageError):
        function(SAMPLES / "original.jpg", checks=["nonsense"])


def test_broken_picture_still_gives_an_answer(trust):
    data = (SAMPLES / "stripped.jpg").read_bytes()[:3000]
    result = examine(data, trust=trust)
    assert result.assessment.headline
    assert all(f.reason for f in result.findings if f.outcome != "reported")


def test_too_many_pixels_cost_the_checks_that_decode_and_not_the_file(trust):
    result = examine(SAMPLES / "generator-metadata.png", trust=trust, limits=Limits(max_pixels=100))
    assert any(f.check == "marks.a1111" and f.summary for f in result.declared)
    assert any(f.outcome == "failed" and "pixels" in (f.reason or "") for f in result.findings)
