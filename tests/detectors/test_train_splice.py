"""Joins and conversations made by script, and the search that is fitted on them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from detectors.audio._joins import unpacked
from detectors.audio._sides import BLOCKS, SIZES
from detectors.train.audio_splice import Examples, fit
from detectors.train.conversations import converse
from detectors.train.splices import RATE, Recording, join, join_as_they_are, read_plan
from provenance.errors import UnreadableError


def recordings() -> list[Recording]:
    rng = np.random.default_rng(1)
    found = []
    for number in range(4):
        voice = np.repeat(rng.random(60) < 0.6, RATE // 5) * rng.normal(0, 0.1, 12 * RATE)
        noise = rng.normal(0, 10 ** -(number + 2.0), 12 * RATE)
        found.append(Recording(f"{number}", "a/b", f"room {number % 2}", (voice + noise).astype(np.float32)))
    return found


@pytest.mark.parametrize("at_pause", [True, False])
@pytest.mark.parametrize("insert", [True, False])
def test_joins_lie_inside_and_leave_two_seconds(insert, at_pause):
    rng = np.random.default_rng(2)
    for _ in range(10):
        wave, joins = join(recordings(), rng, insert=insert, at_pause=at_pause)
        assert len(joins) == (2 if insert else 1)
        assert all(2 <= t <= len(wave) / RATE - 1.9 for t in (joins[0], joins[-1]))


def test_recordings_one_after_the_other_keep_their_levels():
    first, second = recordings()[:2]
    wave, joins = join_as_they_are(first, second)
    assert joins == [12.0]
    np.testing.assert_array_equal(wave[: 11 * RATE], first.wave[: 11 * RATE])
    np.testing.assert_array_equal(wave[-RATE:], second.wave[-RATE:])


def test_a_conversation_has_one_noise():
    wave = converse(recordings(), np.random.default_rng(3))
    assert len(wave) > 4 * RATE
    assert wave.dtype == np.float32
    assert np.array_equal(wave, converse(recordings(), np.random.default_rng(3)))
    quiet = [np.percentile(np.abs(part), 2) for part in np.array_split(wave, 3)]
    assert max(quiet) < 8 * min(quiet)


def test_a_plan_says_what_is_held_out(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"folds": {"one": ["a/b"]}, "held_out": ["c/d"]}))
    assert read_plan(path).folds == {"one": ("a/b",)}
    assert read_plan(path).held_out == ("c/d",)


@pytest.mark.parametrize("text", ["", "[]", '{"folds": []}', '{"folds": {"one": 3}, "held_out": []}'])
def test_a_damaged_plan_is_told(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(UnreadableError):
        read_plan(path)


def test_a_fitted_search_tells_joins_from_the_rest():
    rng = np.random.default_rng(4)
    count = 600
    label = np.arange(count) % 2
    blocks = [rng.normal(0, 1 + label[:, None], (count, 3)).astype(np.float32) for _ in SIZES for _ in BLOCKS]
    examples = Examples(
        blocks, rng.normal(0, 1, (count, 4)).astype(np.float32), np.arange(count) // 2, np.zeros(count), label,
        ["join"] * 300, ["one"] * 300, ["a/b"] * 300, ["as_is"] * 300, [[0.0]] * 300, [10.0] * 300,
    )  # fmt: skip
    held = fit(examples, np.arange(300) < 200)
    again = fit(examples, np.arange(300) < 200)
    assert all(np.array_equal(held[name], again[name]) for name in held)
    model = unpacked(held)
    assert all(np.linalg.eigvalsh(gain).min() > 0 for gain in model.gains)
