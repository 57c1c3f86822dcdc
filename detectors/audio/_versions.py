"""What common deliveries do to a voice, in plain numpy: the telephone, noise, half the sampling rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

__all__ = ["RATE", "add_noise", "halve_rate", "telephone", "trim"]

RATE = 16000
"""Sampling rate of all windows, in Hz."""

_MU = 255.0
_FRAME = 512
_HOP = 160


def telephone(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a window after a telephone line: 300 to 3,400 Hz, 8 kHz, companded to 8 bits (ITU-T G.711, mu-law)."""
    slow = signal.resample_poly(wave, 1, 2)
    narrow = signal.sosfiltfilt(signal.butter(3, [300, 3400], "bandpass", fs=RATE / 2, output="sos"), slow)
    scaled = narrow / max(float(np.abs(narrow).max()), 1e-6) * 0.9
    pressed = np.sign(scaled) * np.log1p(_MU * np.abs(scaled)) / np.log1p(_MU)
    coarse = np.round(pressed * 127) / 127
    opened = np.sign(coarse) * (np.power(1 + _MU, np.abs(coarse)) - 1) / _MU
    return np.asarray(signal.resample_poly(opened, 2, 1)[: len(wave)], dtype=np.float32)


def add_noise(wave: NDArray[np.float32], below: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a window with noise `below` dB under it, between white and pink.

    Args:
        wave: Mono samples.
        below: Ratio of signal to noise in dB.
        rng: Source of the noise and of its colour.
    """
    noise = fft.rfft(rng.normal(0, 1, len(wave)))
    noise = noise / np.maximum(np.arange(len(noise)), 20) ** (rng.uniform(0, 1) / 2)
    sound = fft.irfft(noise, len(wave))
    gain = np.sqrt(np.square(wave).mean() / np.square(sound).mean()) * 10 ** (-below / 20)
    return np.asarray(wave + gain * sound, dtype=np.float32)


def halve_rate(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a window that was kept at 8 kHz, and so without what lies above 4 kHz.

    Through a resampler and not a brick wall in the spectrum: the utter silence that a wall leaves above it occurs in no
    delivery, and the score takes it for synthesis (docs/research/audio-synthesis.md).
    """
    slow = signal.resample_poly(wave, 1, 2)
    return np.asarray(signal.resample_poly(slow, 2, 1)[: len(wave)], dtype=np.float32)


def trim(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a window without the silence at its ends: what lies 40 dB below its loud frames."""
    if len(wave) < _FRAME:
        return wave
    energy = np.square(np.lib.stride_tricks.sliding_window_view(wave, _FRAME)[::_HOP]).mean(axis=1)
    loud = np.flatnonzero(energy > max(float(np.percentile(energy, 95)) * 1e-4, 1e-12))
    if len(loud) == 0:
        return wave[:0]
    return wave[loud[0] * _HOP : loud[-1] * _HOP + _FRAME]
