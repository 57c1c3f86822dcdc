"""The mel spectrum that recordings are copied through, and its blur."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.corpora.twins import RATE
from benchmarks.corpora.vocoded import WAYS, log_mel, smooth

SETTINGS = SimpleNamespace(
    sampling_rate=22_050, n_fft=1024, win_size=1024, hop_size=256, num_mels=80, fmin=0, fmax=8000
)


def test_the_mel_spectrum_is_librosas() -> None:
    librosa = pytest.importorskip("librosa", reason="librosa (extra bench) is not installed")
    from scipy.signal import resample_poly

    sound = np.random.default_rng(5).standard_normal(RATE).astype(np.float32) / 10
    wide = np.pad(resample_poly(sound, 441, 320), (384, 384), mode="reflect")
    power = np.abs(librosa.stft(wide, n_fft=1024, hop_length=256, center=False))
    bands = librosa.filters.mel(sr=22_050, n_fft=1024, n_mels=80, fmin=0, fmax=8000)
    expected = np.log(np.maximum(bands @ power, 1e-5))
    assert log_mel(sound, SETTINGS) == pytest.approx(expected, abs=1e-4)


def test_silence_is_the_floor() -> None:
    pytest.importorskip("librosa", reason="librosa (extra bench) is not installed")
    assert log_mel(np.zeros(RATE, np.float32), SETTINGS) == pytest.approx(np.log(1e-5), abs=1e-6)


def test_a_blur_keeps_the_level_and_takes_the_detail() -> None:
    mel = np.random.default_rng(6).standard_normal((80, 200)).astype(np.float32)
    blurred = smooth(mel)
    assert blurred.shape == mel.shape
    assert blurred.mean() == pytest.approx(mel.mean(), abs=0.02)
    assert blurred.std() < 0.5 * mel.std()


def test_every_way_names_published_weights() -> None:
    assert {way.split()[0] for way in WAYS} == {"universal", "LJSpeech"}
