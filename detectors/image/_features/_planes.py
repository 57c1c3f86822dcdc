"""Planes and residuals that several feature families start from.

Everywhere a *stack* is an array of patches, shape (n, side, side, 3), uint8 in [0, 255], RGB, at native resolution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Planes", "Stack", "logs", "luma", "opponent", "second_difference"]

Stack = NDArray[np.uint8]
"""Patches, shape (n, side, side, 3), RGB in [0, 255]."""

Planes = NDArray[np.float32]
"""One plane per patch, shape (n, side, side)."""

_FLOOR = 1e-3


def luma(stack: Stack) -> Planes:
    """Return BT.601 luma, shape (n, side, side), in [0, 255]."""
    red, green, blue = (stack[..., c].astype(np.float32) for c in range(3))
    return np.asarray(
        np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue, dtype=np.float32
    )


def opponent(stack: Stack) -> tuple[Planes, Planes]:
    """Return the colour differences R - G and B - G, each of shape (n, side, side), in [-255, 255]."""
    green = stack[..., 1].astype(np.float32)
    return stack[..., 0] - green, stack[..., 2] - green


def second_difference(planes: Planes) -> Planes:
    """Return the 3x3 high-pass of Kodovský and Fridrich, shape (n, side - 2, side - 2).

    The kernel [[-1, 2, -1], [2, -4, 2], [-1, 2, -1]] is the outer product of two second differences: it removes
    every plane and every straight edge along the axes. doi:10.1109/TIFS.2012.2190402
    """
    across = planes[:, :, :-2] - 2 * planes[:, :, 1:-1] + planes[:, :, 2:]
    both = across[:, :-2] - 2 * across[:, 1:-1] + across[:, 2:]
    return np.asarray(-both, dtype=np.float32)


def logs(values: NDArray[np.float32], floor: float = _FLOOR) -> NDArray[np.float32]:
    """Return the natural logarithm of `values`, those below `floor` counting as `floor`."""
    return np.log(np.maximum(values, np.float32(floor)))
