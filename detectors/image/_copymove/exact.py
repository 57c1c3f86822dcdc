"""Copies that kept every pixel, as in files saved without loss after the edit.

Every 8 x 8 block gets a rolling hash (Rabin and Karp); blocks whose hash falls into one class out of many stand for
all, which picks the same places in a copy and its source (winnowing, doi:10.1145/872757.872770). Pairs of equal blocks
vote for a shift, and the shift is then followed pixel by pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["ExactCopy", "find_exact"]

_BLOCK = 8
_ACROSS, _DOWN, _MIX = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_STRIP = 512  # rows that are hashed at once
_KEPT = 200_000  # blocks that are compared, about
_MOST_EQUAL = 4  # blocks that occur more often are flat or a pattern
_LEAST_VOTES = 6
_LEAST_SHIFT = 16
_LARGEST = 24_000_000  # pixels: following a shift through more would take too much memory
_LEAST_PIXELS = 200
_MOST_SHIFTS = 8
_FLAT = 0.5
"""Share of pixels that equal their left neighbour, above which a place is drawn rather than photographed: letters and
icons are repeated exactly in untouched pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactCopy:
    """One shift under which a part of the picture repeats without any difference."""

    dx: int
    """Shift to the right in pixels."""
    dy: int
    """Shift downwards in pixels."""
    x: int
    """Left edge of `part` in pixels."""
    y: int
    """Top edge of `part` in pixels."""
    part: NDArray[np.bool_]
    """Which pixels of a box come again at the shifted place."""
    log10_nfa: float
    """Decimal logarithm of the number of such copies that chance would bring in one picture."""


def find_exact(rgb: NDArray[np.uint8]) -> list[ExactCopy]:
    """Return the exact copies, the least likely by chance first; none in pictures of more than 24 megapixels.

    Args:
        rgb: Shape (height, width, 3).
    """
    if min(rgb.shape[:2]) < 2 * _BLOCK or rgb.shape[0] * rgb.shape[1] > _LARGEST:
        return []
    pixels = np.zeros(rgb.shape[:2], dtype=np.uint32)
    for start in range(0, len(pixels), _STRIP):
        rows = slice(start, start + _STRIP)
        for channel in range(3):
            pixels[rows] |= rgb[rows, :, channel].astype(np.uint32) << np.uint32(8 * channel)
    found = []
    for dx, dy in _shifts(*_places(pixels)):
        copy = _followed(pixels, dx, dy)
        if copy is not None:
            found.append(copy)
    return sorted(found, key=lambda copy: copy.log10_nfa)


def _places(pixels: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64], int]:
    """Return hashes and positions of the blocks that stand for all, and the width that positions are counted in."""
    height, width = pixels.shape
    classes = 1 << max(0, (height * width // _KEPT).bit_length() - 1)
    hashes, positions = [], []
    for top in range(0, height - _BLOCK + 1, _STRIP):
        part = _hashed(pixels[top : top + _STRIP + _BLOCK - 1])
        y, x = np.nonzero(part & np.uint32(classes - 1) == 0)
        hashes.append(part[y, x])
        positions.append((y + top) * width + x)
    return np.concatenate(hashes), np.concatenate(positions), width


def _hashed(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the hash of the block that begins at each pixel."""
    value = pixels * _MIX
    value ^= value >> np.uint32(15)
    for factor, axis in ((_ACROSS, 1), (_DOWN, 0)):
        power = int(factor)
        for step in (1, 2, 4):
            first, last = (value[:, :-step], value[:, step:]) if axis else (value[:-step], value[step:])
            value = first * np.uint32(power) + last
            power = power * power % 2**32
    value ^= value >> np.uint32(16)
    value *= _MIX
    value ^= value >> np.uint32(13)
    return value


def _opened(equal: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels that lie in an 8 x 8 block of equal ones."""
    for axis in (0, 1):
        equal = ndimage.minimum_filter1d(equal.view(np.uint8), _BLOCK, axis=axis, mode="constant").view(bool)
    for axis in (0, 1):
        equal = ndimage.maximum_filter1d(
            equal.view(np.uint8), _BLOCK, axis=axis, mode="constant", origin=-1
        ).view(bool)
    return equal


def _box(mask: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)) if len(rows) else None


def _shifts(hashes: NDArray[np.uint32], positions: NDArray[np.int64], width: int) -> list[tuple[int, int]]:
    """Return the shifts that most pairs of equal blocks vote for, as dx and dy, dy never negative."""
    order = np.argsort(hashes, kind="stable")
    _, first, counts = np.unique(hashes[order], return_index=True, return_counts=True)
    few = (counts > 1) & (counts <= _MOST_EQUAL)
    votes = []
    for i in range(_MOST_EQUAL):
        for j in range(i + 1, _MOST_EQUAL):
            at = first[few & (counts > j)]
            a, b = positions[order[at + i]], positions[order[at + j]]
            votes.append(np.stack([b % width - a % width, b // width - a // width], axis=1))
    moves = np.concatenate(votes)
    far = np.abs(moves).max(axis=1, initial=0) >= _LEAST_SHIFT
    shifts, times = np.unique(moves[far], axis=0, return_counts=True)
    best = np.argsort(-times, kind="stable")[:_MOST_SHIFTS]
    return [(int(shifts[i, 0]), int(shifts[i, 1])) for i in best if times[i] >= _LEAST_VOTES]


def _followed(pixels: NDArray[np.uint32], dx: int, dy: int) -> ExactCopy | None:
    """Return the pixels that repeat under one shift, or None where chance or drawing explains them."""
    height, width = pixels.shape
    here = (slice(0, height - dy), slice(max(0, -dx), width - max(0, dx)))
    there = (slice(dy, height), slice(max(0, dx), width - max(0, -dx)))
    equal = _opened(pixels[here] == pixels[there])
    box = _box(equal)
    if box is None:
        return None
    labels, count = ndimage.label(equal[box])
    part = pixels[here][box]
    flat, fresh = np.zeros(part.shape, dtype=bool), np.zeros(part.shape, dtype=bool)
    flat[:, 1:] = part[:, 1:] == part[:, :-1]
    fresh[1:] = (part[1:] != part[:-1]) & ~flat[1:]
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    still = np.bincount(labels.ravel(), weights=flat.ravel(), minlength=count + 1)
    new = np.bincount(labels.ravel(), weights=fresh.ravel(), minlength=count + 1)
    kept = (sizes >= _LEAST_PIXELS) & (still < _FLAT * sizes)
    kept[0] = False
    # Blocks that JPEG left with few coefficients repeat by chance: eight pixels count as one coin toss.
    nfa = 2 * np.log10(height * width) - np.log10(2) * float(new[kept].sum()) / 8
    if not kept.any() or nfa >= 0:
        return None
    part_kept = kept[labels]
    inner = _box(part_kept)
    if inner is None:
        return None
    x, y = (here[i].start + box[i].start + inner[i].start for i in (1, 0))
    return ExactCopy(
        dx=int(dx), dy=int(dy), x=int(x), y=int(y), part=part_kept[inner].copy(), log10_nfa=float(nfa)
    )
