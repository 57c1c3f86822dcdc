"""Spectra of residuals: radial shape, correlation up to 16 pixels, and how the channels' spectra differ.

Interpolation and upsampling layers correlate residuals; a decoder's noise is correlated over other distances than a
sensor's. Demosaicing and chroma subsampling give each channel its own fall towards high frequencies.

Power is averaged over four squares of 120 pixels (Welch), so that its mean does not depend on the size of the crop.
Peaks over their surroundings and coherences would, so they are not here.

Source: Corvi et al., doi:10.1109/ICASSP49357.2023.10095167 (residual spectra); Welch,
doi:10.1109/TAU.1967.1161901; McCloskey, Albright, doi:10.1109/ICIP.2019.8803661 (channels).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, opponent, second_difference

__all__ = ["NAMES", "spectrum"]

_SIDE = 120
_FAR = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
_LAGS = [*((0, k) for k in _FAR), *((k, k) for k in (1, 2, 3, 4, 6, 8)), (1, 2), (1, 3), (2, 4)]
_RINGS = 12
_PAIRS = ("rg", "bg")
NAMES = (
    *(f"spectrum.rg.ring.{i}" for i in range(_RINGS)),
    *(f"spectrum.rg.diagonal.{i}" for i in range(3)),
    *(f"spectrum.rg.lag.{x}.{y}" for x, y in _LAGS),
    *(f"spectrum.gain.{p}.{i}" for p in _PAIRS for i in range(_RINGS)),
)


def spectrum(stack: Stack) -> NDArray[np.float32]:
    """Return shape of the spectra, of shape (n, len(NAMES)).

    The first three are those of the 3x3 high-pass of R - G, the last that of the channels as they are. Rows and
    columns are averaged.

    - `ring`: ln of the power in twelve rings of frequency, less their mean.
    - `diagonal`: ln of the power along the diagonals over that along the axes, by third of the frequency range.
    - `lag.x.y`: autocorrelation at a distance of (x, y) pixels, in [-1, 1].
    - `gain`: ln of the power of R or B over that of G by ring.
    """
    power = _fold(_mean_power(_transforms(second_difference(opponent(stack)[0]))))
    return np.concatenate([_rings(power), _diagonals(power), _lags(power), _gains(stack)], axis=1)


def _mean_power(transforms: NDArray[np.complex64]) -> NDArray[np.float32]:
    return np.asarray((np.abs(transforms) ** 2).mean(axis=1), dtype=np.float32)


def _transforms(planes: Planes) -> NDArray[np.complex64]:
    """Return the half spectra of four squares under a Hann window, shape (n, 4, side, side // 2 + 1)."""
    from scipy import fft

    starts = np.rint(np.linspace(0, planes.shape[1] - _SIDE, 2)).astype(int)
    squares = np.stack([planes[:, y : y + _SIDE, x : x + _SIDE] for y in starts for x in starts], axis=1)
    window = np.hanning(_SIDE + 1)[:-1].astype(np.float32)
    flat = (squares - squares.mean(axis=(2, 3), keepdims=True)) * (window[:, None] * window)
    return np.asarray(fft.rfft2(flat, workers=1) / _SIDE, dtype=np.complex64)


def _fold(half: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one quadrant of a power spectrum, frequencies 0 to 1/2, symmetric under exchange of axes."""
    top = half[:, : _SIDE // 2 + 1]
    bottom = np.concatenate([half[:, :1], half[:, : _SIDE // 2 - 1 : -1]], axis=1)
    both = (top + bottom) / 2
    return np.asarray((both + both.transpose(0, 2, 1)) / 2, dtype=np.float32)


@lru_cache
def _polar() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    f = np.arange(_SIDE // 2 + 1) / _SIDE
    return np.hypot(f[:, None], f), np.arctan2(f[:, None] + 0 * f, f + 0 * f[:, None])


def _by_ring(power: NDArray[np.float32]) -> NDArray[np.float32]:
    which = np.minimum((_polar()[0] * 2 * _RINGS).astype(int), _RINGS).ravel()
    size = np.bincount(which)[:_RINGS]
    rows = [np.bincount(which, p.ravel())[:_RINGS] / size for p in power]
    return np.stack(rows).astype(np.float32)


def _rings(power: NDArray[np.float32]) -> NDArray[np.float32]:
    shape = logs(_by_ring(power), 1e-4)
    return np.asarray(shape - shape.mean(axis=1, keepdims=True), dtype=np.float32)


def _diagonals(power: NDArray[np.float32]) -> NDArray[np.float32]:
    radius, angle = _polar()
    oblique = np.abs(angle - np.pi / 4) < np.pi / 8
    columns = []
    for i in range(3):
        ring = (radius >= (i + 0.2) / 6) & (radius < (i + 1) / 6)
        columns.append(
            logs(power[:, ring & oblique].mean(axis=1), 1e-4)
            - logs(power[:, ring & ~oblique].mean(axis=1), 1e-4)
        )
    return np.stack(columns, axis=1)


def _lags(power: NDArray[np.float32]) -> NDArray[np.float32]:
    weights = _cosines()
    covariance = power.reshape(len(power), -1) @ weights
    return np.asarray(covariance[:, 1:] / np.maximum(covariance[:, :1], 1e-6), dtype=np.float32)


@lru_cache
def _cosines() -> NDArray[np.float32]:
    k = np.arange(_SIDE // 2 + 1)
    share = np.where((k == 0) | (k == _SIDE // 2), 1.0, 2.0) / _SIDE
    columns = []
    for y, x in ((0, 0), *_LAGS):
        along = [share * np.cos(2 * np.pi * k * d / _SIDE) for d in (y, x)]
        columns.append(np.outer(*along).ravel())
    return np.stack(columns, axis=1).astype(np.float32)


def _gains(stack: Stack) -> NDArray[np.float32]:
    red, green, blue = (
        logs(_by_ring(_fold(_mean_power(_transforms(stack[..., c].astype(np.float32))))), 1e-4)
        for c in range(3)
    )
    return np.concatenate([red - green, blue - green], axis=1)
