"""Two pitches at once, in samples made in code."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.audio._overlap import RATE, overlap


def harmonics(hertz: float, seconds: float = 2.0, *, glide: float = 0.0) -> np.ndarray:
    """Return equal harmonics up to 2 kHz of a tone whose pitch glides by a share a second."""
    times = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(hertz * (1 + glide * times)) / RATE
    tone = sum(np.cos(n * phase + n * n) for n in range(1, int(2000 / hertz) + 1))
    return (0.02 * tone).astype(np.float32)


@pytest.mark.parametrize("hertz", [80, 125.5, 210, 333])
@pytest.mark.parametrize("glide", [0.0, 0.1])
def test_one_pitch_has_no_second(hertz, glide):
    assert overlap([harmonics(hertz, glide=glide)]) == 0


@pytest.mark.parametrize(("one", "two"), [(110, 150), (125, 170), (200, 330), (90, 217), (180, 205)])
def test_two_pitches_are_told(one, two):
    assert overlap([harmonics(one) + harmonics(two, glide=0.05)]) > 0.2


def test_an_octave_counts_as_one():
    assert overlap([harmonics(120) + harmonics(240)]) == 0


def test_the_scale_does_not_matter():
    both = harmonics(110) + harmonics(150)
    assert overlap([both * np.float32(1e-3)]) == pytest.approx(overlap([both]), abs=1e-3)


def test_a_part_counts_by_its_power():
    one, both = harmonics(110), harmonics(110) + harmonics(150)
    assert 0.4 < overlap([one, both]) < 0.9


@pytest.mark.parametrize("count", [0, 100, RATE])
def test_silence_and_scraps_have_none(count):
    assert overlap([np.zeros(count, dtype=np.float32)]) == 0


def test_noise_has_none():
    noise = np.random.default_rng(4).standard_normal(2 * RATE).astype(np.float32)
    assert overlap([noise]) == 0


def test_no_windows_have_none():
    assert overlap([]) == 0
