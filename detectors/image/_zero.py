"""Votes of the pixels for the 8 x 8 grid of a JPEG compression, and tests of what they say.

Every window of 8 x 8 pixels belongs to one of 64 grids. Where a picture was compressed along a grid, windows of that
grid have many more DCT coefficients that round to zero. Each pixel votes for the grid of the window around it with
the most zeros; ties do not vote. Without any compression the 64 grids are equally likely, so that the binomial tail
gives the number of false alarms (NFA) that chance alone would bring.

Source: T. Nikoukhah, M. Colom, J.-M. Morel, R. Grompone von Gioi, "A Reliable JPEG Quantization Grid Detector", IPOL 12
(2022), doi:10.5201/ipol.2022.390. Region search by connected components of the vote density instead of the paper's
pixel-wise growing, which costs too much without a compiler.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.fft import dct

__all__ = ["GRIDS", "NO_VOTE", "ForeignRegion", "foreign_regions", "grid_votes", "log10_nfa", "main_grid"]

GRIDS = 64
"""Number of possible grids: offsets 0 to 7 in both directions, numbered `8 * dy + dx`."""

NO_VOTE = 255
"""Vote of a pixel whose windows tie or hold nothing."""

_BLOCK = 8
_HALF_BLOCK = (4, 32, 36)
"""Grids half a block away from the picture's. Codecs with blocks of 4 x 4 pixels (WebP) and coarse JPEGs draw votes
there in untouched pictures, so these three of the 63 foreign grids are not tested."""

_STRIP = 256  # rows a thread works on at once: bounds memory at any size
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRegion:
    """A box whose pixels agree on a grid that is not the picture's."""

    x: int
    """Left edge in pixels."""
    y: int
    """Top edge in pixels."""
    w: int
    """Width in pixels."""
    h: int
    """Height in pixels."""
    grid: int
    """The grid that the votes name."""
    share: float
    """Share of the box's pixels that vote for it."""
    log10_nfa: float
    """Decimal logarithm of the number of such boxes that chance would bring."""


