"""The long-term average spectrum of speech, loudness taken off, and how far single frames stand from it.

Source: A. Löfqvist, B. Mandersson, "Long-time average spectrum of speech and voice analysis", Folia
Phoniatrica 39 (1987).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.audio._features._analysis import FLOOR, Analysis, band_means

__all__ = ["NAMES", "average"]

_COUNT = 32

NAMES: tuple[str, ...] = (
    *(f"average.shape.{n}" for n in range(_COUNT)),
    *(f"average.bend.{n}" for n in range(1, _COUNT - 1)),
    *(f"average.spread.{n}" for n in range(_COUNT)),
)


def average(found: Analysis) -> NDArray[np.float64]:
    """Return shape, curvature and spread of 32 bands of 250 Hz over active frames, in nepers; shape (94,)."""
    energy = band_means(found.power[found.active], _COUNT) + FLOOR
    shape = np.log(energy.mean(axis=0))
    spread = shape - np.log(energy).mean(axis=0)
    shape = shape - shape.mean()
    return np.concatenate([shape, np.diff(shape, n=2), spread]).astype(np.float64)
