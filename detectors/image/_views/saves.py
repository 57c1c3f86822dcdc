"""What a further save as JPEG changes: error level analysis and JPEG ghosts.

References: N. Krawetz, "A Picture's Worth", Black Hat 2007 (error level analysis). H. Farid, "Exposing digital
forgeries from JPEG ghosts", IEEE TIFS 4 (2009), doi:10.1109/TIFS.2008.2012215.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from detectors.image._quantisation import libjpeg_tables
from detectors.image._views.drawing import greys
from detectors.image._views.sample import SIDE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ELA_QUALITY", "GHOST_QUALITIES", "error_level", "ghosts"]

ELA_QUALITY = 90
"""Quality of the one save that error levels are taken from."""
GHOST_QUALITIES = (50, 60, 70, 80, 90, 95)
"""Qualities that ghosts are drawn for."""

_ELA_CELL = 4
_BRIGHTEST = 99.5  # percentile that is drawn white
_LEAST_GAIN, _MOST_GAIN = 5, 60
_SMOOTH = 3
_LEAST_SPAN = 0.25


def error_level(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """Return the greatest difference of the three colours to one save at quality 90, and how it was amplified.

    Args:
        pixels: Blocks, shape (8 n, 8 m, 3). Saved without chroma subsampling, so that no block touches another.

    Returns:
        Means of 4 x 4 pixels, shape (2 n, 2 m), uint8, and the factor that makes the brightest of them white.
    """
    import numpy as np
    from PIL import Image, ImageChops

    picture, held = Image.fromarray(pixels), io.BytesIO()
    picture.save(held, "JPEG", quality=ELA_QUALITY, subsampling=0)
    red, green, blue = ImageChops.difference(picture, Image.open(held).convert("RGB")).split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    wide = largest.point(
        [min(255, _LEAST_GAIN * level) for level in range(256)]
    )  # keeps fractions of a level
    means = np.asarray(wide.reduce(_ELA_CELL)).astype(np.float32) / _LEAST_GAIN
    gain = int(np.clip(255 / max(float(np.percentile(means, _BRIGHTEST)), 1), _LEAST_GAIN, _MOST_GAIN))
    return greys(means * (gain / 255)), gain


def ghosts(luma: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return the squared difference to a save at each quality, by block, scaled by the range over all qualities.

    The difference is taken between cosine coefficients and their nearest multiples in libjpeg's table of that
    quality, which is what the save does to them (Parseval), but for rounding to whole levels.

    Args:
        luma: Blocks, shape (8 n, 8 m).

    Returns:
        One drawing a quality, shape (n, m), uint8: black where that save changes least.
    """
    import numpy as np
    from scipy.ndimage import uniform_filter

    coefficients = _coefficients(luma)
    shape = luma.shape[0] // SIDE, luma.shape[1] // SIDE
    levels = []
    for quality in GHOST_QUALITIES:
        table = np.array(libjpeg_tables(quality)[0], dtype=np.float32)
        lost = coefficients / table
        lost -= np.rint(lost)
        lost *= table
        squared = np.einsum("ij,ij->i", lost, lost).reshape(shape) / SIDE**2
        levels.append(uniform_filter(squared, _SMOOTH))
    low, high = np.minimum.reduce(levels), np.maximum.reduce(levels)
    span = np.maximum(high - low, _LEAST_SPAN)  # a flat place changes by less than that at any quality
    return [greys((level - low) / span) for level in levels]


def _coefficients(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the orthonormal cosine coefficients of each block, shape (blocks, 64), the mean shifted by 128."""
    import numpy as np
    from scipy.fft import dct

    down, across = luma.shape[0] // SIDE, luma.shape[1] // SIDE
    blocks = luma.reshape(down, SIDE, across, SIDE).swapaxes(1, 2).reshape(-1, SIDE * SIDE)
    matrix = dct(np.eye(SIDE), axis=0, norm="ortho")
    both = np.kron(matrix, matrix).T.astype(np.float32)
    return (blocks.astype(np.float32) - 128) @ both
