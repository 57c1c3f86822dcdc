"""Which part of a picture is looked at: a box in its middle, on the grid that the transform and JPEG share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.image._prnu.wavelet import STEP

__all__ = ["Box", "central", "luma_of"]


class Box(NamedTuple):
    """A rectangle in pixels of the stored picture."""

    x: int
    y: int
    w: int
    h: int


def central(width: int, height: int, side: int) -> Box:
    """Return the middle of a picture, no side longer than `side`; edges and sides are multiples of `STEP`."""
    w, h = (min(length, side) // STEP * STEP for length in (width, height))
    return Box((width - w) // 2 // STEP * STEP, (height - h) // 2 // STEP * STEP, w, h)


def luma_of(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
    """Return the BT.601 luma of a box, in [0, 255]; only the box is converted, to spare memory."""
    part = rgb[box.y : box.y + box.h, box.x : box.x + box.w]
    out = np.float32(0.299) * part[..., 0]
    out += np.float32(0.587) * part[..., 1]
    out += np.float32(0.114) * part[..., 2]
    return out
