"""What all feature families share: one window of sound, brought to one loudness, with its spectra and its pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

__all__ = ["FLOOR", "HOP", "RATE", "SIZE", "Analysis", "Array", "Spectra", "analyse", "band_means", "cut"]

Array = NDArray[np.float32]
Spectra = NDArray[np.complex64]

RATE = 16000
"""Sampling rate of every window, in Hz."""

SIZE = 512
"""Samples per frame (32 ms)."""

HOP = 160
"""Samples from frame to frame (10 ms)."""

FLOOR = 1e-7
"""Power added before every logarithm, 70 dB below speech: what is quieter says more about rooms and formats."""

_LOW_PITCH, _HIGH_PITCH = 60.0, 420.0
_VOICED_FROM = 0.55
_PITCH_RATE = 8000
_PITCH_SIZE = 320


@dataclass(frozen=True, slots=True)
class Analysis:
    """One window and what is computed from it once."""

    wave: Array
    """Samples at 16 kHz without mean, root mean square 1 over active frames; shape (n,)."""

    spectrum: Spectra
    """Short-time spectrum, Hann windows of 512 every 160 samples; shape (frames, 257)."""

    power: Array
    """Squared magnitude, on average 1 in each bin for white noise of unit variance; shape (frames, 257)."""

    level: Array
    """Level of each frame in dB against that of active frames; shape (frames,)."""

    active: NDArray[np.bool_]
    """Frames less than 30 dB below the loud ones; shape (frames,)."""

    pitch: Array
    """Fundamental frequency in Hz, 0 where a frame is not voiced; shape (frames,)."""

    periodicity: Array
    """Normalised autocorrelation at the pitch period, 0 to 1; shape (frames,)."""


def analyse(wave: NDArray[np.floating]) -> Analysis:
    """Return the analysis of one window.

    Args:
        wave: Mono samples at 16 kHz, at least 8000 of them (half a second); any scale.
    """
    centred = np.asarray(wave, dtype=np.float64)
    centred = centred - centred.mean()
    framed = cut(centred, SIZE, HOP)
    energy = (framed**2).mean(axis=1)
    active = energy >= float(np.percentile(energy, 95)) * 1e-3
    gain = 1 / np.sqrt(float(energy[active].mean()) or 1.0)
    scaled = (centred * gain).astype(np.float32)
    window = signal.get_window("hann", SIZE).astype(np.float32)
    spectrum = fft.rfft(cut(scaled, SIZE, HOP) * window, axis=1)
    power = np.square(np.abs(spectrum)) / np.float32((window**2).sum())
    pitch, periodicity = _pitch(scaled, active)
    level = 10 * np.log10(energy * gain**2 + FLOOR)
    return Analysis(scaled, spectrum, power, level.astype(np.float32), active, pitch, periodicity)


def cut(wave: NDArray[np.floating], size: int, hop: int) -> NDArray[np.floating]:
    """Return a read-only view of the frames of a signal, shape (frames, size)."""
    return np.lib.stride_tricks.sliding_window_view(wave, size)[::hop]


def band_means(power: Array, bands: int) -> Array:
    """Return the mean power in `bands` even bands of 0 to 8 kHz, shape (frames, bands); the last bin is left out."""
    usable = power[:, : (power.shape[1] - 1) // bands * bands]
    return np.asarray(usable.reshape(len(power), bands, -1).mean(axis=2))


def _pitch(wave: Array, active: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return pitch and periodicity per frame by the normalised autocorrelation (Boersma 1993)."""
    step = RATE // _PITCH_RATE
    slow = signal.resample_poly(wave, 1, step).astype(np.float32)
    lead = (_PITCH_SIZE - SIZE // step) // 2
    padded = np.pad(slow, (max(lead, 0), _PITCH_SIZE))
    framed = cut(padded, _PITCH_SIZE, HOP // step)[: len(active)]
    window = signal.get_window("hann", _PITCH_SIZE).astype(np.float32)
    shortest, longest = int(_PITCH_RATE / _HIGH_PITCH), int(_PITCH_RATE / _LOW_PITCH)
    reach = 512
    spectrum = fft.rfft((framed - framed.mean(axis=1, keepdims=True)) * window, reach, axis=1)
    likeness = fft.irfft(np.square(np.abs(spectrum)), reach, axis=1)[:, : longest + 2]
    own = fft.irfft(np.square(np.abs(fft.rfft(window, reach))), reach)[: longest + 2]
    likeness = likeness / np.maximum(likeness[:, :1], 1e-9) / (own / own[0])
    inner = likeness[:, shortest : longest + 1]
    peak = (inner >= likeness[:, shortest - 1 : longest]) & (inner > likeness[:, shortest + 1 : longest + 2])
    # The price of long periods keeps the track from falling an octave.
    price = 0.03 * np.log2(np.arange(shortest, longest + 1) / shortest)
    lag = np.where(peak, inner - price, -1).argmax(axis=1)
    rows = np.arange(len(lag))
    at = lag + shortest
    before, here, after = likeness[rows, at - 1], likeness[rows, at], likeness[rows, at + 1]
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    period = at + np.clip(shift, -0.5, 0.5)
    strength = np.clip(np.where(peak[rows, lag], here, 0), 0, 1)
    voiced = (strength > _VOICED_FROM) & active
    return np.where(voiced, _PITCH_RATE / period, 0).astype(np.float32), strength.astype(np.float32)
