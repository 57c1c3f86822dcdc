"""Voices and noises made in code, for the tests of the features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE = 16000


def vowel(
    seconds: float = 3.0, *, pitch: float = 120.0, jitter: float = 0.0, seed: int = 1
) -> NDArray[np.float64]:
    """Pulses at `pitch` Hz, each period off by a share `jitter`, through three formants."""
    rng = np.random.default_rng(seed)
    pulses = np.zeros(int(seconds * RATE))
    at = 10.0
    while at < len(pulses) - 2:
        whole, part = int(at), at - int(at)
        pulses[whole] += 1 - part
        pulses[whole + 1] += part
        at += RATE / pitch * (1 + jitter * rng.normal())
    sound = signal.lfilter([1.0, -1.0], [1.0], pulses)  # lips radiate the change of the flow
    for centre, width in ((700, 80), (1200, 90), (2600, 120)):
        radius, angle = np.exp(-np.pi * width / RATE), 2 * np.pi * centre / RATE
        sound = signal.lfilter([1.0], [1, -2 * radius * np.cos(angle), radius**2], sound)
    return sound / np.abs(sound).max() * 0.5


def speech(seconds: float = 4.0, *, seed: int = 2) -> NDArray[np.float64]:
    """Vowels that glide in pitch, hissing consonants and quiet pauses, in turn."""
    rng = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    while sum(len(p) for p in parts) < seconds * RATE:
        parts.append(vowel(float(rng.uniform(0.2, 0.5)), pitch=float(rng.uniform(90, 180)), jitter=0.01,
                           seed=int(rng.integers(99))))  # fmt: skip
        parts.append(rng.normal(0, 0.02, int(rng.uniform(0.05, 0.12) * RATE)))
        parts.append(np.zeros(int(rng.uniform(0.05, 0.2) * RATE)))
    sound = np.concatenate(parts)[: int(seconds * RATE)]
    return np.asarray(sound + rng.normal(0, 3e-4, len(sound)))


def noise(seconds: float = 4.0, *, seed: int = 3) -> NDArray[np.float64]:
    """White noise."""
    return np.random.default_rng(seed).normal(0, 0.1, int(seconds * RATE))
