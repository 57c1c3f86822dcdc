"""The features as a whole: names, bad input, and changes that must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from voices import RATE, noise, speech, vowel

from detectors.audio._features import FAMILIES, NAMES, analyse, extract

CLICK = np.zeros(4 * RATE)
CLICK[RATE] = 1.0

ODD = {
    "silence": np.zeros(4 * RATE),
    "constant": np.full(4 * RATE, 0.3),
    "one click": CLICK,
    "square wave": np.sign(np.sin(np.arange(4 * RATE) * 0.05)),
    "half a second": speech(0.5),
    "huge": speech() * 1e6,
    "tiny": speech() * 1e-6,
    "noise": noise(),
    "odd length": speech(3.14159),
}


@pytest.mark.parametrize("wave", ODD.values(), ids=ODD.keys())
def test_every_input_gives_finite_numbers(wave: np.ndarray) -> None:
    found = extract(analyse(wave))
    assert found.shape == (len(NAMES),)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_returns_what_its_names_say(family: str) -> None:
    function, names = FAMILIES[family]
    assert function(analyse(speech())).shape == (len(names),)
    assert all(name.startswith(f"{family}.") for name in names)


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("gain", [0.05, 7.0])
def test_gain_does_not_matter(gain: float) -> None:
    wave = speech()
    assert np.allclose(extract(analyse(wave)), extract(analyse(wave * gain)), atol=2e-2, rtol=1e-3)


def test_an_offset_does_not_matter() -> None:
    wave = speech()
    assert np.allclose(extract(analyse(wave)), extract(analyse(wave + 0.1)), atol=2e-2, rtol=1e-3)


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"phase"}))
def test_polarity_does_not_matter(family: str) -> None:
    function, _ = FAMILIES[family]
    wave = speech()
    assert np.allclose(function(analyse(wave)), function(analyse(-wave)), atol=1e-3)


def test_a_shift_by_frames_changes_little_against_another_voice() -> None:
    wave, other = speech(5.0), speech(4.0, seed=8)
    here, later = extract(analyse(wave[: 4 * RATE])), extract(analyse(wave[1600 : 4 * RATE + 1600]))
    apart = np.abs(here - extract(analyse(other)))
    assert np.median(np.abs(here - later)) < 0.4 * np.median(apart)


def test_the_same_samples_give_the_same_numbers() -> None:
    wave = speech()
    assert (extract(analyse(wave)) == extract(analyse(wave.copy()))).all()


def test_pitch_of_pulses_is_found() -> None:
    for pitch in (85.0, 120.0, 233.0):
        found = analyse(vowel(pitch=pitch))
        voiced = found.pitch > 0
        assert voiced.mean() > 0.9
        assert np.median(found.pitch[voiced]) == pytest.approx(pitch, rel=0.01)


def test_noise_is_not_voiced() -> None:
    assert (analyse(noise()).pitch > 0).mean() < 0.05
