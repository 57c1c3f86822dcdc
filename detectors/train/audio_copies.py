"""Copies of recordings by vocoders of our own: the same words, voice and room, made anew.

They give every collection of recordings its synthetic twin, so that nothing but the making tells the two apart.

Sources: M. Morise, F. Yokomori, K. Ozawa, WORLD, doi:10.1587/transinf.2015EDP7457; D. Griffin, J. Lim,
doi:10.1109/TASSP.1984.1164317.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

__all__ = ["KINDS", "copy_of"]

Wave = NDArray[np.float32]

RATE = 16000

KINDS = ("world", "griffin_lim", "mel_phase")
"""WORLD; Griffin-Lim from a mel spectrum; the mel spectrum's magnitudes with phases that get random upwards."""


def copy_of(wave: Wave, kind: str, rng: np.random.Generator) -> Wave:
    """Return a window re-synthesised by one of `KINDS`, of the same length.

    Args:
        wave: Mono samples at 16 kHz.
        kind: Which vocoder.
        rng: Source of frame rate, number of bands and phases.
    """
    if kind == "world":
        return _world(wave, rng)
    size, hop = (1024, int(rng.choice([200, 256])))
    bands = int(rng.choice([80, 80, 100]))
    window = signal.get_window("hann", size)
    spectrum = _forward(wave, window, hop)
    magnitude = _through_mel(np.abs(spectrum), size, bands)
    phase = np.exp(1j * np.angle(spectrum))
    if kind == "mel_phase":
        places = np.linspace(0, RATE / 2, magnitude.shape[1])
        loose = np.clip((places - rng.uniform(500, 3000)) / 2000, 0, 1) * rng.uniform(0.3, 1.0)
        phase = phase * np.exp(2j * np.pi * loose * rng.uniform(-0.5, 0.5, magnitude.shape))
        return _back(magnitude * phase, window, hop, len(wave))
    guess = np.exp(2j * np.pi * rng.random(magnitude.shape))
    for _ in range(int(rng.choice([16, 32]))):
        sound = _back(magnitude * guess, window, hop, len(wave))
        guess = np.exp(1j * np.angle(_forward(sound, window, hop)))
    return _back(magnitude * guess, window, hop, len(wave))


def _world(wave: Wave, rng: np.random.Generator) -> Wave:
    import pyworld

    period = float(rng.choice([5.0, 5.0, 10.0]))
    sound = wave.astype(np.float64)
    pitch, times = pyworld.dio(sound, RATE, frame_period=period)
    pitch = pyworld.stonemask(sound, pitch, times, RATE)
    envelope = pyworld.cheaptrick(sound, pitch, times, RATE)
    noise = pyworld.d4c(sound, pitch, times, RATE)
    made = pyworld.synthesize(pitch, envelope, noise, RATE, period)
    return np.pad(made, (0, max(0, len(wave) - len(made))))[: len(wave)].astype(np.float32)


def _forward(wave: Wave, window: NDArray[np.float64], hop: int) -> NDArray[np.complex128]:
    padded = np.pad(wave, len(window))
    framed = np.lib.stride_tricks.sliding_window_view(padded, len(window))[::hop]
    return np.asarray(fft.rfft(framed * window, axis=1))


def _back(spectrum: NDArray[np.complex128], window: NDArray[np.float64], hop: int, length: int) -> Wave:
    pieces = fft.irfft(spectrum, len(window), axis=1) * window
    total = np.zeros(len(window) + hop * len(pieces))
    weight = np.zeros_like(total)
    for n, piece in enumerate(pieces):
        total[n * hop : n * hop + len(window)] += piece
        weight[n * hop : n * hop + len(window)] += window**2
    sound = (total / np.maximum(weight, 1e-3))[len(window) :][:length]
    return np.pad(sound, (0, length - len(sound))).astype(np.float32)


def _through_mel(magnitude: NDArray[np.float64], size: int, bands: int) -> NDArray[np.float64]:
    filters, inverse = _mel(size, bands)
    return np.asarray(np.maximum(magnitude @ filters.T @ inverse.T, 1e-7))


@lru_cache(maxsize=4)
def _mel(size: int, bands: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return triangular mel filters of shape (bands, bins) and their pseudo-inverse."""
    top = 2595 * np.log10(1 + RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, bands + 2) / 2595) - 1)
    bins = np.arange(size // 2 + 1) * RATE / size
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.clip(np.minimum(rising, falling), 0, None)
    return filters, np.linalg.pinv(filters)
