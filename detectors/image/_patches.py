"""Patches of one size at native resolution, at random but repeatable places.

A score that sees whole pictures learns their dimensions; one that sees aligned blocks learns the grid of their
encoder. Patches of 128 pixels at random offsets show neither.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["GROUP", "GROUPS", "SIDE", "group_means", "take_patches"]

SIDE = 128
"""Side of a patch in pixels."""

GROUP = 4
"""Patches whose features are averaged before they are scored."""

GROUPS = 2
"""Groups that vote on one version of a picture."""

_TRIES = 3
_FLATTEST = 2.0
_MOST_CLIPPED = 0.5


def take_patches(
    rgb: NDArray[np.uint8], *, count: int = GROUP * GROUPS, seed: int = 0
) -> tuple[NDArray[np.uint8], int]:
    """Return patches of a picture and how many of them carry any texture.

    Places are drawn evenly over the picture; where enough are drawn, flat and clipped ones give way to others,
    because an even sky holds no trace of its making.

    Args:
        rgb: Pixels, shape (height, width, 3), uint8, both sides at least `SIDE`.
        count: How many.
        seed: Where the random places start.

    Returns:
        The patches, shape (count, SIDE, SIDE, 3), uint8, textured ones first; and the number of those.
    """
    height, width = rgb.shape[:2]
    rng = np.random.default_rng(seed)
    tops = rng.integers(0, height - SIDE + 1, count * _TRIES)
    lefts = rng.integers(0, width - SIDE + 1, count * _TRIES)
    good: list[NDArray[np.uint8]] = []
    poor: list[NDArray[np.uint8]] = []
    for top, left in zip(tops, lefts, strict=True):
        patch = rgb[top : top + SIDE, left : left + SIDE]
        (good if _textured(patch) else poor).append(patch)
        if len(good) == count:
            break
    return np.stack((good + poor)[:count]), min(len(good), count)


def group_means(
    stack: NDArray[np.uint8], extract: Callable[[NDArray[np.uint8]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the features of a stack averaged over groups of `GROUP`, of shape (len(stack) // GROUP, features).

    Patches are dealt out in turn, so that each group holds textured and flat ones alike.
    """
    features = extract(stack)
    groups = len(stack) // GROUP
    return np.stack([features[i::groups][:GROUP].mean(axis=0) for i in range(groups)])


def _textured(patch: NDArray[np.uint8]) -> bool:
    green = patch[::2, ::2, 1]
    clipped = ((green <= 2) | (green >= 253)).mean()
    return bool(green.std() >= _FLATTEST and clipped < _MOST_CLIPPED)
