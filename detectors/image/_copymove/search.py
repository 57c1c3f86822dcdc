"""The copies of one picture, from both ways of looking: exact ones, and ones that were compressed, turned or scaled."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from detectors.image._copymove.exact import ExactCopy, find_exact
from detectors.image._copymove.extent import Grain, extent_of, grain_of, moved_mask
from detectors.image._copymove.keypoints import find_keypoints
from detectors.image._copymove.transforms import Movement, find_movements, match

__all__ = ["LARGEST", "MAX_LOG10_NFA", "WORKING", "Box", "Copy", "find_copies", "find_moved", "working_size"]

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]

LARGEST = 1_000_000
"""Pixels up to which a picture is searched as it is."""

WORKING = 700_000
"""Pixels to which larger pictures are reduced."""

MAX_LOG10_NFA = -2.0
"""A copy counts where chance would bring fewer than one such in a hundred pictures."""

_POINTS = 4000
_APART = 20.0  # pixels at working size between a copy and its source
_ONE = 0.5  # shared area from which two boxes are one
_MOST = 6  # movements that are looked at
_LEAST_PLACES = 6  # matches that fit to a fraction of a pixel
_MOST_ERROR = 0.75
_MOST_SHARED = 0.25  # of the copy's pixels that are its source's as well


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """What a movement must show before it is called a copy, and not two like things."""

    places: int
    """Matches that fit exactly."""
    share: float
    """Share of those among the ones that fit roughly."""
    grain: Grain
    """Least agreement of the finest detail."""


# Windows, printed letters and tiles in perspective fit a movement that turns and scales a little far more often than
# a plain shift, and few places fit by chance more easily than many.
_PLAIN = _Demand(places=12, share=0.74, grain=Grain(middle=0.6, low=0.5))
_PLAIN_FEW = _Demand(places=_LEAST_PLACES, share=0.74, grain=Grain(middle=0.7, low=0.6))
_TURNED = _Demand(places=14, share=0.77, grain=Grain(middle=0.7, low=0.65))
_BARELY_TURNED = _Demand(places=20, share=0.8, grain=Grain(middle=0.9, low=0.9))
_BARELY = (0.05, 3.0)  # change of size and degrees, up to which a movement barely turns and scales


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One part of the picture that is there twice. Which of the two came first, pixels do not tell."""

    source: Mask
    """One of the two parts, at working size."""
    copy: Mask
    """The other."""
    boxes: tuple[Box, Box]
    """Both as left, top, width and height in pixels of the picture."""
    exact: bool
    """Whether every pixel is the same."""
    scale: float
    """Size of the second over that of the first."""
    turn: float
    """Angle between them in degrees."""
    places: int
    """Matched places that fit; 0 for exact copies."""
    grain: float
    """Median correlation of the finest detail of the two; 1 for exact copies."""
    log10_nfa: float
    """Decimal logarithm of the number of such copies that chance would bring in one picture."""


def find_copies(luma: Floats, rgb: NDArray[np.uint8] | None) -> list[Copy]:
    """Return the copies, the least likely by chance first.

    Args:
        luma: Shape (height, width), float32 in [0, 255].
        rgb: The same picture in colour where it may hold exact copies, None where its format has changed every pixel.
    """
    found = [] if rgb is None else [_exact(copy, luma.shape) for copy in find_exact(rgb)]
    for copy in find_moved(luma):
        if not any(_same(copy, held) for held in found):
            found.append(copy)
    return sorted(found, key=lambda copy: copy.log10_nfa)


def find_moved(luma: Floats) -> list[Copy]:
    """Return the copies that matched places give away."""
    grey = working_size(luma)
    points = find_keypoints(grey, most=_POINTS)
    if len(points.at) < _LEAST_PLACES:
        return []
    movements = find_movements(match(points, apart=_APART), size=(grey.shape[1], grey.shape[0]), most=_MOST)
    smooth = ndimage.gaussian_filter(grey, 1.0, truncate=3)
    looked = [_judged(luma, grey, smooth, movement) for movement in movements if _is_exact(movement)]
    return [copy for copy in looked if copy is not None]


