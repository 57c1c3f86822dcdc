"""A newsroom's own false alarms, kept and put beside results."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.profiles import Entry, Profile, ProfileStore, bounded, with_profile
from provenance.errors import UnreadableError, UsageError
from provenance.model.assessment import Axis
from provenance.model.finding import Finding

QUIET = Entry(versions=100, flagged=0, ratios=tuple([-0.5] * 100), version="1")
LOUD = Entry(versions=100, flagged=20, ratios=tuple([-0.5] * 80 + [1.5] * 20), version="1")
FOUND = Finding(
    check="image.x", version="1", basis="measured", points_to="generated", log10_lr=1.4, strength="moderate",
    summary="It scores high.",
)  # fmt: skip


def profile(entry=QUIET, **more):
    return Profile(
        name="default", medium="image", made="2026-11-23", files=25, conditions=("as_is",), checks={"image.x": entry},
        axes={"generated": entry}, **more,
    )  # fmt: skip


def test_files_that_never_score_so_high_take_nothing_away():
    (told,) = with_profile(profile(), [FOUND])
    assert (told.log10_lr, told.strength, told.caveats) == (1.4, "moderate", ())
    assert told.because[-1].value == 0
    assert "100 versions of 25 files" in (told.because[-1].unit or "")


def test_files_that_often_score_so_high_bring_the_result_down():
    (told,) = with_profile(profile(LOUD), [FOUND])
    assert told.log10_lr == 0.0
    assert told.strength == "none"
    assert "brought down" in told.caveats[-1]
    axis = bounded(profile(LOUD), Axis(log10_lr=1.4, strength="moderate"), "generated", [FOUND])
    assert (axis.log10_lr, axis.strength) == (0.0, "none")


def test_a_profile_of_an_older_check_bounds_no_sum():
    axis, newer = Axis(log10_lr=1.4, strength="moderate"), replace(FOUND, version="2")
    assert bounded(profile(LOUD), axis, "generated", [newer]) == axis


def test_another_version_of_the_check_is_left_as_it_is():
    other = Finding(check="image.x", version="2", basis="measured", summary="x", log10_lr=1.4)
    assert with_profile(profile(LOUD), [other]) == (other,)


def test_a_check_without_a_ratio_gets_its_count():
    plain = Finding(
        check="image.x", version="1", basis="measured", points_to="edited", summary="A part differs."
    )
    (told,) = with_profile(profile(LOUD), [plain])
    assert told.because[-1].value == 20
    assert told.log10_lr is None


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=50), st.floats(-3, 3))
def test_a_bound_never_raises_a_ratio(ratios, log10_lr):
    entry = Entry(versions=len(ratios), flagged=0, ratios=tuple(sorted(ratios)))
    assert entry.bound(log10_lr) <= log10_lr
    assert entry.bound(log10_lr) >= min(log10_lr, 0.0)


def test_store_round_trip(tmp_path):
    store = ProfileStore(tmp_path / "new")
    assert store.find("default", "image") is None
    store.add(profile())
    assert store.find("default", "image") == profile()
    with pytest.raises(UsageError):
        store.add(profile())
    store.add(profile(LOUD), replace_it=True)
    assert store.profiles() == ((profile(LOUD),), ())
    store.remove("default")
    assert store.profiles() == ((), ())
    with pytest.raises(UsageError):
        store.remove("default")


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 41])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        ProfileStore(tmp_path).find(name, "image")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"name": 3}', b"\xff\xfe"])
def test_a_damaged_profile_says_so(tmp_path, data):
    (tmp_path / "default.image.json").write_bytes(data)
    with pytest.raises(UnreadableError):
        ProfileStore(tmp_path).find("default", "image")
    assert len(ProfileStore(tmp_path).profiles()[1]) == 1
