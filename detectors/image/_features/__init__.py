"""Features of picture patches for the synthesis score: pure functions of pixels.

Each module is one family: a function from a stack of patches (n, side, side, 3) to (n, k) numbers, and `NAMES` that
says what the k are. None of them sees dimensions, container, compression tables or metadata of the file. What does not
help on sources that the model has not seen was deleted (docs/research/image-synthesis.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features import cooccurrence, dct, magnitude, spectrum, texture
from detectors.image._features._planes import Stack

__all__ = ["FAMILIES", "NAMES", "extract"]

FAMILIES = {
    "dct": (dct.dct, dct.NAMES),
    "cooccurrence": (cooccurrence.cooccurrence, cooccurrence.NAMES),
    "spectrum": (spectrum.spectrum, spectrum.NAMES),
    "texture": (texture.texture, texture.NAMES),
    "magnitude": (magnitude.magnitude, magnitude.NAMES),
}
"""Function and feature names of each family, in the order of the columns."""

NAMES: tuple[str, ...] = tuple(name for _, names in FAMILIES.values() for name in names)
"""Name of every column that `extract` returns."""


def extract(stack: Stack) -> NDArray[np.float32]:
    """Return all features of all patches, of shape (n, len(NAMES)).

    Args:
        stack: Patches of one size, shape (n, side, side, 3), uint8; the side a multiple of 8 and at least 128.
    """
    return np.concatenate([function(stack) for function, _ in FAMILIES.values()], axis=1)
