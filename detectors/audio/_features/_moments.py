"""Moments of columns that stay finite on constant and empty input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["correlation", "moments"]


def moments(rows: NDArray[np.floating], *, highest: int = 3) -> list[NDArray[np.float64]]:
    """Return mean, standard deviation, skewness and excess kurtosis of each column, as far as `highest` says.

    Args:
        rows: Shape (n, k); zeros are returned for n = 0.
        highest: 1 to 4.
    """
    if len(rows) == 0:
        return [np.zeros(rows.shape[1])] * highest
    wide = rows.astype(np.float64)
    mean = wide.mean(axis=0)
    apart = wide - mean
    variance = np.square(apart).mean(axis=0)
    spread = np.sqrt(variance)
    unit = apart / np.maximum(spread, 1e-6)
    # Products, for numpy's power is ten times as slow.
    square = unit * unit
    found = [mean, spread, (square * unit).mean(axis=0), (square * square).mean(axis=0) - 3]
    return found[:highest]


def correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the correlation of equally named columns of two tables, 0 where one is constant."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    norm = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    return np.asarray((a * b).sum(axis=0) / np.maximum(norm, 1e-9))
