"""The sample of a picture that the views are computed from: whole blocks at their native resolution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SIDE", "luma_of", "mosaic", "stride_of"]

SIDE = 8
"""Side of a block in pixels: that of JPEG's blocks, and on the same grid."""

_MOST_PIXELS = 3_200_000


def stride_of(height: int, width: int) -> int:
    """Return n where one block in each n x n is taken: 1 up to 3.2 megapixels, 2 up to 12.8 and so on."""
    return max(1, math.ceil(math.sqrt(height * width / _MOST_PIXELS)))


def mosaic(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the sampled blocks side by side, shape (8 n, 8 m, 3), uint8.

    Args:
        rgb: Pixels, shape (height, width, 3), at least one block.
    """
    import numpy as np

    stride = stride_of(*rgb.shape[:2])
    down, across = rgb.shape[0] // SIDE, rgb.shape[1] // SIDE
    blocks = rgb[: down * SIDE, : across * SIDE].reshape(down, SIDE, across, SIDE, 3)[::stride, :, ::stride]
    return np.ascontiguousarray(blocks).reshape(blocks.shape[0] * SIDE, blocks.shape[2] * SIDE, 3)


def luma_of(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return BT.601 luma, rounded, shape (height, width)."""
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).convert("L"))
