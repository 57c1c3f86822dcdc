"""The fingerprint of a sensor, estimated from many of its pictures.

Source: M. Chen, J. Fridrich, M. Goljan, J. Lukas, "Determining image origin and integrity using sensor noise",
IEEE TIFS 2008, doi:10.1109/TIFS.2007.916285 (maximum-likelihood estimate).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._prnu.frame import Box, central, luma_of
from detectors.image._prnu.residual import clean, intensity, residual

__all__ = ["LARGEST_SIDE", "Enrolment"]

LARGEST_SIDE = 4096
"""Longest side of the part of the frame that is kept, in pixels; bounds memory and the size of the file."""


class Enrolment:
    """The running sums of the estimate: one frame after the other, never more than one in memory.

    Args:
        width: Width of every frame, in pixels.
        height: Height of every frame.
    """

    def __init__(self, width: int, height: int) -> None:
        self.box: Box = central(width, height, LARGEST_SIDE)
        shape = (self.box.h, self.box.w)
        self._noise = np.zeros(shape, dtype=np.float32)
        self._light = np.ones(shape, dtype=np.float32)
        self.frames = 0

    def add(self, rgb: NDArray[np.uint8]) -> None:
        """Take one more frame, shape (height, width, 3)."""
        luma = luma_of(rgb, self.box)
        light = intensity(luma)
        self._noise += residual(luma) * light
        self._light += light * light
        self.frames += 1

    def fingerprint(self) -> NDArray[np.float16]:
        """Return the pattern, scaled to a standard deviation of 1."""
        pattern = clean(self._noise / self._light)
        spread = float(pattern.std())
        return (pattern / np.float32(spread or 1.0)).astype(np.float16)
