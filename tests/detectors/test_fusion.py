"""Findings become one ratio a question: calibrated together, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from detectors.catalogue import built_in_checks
from detectors.fusion import Fusion, axes, fuse, load_fusion, read_fusion
from provenance.model.finding import Finding, Region

TABLE = Fusion(
    weights={"image.a": 0.8, "image.b": 0.6},
    intercept=-0.1,
    highest=1.2,
    lowest=-0.1,
    versions={"image.a": "1", "image.b": "1"},
)
BOX = Region(x=1, y=2, w=3, h=4)
HIT = Finding(
    check="image.a",
    version="1",
    basis="measured",
    points_to="edited",
    summary="A part differs.",
    regions=(BOX,),
)
SILENT = Finding(check="image.b", version="1", basis="measured")
AWAY = Finding(check="image.b", version="1", basis="measured", outcome="not_applicable", reason="Too small.")
BROKEN = replace(AWAY, outcome="failed")


def test_what_was_found_adds_up_in_any_order():
    axis = fuse(TABLE, [HIT, SILENT], "edited")
    assert (axis.log10_lr, axis.strength, axis.regions) == (0.7, "weak", (BOX,))
    assert fuse(TABLE, [SILENT, HIT], "edited") == axis


def test_the_sum_stays_within_what_the_files_support():
    both = [HIT, replace(HIT, check="image.b")]
    axis = fuse(TABLE, both, "edited")
    assert (axis.log10_lr, axis.regions) == (1.2, (BOX,))


def test_nothing_found_is_no_evidence_against():
    assert fuse(TABLE, [replace(SILENT, check="image.a"), SILENT], "edited").strength == "none"


def test_a_finding_that_points_elsewhere_does_not_count():
    elsewhere = replace(HIT, points_to="recompressed")
    assert fuse(TABLE, [elsewhere, SILENT], "edited").log10_lr == -0.1


def test_a_check_that_could_not_speak_counts_as_in_calibration():
    assert fuse(TABLE, [HIT, AWAY], "edited").log10_lr == 0.7


@pytest.mark.parametrize("findings", [[HIT], [HIT, BROKEN], []])
def test_no_sum_where_a_check_is_missing_or_broke(findings):
    axis = fuse(TABLE, findings, "edited")
    assert axis.log10_lr is None
    assert "did not all run" in (axis.reason or "")


def test_no_sum_where_no_check_could_speak():
    axis = fuse(TABLE, [replace(AWAY, check="image.a"), AWAY], "edited")
    assert axis.log10_lr is None
    assert "could speak" in (axis.reason or "")


def test_a_table_survives_its_file():
    held = {
        "weights": TABLE.weights,
        "intercept": -0.1,
        "highest": 1.2,
        "lowest": -0.1,
        "versions": TABLE.versions,
    }
    assert read_fusion(json.dumps({**held, "card": {}}).encode()) == TABLE


def test_checks_that_do_not_look_at_a_type_are_not_missed():
    assert fuse(TABLE, [HIT], "edited", needed={"image.a"}).log10_lr == 0.7


@pytest.mark.parametrize(("medium", "question"), [("image", "edited"), ("audio", "edited")])
def test_shipped_tables_name_checks_that_there_are(medium, question):
    table = load_fusion(medium, question)
    assert table is not None
    expected = {c.id for c in built_in_checks() if question in c.info.answers and medium in c.info.kinds}
    assert set(table.weights) == expected
    assert min(table.weights.values()) >= 0
    assert table.lowest == table.intercept < 0 < table.highest


def test_a_webp_has_a_sum_although_some_checks_do_not_look_at_it():
    silent = [
        Finding(check=check, version="1", basis="measured")
        for check in ("image.copymove", "image.grid", "image.resampling")
    ]
    assert axes(silent, "image/webp")[1].log10_lr is not None
    assert axes(silent, "image/jpeg")[1].log10_lr is None


def test_media_without_a_table_have_none():
    assert load_fusion("document", "edited") is None


def test_axes_give_no_number_without_a_calibrated_sum():
    measured = Finding(check="image.x", version="1", basis="measured", points_to="generated", log10_lr=1.5)
    generated, edited = axes([measured, replace(measured, check="image.y")], "application/pdf")
    for one in (generated, edited):
        assert one.log10_lr is None
        assert one.strength == "none"
        assert one.reason
    assert "not been calibrated together" in (generated.reason or "")


def test_one_calibrated_finding_is_the_axis():
    measured = Finding(check="image.x", version="1", basis="measured", points_to="generated", log10_lr=1.5)
    uncalibrated = replace(measured, check="image.y", log10_lr=None)
    declared = replace(measured, check="marks.z", basis="declared", log10_lr=2.0)
    generated, edited = axes([uncalibrated, measured, declared], "application/pdf")
    assert (generated.log10_lr, generated.strength, generated.reason) == (1.5, "moderate", None)
    assert edited.log10_lr is None


@pytest.mark.parametrize(
    ("log10_lr", "strength"), [(-0.4, "weak"), (0.1, "none"), (0.99, "weak"), (2.2, "strong")]
)
def test_the_axis_takes_its_words_from_the_ratio_and_not_from_the_check(log10_lr, strength):
    measured = Finding(
        check="image.x",
        version="1",
        basis="measured",
        points_to="edited",
        log10_lr=log10_lr,
        strength="moderate",
    )
    assert axes([measured], "application/pdf")[1].strength == strength