def grid_votes(luma: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return each pixel's vote.

    Args:
        luma: Shape (height, width), float32 in [0, 255].

    Returns:
        Votes, same shape, uint8: 0 to 63, or `NO_VOTE`.
    """
    height, width = luma.shape
    votes = np.full((height, width), NO_VOTE, dtype=np.uint8)
    if min(height, width) < 2 * _BLOCK:
        return votes
    whole = np.round(luma)
    starts = range(0, height, _STRIP)
    with ThreadPoolExecutor(_THREADS) as pool:
        for start, strip in zip(starts, pool.map(lambda at: _strip_votes(whole, at), starts), strict=True):
            votes[start : start + len(strip)] = strip
    return votes


def main_grid(votes: NDArray[np.uint8]) -> int | None:
    """Return the grid that the picture as a whole votes for, or None where chance explains the votes."""
    counts = np.bincount(votes.ravel(), minlength=256)[:GRIDS]
    grid = int(counts.argmax())
    return grid if log10_nfa(int(counts[grid]), votes.size, tests=GRIDS) < 0 else None


def log10_nfa(votes: int, pixels: int, *, tests: float) -> float:
    """Return the decimal logarithm of the number of false alarms.

    Votes of neighbouring pixels come from the same windows, so that both numbers count in units of one window.

    Args:
        votes: Pixels that vote for one grid.
        pixels: Pixels in the box.
        tests: Number of boxes and grids that could have been tested.
    """
    n, k = pixels // GRIDS, votes // GRIDS
    return math.log10(tests) + _log10_tail(n, k, 1 / GRIDS)


def foreign_regions(
    votes: NDArray[np.uint8], main: int | None, *, min_side: int = 32, most: int = 8
) -> tuple[ForeignRegion, ...]:
    """Return the boxes that agree on another grid than the picture's, the most surprising first.

    Args:
        votes: From `grid_votes`.
        main: The picture's own grid, or None where it has none.
        min_side: Least width and height of a box, in pixels.
        most: Most boxes to return.
    """
    height, width = votes.shape
    tests = GRIDS * float(height) * width * math.sqrt(height * width)
    densities = _densities(votes)
    found: list[ForeignRegion] = []
    own = main or 0  # where the picture as a whole shows no grid, one that begins at its corner is its own
    left_out = {own, *(own ^ half for half in _HALF_BLOCK)}
    for grid in range(GRIDS):
        if grid not in left_out and densities[grid].max(initial=0) > GRIDS // 4:
            boxes = _dense_boxes(densities[grid], votes, grid, tests=tests, min_side=min_side)
            if not _everywhere(votes, boxes, grid, tests=tests):
                found += boxes
    return tuple(sorted(found, key=lambda region: region.log10_nfa)[:most])


def _everywhere(votes: NDArray[np.uint8], boxes: list[ForeignRegion], grid: int, *, tests: float) -> bool:
    """Return whether the picture votes for `grid` beyond chance outside of the boxes too.

    Then the whole picture was saved on that grid once, before a crop, and the boxes are only where it shows best.
    """
    outside = votes == grid
    pixels = outside.size
    for box in boxes:
        place = outside[box.y : box.y + box.h, box.x : box.x + box.w]
        pixels -= place.size
        place[...] = False
    return bool(boxes) and log10_nfa(int(outside.sum()), pixels, tests=tests) < 0


def _densities(votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return how many pixels of each 8 x 8 cell vote for each grid: shape (64, height / 8, width / 8)."""
    down, across = votes.shape[0] // _BLOCK, votes.shape[1] // _BLOCK
    counted = np.zeros((GRIDS, down, across), dtype=np.uint8)
    for row in range(down):
        line = votes[row * _BLOCK : (row + 1) * _BLOCK, : across * _BLOCK]
        valid = line != NO_VOTE
        cell = np.broadcast_to(np.arange(across * _BLOCK) // _BLOCK, line.shape)[valid]
        keys = line[valid].astype(np.int32) * across + cell
        counted[:, row] = np.bincount(keys, minlength=GRIDS * across).reshape(GRIDS, across)
    return counted


def _dense_boxes(
    density: NDArray[np.uint8], votes: NDArray[np.uint8], grid: int, *, tests: float, min_side: int
) -> list[ForeignRegion]:
    """Return the boxes around the connected places where at least a quarter of the pixels vote for `grid`."""
    smooth = ndimage.uniform_filter(density.astype(np.float32), size=3, mode="constant")
    labels, count = ndimage.label(smooth > GRIDS / 4)
    found = []
    for rows, columns in ndimage.find_objects(labels, max_label=count):
        x, y = columns.start * _BLOCK, rows.start * _BLOCK
        w, h = (columns.stop - columns.start) * _BLOCK, (rows.stop - rows.start) * _BLOCK
        if min(w, h) < min_side:
            continue
        agreed = int((votes[y : y + h, x : x + w] == grid).sum())
        nfa = log10_nfa(agreed, w * h, tests=tests)
        if nfa < 0:
            share = agreed / (w * h)
            found.append(ForeignRegion(x=x, y=y, w=w, h=h, grid=grid, share=share, log10_nfa=nfa))
    return found


def _strip_votes(luma: NDArray[np.float32], start: int) -> NDArray[np.uint8]:
    """Return the votes of `_STRIP` rows from `start`, from all windows that touch them."""
    height, width = luma.shape
    top, stop = max(0, start - _BLOCK + 1), min(height, start + _STRIP + _BLOCK - 1)
    rows = luma[top:stop]
    best = np.zeros(rows.shape, dtype=np.uint8)
    vote = np.full(rows.shape, NO_VOTE, dtype=np.uint8)
    basis = dct(np.eye(_BLOCK), axis=0, norm="ortho").astype(np.float32)
    for dx in range(_BLOCK):
        across = (width - dx) // _BLOCK
        if not across:
            continue
        blocks = rows[:, dx : dx + across * _BLOCK].reshape(-1, _BLOCK) @ basis.T
        horizontal = blocks.reshape(len(rows), across * _BLOCK)
        for dy in range(_BLOCK):
            first = (dy - top) % _BLOCK
            down = (len(rows) - first) // _BLOCK
            if down:
                part = horizontal[first : first + down * _BLOCK].reshape(down, _BLOCK, across * _BLOCK)
                zeros = _zeros(np.matmul(basis, part), down, across)
                _cast(best, vote, zeros, (first, dx), 8 * dy + dx)
    strip: NDArray[np.uint8] = vote[start - top : start - top + min(_STRIP, height - start)]
    return strip


def _zeros(coefficients: NDArray[np.float32], down: int, across: int) -> NDArray[np.uint8]:
    """Return the zero AC coefficients of each window, 0 for windows without any other (flat ones)."""
    near = np.abs(coefficients, out=coefficients) < 0.5
    near = near.reshape(down, _BLOCK, across, _BLOCK)
    near[:, 0, :, 0] = False
    # Summing eight booleans as one 64-bit word is many times faster than a sum over the axis.
    words = np.ascontiguousarray(near).view(np.uint64)[..., 0]
    sums = words.sum(axis=1)
    zeros: NDArray[np.uint8] = ((sums * np.uint64(0x0101010101010101)) >> np.uint64(56)).astype(np.uint8)
    zeros[zeros == GRIDS - 1] = 0
    return zeros


def _cast(
    best: NDArray[np.uint8], vote: NDArray[np.uint8], zeros: NDArray[np.uint8], at: tuple[int, int], grid: int
) -> None:
    """Let the windows of one grid take the votes of the pixels below them."""
    down, across = zeros.shape
    y, x = at
    place = (slice(y, y + down * _BLOCK), slice(x, x + across * _BLOCK))
    mine = np.repeat(np.repeat(zeros, _BLOCK, axis=0), _BLOCK, axis=1)
    held, given = best[place], vote[place]
    given[mine == held] = NO_VOTE
    better = mine > held
    given[better] = grid
    np.maximum(held, mine, out=held)


def _log10_tail(n: int, k: int, p: float) -> float:
    """Return log10 of the chance of at least `k` of `n`, each with probability `p`."""
    if k <= 0:
        return 0.0
    if k > n:
        return -math.inf
    from scipy.stats import binom

    return float(binom.logsf(k - 1, n, p) / math.log(10))