def working_size(luma: Floats) -> Floats:
    """Return the picture, reduced to `WORKING` pixels where it has more than `LARGEST`."""
    down, across = _working_shape(*luma.shape)
    if (down, across) == luma.shape:
        return luma
    # Eight bits a pixel are reduced several times faster than floats.
    whole = Image.fromarray(luma.astype(np.uint8))
    return np.asarray(whole.resize((across, down), Image.Resampling.HAMMING)).astype(np.float32)


def _working_shape(height: int, width: int) -> tuple[int, int]:
    if height * width <= LARGEST:
        return height, width
    factor = math.sqrt(WORKING / (height * width))
    return max(1, round(height * factor)), max(1, round(width * factor))


def _demand(movement: Movement) -> _Demand:
    if movement.plain:
        return _PLAIN if len(movement.a) >= _PLAIN.places else _PLAIN_FEW
    barely = abs(movement.scale - 1) < _BARELY[0] and abs(movement.turn) < _BARELY[1]
    return _BARELY_TURNED if barely else _TURNED


def _is_exact(movement: Movement) -> bool:
    demand, exact = _demand(movement), len(movement.a)
    return (
        exact >= max(demand.places, demand.share * movement.agreed)
        and movement.error < _MOST_ERROR
        and movement.log10_nfa < MAX_LOG10_NFA
    )


def _judged(luma: Floats, grey: Floats, smooth: Floats, movement: Movement) -> Copy | None:
    source = extent_of(smooth, movement)
    if not source.any():
        return None
    grain, least = grain_of(luma, grey, movement, source), _demand(movement).grain
    if grain is None or grain.middle < least.middle or grain.low < least.low:
        return None
    copy = moved_mask(source, movement)
    # A paste over its own source would have wiped that out; a pattern that goes on for long lies over itself.
    if (source & copy).sum() >= _MOST_SHARED * copy.sum():
        return None
    return Copy(
        source=source,
        copy=copy,
        boxes=(_box(source, luma.shape), _box(copy, luma.shape)),
        exact=False,
        scale=movement.scale,
        turn=movement.turn,
        places=len(movement.a),
        grain=grain.middle,
        log10_nfa=movement.log10_nfa,
    )


def _exact(found: ExactCopy, shape: tuple[int, ...]) -> Copy:
    high, wide = found.part.shape
    x, y = found.x, found.y
    return Copy(
        source=_sampled(found.part, x, y, shape),
        copy=_sampled(found.part, x + found.dx, y + found.dy, shape),
        boxes=((x, y, wide, high), (x + found.dx, y + found.dy, wide, high)),
        exact=True,
        scale=1.0,
        turn=0.0,
        places=0,
        grain=1.0,
        log10_nfa=found.log10_nfa,
    )


def _sampled(part: Mask, x: int, y: int, shape: tuple[int, ...]) -> Mask:
    """Return a mask of the picture at working size with a part in its place."""
    mask = np.zeros(_working_shape(shape[0], shape[1]), dtype=bool)
    rows, columns = (np.arange(short) * long // short for short, long in zip(mask.shape, shape, strict=True))
    down = np.flatnonzero((rows >= y) & (rows < y + part.shape[0]))
    across = np.flatnonzero((columns >= x) & (columns < x + part.shape[1]))
    mask[np.ix_(down, across)] = part[np.ix_(rows[down] - y, columns[across] - x)]
    return mask


def _same(one: Copy, other: Copy) -> bool:
    """Return whether two copies are one, found in both ways."""
    return all(any(_overlap(a, b) > _ONE for b in other.boxes) for a in one.boxes)


def _overlap(a: Box, b: Box) -> float:
    """Return the share of the smaller box that lies in the other."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0, w) * max(0, h) / min(a[2] * a[3], b[2] * b[3])


def _box(mask: Mask, shape: tuple[int, ...]) -> Box:
    """Return the box around a mask in pixels of a picture of another size."""
    edges = []
    for axis in (1, 0):
        held = np.flatnonzero(mask.any(axis=1 - axis))
        step = shape[axis] / mask.shape[axis]
        edges.append((int(held[0] * step), min(shape[axis], math.ceil((held[-1] + 1) * step))))
    (left, right), (top, bottom) = edges
    return left, top, right - left, bottom - top
