"""Statistics of the 8x8 discrete cosine transform of luma and colour differences.

Generators shape high frequencies otherwise than lens, sensor and demosaicing do: their energy falls off differently
and their coefficients have other tails. The patches lie at random offsets, so that the block grid of an
earlier JPEG compression is met in every phase and cannot stand in for the label.

Source: Frank et al., "Leveraging frequency analysis for deep fake image recognition", ICML 2020,
arXiv:2003.08685; Giudice, Guarnera, Battiato, doi:10.3390/jimaging7080128.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, luma, opponent

__all__ = ["NAMES", "dct"]

_FREQUENCIES = [(u, v) for u in range(8) for v in range(u, 8) if (u, v) != (0, 0)]
_BANDS = range(1, 15)
NAMES = (
    *(f"dct.energy.{u}{v}" for u, v in _FREQUENCIES),
    *(f"dct.tail.{u}{v}" for u, v in _FREQUENCIES),
    *(f"dct.{plane}.{band}" for plane in ("rg", "bg") for band in _BANDS),
    *(f"dct.quiet.{band}" for band in _BANDS),
    "dct.level",
)


def dct(stack: Stack) -> NDArray[np.float32]:
    """Return relative energy and tail weight per frequency, of shape (n, 113).

    Frequencies (u, v) and (v, u) are averaged, so a 90° turn changes nothing but the alignment of the blocks.

    - `energy`: ln of the mean magnitude, less its mean over all frequencies; about -4 to 4.
    - `tail`: ln of root mean square over mean magnitude; 0 for a constant, 0.23 normal, 0.35 Laplacian.
    - `rg`, `bg`: ln of the mean magnitude of R - G and B - G by diagonal band, less that of luma.
    - `quiet`: share of luma coefficients below 0.5 grey levels by band, in [0, 1].
    - `level`: ln of the mean magnitude over all frequencies, in grey levels.
    """
    coefficients = np.abs(_blocks(luma(stack)))
    mean = coefficients.mean(axis=1)
    energy = _fold(logs(mean))
    spread = _fold(0.5 * logs((coefficients**2).mean(axis=1), 1e-6) - logs(mean))
    level = energy.mean(axis=1, keepdims=True)
    bands = _by_band(mean)
    colours = [logs(_by_band(np.abs(_blocks(plane)).mean(axis=1))) - logs(bands) for plane in opponent(stack)]
    quiet = _by_band((coefficients < 0.5).mean(axis=1, dtype=np.float32))
    return np.concatenate([energy - level, spread, *colours, quiet, level], axis=1)


def _blocks(planes: Planes) -> NDArray[np.float32]:
    """Return the orthonormal 8x8 transform of every block, shape (n, blocks, 8, 8)."""
    n, side, _ = planes.shape
    k = side // 8
    matrix = _matrix()
    cut = planes[:, : 8 * k, : 8 * k].reshape(n, k, 8, k, 8).transpose(0, 1, 3, 2, 4)
    rows = np.ascontiguousarray(cut).reshape(-1, 8) @ matrix.T
    turned = np.ascontiguousarray(rows.reshape(-1, 8, 8).transpose(0, 2, 1)).reshape(-1, 8) @ matrix.T
    return turned.reshape(n, k * k, 8, 8)


def _matrix() -> NDArray[np.float32]:
    u, x = np.mgrid[0:8, 0:8]
    matrix = np.cos((2 * x + 1) * u * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix.astype(np.float32), dtype=np.float32)


def _fold(square: NDArray[np.float32]) -> NDArray[np.float32]:
    both = (square + square.transpose(0, 2, 1)) / 2
    return np.stack([both[:, u, v] for u, v in _FREQUENCIES], axis=1)


def _by_band(square: NDArray[np.float32]) -> NDArray[np.float32]:
    u, v = np.mgrid[0:8, 0:8]
    return np.stack([square[:, u + v == band].mean(axis=1) for band in _BANDS], axis=1)
