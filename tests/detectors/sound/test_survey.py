"""One pass over the sound: the same numbers however it is cut, right times, bounded memory."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sound import frames, native, reader, sndfile, windows
from detectors.sound.hum import HumWatch
from detectors.sound.survey import Survey, take_survey
from detectors.view import AudioView, make_view
from provenance.errors import UnreadableError
from provenance.source import open_source

RATE = 16_000


def surveyed(samples: np.ndarray, rate: int = RATE, subtype: str = "FLOAT") -> Survey:
    held = io.BytesIO()
    soundfile.write(held, samples, rate, format="WAV", subtype=subtype)
    with open_source(held.getvalue()) as source:
        return take_survey(source)


def tone(seconds: float, hertz: float = 150.0, rate: int = RATE) -> np.ndarray:
    times = np.arange(int(seconds * rate)) / rate
    return (0.1 * sum(np.sin(2 * np.pi * hertz * k * times) / k for k in range(1, 8))).astype(np.float32)


def noise(seconds: float, rate: int = RATE) -> np.ndarray:
    return (0.05 * np.random.default_rng(3).standard_normal(int(seconds * rate))).astype(np.float32)


@given(seconds=st.floats(0.01, 13.0), values=st.sampled_from([7, 1000, 4096, 65_536]))
@settings(max_examples=12, deadline=None)
def test_the_size_of_blocks_does_not_matter(seconds, values):
    samples = np.concatenate((tone(seconds / 2), noise(seconds / 2)))
    whole = surveyed(samples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sndfile, "_VALUES", max(values, len(samples) // 300 + 1))
        parts = surveyed(samples)
    assert np.array_equal(whole.frames.bands, parts.frames.bands)
    assert np.array_equal(whole.frames.pitch, parts.frames.pitch)
    assert np.array_equal(whole.spectrum.histogram, parts.spectrum.histogram)
    assert np.allclose(whole.hum, parts.hum, atol=1e-7)
    assert [w.start for w in whole.windows] == [w.start for w in parts.windows]
    assert whole.samples.still == parts.samples.still


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000])
def test_the_rate_of_the_file_does_not_matter(rate):
    got, wanted = surveyed(tone(3, rate=rate), rate), surveyed(tone(3))
    assert got.rate == rate
    assert abs(len(got.frames.level) - len(wanted.frames.level)) <= 1
    middle = slice(10, 280)
    assert np.abs(got.frames.level[middle] - wanted.frames.level[middle]).max() < 0.1
    assert np.median(got.frames.pitch[middle]) == pytest.approx(150, rel=0.01)
    assert np.median(got.frames.voicing[middle]) > 0.95


def test_gain_shifts_levels_and_nothing_else():
    loud, soft = surveyed(tone(2)), surveyed(0.1 * tone(2))
    assert np.abs(loud.frames.level - soft.frames.level - 20).max() < 0.05
    assert np.allclose(loud.frames.voicing, soft.frames.voicing, atol=1e-3)


def test_the_level_is_that_of_the_samples():
    assert np.median(surveyed(noise(3)).frames.level) == pytest.approx(20 * np.log10(0.05), abs=0.7)


def test_bands_lie_at_their_frequency():
    bands = surveyed(0.5 * np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE)).frames.bands[20]
    assert int(np.argmax(bands)) in (23, 24)


def test_noise_has_no_voicing():
    assert np.percentile(surveyed(noise(3)).frames.voicing, 90) < 0.6


def test_long_recordings_get_longer_frames(monkeypatch):
    monkeypatch.setattr(frames, "MOST_FRAMES", 2500)
    monkeypatch.setattr(native, "MOST_SEGMENTS", 8)
    survey = surveyed(np.concatenate((noise(30), tone(30))))
    assert survey.frames.hop == pytest.approx(0.04)
    assert len(survey.frames.level) <= 2500
    assert len(survey.spectrum.segments) < 16
    quarter = len(survey.frames.level) // 4
    assert np.median(survey.frames.level[:quarter]) == pytest.approx(20 * np.log10(0.05), abs=0.7)
    assert np.median(survey.frames.pitch[-quarter:]) == pytest.approx(150, rel=0.01)


def test_windows_are_the_whole_of_a_short_recording():
    found = surveyed(tone(10)).windows
    assert [w.start for w in found] == [0.0, 4.0, 6.0]
    assert {len(w.samples) for w in found} == {64_000}
    assert surveyed(tone(1.5)).windows[0].samples.shape == (24_000,)


def test_windows_of_a_long_recording_are_the_voiced_ones(monkeypatch):
    monkeypatch.setattr(windows, "MOST_WINDOWS", 4)
    samples = noise(80)
    samples[48 * RATE : 52 * RATE] = tone(4)
    found = surveyed(samples).windows
    assert len(found) <= 4
    assert any(w.start == 48.0 and w.voiced > 3.5 for w in found)


def test_windows_hold_the_samples_of_their_time():
    samples = noise(9)
    for window in surveyed(samples).windows:
        at = round(window.start * RATE)
        assert np.array_equal(window.samples, samples[at : at + 64_000])


def test_stillness_and_full_scale_are_facts():
    samples = noise(4)
    samples[: RATE // 2] = 0
    samples[2 * RATE : 2 * RATE + 800] = 0.25
    facts = surveyed(samples).samples
    assert facts.still == ((0.0, 0.5), (2.0, 2.05))
    assert surveyed(np.zeros(RATE)).samples.still == ((0.0, 1.0),)
    assert surveyed(np.clip(20 * noise(2), -1, 1), subtype="PCM_16").samples.clipped > 0.05
    assert surveyed(noise(2)).samples.clipped < 0.001


def test_bits_in_use_are_counted():
    coarse = np.round(noise(1) * 2**9) / 2**9
    assert surveyed(coarse, subtype="PCM_16").samples.used_bits == 10
    assert surveyed(coarse, subtype="PCM_24").samples.used_bits == 10
    assert surveyed(coarse).samples.used_bits is None


def test_the_hum_keeps_its_phase():
    watch = HumWatch(RATE)
    watch.push((0.01 * np.cos(2 * np.pi * 50 * np.arange(5 * RATE) / RATE + 1.0)).astype(np.float32))
    wave = watch.result()[2:-2]
    assert np.allclose(np.abs(wave[:, 0]), 0.01, rtol=0.01)
    assert np.allclose(np.angle(wave[:, 0]), 1.0, atol=0.02)
    assert np.abs(wave[:, 1]).max() < 1e-4


def test_a_view_keeps_its_survey_and_its_failure(monkeypatch):
    calls = []
    real = reader.open_sound
    monkeypatch.setattr("detectors.sound.survey.open_sound", lambda s: calls.append(1) or real(s))
    held = io.BytesIO()
    soundfile.write(held, noise(1), RATE, format="WAV")
    for data in (held.getvalue(), held.getvalue()[:44]):
        calls.clear()
        with open_source(data) as source:
            view = make_view(source)
            assert isinstance(view, AudioView)
            for _ in range(2):
                with contextlib.suppress(UnreadableError):
                    assert view.survey.seconds == 1.0
        assert len(calls) == 1
