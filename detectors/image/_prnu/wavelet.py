"""The decimated two-dimensional wavelet transform with Daubechies' filter of eight taps, and its inverse.

Periodic at the edges and orthonormal, so that noise of one strength has that strength in every band. Own code,
because the transform is forty lines and PyWavelets would be one more compiled dependency for one check.

Source of the filter: I. Daubechies, "Ten Lectures on Wavelets", SIAM 1992, table 6.1,
doi:10.1137/1.9781611970104.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVELS", "STEP", "Bands", "decompose", "recompose"]

Plane = NDArray[np.float32]
Bands = tuple[Plane, Plane, Plane]
"""The three bands of detail of one level."""

LEVELS = 4
"""Times that the transform is repeated on its own coarse half."""

STEP = 2**LEVELS
"""Sides of a plane have to be multiples of this."""

_LOW = np.array(
    [0.2303778133088964, 0.7148465705529154, 0.6308807679298587, -0.0279837694168599,
     -0.1870348117190931, 0.0308413818355607, 0.0328830116668852, -0.0105974017850690], dtype=np.float32
)  # fmt: skip
_HIGH = (_LOW[::-1] * np.array([1, -1] * 4, dtype=np.float32)).copy()
_TAPS = len(_LOW)


def decompose(plane: Plane) -> list[Bands]:
    """Return the detail of every level, finest first; the coarse rest is dropped.

    Args:
        plane: Shape (height, width), both multiples of `STEP`.
    """
    levels = []
    for _ in range(LEVELS):
        low, high = _split(plane, _LOW), _split(plane, _HIGH)
        low, high = np.ascontiguousarray(low.T), np.ascontiguousarray(high.T)
        levels.append((_split(low, _HIGH), _split(high, _LOW), _split(high, _HIGH)))
        plane = np.ascontiguousarray(_split(low, _LOW).T)
    return levels


def recompose(levels: list[Bands]) -> Plane:
    """Return the plane that has these details and nothing coarser."""
    coarse = np.zeros_like(levels[-1][0])
    for flat, steep, both in reversed(levels):
        low = _merge(coarse, flat)
        high = _merge(steep, both)
        plane = _merge(np.ascontiguousarray(low.T), np.ascontiguousarray(high.T))
        coarse = np.ascontiguousarray(plane.T)
    return plane


def _split(plane: Plane, taps: NDArray[np.float32]) -> Plane:
    """Filter along the first axis and keep every second row."""
    rows = len(plane)
    around = np.concatenate([plane, plane[: _TAPS - 2]])
    out: Plane = taps[0] * around[0:rows:2]
    for k in range(1, _TAPS):
        out += taps[k] * around[k : k + rows - 1 : 2]
    return out


def _merge(low: Plane, high: Plane) -> Plane:
    """Undo `_split` of both halves along the first axis."""
    half, before = len(low), _TAPS // 2 - 1
    low, high = np.concatenate([low[-before:], low]), np.concatenate([high[-before:], high])
    out = np.empty((2 * half, low.shape[1]), dtype=np.float32)
    for phase in (0, 1):
        rows = _LOW[phase] * low[before:] + _HIGH[phase] * high[before:]
        for lag in range(1, _TAPS // 2):
            here = slice(before - lag, before - lag + half)
            rows += _LOW[2 * lag + phase] * low[here]
            rows += _HIGH[2 * lag + phase] * high[here]
        out[phase::2] = rows
    return out
