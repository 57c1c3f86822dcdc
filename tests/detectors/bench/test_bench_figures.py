"""Figures of made-up ratios whose answers can be told by hand."""

from __future__ import annotations

import pytest

from detectors.bench.figures import Record, curves, figures
from detectors.bench.own import make_profile
from detectors.bench.records import Journal
from detectors.bench.survey import Answer, Measured
from provenance.errors import UsageError


def version(name, *, target, ratio, source="s", condition="as_is", found=False):
    answers = (Answer(check="image.x", outcome="reported", found=found, log10_lr=ratio),)
    measured = Measured(state="measured", log10_lr=ratio, answers=answers, seconds=0.5)
    return Record(name=name, target=target, source=source, condition=condition, measured=measured)


def split(ratios_target, ratios_other):
    return [version(f"t{i}", target=True, ratio=r, source="gen") for i, r in enumerate(ratios_target)] + [
        version(f"o{i}", target=False, ratio=r, source="cam") for i, r in enumerate(ratios_other)
    ]


def test_separable_classes():
    told = figures(split([1.5] * 10, [-1.0] * 10))["all"]
    assert (told["auc"], told["equal_error_rate"], told["found_at_1_percent"]) == (1.0, 0.0, 1.0)
    assert told["found_moderate"]["rate"] == 1.0
    assert told["alarms_weak"]["count"] == 0
    assert told["found_strong"]["count"] == 0
    assert told["cllr"] < 0.2


def test_equal_classes_say_nothing():
    told = figures(split([0.0] * 10, [0.0] * 10))["all"]
    assert (told["auc"], told["cllr"]) == (0.5, 1.0)


def test_abstentions_count_as_not_found_and_are_told():
    told = figures(split([1.5] * 5 + [None] * 5, [-1.0] * 10))["all"]
    assert told["abstained_targets"]["rate"] == 0.5
    assert told["found_moderate"]["rate"] == 0.5
    assert told["auc"] == 1.0


def test_what_was_not_measured_is_counted_and_left_out():
    lost = Record(
        name="x", target=True, source="gen", condition="half", measured=Measured(state="undelivered")
    )
    broken = Record(
        name="y", target=False, source="cam", condition="as_is", measured=Measured(state="unreadable")
    )
    told = figures([*split([1.0] * 5, [0.0] * 5), lost, broken])
    assert (told["undelivered"], told["unreadable"], told["all"]["targets"]) == (1, 1, 5)


def test_rates_by_source_and_check():
    records = split([1.5] * 5, [1.2, -1, -1, -1, -1])
    records.append(version("z", target=False, ratio=-1.0, source="other camera", found=True))
    told = figures(records)
    assert told["others"]["cam"]["alarms_moderate"]["count"] == 1
    assert told["others"]["other camera"]["alarms_moderate"]["count"] == 0
    assert told["checks"]["image.x"]["found_others"]["count"] == 1
    assert told["targets"]["gen"]["targets"] == 5


def test_curves_begin_and_end_where_they_must():
    drawn = curves(split([0.5, 1.0, 1.5, 2.0, -0.2], [-1.0, -0.5, 0.2, -1.2, -0.7]))
    assert drawn["roc"][0] == (0.0, 0.0)
    assert drawn["roc"][-1] == (1.0, 1.0)
    assert drawn["tippett_target"][0][1] == 1.0
    assert drawn["tippett_other"][-1][1] == 0.0
    assert curves(split([1.0], [0.0])) == {}


def test_a_journal_goes_on_after_a_torn_line(tmp_path):
    path = tmp_path / "records.jsonl"
    one, two = version("a", target=True, ratio=1.0), version("b", target=False, ratio=None)
    Journal(path, {"seed": 1}).add(one)
    with path.open("ab") as stream:
        stream.write(b'{"name": "torn')
    again = Journal(path, {"seed": 1})
    assert again.get("a", "as_is") == one
    again.add(two)
    assert Journal(path, {"seed": 1}).get("b", "as_is") == two


def test_a_journal_of_another_setup_is_not_mixed_in(tmp_path):
    Journal(tmp_path / "r", {"seed": 1})
    with pytest.raises(UsageError):
        Journal(tmp_path / "r", {"seed": 2})


def test_profile_of_own_files():
    records = [version(f"{n}", target=False, ratio=n / 10, found=n > 8) for n in range(10)]
    profile = make_profile(
        {"generated": records},
        name="desk",
        medium="image",
        made="2026-11-23",
        software="1",
        versions={"image.x": "v"},
    )
    entry = profile.checks["image.x"]
    assert (profile.files, entry.versions, entry.flagged, entry.version) == (10, 10, 1, "v")
    assert profile.axes["generated"].ratios == tuple(n / 10 for n in range(10))
    assert profile.axes["generated"].flagged == 6
