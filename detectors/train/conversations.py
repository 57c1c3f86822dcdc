"""Conversations in one room, made by script: what a search for joins must pass over.

Voices of several recordings, gated to silence between the words, take turns under reverberation of one length, the
noise of one room and the colour of one microphone. So only the voice and its distance change, never the background.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from detectors.train.splices import RATE, Recording, level

__all__ = ["converse"]

Wave = NDArray[np.float32]


def converse(recordings: Sequence[Recording], rng: np.random.Generator) -> Wave:
    """Return two or three voices that take two to four turns, mono at 16 kHz.

    Args:
        recordings: Where the voices are drawn from; three or more.
        rng: Source of all random choices.
    """
    count = int(rng.integers(2, 4))
    drawn = rng.choice(len(recordings), count, replace=False)
    voices = [level(_gated(level(recordings[int(i)].wave))) for i in drawn]
    reverberation = float(rng.uniform(0.1, 0.7))
    turns: list[tuple[int, Wave]] = []
    end = 0
    for number in range(int(rng.integers(2, 5))):
        voice = voices[number % count]
        size = int(rng.uniform(2, 7) * RATE)
        start = int(rng.integers(0, max(1, len(voice) - size)))
        said = voice[start : start + size] * np.float32(10 ** (rng.normal(0, 3) / 20))
        if rng.random() < 0.8:
            said = signal.fftconvolve(said, _tail(reverberation, rng)).astype(np.float32)
        begin = max(0, end + int(rng.uniform(-0.1, 0.5) * RATE))
        turns.append((begin, said))
        end = begin + len(said)
    mixed = np.zeros(end, dtype=np.float32)
    for begin, said in turns:
        mixed[begin : begin + len(said)] += said[: end - begin]
    noise = _noise(end, rng)
    mixed = level(mixed) + noise / noise.std() * 0.1 * 10 ** (-rng.uniform(20, 65) / 20)
    if rng.random() < 0.6:
        knots = rng.normal(0, 3, 7)
        curve = np.interp(np.linspace(0, 1, end // 2 + 1), np.linspace(0, 1, 7), knots)
        mixed = fft.irfft(fft.rfft(mixed) * 10 ** (curve / 20), end)
    return np.asarray(mixed, dtype=np.float32)


def _gated(wave: Wave) -> Wave:
    """Return the recording with silence where it is 40 dB below its loud parts."""
    size = np.sqrt(np.convolve(wave * wave, np.full(480, 1 / 480), "same"))
    loud = max(float(np.percentile(size, 95)), 1e-6)
    gain = np.clip((20 * np.log10(size / loud + 1e-9) + 45) / 10, 0, 1)
    ramp = np.hanning(800)
    return np.asarray(wave * np.convolve(gain, ramp / ramp.sum(), "same"), dtype=np.float32)


def _tail(seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    count = int(RATE * seconds)
    tail = rng.normal(0, 1, count) * np.exp(-6.9 * np.arange(count) / count)
    tail *= 10 ** (-rng.uniform(0, 15) / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    return tail


def _noise(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noise whose spectrum falls by chance."""
    knots = (0, 0.02, 0.06, 0.12, 0.25, 0.5, 0.75, 1)
    curve = np.interp(np.linspace(0, 1, count // 2 + 1), knots, np.cumsum(rng.normal(-5, 4, len(knots))))
    return np.asarray(fft.irfft(fft.rfft(rng.normal(0, 1, count)) * 10 ** (curve / 20), count))
