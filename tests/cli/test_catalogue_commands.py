"""`assay checks`, `assay explain` and `assay doctor`."""

from __future__ import annotations

import json

import pytest

from detectors.catalogue import HEADINGS, built_in_checks


def test_checks_lists_every_check(assay):
    ran = assay("checks", "--json", "--no-plugins")
    assert ran.code == 0
    assert [r["id"] for r in ran.records] == [c.id for c in built_in_checks()]
    for record in ran.records:
        assert set(record) == {"schema", "id", "title", "kinds", "basis", "cost", "version", "origin"}
        assert record["schema"] == "assay/check/1"
        assert record["origin"] == "built-in"
    text = assay("checks").out
    assert all(c.id in text and c.info.title in text for c in built_in_checks())


def test_quiet_checks_are_ids(assay):
    assert assay("checks", "--quiet", "--no-plugins").out.split() == [c.id for c in built_in_checks()]


@pytest.mark.parametrize("check", built_in_checks(), ids=lambda check: check.id)
def test_explain_shows_every_section(assay, check):
    ran = assay("explain", check.id)
    assert ran.code == 0
    assert ran.out.startswith(f"{check.id}: {check.info.title}")
    assert [line for line in ran.out.splitlines() if line in HEADINGS] == list(HEADINGS)
    assert all(len(line) <= 100 or " " not in line.strip() for line in ran.out.splitlines())


def test_file_of_a_third_party_that_is_no_check_is_named(assay, monkeypatch, tmp_path):
    from detectors import catalogue

    (tmp_path / "odd.py").write_text("not python at all")
    odd = catalogue.Check(id="image.odd", module="odd", path=tmp_path / "odd.py", origin="somebody")
    monkeypatch.setattr(catalogue, "all_checks", lambda **_: (*built_in_checks(), odd))
    ran = assay("checks", "--json")
    assert ran.code == 0
    assert len(ran.records) == len(built_in_checks())
    assert ran.err.startswith("image.odd (from somebody): The file of the check image.odd cannot be parsed")


def test_explain_as_json(assay):
    (record,) = assay("explain", "--json", "marks.a1111").records
    assert record["schema"] == "assay/explanation/1"
    assert set(record) == {"schema", "id", "title", *HEADINGS}
    assert json.dumps(record)


def test_explain_names_close_ids(assay):
    ran = assay("explain", "marks.a111")
    assert ran.code == 2
    assert "There is no check called marks.a111." in ran.err
    assert "Did you mean" in ran.err


def test_doctor_finds_this_installation_in_order(assay):
    ran = assay("doctor", "--json")
    assert ran.code == 0
    states = {r["name"]: r["state"] for r in ran.records}
    assert {r["schema"] for r in ran.records} == {"assay/diagnosis/1"}
    assert "problem" not in states.values()
    for name in (
        "engine",
        "checks",
        "configuration",
        "package provenance",
        "package detectors",
        "package cli",
    ):
        assert states[name] == "ok"
    assert states["trust lists"] == "note"


def test_doctor_in_text(assay):
    ran = assay("doctor")
    assert "ok       engine: c2pa-rs" in ran.out
    quiet = assay("doctor", "--quiet")
    assert "engine" not in quiet.out
    assert "note     trust lists: No trust list is installed" in quiet.out


def test_doctor_reports_a_broken_configuration_instead_of_stopping_at_it(assay, tmp_path):
    (tmp_path / "broken.toml").write_text("[examine\n")
    ran = assay("doctor", "--json", ASSAY_CONFIG=str(tmp_path / "broken.toml"))
    assert ran.code == 70
    problem = next(r for r in ran.records if r["name"] == "configuration")
    assert problem["state"] == "problem"
    assert "broken.toml" in problem["message"]


def test_doctor_names_a_check_that_does_not_load(assay, monkeypatch):
    from detectors import catalogue

    good = catalogue.find_check("marks.a1111")
    broken = catalogue.Check(
        id="image.gone", module="detectors.image.gone", path=good.path, origin="built-in"
    )
    monkeypatch.setattr(catalogue, "all_checks", lambda **_: (broken,))
    ran = assay("doctor")
    assert ran.code == 70
    assert "problem  check image.gone:" in ran.out
