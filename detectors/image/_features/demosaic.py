"""Traces of the colour filter array: pixels that were interpolated vary less than those that were measured.

Most cameras record one colour per pixel and fill in the rest, on a lattice with a period of two pixels. The phase
survives in near-lossless files; it is positive evidence of a camera, and its absence says little.

Source: Gallagher, Chen, doi:10.1109/CVPRW.2008.4562984; Popescu, Farid, doi:10.1109/TSP.2005.855406.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs

__all__ = ["NAMES", "demosaic"]

_PLANES = ("red", "green", "blue", "rg", "bg")
NAMES = (
    *(f"demosaic.{plane}.quincunx" for plane in _PLANES),
    *(f"demosaic.{plane}.spread" for plane in _PLANES),
)


def demosaic(stack: Stack) -> NDArray[np.float32]:
    """Return how unequal the four phases of a 2x2 lattice are, of shape (n, 10), all at least 0.

    The residual is the difference between a pixel and the mean of its four neighbours, in R, G, B, R - G and B - G.

    - `quincunx`: |ln| of the residual's mean magnitude on one diagonal pair of phases over the other pair.
    - `spread`: ln of the largest over the smallest phase.
    """
    red, green, blue = (stack[..., c].astype(np.float32) for c in range(3))
    phases = np.stack([_phases(p) for p in (red, green, blue, red - green, blue - green)], axis=1)
    found = logs(phases, 0.02)
    quincunx = np.abs(found[..., 0] + found[..., 3] - found[..., 1] - found[..., 2]) / 2
    spread = found.max(axis=2) - found.min(axis=2)
    return np.concatenate([quincunx, spread], axis=1)


def _phases(planes: Planes) -> NDArray[np.float32]:
    around = planes[:, :-2, 1:-1] + planes[:, 2:, 1:-1] + planes[:, 1:-1, :-2] + planes[:, 1:-1, 2:]
    residual = np.abs(planes[:, 1:-1, 1:-1] - around / 4)
    return np.stack([residual[:, y::2, x::2].mean(axis=(1, 2)) for y in (0, 1) for x in (0, 1)], axis=1)
