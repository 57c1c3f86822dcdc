"""The frequencies of the fine structure, averaged over squares of the picture.

Reference: F. Marra et al., "Do GANs leave artificial fingerprints?", MIPR 2019, doi:10.1109/MIPR.2019.00103 (the
averaged residual); A. C. Popescu, H. Farid, "Exposing digital forgeries by detecting traces of resampling", IEEE TSP
53 (2005), doi:10.1109/TSP.2004.839932 (peaks after a change of size).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.image._views.drawing import greys
from detectors.image._views.sample import luma_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LEAST", "log_power", "spectrum"]

LEAST = 128
"""Least side in pixels."""

_SIDE = 512
_ROWS = 3
_FRAME, _TICK = 8, 3


def log_power(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the logarithm of the mean power of the residual, frequency 0 in the middle, shape (side, side).

    The residual is luma less the mean of 3 x 3 pixels; at most nine squares of 512 pixels spread over the picture
    are windowed (Hann) and averaged.

    Args:
        rgb: Pixels, shape (height, width, 3), at least 128 a side.
    """
    import numpy as np
    from scipy.fft import fft2, fftshift
    from scipy.ndimage import uniform_filter

    side = min(_SIDE, *(length // 2 * 2 for length in rgb.shape[:2]))
    window = np.hanning(side).astype(np.float32)
    weights = window[:, None] * window
    total = np.zeros((side, side), dtype=np.float32)
    for y in _starts(rgb.shape[0], side):
        for x in _starts(rgb.shape[1], side):
            luma = luma_of(np.ascontiguousarray(rgb[y : y + side, x : x + side])).astype(np.float32)
            residual = luma - uniform_filter(luma, 3)
            total += np.abs(fft2((residual - residual.mean()) * weights)) ** 2
    power: NDArray[np.float32] = np.log(fftshift(total) + np.float32(1e-3))
    return power


def spectrum(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the spectrum as grey, in a frame with ticks at the frequencies of JPEG's blocks (every 1/8)."""
    import numpy as np

    power = log_power(rgb)
    low, high = np.percentile(power, (1, 99.9))
    grey = np.pad(greys((power - low) / max(float(high - low), 1e-6)), _FRAME)
    for step in range(9):
        at = _FRAME + min(step * power.shape[0] // 8, power.shape[0] - 1)
        for edge in (slice(_FRAME - _TICK, _FRAME), slice(-_FRAME, _TICK - _FRAME)):
            grey[edge, at] = grey[at, edge] = 255
    return grey


def _starts(length: int, side: int) -> list[int]:
    count = max(1, min(_ROWS, length // side))
    return [
        (length - side) * at // max(1, count - 1) if count > 1 else (length - side) // 2
        for at in range(count)
    ]
