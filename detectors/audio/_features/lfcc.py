"""Cepstra on a linear frequency scale, the classical baseline of spoofing detection.

Source: M. Sahidullah, T. Kinnunen, C. Hanilçi, "A comparison of features for synthetic speech detection",
Interspeech 2015, doi:10.21437/Interspeech.2015-472.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from detectors.audio._features._analysis import FLOOR, RATE, SIZE, Analysis, Array
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "delta", "frames", "lfcc"]

_COUNT = 20
_STATISTICS = ("mean", "sd", "skew")

NAMES: tuple[str, ...] = (
    *(f"lfcc.static.{s}.{n}" for s in _STATISTICS for n in range(_COUNT)),
    *(
        f"lfcc.{d}.{s}.{n}"
        for d in ("delta", "delta2")
        for s in ("sd", "skew", "kurtosis")
        for n in range(_COUNT)
    ),
)
"""Static, first and second differences; the mean of differences is only how the window ends, and left out."""


def frames(found: Analysis) -> Array:
    """Return the 20 coefficients of every frame, shape (frames, 20), orthonormal DCT-II of natural log energies."""
    energies = found.power @ _filters().T
    return np.asarray(fft.dct(np.log(energies + FLOOR), type=2, norm="ortho", axis=1), dtype=np.float32)


def delta(rows: Array, *, reach: int = 2) -> Array:
    """Return the regression slope over 2 * `reach` + 1 frames, edges repeated; same shape."""
    padded = np.pad(rows, ((reach, reach), (0, 0)), mode="edge")
    total = np.zeros_like(rows)
    for n in range(1, reach + 1):
        total += n * (padded[reach + n :][: len(rows)] - padded[reach - n :][: len(rows)])
    return np.asarray(total / (2 * sum(n * n for n in range(1, reach + 1))))


def lfcc(found: Analysis) -> NDArray[np.float64]:
    """Return moments of the coefficients and their differences over the window, shape (180,)."""
    static = frames(found)
    first = delta(static)
    second = delta(first)
    return np.concatenate([*moments(static), *moments(first, highest=4)[1:], *moments(second, highest=4)[1:]])


@lru_cache(maxsize=1)
def _filters() -> Array:
    """Return 20 triangles of even width from 0 to 8 kHz, each of unit sum; shape (20, 257)."""
    edges = np.linspace(0, RATE / 2, _COUNT + 2)
    bins = np.arange(SIZE // 2 + 1) * RATE / SIZE
    rising = (bins - edges[:-2, None]) / (edges[1] - edges[0])
    falling = (edges[2:, None] - bins) / (edges[1] - edges[0])
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    return np.asarray(triangles / triangles.sum(axis=1, keepdims=True), dtype=np.float32)
