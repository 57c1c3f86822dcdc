"""Co-occurrences of quantised residuals along lines and across colour channels.

How neighbouring residuals go together is written by demosaicing, denoising and sharpening in cameras, and by the
decoder in generators. Counting short runs of them is the core of the spatial rich model; counting the three channels
at one place is its colour version.

Source: Fridrich, Kodovský, doi:10.1109/TIFS.2012.2190402 (SRM); Goljan, Fridrich, Cogranne,
doi:10.1109/WIFS.2014.7084325 (colour); Cozzolino, Gragnaniello, Verdoliva, doi:10.1109/ICIP.2014.7026074.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, luma, second_difference

__all__ = ["NAMES", "cooccurrence"]

_FIXED = 3.0
"""Step of the fixed quantiser in grey levels of the residual."""


@lru_cache
def _classes(order: int, reach: int, *, mirrored: bool) -> tuple[NDArray[np.intp], int]:
    """Return the class of each code, codes that differ by sign (or reversal) sharing one, and how many there are."""
    seen: dict[tuple[int, ...], int] = {}
    table = []
    for code in product(range(-reach, reach + 1), repeat=order):
        alike = [code, tuple(-c for c in code)]
        if mirrored:
            alike += [a[::-1] for a in alike]
        table.append(seen.setdefault(min(alike), len(seen)))
    return np.array(table), len(seen)


_RUNS3 = _classes(3, 2, mirrored=True)[1]
_RUNS4 = _classes(4, 1, mirrored=True)[1]
_COLOURS = _classes(3, 2, mirrored=False)[1]
NAMES = (
    *(f"cooc.line2.{step}.{i}" for step in ("fixed", "own") for i in range(_RUNS3)),
    *(f"cooc.line3.{step}.{i}" for step in ("fixed", "own") for i in range(_RUNS3)),
    *(f"cooc.square.{step}.{i}" for step in ("fixed", "own") for i in range(_RUNS4)),
    *(f"cooc.colour.{i}" for i in range(_COLOURS)),
)


def cooccurrence(stack: Stack) -> NDArray[np.float32]:
    """Return frequencies of residual patterns, of shape (n, len(NAMES)), each in [0, 1].

    Rows and columns are counted together and patterns that differ by sign or reversal share a bin, so a 90° turn
    changes nothing. `fixed` divides by 3 grey levels, `own` by the patch's own mean magnitude.

    - `line2`, `line3`: runs of three second or third differences, truncated at ±2.
    - `square`: runs of four values of the 3x3 high-pass, truncated at ±1.
    - `colour`: the third difference of R, G and B at one place, truncated at ±2.
    """
    grey = luma(stack)
    parts: list[NDArray[np.float32]] = []
    for residual in (_second, _third):
        along = [residual(grey), residual(grey.transpose(0, 2, 1))]
        parts += [_runs(along, step, 3, 2) for step in (None, _own(*along))]
    square = second_difference(grey)
    both = [square, square.transpose(0, 2, 1)]
    parts += [_runs(both, step, 4, 1) for step in (None, _own(square))]
    parts.append(_colours(stack))
    return np.concatenate(parts, axis=1)


def _second(planes: Planes) -> Planes:
    return planes[:, :, :-2] - 2 * planes[:, :, 1:-1] + planes[:, :, 2:]


def _third(planes: Planes) -> Planes:
    return planes[:, :, 3:] - 3 * planes[:, :, 2:-1] + 3 * planes[:, :, 1:-2] - planes[:, :, :-3]


def _own(*residuals: Planes) -> NDArray[np.float32]:
    means = [np.abs(r).mean(axis=(1, 2), keepdims=True) for r in residuals]
    return np.asarray(np.maximum(np.mean(means, axis=0), np.float32(0.25)), dtype=np.float32)


def _runs(
    residuals: list[Planes], step: NDArray[np.float32] | None, order: int, reach: int
) -> NDArray[np.float32]:
    counts: NDArray[np.float32] | None = None
    for residual in residuals:
        levels = _quantise(residual, step, reach)
        width = levels.shape[2] - order + 1
        codes = levels[:, :, :width].copy()
        for i in range(1, order):
            codes = codes * (2 * reach + 1) + levels[:, :, i : i + width]
        found = _histogram(codes, order, reach, mirrored=True)
        counts = found if counts is None else counts + found
    assert counts is not None
    return np.asarray(counts / len(residuals), dtype=np.float32)


def _colours(stack: Stack) -> NDArray[np.float32]:
    planes = [stack[..., c].astype(np.float32) for c in range(3)]
    step = _own(_third(planes[1]), _third(planes[1].transpose(0, 2, 1)))
    found = []
    for turned in (False, True):
        red, green, blue = (_quantise(_third(p.transpose(0, 2, 1) if turned else p), step, 2) for p in planes)
        found.append(_histogram((red * 5 + green) * 5 + blue, 3, 2, mirrored=False))
    return np.asarray((found[0] + found[1]) / 2, dtype=np.float32)


def _quantise(residual: Planes, step: NDArray[np.float32] | None, reach: int) -> NDArray[np.int16]:
    scaled = residual / (np.float32(_FIXED) if step is None else step)
    return np.asarray((np.clip(np.rint(scaled), -reach, reach) + reach).astype(np.int16), dtype=np.int16)


def _histogram(codes: NDArray[np.int16], order: int, reach: int, *, mirrored: bool) -> NDArray[np.float32]:
    table, size = _classes(order, reach, mirrored=mirrored)
    rows = [
        np.bincount(table, weights=np.bincount(c.ravel(), minlength=len(table)), minlength=size) / c.size
        for c in codes
    ]
    return np.stack(rows).astype(np.float32)
