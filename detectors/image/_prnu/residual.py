"""The noise of a picture: what a wavelet Wiener filter takes away, cleaned of what all cameras share.

Sources: M. K. Mihcak, I. Kozintsev, K. Ramchandran, "Spatially adaptive statistical modeling of wavelet image
coefficients and its application to denoising", ICASSP 1999, doi:10.1109/ICASSP.1999.757535; M. Chen, J. Fridrich,
M. Goljan, J. Lukas, "Determining image origin and integrity using sensor noise", IEEE TIFS 2008,
doi:10.1109/TIFS.2007.916285.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter

from detectors.image._prnu.wavelet import decompose, recompose

__all__ = ["clean", "intensity", "residual"]

Plane = NDArray[np.float32]

_NOISE = 9.0
"""Variance of the noise that the filter expects, in squared grey levels."""

_WINDOWS = (3, 5, 7, 9)
_SATURATED = 250.0


def residual(luma: Plane) -> Plane:
    """Return the noise of a picture, in grey levels, same shape.

    Args:
        luma: Grey levels in [0, 255]; height and width multiples of `wavelet.STEP`.
    """
    noise = [(_noise_of(flat), _noise_of(steep), _noise_of(both)) for flat, steep, both in decompose(luma)]
    return clean(recompose(noise))


def intensity(luma: Plane) -> Plane:
    """Return how strongly each pixel shows the sensor's pattern: its grey level, and 0 where it is saturated."""
    return np.where(luma < _SATURATED, luma, np.float32(0))


def clean(noise: Plane) -> Plane:
    """Return the noise without what is the same in whole rows and columns, and without peaks of its spectrum.

    Demosaicing, row-wise read-out and the grid of JPEG leave those in cameras of one model alike.
    """
    noise = noise.copy()
    for y in (0, 1):
        for x in (0, 1):
            part = noise[y::2, x::2]
            part -= part.mean(axis=0, keepdims=True)
            part -= part.mean(axis=1, keepdims=True)
    spectrum = fft.rfft2(noise)
    strength = np.abs(spectrum) / np.float32(np.sqrt(noise.size))
    variance = float(noise.var())
    if variance > 0:
        spectrum *= _noise_of(strength, variance) / np.maximum(strength, np.float32(1e-9))
    left: Plane = fft.irfft2(spectrum, s=noise.shape, overwrite_x=True)
    return left


def _noise_of(band: Plane, variance: float = _NOISE) -> Plane:
    """Return the share of each coefficient that its surroundings explain as noise of `variance`."""
    squares = band * band
    least = uniform_filter(squares, _WINDOWS[0], mode="nearest")
    for window in _WINDOWS[1:]:
        np.minimum(least, uniform_filter(squares, window, mode="nearest"), out=least)
    signal = np.maximum(least - np.float32(variance), np.float32(0))
    share: Plane = np.float32(variance) / (signal + np.float32(variance))
    return band * share
