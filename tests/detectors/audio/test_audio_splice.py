"""Joins: changes of background and breaks of the hum, found where they are and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

RATE = 16_000


def joined(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate(parts)


@pytest.mark.parametrize(("before", "after"), [(-60, -42), (-42, -60), (-48, -65)])
def test_a_join_of_two_rooms_is_found_where_it_is(examine, talk, wav, before, after):
    samples = joined(talk(7, seed=1, noise_db=before), talk(6, seed=2, noise_db=after, tilt=0.8))
    finding = examine("audio.splice", wav(samples))
    assert finding.points_to == "edited"
    middles = [(r.start + r.end) / 2 for r in finding.regions]
    assert min(abs(m - 7.0) for m in middles) <= 0.5
    assert len(middles) == 1
    assert finding.log10_lr is None


def test_an_insert_has_two_ends(examine, talk, wav):
    host = talk(16, seed=3, noise_db=-62)
    samples = joined(host[: 7 * RATE], talk(6, seed=4, noise_db=-40), host[7 * RATE :])
    finding = examine("audio.splice", wav(samples))
    middles = [(r.start + r.end) / 2 for r in finding.regions]
    assert len(middles) == 2
    assert abs(middles[0] - 7) <= 0.5
    assert abs(middles[1] - 13) <= 0.5


@pytest.mark.parametrize("seed", range(6))
def test_one_room_is_passed_over(examine, talk, wav, seed):
    finding = examine("audio.splice", wav(talk(14, seed=seed, noise_db=-50, tilt=0.5)))
    assert (finding.summary, finding.regions) == ("", ())


def test_loudness_does_not_matter(examine, talk, wav):
    samples = joined(talk(7, seed=1, noise_db=-60), talk(6, seed=2, noise_db=-42))
    loud = examine("audio.splice", wav(samples, subtype="FLOAT"))
    soft = examine("audio.splice", wav(0.1 * samples, subtype="FLOAT"))
    assert loud.regions == soft.regions


def test_the_place_moves_with_the_recording(examine, talk, wav):
    samples = joined(talk(8, seed=1, noise_db=-60), talk(7, seed=2, noise_db=-42))
    whole = examine("audio.splice", wav(samples)).regions[0]
    later = examine("audio.splice", wav(samples[RATE:])).regions[0]
    assert whole.start - later.start == pytest.approx(1.0, abs=0.1)


def test_padding_is_no_background(examine, talk, wav):
    samples = joined(talk(8, seed=5, noise_db=-50), np.zeros(3 * RATE, np.float32))
    assert examine("audio.splice", wav(samples)).points_to == "nothing"


def test_silence_made_by_a_computer_is_told_and_counts_for_nothing(examine, talk, wav):
    samples = talk(8, seed=6, noise_db=-50)
    samples[4 * RATE : 4 * RATE + 1600] = 0
    finding = examine("audio.splice", wav(samples))
    assert "silence made by a computer" in finding.summary
    assert finding.points_to == "nothing"
    assert (finding.regions[0].start, finding.regions[0].end) == (4.0, 4.1)


def hum(seconds: float, jump: float, at: float) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(50 + 0.03 * np.sin(times / 7)) / RATE + jump * (times >= at)
    noise = np.random.default_rng(8).standard_normal(len(times))
    return (0.004 * np.sin(phase) + 0.002 * noise).astype(np.float32)


@pytest.mark.parametrize("jump", [1.0, 2.0, 3.1, -1.5])
def test_a_break_of_the_hum_is_found(examine, wav, jump):
    finding = examine("audio.splice", wav(hum(20, jump, 9.3)))
    assert "hum" in finding.summary
    assert abs((finding.regions[0].start + finding.regions[0].end) / 2 - 9.3) <= 0.5
    told = next(m for m in finding.because if "50 Hz" in m.name)
    assert told.value == pytest.approx(np.degrees(abs(jump)), abs=8)


def test_a_hum_that_runs_on_is_passed_over(examine, wav):
    assert examine("audio.splice", wav(hum(20, 0.0, 9.3))).summary == ""


@pytest.mark.parametrize("samples", [np.zeros(100_000), np.full(100_000, 0.5), np.zeros(3000)])
def test_no_sound_is_no_join(examine, wav, samples):
    assert examine("audio.splice", wav(samples)).points_to == "nothing"


def test_short_recordings_are_not_examined(examine, talk, wav):
    assert examine("audio.splice", wav(talk(3.0))).outcome == "not_applicable"
