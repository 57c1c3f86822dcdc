"""Co-occurrences of quantised residuals along lines.

How neighbouring residuals go together is written by demosaicing, denoising and sharpening in cameras, and by the
decoder in generators. Counting short runs of them is the core of the spatial rich model.

Source: Fridrich, Kodovský, doi:10.1109/TIFS.2012.2190402 (SRM); Cozzolino, Gragnaniello, Verdoliva,
doi:10.1109/ICIP.2014.7026074.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, luma, opponent

__all__ = ["NAMES", "cooccurrence"]

_REACH = 2
_LEVELS = 2 * _REACH + 1


def _classes() -> tuple[NDArray[np.intp], int]:
    """Return the class of each run of three, runs that differ by sign or reversal sharing one, and their number."""
    seen: dict[tuple[int, ...], int] = {}
    table = []
    for a, b, c in product(range(-_REACH, _REACH + 1), repeat=3):
        alike = [(a, b, c), (-a, -b, -c), (c, b, a), (-c, -b, -a)]
        table.append(seen.setdefault(min(alike), len(seen)))
    return np.array(table), len(seen)


_TABLE, _SIZE = _classes()
_PLANES = ("luma", "rg", "bg", "half")
NAMES = tuple(f"cooc.{plane}.{i}" for plane in _PLANES for i in range(_SIZE))


def cooccurrence(stack: Stack) -> NDArray[np.float32]:
    """Return frequencies of runs of three second differences, of shape (n, 156), each in [0, 1].

    Of luma, R - G, B - G, and luma at half the size. The differences are divided by their own mean magnitude and
    truncated at ±2. Rows and columns are counted together and runs that differ by sign or reversal share a bin,
    so a 90° turn changes nothing.
    """
    return np.concatenate([_runs(p) for p in (luma(stack), *opponent(stack), _half(luma(stack)))], axis=1)


def _half(planes: Planes) -> Planes:
    return np.asarray(
        (planes[:, 0::2, 0::2] + planes[:, 1::2, 0::2] + planes[:, 0::2, 1::2] + planes[:, 1::2, 1::2]) / 4,
        dtype=np.float32,
    )


def _runs(planes: Planes) -> NDArray[np.float32]:
    along = [_second(planes), _second(planes.transpose(0, 2, 1))]
    means = [np.abs(r).mean(axis=(1, 2), keepdims=True) for r in along]
    step = np.maximum((means[0] + means[1]) / 2, np.float32(0.25))
    return np.asarray(sum(_histogram(r / step) for r in along) / 2, dtype=np.float32)


def _second(planes: Planes) -> Planes:
    return planes[:, :, :-2] - 2 * planes[:, :, 1:-1] + planes[:, :, 2:]


def _histogram(scaled: Planes) -> NDArray[np.float64]:
    levels = (np.clip(np.rint(scaled), -_REACH, _REACH) + _REACH).astype(np.int16)
    codes = (levels[:, :, :-2] * _LEVELS + levels[:, :, 1:-1]) * _LEVELS + levels[:, :, 2:]
    counts = [np.bincount(c.ravel(), minlength=len(_TABLE)) / c.size for c in codes]
    return np.stack([np.bincount(_TABLE, weights=c, minlength=_SIZE) for c in counts])
