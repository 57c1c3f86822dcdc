"""How far a copy reaches, and how well it agrees with its source pixel by pixel.

Matched corners say that two places are alike; so are two windows of one house. A copy agrees beyond that: the grain
between the edges, which no two photographed things share, is the same in both places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from detectors.image._copymove.transforms import Movement

__all__ = ["Grain", "extent_of", "grain_of", "moved_mask"]

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

_WINDOW = 9
_ALIKE, _RATHER = 0.85, 0.6  # correlations of a window with its copy: to begin with, and to go on
_NOISE = 4.0  # variance in grey levels squared, under which a window is flat
_OUTSIDE = -1e3
_GROWN = 96  # pixels around the matched places in which the copy is followed
_MOST = 200  # pixels around the middle of the matched places in which grain is compared
_LEAST_VARIANCE = 1.0  # of the grain of a window in grey levels squared: below it nothing is left to compare
_LEAST_PLACES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """Correlation of the finest detail of a copy with that of its source, over windows of 9 x 9 pixels."""

    middle: float
    """Median."""
    low: float
    """Value that four windows in five exceed."""


def extent_of(smooth: Floats, movement: Movement) -> Mask:
    """Return where the source of a movement is, as a mask of the picture.

    Args:
        smooth: The picture in grey, lightly blurred.
        movement: From `find_movements`.
    """
    source = np.zeros(smooth.shape, dtype=bool)
    rows, columns = box = _around(smooth.shape, movement.a)
    part = smooth[box]
    other = _moved(smooth, movement, box)
    alike = _correlation(part, other)
    difference = ndimage.uniform_filter((part - other) ** 2, _WINDOW)
    origin = np.array([columns.start, rows.start])
    at = np.clip(np.round(movement.a).astype(int) - origin, 0, np.array(part.shape[::-1]) - 1)
    sure = _holding(ndimage.binary_closing(alike > _ALIKE, iterations=2), at, 1)
    if sure.any():
        most = max(1.0, 2 * float(np.median(difference[sure])))
        same = (alike > _RATHER) & (difference < 4 * most)
        same |= (difference < most) & _hull(part.shape, movement.a - origin)
        whole = _holding(ndimage.binary_closing(same | sure, iterations=3), at, max(2, len(at) // 10))
        source[box] = ndimage.binary_fill_holes(whole)
    return source


def moved_mask(source: Mask, movement: Movement) -> Mask:
    """Return where the copy is, from where the source is."""
    slope = 1 / complex(movement.p, movement.q)
    shift = -slope * complex(movement.u, movement.v)
    copy: Mask = ndimage.affine_transform(
        source.astype(np.uint8), _matrix(slope), offset=(shift.imag, shift.real), order=0, prefilter=False
    ).astype(bool)
    return copy


def grain_of(luma: Floats, grey: Floats, movement: Movement, source: Mask) -> Grain | None:
    """Return how well the grain of a copy agrees with that of its source, or None where there is none to compare.

    Plain shifts are compared at full size, where the grain is; others at working size, because turning and scaling
    has blurred the finest detail anyway.

    Args:
        luma: The picture at full size.
        grey: The same at working size.
        movement: In pixels of `grey`.
        source: From `extent_of`.
    """
    pairs = (
        _full_size(luma, grey, movement, source) if movement.plain else _working_size(grey, movement, source)
    )
    if pairs is None:
        return None
    one, other, inside = pairs
    va, vb, both = (ndimage.uniform_filter(p, _WINDOW) for p in (one * one, other * other, one * other))
    held = inside & (va > _LEAST_VARIANCE) & (vb > _LEAST_VARIANCE)
    if held.sum() < _LEAST_PLACES:
        return None
    agreement = both[held] / np.sqrt(va[held] * vb[held])
    low, middle = np.percentile(agreement, [20, 50])
    return Grain(middle=float(middle), low=float(low))


def _working_size(grey: Floats, movement: Movement, source: Mask) -> tuple[Floats, Floats, Mask] | None:
    box = _around(grey.shape, movement.a)
    other = _moved(grey, movement, box)
    inside = ndimage.binary_erosion(source[box], iterations=3) & (other > _OUTSIDE / 2)
    one, other = (_grain(ndimage.gaussian_filter(x, 0.5)) for x in (grey[box], other))
    return one, other, inside


def _full_size(
    luma: Floats, grey: Floats, movement: Movement, source: Mask
) -> tuple[Floats, Floats, Mask] | None:
    """Return grain of source and copy around the matched places, at the whole-pixel shift where they agree best."""
    height, width = luma.shape
    step = height / grey.shape[0], width / grey.shape[1]
    shift = round(movement.v * step[0]), round(movement.u * step[1])
    reach = int(np.ceil(0.8 * max(step)))
    middle = np.median(movement.a, axis=0)[::-1]
    lines = []
    for axis, side in enumerate((height, width)):
        held = np.flatnonzero(source.any(axis=1 - axis))
        if not len(held):
            return None
        centre = int(middle[axis] * step[axis])
        first = max(int(held[0] * step[axis]), centre - _MOST, 0, reach - shift[axis])
        last = min(int((held[-1] + 1) * step[axis]), centre + _MOST, side, side - reach - shift[axis])
        if last - first < 2 * _WINDOW:
            return None
        lines.append(np.arange(first, last))
    y, x = lines
    inside = ndimage.binary_erosion(source, iterations=2)[
        np.ix_((y / step[0]).astype(int), (x / step[1]).astype(int))
    ]
    one = _grain(luma[y[0] : y[-1] + 1, x[0] : x[-1] + 1])
    top, left = y[0] + shift[0] - reach, x[0] + shift[1] - reach
    wide = _grain(luma[top : top + len(y) + 2 * reach, left : left + len(x) + 2 * reach])
    best, found = -2.0, one
    for dy in range(2 * reach + 1):
        for dx in range(2 * reach + 1):
            other = wide[dy : dy + len(y), dx : dx + len(x)]
            agreement = float((one * other)[inside].sum() / np.sqrt((other * other)[inside].sum() + 1e-6))
            if agreement > best:
                best, found = agreement, other
    return one, found, inside


def _grain(grey: Floats) -> Floats:
    fine: Floats = grey - ndimage.gaussian_filter(grey, 1.5, truncate=2.5)
    return fine


def _around(shape: tuple[int, ...], at: Floats) -> tuple[slice, slice]:
    low, high = at.min(axis=0), at.max(axis=0)
    grown = _GROWN + (high - low) / 2
    first = np.maximum(low - grown, 0).astype(int)
    last = np.minimum(high + grown, np.array(shape[::-1])).astype(int)
    return slice(first[1], last[1]), slice(first[0], last[0])


def _moved(grey: Floats, movement: Movement, box: tuple[slice, slice]) -> Floats:
    """Return, for each place of the box, what is where the movement takes it."""
    slope = complex(movement.p, movement.q)
    shift = slope * complex(box[1].start, box[0].start) + complex(movement.u, movement.v)
    seen: Floats = ndimage.affine_transform(
        grey,
        np.ones(2) if movement.plain else _matrix(slope),
        offset=(shift.imag, shift.real),
        output_shape=(box[0].stop - box[0].start, box[1].stop - box[1].start),
        order=1,
        cval=_OUTSIDE,
        prefilter=False,
    )
    return seen


def _matrix(slope: complex) -> NDArray[np.float64]:
    """Return the matrix of a similarity transform for rows and columns."""
    return np.array([[slope.real, slope.imag], [-slope.imag, slope.real]])


def _correlation(one: Floats, other: Floats) -> Floats:
    outside = other < _OUTSIDE / 2
    other = np.where(outside, np.float32(0), other)
    m1, m2, m11, m22, m12 = (
        ndimage.uniform_filter(x, _WINDOW) for x in (one, other, one * one, other * other, one * other)
    )
    spread = np.sqrt((np.maximum(m11 - m1 * m1, 0) + _NOISE) * (np.maximum(m22 - m2 * m2, 0) + _NOISE))
    alike: Floats = (m12 - m1 * m2) / spread
    alike[outside] = 0
    return alike


def _holding(mask: Mask, at: NDArray[np.int_], least: int) -> Mask:
    """Return the connected parts of a mask that hold at least so many of the places."""
    labels, count = ndimage.label(mask)
    hits = np.bincount(labels[at[:, 1], at[:, 0]], minlength=count + 1)
    hits[0] = 0
    held: Mask = (hits >= least)[labels]
    return held


def _hull(shape: tuple[int, ...], at: Floats) -> Mask:
    """Return the convex hull of the places, grown by a window."""
    try:
        corners = at[ConvexHull(at).vertices]
    except (QhullError, ValueError):  # too few, or all on one line
        corners = at
    drawn = Image.new("L", (shape[1], shape[0]))
    if len(corners) > 1:
        ImageDraw.Draw(drawn).polygon([(float(x), float(y)) for x, y in corners], fill=1)
    grown: Mask = ndimage.binary_dilation(np.asarray(drawn, dtype=bool), iterations=_WINDOW)
    return grown
