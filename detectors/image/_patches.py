"""Crops at native resolution, at random but repeatable places.

A score that sees whole pictures learns their dimensions; one that sees aligned blocks learns the grid of their
encoder. Square crops at random offsets show neither.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "SMALLEST", "take_crops"]

LARGEST = 256
"""Side of a crop in pixels, where the picture is large enough."""

SMALLEST = 128
"""Shortest side of a picture that can be measured, in pixels."""

_TRIES = 6
_FLATTEST = 2.0
_MOST_CLIPPED = 0.5


def take_crops(rgb: NDArray[np.uint8], *, count: int, seed: int = 0) -> tuple[NDArray[np.uint8], int]:
    """Return crops of a picture and how many of them carry any texture.

    Places are drawn evenly over the picture; where enough are drawn, flat and clipped ones give way to others,
    because an even sky holds no trace of its making. No place is taken twice.

    Args:
        rgb: Pixels, shape (height, width, 3), uint8, both sides at least `SMALLEST`.
        count: How many at most.
        seed: Where the random places start.

    Returns:
        The crops, shape (at most count, side, side, 3), uint8, textured ones first, the side a multiple of 8; and
        the number of textured ones.
    """
    height, width = rgb.shape[:2]
    side = min(height, width, LARGEST) // 8 * 8
    rng = np.random.default_rng(seed)
    tops = rng.integers(0, height - side + 1, count * _TRIES)
    lefts = rng.integers(0, width - side + 1, count * _TRIES)
    good: list[NDArray[np.uint8]] = []
    poor: list[NDArray[np.uint8]] = []
    for top, left in dict.fromkeys(zip(tops.tolist(), lefts.tolist(), strict=True)):
        crop = rgb[top : top + side, left : left + side]
        (good if _textured(crop) else poor).append(crop)
        if len(good) == count:
            break
    return np.stack((good + poor)[:count]), min(len(good), count)


def _textured(crop: NDArray[np.uint8]) -> bool:
    green = crop[::2, ::2, 1]
    clipped = ((green <= 2) | (green >= 253)).mean()
    return bool(green.std() >= _FLATTEST and clipped < _MOST_CLIPPED)
