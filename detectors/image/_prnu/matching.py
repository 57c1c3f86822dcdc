"""Looking for a fingerprint in the noise of a picture: cross-correlation and its peak.

The measure is the peak-to-correlation energy (PCE): the square of the peak over the mean square of the plane around,
with the sign of the peak. Among patterns that have nothing to do with each other it is distributed as the square of a
normal variable.

Source: M. Goljan, J. Fridrich, T. Filler, "Large scale test of sensor fingerprint camera identification", SPIE 7254,
2009, doi:10.1117/12.805701.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["AROUND", "Peak", "compare", "find"]

Plane = NDArray[np.float32]

AROUND = 5
"""Shifts this close to the peak, in pixels, do not count as its surroundings: the pattern is not white."""


class Peak(NamedTuple):
    """Where a fingerprint fits best and how well."""

    pce: float
    """Peak-to-correlation energy, negative where the correlation is."""

    x: int
    """Column of the fingerprint at which the picture's noise begins."""

    y: int
    """Row of it."""

    places: int
    """How many places were tried."""


def compare(noise: Plane, pattern: Plane) -> Peak:
    """Return how well two planes of one shape fit as they lie."""
    return _pce(_correlate(noise, pattern), 0, 0, places=1)


def find(noise: Plane, pattern: Plane) -> Peak:
    """Return where in `pattern` the smaller `noise` fits best; it has to lie wholly inside.

    Args:
        noise: Noise of the picture, times its intensity.
        pattern: A fingerprint, no side shorter than that of `noise`.
    """
    rows, columns = (p - n + 1 for p, n in zip(pattern.shape, noise.shape, strict=True))
    plane = _correlate(noise, pattern)
    y, x = divmod(int(plane[:rows, :columns].argmax()), columns)
    return _pce(plane, y, x, places=rows * columns)


def _correlate(noise: Plane, pattern: Plane) -> Plane:
    """Return the circular cross-correlation: at [y, x] the fit of `noise` with `pattern` from there on."""
    shape = pattern.shape
    spectrum = fft.rfft2(noise, s=shape).conj()
    spectrum *= fft.rfft2(pattern)
    plane: Plane = fft.irfft2(spectrum, s=shape, overwrite_x=True)
    return plane


def _pce(plane: Plane, y: int, x: int, *, places: int) -> Peak:
    peak = float(plane[y, x])
    height, width = plane.shape
    rows = np.arange(y - AROUND, y + AROUND + 1) % height
    columns = np.arange(x - AROUND, x + AROUND + 1) % width
    near = plane[np.ix_(rows, columns)].astype(np.float64)
    # einsum sums in float64 without a copy of the plane in that type.
    total = float(np.einsum("ij,ij->", plane, plane, dtype=np.float64))
    energy = (total - float((near * near).sum())) / max(1, plane.size - near.size)
    return Peak(peak * abs(peak) / energy if energy > 0 else 0.0, x, y, places)
