"""The four lowest bit planes of green: the share of ones in small squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PLANES", "bit_planes"]

PLANES = (0, 1, 2, 3)
"""Bits that are drawn; 0 is the lowest."""

_CELL = 4


def bit_planes(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return one drawing a bit: black where no pixel of a square has it, white where all have.

    Args:
        pixels: Shape (8 n, 8 m, 3).
    """
    import numpy as np
    from PIL import Image

    green = Image.fromarray(pixels).getchannel("G")
    drawings = (green.point([255 * (level >> bit & 1) for level in range(256)]) for bit in PLANES)
    return [np.asarray(drawing.reduce(_CELL)) for drawing in drawings]
