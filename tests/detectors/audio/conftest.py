"""Voices and rooms made in code."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import soundfile

RATE = 16_000


def speech(seconds: float, *, seed: int = 0, noise_db: float = -60.0, tilt: float = 0.0) -> np.ndarray:
    """Pulse trains in syllables with pauses, over noise of a room: no voice, but its course in time.

    Args:
        seconds: Length.
        seed: Draws pitch, syllables and noise.
        noise_db: Level of the noise below full scale.
        tilt: Pole of a filter over the noise; above 0 it is dull, below 0 bright.
    """
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    phase = np.cumsum(110 + 40 * np.sin(np.arange(count) / 9000) + rng.normal(0, 1)) / RATE
    pulses = np.diff(np.floor(phase), prepend=0.0)
    for hertz, width in ((600, 90), (1500, 130), (2600, 200)):
        radius = np.exp(-np.pi * width / RATE)
        pulses = pulses + lfilter(
            [1.0], [1, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2], pulses
        )
    gate = np.zeros(count)
    at = 0
    while at < count:
        voiced = int(rng.uniform(0.15, 0.4) * RATE)
        gate[at : at + voiced] = np.hanning(voiced)[: len(gate[at : at + voiced])]
        at += voiced + int(rng.uniform(0.03, 0.3) * RATE)
    voice = pulses * gate
    voice *= 0.2 / np.abs(voice).max()
    noise = lfilter([1.0], [1.0, -tilt], rng.standard_normal(count))
    noise *= 10 ** (noise_db / 20) / noise.std()
    return (voice + noise).astype(np.float32)


@pytest.fixture
def talk() -> Callable[..., np.ndarray]:
    return speech


@pytest.fixture
def wav() -> Callable[..., bytes]:
    def write(samples: np.ndarray, rate: int = RATE, *, kind: str = "WAV", subtype: str = "PCM_16") -> bytes:
        held = io.BytesIO()
        soundfile.write(held, np.clip(samples, -1, 1), rate, format=kind, subtype=subtype)
        return held.getvalue()

    return write
