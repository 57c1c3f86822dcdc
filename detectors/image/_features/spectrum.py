"""Spectra of residuals: lattice peaks, radial shape, short-range correlation, traces of interpolation.

Upsampling layers leave energy at fractions of the sampling frequency; interpolation makes the variance of the
residual periodic; a decoder's noise is correlated over other distances than a sensor's.

Source: Bammey, "Synthbuster", doi:10.1109/OJSP.2023.3337714 (cross difference); Corvi et al.,
doi:10.1109/ICASSP49357.2023.10095167 (residual spectra); Gallagher, doi:10.1109/CRV.2005.33 (interpolation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, luma, opponent, second_difference

__all__ = ["NAMES", "spectrum"]

_LATTICE = [(k, m) for k in range(5) for m in range(k, 5) if (k, m) != (0, 0)]
_LAGS = [(k, m) for k in range(5) for m in range(k, 5) if (k, m) != (0, 0)]
_RINGS = 12
_MAPS = ("luma", "cross", "rg")
NAMES = (
    *(f"spectrum.{m}.lattice.{u}{v}" for m in _MAPS for u, v in _LATTICE),
    *(f"spectrum.{m}.ring.{i}" for m in _MAPS for i in range(_RINGS)),
    *(f"spectrum.{m}.diagonal.{i}" for m in _MAPS for i in range(3)),
    *(f"spectrum.{m}.lag.{x}{y}" for m in _MAPS for x, y in _LAGS),
    *(f"spectrum.interpolation.{i}" for i in range(4)),
)


def spectrum(stack: Stack) -> NDArray[np.float32]:
    """Return shape of the residual spectra, of shape (n, len(NAMES)).

    The maps are the 3x3 high-pass of luma and of R - G, and the magnitude of the cross difference of luma. Rows and
    columns are averaged: a 90° turn changes nothing but which border is left out.

    - `lattice.uv`: ln of the power at (u/8, v/8) of the sampling frequency over that around it; 0 without a peak.
    - `ring`: ln of the power in twelve rings of frequency, less their mean.
    - `diagonal`: ln of the power along the diagonals over that along the axes, by third of the frequency range.
    - `lag.xy`: autocorrelation at a distance of (x, y) pixels, in [-1, 1].
    - `interpolation`: ln of the highest peaks over the median in the spectrum of the second difference's mean
      magnitude by column and row, and where they lie, in cycles per pixel.
    """
    grey = luma(stack)
    maps = [second_difference(grey), _cross(grey), second_difference(opponent(stack)[0])]
    powers = [_power(m) for m in maps]
    parts = [_lattice(p) for p in powers] + [_rings(p) for p in powers] + [_diagonals(p) for p in powers]
    parts += [_lags(p) for p in powers] + [_interpolation(grey)]
    return np.concatenate(parts, axis=1)


def _cross(planes: Planes) -> Planes:
    diagonal = planes[:, :-1, :-1] + planes[:, 1:, 1:] - planes[:, :-1, 1:] - planes[:, 1:, :-1]
    return np.asarray(np.abs(diagonal), dtype=np.float32)


def _power(residual: Planes) -> NDArray[np.float32]:
    """Return the power spectrum under a Hann window, side a multiple of 8, symmetric under exchange of axes."""
    from scipy import fft

    side = residual.shape[1] // 8 * 8
    cut = residual[:, :side, :side]
    window = np.hanning(side).astype(np.float32)
    flat = (cut - cut.mean(axis=(1, 2), keepdims=True)) * window[:, None] * window
    power = np.abs(fft.fft2(flat, workers=1)).astype(np.float32) ** 2 / side**2
    mirrored = np.roll(power[:, :, ::-1], 1, axis=2)
    power = (power + mirrored) / 2
    return np.asarray((power + power.transpose(0, 2, 1)) / 2, dtype=np.float32)


def _lattice(power: NDArray[np.float32]) -> NDArray[np.float32]:
    side = power.shape[1]
    columns = []
    for u, v in _LATTICE:
        y, x = u * side // 8, v * side // 8
        rows, cols = np.arange(y - 4, y + 5) % side, np.arange(x - 4, x + 5) % side
        near = power[:, rows][:, :, cols]
        peak = near[:, 3:6, 3:6].max(axis=(1, 2))
        around = (near.sum(axis=(1, 2)) - near[:, 2:7, 2:7].sum(axis=(1, 2))) / 56
        columns.append(logs(peak, 1e-4) - logs(around, 1e-4))
    return np.stack(columns, axis=1)


def _radius(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    f = np.minimum(np.arange(side), side - np.arange(side)) / side
    return np.hypot(f[:, None], f), np.arctan2(f[:, None] + 0 * f, f + 0 * f[:, None])


def _rings(power: NDArray[np.float32]) -> NDArray[np.float32]:
    radius, _ = _radius(power.shape[1])
    which = np.minimum((radius * 2 * _RINGS).astype(int), _RINGS)
    rings = np.stack([power[:, which == i].mean(axis=1) for i in range(_RINGS)], axis=1)
    shape = logs(rings, 1e-4)
    return np.asarray(shape - shape.mean(axis=1, keepdims=True), dtype=np.float32)


def _diagonals(power: NDArray[np.float32]) -> NDArray[np.float32]:
    radius, angle = _radius(power.shape[1])
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
    from scipy import fft

    covariance = fft.ifft2(power, workers=1).real
    whole = np.maximum(covariance[:, 0, 0], 1e-6)
    return np.stack([covariance[:, y, x] / whole for y, x in _LAGS], axis=1).astype(np.float32)


def _interpolation(grey: Planes) -> NDArray[np.float32]:
    from scipy import fft

    columns = []
    for planes in (grey, grey.transpose(0, 2, 1)):
        second = np.abs(planes[:, :, :-2] - 2 * planes[:, :, 1:-1] + planes[:, :, 2:])
        line = second.mean(axis=1)
        heights = np.abs(fft.rfft(line - line.mean(axis=1, keepdims=True), axis=1, workers=1))[:, 8:]
        middle = np.median(heights, axis=1)
        best = heights.argmax(axis=1)
        columns.append(np.stack([
            logs(heights.max(axis=1)) - logs(middle), ((best + 8) / line.shape[1]).astype(np.float32)
        ], axis=1))  # fmt: skip
    both = np.stack(columns)
    return np.concatenate([both.max(axis=0), both.min(axis=0)], axis=1).astype(np.float32)
