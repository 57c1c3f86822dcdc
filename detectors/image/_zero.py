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

from detectors.image._blocks import dct_basis
from detectors.image._nfa import log10_binomial_tail

__all__ = ["GRIDS", "NO_VOTE", "ForeignRegion", "foreign_regions", "grid_votes", "log10_nfa", "main_grid"]

GRIDS = 64
"""Number of possible grids: offsets 0 to 7 in both directions, numbered `8 * dy + dx`."""

NO_VOTE = 255
"""Vote of a pixel whose windows tie or hold nothing."""

_BLOCK = 8
_HALF_BLOCK = (4, 32, 36)
"""Grids half a block away from the picture's. Codecs with blocks of 4 x 4 pixels (WebP) and coarse JPEGs draw votes
there in untouched pictures, so these three of the 63 foreign grids are not tested."""

_STRIP = 64  # rows a thread works on at once, a multiple of eight: what fits into the cache
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
    zeros = _window_zeros(luma)
    starts = range(0, height, _STRIP)
    with ThreadPoolExecutor(_THREADS) as pool:
        for start, strip in zip(starts, pool.map(lambda at: _strip_votes(zeros, at), starts), strict=True):
            votes[start : start + len(strip)] = strip
    return votes


def main_grid(votes: NDArray[np.uint8]) -> int | None:
    """Return the grid that the picture as a whole votes for, or None where chance explains the votes."""
    counts = np.zeros(NO_VOTE + 1, np.intp)
    for top in range(0, len(votes), _STRIP):  # numpy counts in copies of eight bytes a value
        counts += np.bincount(votes[top : top + _STRIP].ravel(), minlength=NO_VOTE + 1)
    counts = counts[:GRIDS]
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
    return math.log10(tests) + log10_binomial_tail(n, k, 1 / GRIDS)


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
    step = _STRIP // _BLOCK

    def count(row: int) -> None:
        strip = votes[row * _BLOCK : min(row + step, down) * _BLOCK, : across * _BLOCK]
        strip = strip.reshape(-1, _BLOCK, across * _BLOCK)
        for grid in range(GRIDS):
            counted[grid, row : row + step] = _count_bytes(strip == grid)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(count, range(0, down, step)))
    return counted


def _count_bytes(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return how many flags are set in each 8 x 8 block, of shape (down, 8, 8 * across), at most 255 of them."""
    # Summing eight booleans as one 64-bit word is many times faster than a sum over the axis.
    sums = flags.view(np.uint64).sum(axis=1)
    return np.asarray((sums * np.uint64(0x0101010101010101)) >> np.uint64(56), dtype=np.uint8)


def _dense_boxes(
    density: NDArray[np.uint8], votes: NDArray[np.uint8], grid: int, *, tests: float, min_side: int
) -> list[ForeignRegion]:
    """Return the boxes around the connected places where at least a quarter of the pixels vote for `grid`."""
    dense = _sum3(_sum3(density.astype(np.uint16)).T).T > 9 * GRIDS // 4
    if not dense.any():
        return []
    from scipy import ndimage

    labels, count = ndimage.label(dense)
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


def _sum3(cells: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the sum of each cell with the ones above and below."""
    summed = cells.copy()
    summed[1:] += cells[:-1]
    summed[:-1] += cells[1:]
    return summed


def _window_zeros(luma: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the zeros of every window, at its upper left corner; 0 where no whole window begins."""
    zeros = np.zeros(luma.shape, dtype=np.uint8)
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(lambda start: _strip_zeros(luma, start, zeros), range(0, len(luma), _STRIP)))
    return zeros


def _strip_zeros(luma: NDArray[np.float32], start: int, zeros: NDArray[np.uint8]) -> None:
    """Fill in the zeros of the windows that begin in `_STRIP` rows from `start`."""
    rows = np.round(luma[start : start + _STRIP + _BLOCK - 1])
    height, width = rows.shape
    basis = dct_basis()
    # Large temporaries from the allocator would cost more than the arithmetic on them.
    coefficients, near = np.empty(rows.size, np.float32), np.empty(rows.size, np.bool_)
    for dx in range(min(_BLOCK, width - _BLOCK + 1)):
        across = (width - dx) // _BLOCK
        blocks = rows[:, dx : dx + across * _BLOCK].reshape(-1, _BLOCK) @ basis.T
        horizontal = blocks.reshape(height, across * _BLOCK)
        for dy in range(min(_BLOCK, height - _BLOCK + 1)):
            down = min((height - dy) // _BLOCK, _STRIP // _BLOCK)
            part = horizontal[dy : dy + down * _BLOCK].reshape(down, _BLOCK, across * _BLOCK)
            full = np.matmul(basis, part, out=coefficients[: part.size].reshape(part.shape))
            np.abs(full, out=full)
            small = np.less(full, 0.5, out=near[: part.size].reshape(part.shape))
            small[:, 0, ::_BLOCK] = False  # the mean of the window says nothing
            place = zeros[
                start + dy : start + dy + down * _BLOCK : _BLOCK, dx : dx + across * _BLOCK : _BLOCK
            ]
            place[...] = _count_bytes(small)
    zeros[start : start + _STRIP][zeros[start : start + _STRIP] == GRIDS - 1] = 0  # flat windows


def _strip_votes(zeros: NDArray[np.uint8], start: int) -> NDArray[np.uint8]:
    """Return the votes of `_STRIP` rows from `start`, from all windows that touch them."""
    top = max(0, start - _BLOCK)  # a multiple of eight: grids are counted from the corner of the picture
    stop = min(len(zeros), start + _STRIP)
    counted: NDArray[np.uint16] = zeros[top:stop].astype(np.uint16) << np.uint16(6)
    offset = np.arange(_BLOCK, dtype=np.uint16)
    tile = np.tile(
        np.uint16(_BLOCK) * offset[:, None] + offset, (counted.shape[0] // 8 + 1, counted.shape[1] // 8 + 1)
    )
    grids = tile[: counted.shape[0], : counted.shape[1]]
    # Among windows with the same zeros, the highest number wins once in each numbering; they agree without a tie.
    high = _highest(counted | grids)[start - top :]
    low = _highest(counted | (grids ^ np.uint16(GRIDS - 1)))[start - top :]
    vote = (high & (GRIDS - 1)).astype(np.uint8)
    vote[((high + low) & (GRIDS - 1) != GRIDS - 1) | (high < GRIDS)] = NO_VOTE
    return vote


def _highest(keys: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the maximum over the 8 x 8 windows that end at each pixel."""
    for reach in (1, 2, 4):
        wider = keys.copy()
        np.maximum(keys[reach:], keys[:-reach], out=wider[reach:])
        keys = wider.copy()
        np.maximum(wider[:, reach:], wider[:, :-reach], out=keys[:, reach:])
    return keys
