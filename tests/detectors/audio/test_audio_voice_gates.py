"""The gates: speech passes, and what is not speech is refused with its reason."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.audio._voice import refusal, voice_of
from detectors.sound.survey import take_survey
from provenance.source import open_source

RATE = 16_000


def why(data: bytes) -> str | None:
    with open_source(data) as source:
        survey = take_survey(source)
    return refusal(survey, voice_of(survey))


def test_speech_passes(talk, wav):
    assert why(wav(talk(10, noise_db=-50, tilt=0.2))) is None


def test_too_little_voice_is_refused(talk, wav):
    assert "voiced speech" in (why(wav(talk(1.5))) or "")


def test_noise_is_refused(wav):
    noise = 0.1 * np.random.default_rng(2).standard_normal(10 * RATE)
    assert why(wav(noise)) is not None


def test_a_steady_chord_is_refused(wav):
    times = np.arange(10 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * h * times) for h in (220, 277, 330, 440, 880, 3520)) / 10
    assert "music or noise" in (why(wav(chord)) or "")


@pytest.mark.parametrize("level_db", [0, -6])
def test_two_voices_at_once_are_refused(talk, wav, level_db):
    second = 10 ** (level_db / 20) * np.roll(higher(talk(13, seed=5)), RATE // 3)[: 10 * RATE]
    assert "Two pitches" in (why(wav(talk(10) + second)) or "")


def test_two_voices_in_turn_pass(talk, wav):
    second = higher(talk(13, seed=5))[: 10 * RATE]
    assert why(wav(np.concatenate((talk(10), second)))) is None


def test_noise_and_an_echo_do_not_make_a_second_voice(talk, wav):
    samples = talk(10, noise_db=-38)
    samples[RATE // 10 :] += 0.3 * samples[: -RATE // 10]
    assert "Two pitches" not in (why(wav(samples)) or "")


def higher(samples: np.ndarray) -> np.ndarray:
    """Return the voice with its pitch and formants 27 % up, shorter by as much."""
    return np.interp(np.arange(0, len(samples) - 1, 1.27), np.arange(len(samples)), samples)


def test_clipping_is_refused(talk, wav):
    assert "clipped" in (why(wav(np.clip(40 * talk(10), -0.9, 0.9))) or "")


def test_a_narrow_band_is_refused(talk, wav):
    samples = talk(10, noise_db=-90)
    spectrum = np.fft.rfft(samples)
    spectrum[int(2000 * len(samples) / RATE) :] = 0
    assert "2.1 kHz" in (why(wav(np.fft.irfft(spectrum))) or "")


@pytest.mark.parametrize("gain", [0.02, 1.0])
def test_loudness_does_not_matter(talk, wav, gain):
    with open_source(wav(gain * talk(8), subtype="FLOAT")) as source:
        voice = voice_of(take_survey(source))
    with open_source(wav(talk(8), subtype="FLOAT")) as source:
        assert voice.seconds == pytest.approx(voice_of(take_survey(source)).seconds, abs=0.05)


def test_digital_silence_has_no_voice(wav):
    with open_source(wav(np.zeros(5 * RATE))) as source:
        assert voice_of(take_survey(source)).seconds == 0
