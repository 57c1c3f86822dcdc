"""Each family against input whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal
from voices import RATE, noise, speech, vowel

from detectors.audio._features import FAMILIES, analyse, lfcc
from detectors.audio._features._moments import correlation, moments
from detectors.audio._features.modulation import FRAME_RATES


def value(family: str, name: str, wave: np.ndarray) -> float:
    function, names = FAMILIES[family]
    return float(function(analyse(wave))[names.index(name)])


def test_white_noise_has_a_flat_cepstrum() -> None:
    static = lfcc.frames(analyse(noise())).mean(axis=0)
    assert np.abs(static[1:]).max() < 0.1


def test_the_difference_of_a_ramp_is_its_slope() -> None:
    ramp = np.arange(50, dtype=np.float32)[:, None] * np.float32([0.5, -2.0])
    assert np.allclose(lfcc.delta(ramp)[2:-2], [0.5, -2.0])


def test_a_low_pass_is_seen_in_the_average_spectrum_and_the_bands() -> None:
    dull = signal.sosfilt(signal.butter(8, 5000, output="sos", fs=RATE), noise())
    assert value("average", "average.shape.30", dull) < value("average", "average.shape.30", noise()) - 3
    assert value("average", "average.shape.4", dull) > value("average", "average.shape.4", noise())


def test_flatness_tells_noise_from_tones() -> None:
    assert (
        value("bands", "bands.flatness.mean.1", noise())
        > value("bands", "bands.flatness.mean.1", vowel()) + 0.5
    )


@pytest.mark.parametrize("rate", FRAME_RATES)
def test_a_rhythm_at_a_frame_rate_is_seen_at_that_rate_only(rate: float) -> None:
    time = np.arange(4 * RATE) / RATE
    pulsing = noise() * (1 + 0.5 * np.cos(2 * np.pi * rate * time))
    found = {r: value("modulation", f"modulation.line.high.{r:g}", pulsing) for r in FRAME_RATES}
    assert max(found, key=lambda r: found[r]) == rate
    assert found[rate] > 10


@pytest.mark.parametrize("rate", [62.5, 86.1328, 93.75])
def test_lines_at_multiples_of_a_frame_rate_are_a_comb(rate: float) -> None:
    time = np.arange(4 * RATE) / RATE
    comb = sum(np.cos(2 * np.pi * rate * n * time + n) for n in range(44, int(7800 / rate)))
    found = {
        r: value("lines", f"lines.comb.high.{r:g}", noise() + 0.004 * comb) for r in FRAME_RATES if r <= 100
    }
    assert found[rate] > 1.0
    assert found[rate] >= sorted(found.values())[-2]


def test_noise_makes_harmonics_less_clear() -> None:
    wave = vowel()
    levels = [value("pitch", "pitch.hnr.mean", wave + a * noise(3.0)) for a in (0.0, 0.05, 0.3)]
    assert levels[0] > levels[1] > levels[2]
    assert value("pitch", "pitch.band.mean.4", wave) > value(
        "pitch", "pitch.band.mean.4", wave + 0.05 * noise(3.0)
    )


def test_jitter_is_heard_as_jitter() -> None:
    steady, rough = vowel(jitter=0.0), vowel(jitter=0.03)
    assert value("pitch", "pitch.jitter.mean", rough) > value("pitch", "pitch.jitter.mean", steady) + 0.5


def test_harmonics_of_one_pulse_train_keep_their_phases() -> None:
    wave = vowel()
    _, _, spectrum = signal.stft(wave, nperseg=256)
    spectrum = np.abs(spectrum) * np.exp(2j * np.pi * np.random.default_rng(4).random(spectrum.shape))
    scrambled = signal.istft(spectrum, nperseg=256)[1][: len(wave)]
    for name in ("phase.harmonics.steady.4", "phase.harmonics.fixed.4"):
        assert value("phase", name, wave) > value("phase", name, scrambled) + 0.1


def test_gaussian_noise_has_no_bicoherence_and_coupled_tones_do() -> None:
    rng, time = np.random.default_rng(5), np.arange(4 * RATE) / RATE
    coupled = noise() * 0.2
    # Phases drawn anew every 0.1 s, the third tone's being the sum of the others'.
    first, second = (np.repeat(rng.uniform(0, 2 * np.pi, 40), RATE // 10) for _ in range(2))
    for frequency, angle in ((312.5, first), (500.0, second), (812.5, first + second)):
        coupled = coupled + np.cos(2 * np.pi * frequency * time + angle)
    name = "phase.bicoherence.kurtosis"
    assert value("phase", "phase.bicoherence.mean", noise()) < 0.1
    assert value("phase", name, coupled) > value("phase", name, noise()) + 5


def test_prediction_gain_of_a_first_order_process_is_the_textbook_one() -> None:
    process = signal.lfilter([1.0], [1, -0.9], noise())
    assert value("prediction", "prediction.8.gain.mean", process) == pytest.approx(
        -np.log(1 - 0.81), abs=0.12
    )


def test_pulses_leave_a_peaked_prediction_error() -> None:
    name = "prediction.20.kurtosis.mean"
    assert value("prediction", name, vowel()) > value("prediction", name, noise()) + 1


def test_pauses_are_described_only_where_there_are_some() -> None:
    assert value("texture", "texture.pause.share", speech()) > 0.05
    assert value("texture", "texture.pause.share", noise()) == 0.0


def test_moments_of_a_known_sample() -> None:
    mean, spread, skew, kurtosis = moments(np.array([[0.0], [0.0], [0.0], [4.0]]), highest=4)
    assert (mean[0], spread[0]) == pytest.approx((1.0, 3**0.5))
    assert skew[0] == pytest.approx(2 / 3**0.5)
    assert kurtosis[0] == pytest.approx(7 / 3 - 3)


def test_correlation_of_a_constant_is_zero() -> None:
    rows = np.arange(5.0)[:, None]
    assert correlation(rows, -rows)[0] == pytest.approx(-1)
    assert correlation(rows, np.ones((5, 1)))[0] == 0
