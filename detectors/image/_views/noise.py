"""How strong the noise is from place to place.

Reference: J. Immerkær, "Fast noise variance estimation", CVIU 64 (1996), doi:10.1006/cviu.1996.0060.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.image._views.drawing import greys
from detectors.image._views.sample import SIDE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["noise_levels", "noise_map"]

_LEAST = 0.1
_RANGE = (2, 98)  # percentiles that are drawn black and white


def noise_levels(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the standard deviation of the noise of each block, shape (n, m), in levels of 255.

    Args:
        luma: Blocks, shape (8 n, 8 m). Only their inner 6 x 6 pixels count, so no edge of a JPEG block does.
    """
    import numpy as np

    down, across = luma.shape[0] // SIDE, luma.shape[1] // SIDE
    blocks = luma.reshape(down, SIDE, across, SIDE).astype(np.int16)
    rows = blocks[:, :-2] - 2 * blocks[:, 1:-1] + blocks[:, 2:]
    both = rows[..., :-2] - 2 * rows[..., 1:-1] + rows[..., 2:]
    levels: NDArray[np.float32] = np.abs(both).mean(axis=(1, 3), dtype=np.float32)
    return levels * np.float32(np.sqrt(np.pi / 2) / 6)


def noise_map(luma: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float, float]:
    """Return the noise levels as grey, the median of 3 x 3 blocks taken, and the levels drawn black and white.

    The scale between them is logarithmic.
    """
    import numpy as np
    from scipy.ndimage import median_filter

    level = np.log2(np.maximum(median_filter(noise_levels(luma), 3), _LEAST))
    low, high = (float(value) for value in np.percentile(level, _RANGE))
    high = max(high, low + 1)
    return greys((level - low) / (high - low)), 2**low, 2**high
