"""The features against librosa, where the extra `bench` is installed."""

from __future__ import annotations

import numpy as np
import pytest
from voices import RATE, noise, speech, vowel

from detectors.audio._features import analyse, cqcc, lfcc
from detectors.audio._features._analysis import HOP, SIZE

librosa = pytest.importorskip("librosa")

pytestmark = pytest.mark.filterwarnings("ignore")


def test_short_time_spectra_are_librosas() -> None:
    found = analyse(speech())
    theirs = librosa.stft(found.wave, n_fft=SIZE, hop_length=HOP, center=False, window="hann").T
    assert np.allclose(found.spectrum, theirs[: len(found.spectrum)], atol=1e-3)


def test_differences_are_librosas() -> None:
    static = lfcc.frames(analyse(speech()))
    theirs = librosa.feature.delta(static.T, width=5, mode="nearest").T
    assert np.allclose(lfcc.delta(static), theirs, atol=1e-4)


def test_cepstra_are_librosas_of_the_same_energies() -> None:
    found = analyse(speech())
    energies = np.log(found.power @ lfcc._filters().T + 1e-7)
    theirs = librosa.feature.mfcc(S=energies.T, n_mfcc=20, dct_type=2, norm="ortho").T
    assert np.allclose(lfcc.frames(found), theirs, atol=1e-3)


def test_flatness_is_librosas() -> None:
    found = analyse(noise())
    ours = np.exp(np.log(found.power + 1e-7).mean(axis=1)) / (found.power + 1e-7).mean(axis=1)
    theirs = librosa.feature.spectral_flatness(S=found.power.T + 1e-7, power=1.0, amin=1e-10)[0]
    assert np.allclose(ours, theirs, rtol=1e-3)


@pytest.mark.parametrize("pitch", [90.0, 140.0, 220.0])
def test_pitch_agrees_with_yin(pitch: float) -> None:
    wave = vowel(pitch=pitch, jitter=0.005)
    found = analyse(wave)
    theirs = librosa.yin(wave, fmin=60, fmax=420, sr=RATE, frame_length=1024)
    ours = np.median(found.pitch[found.pitch > 0])
    assert ours == pytest.approx(np.median(theirs), rel=0.015)


def test_constant_quality_levels_follow_librosas_transform() -> None:
    wave = speech()
    found = analyse(wave)
    theirs = np.abs(
        librosa.cqt(found.wave, sr=RATE, fmin=125, n_bins=24 * 5, bins_per_octave=24, hop_length=320)
    )
    ours = cqcc.frames(found)[:, 0]
    level = np.log(np.square(theirs) + 1e-7).mean(axis=0)[: len(ours)]
    assert np.corrcoef(ours, level[: len(ours)])[0, 1] > 0.7  # our octaves have shorter windows below
