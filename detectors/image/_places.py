"""Boxes in which a map of evidence adds up to the most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Place", "gathered_places"]

_STEPS = (4, 1)
_ROUNDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A box of cells."""

    x: int
    """Left edge in cells."""
    y: int
    """Top edge in cells."""
    w: int
    """Width in cells."""
    h: int
    """Height in cells."""
    total: float
    """Sum of the evidence in it."""


def gathered_places(
    evidence: NDArray[np.float32], *, sizes: tuple[int, ...], least: float, min_side: int, most: int = 8
) -> tuple[Place, ...]:
    """Return boxes that gather positive evidence, the strongest first, none inside a stronger one.

    Args:
        evidence: One value a cell, positive where it speaks for a foreign part.
        sizes: Sides of the square windows, in cells, in which a mean above `least` makes a candidate.
        least: Least mean of a window.
        min_side: Least width and height of a box, in cells.
        most: Most boxes to return.
    """
    import numpy as np
    from scipy import ndimage

    sums = np.zeros((evidence.shape[0] + 1, evidence.shape[1] + 1))
    np.cumsum(np.cumsum(evidence, axis=0, dtype=np.float64), axis=1, out=sums[1:, 1:])
    found: set[tuple[int, int, int, int]] = set()
    for size in sizes:
        smooth = ndimage.uniform_filter(evidence, size=size, mode="constant")
        labels, count = ndimage.label(smooth > least)
        boxes = ndimage.find_objects(labels, max_label=count)
        boxes.sort(key=lambda box: -_total(sums, _edges(box)))
        found.update(_grown(sums, _edges(box)) for box in boxes[: 4 * most])
    large = [e for e in found if min(e[1] - e[0], e[3] - e[2]) >= min_side]
    kept: list[tuple[int, int, int, int]] = []
    for edges in sorted(large, key=lambda e: (-_total(sums, e), e)):
        if _total(sums, edges) > 0 and not any(_meet(edges, other) for other in kept):
            kept.append(edges)
    return tuple(
        Place(y=top, h=bottom - top, x=left, w=right - left, total=_total(sums, (top, bottom, left, right)))
        for top, bottom, left, right in kept[:most]
    )


def _edges(box: tuple[slice, slice]) -> tuple[int, int, int, int]:
    rows, columns = box
    return int(rows.start), int(rows.stop), int(columns.start), int(columns.stop)


def _total(sums: NDArray[np.float64], edges: tuple[int, int, int, int]) -> float:
    top, bottom, left, right = edges
    return float(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])


def _grown(sums: NDArray[np.float64], edges: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Move one edge at a time while the sum grows."""
    limits = (sums.shape[0] - 1, sums.shape[0] - 1, sums.shape[1] - 1, sums.shape[1] - 1)
    for _ in range(_ROUNDS):
        moves = [edges]
        for side in range(4):
            for step in (*_STEPS, *(-s for s in _STEPS)):
                moved = list(edges)
                moved[side] = min(limits[side], max(0, moved[side] + step))
                if moved[0] < moved[1] and moved[2] < moved[3]:
                    moves.append((moved[0], moved[1], moved[2], moved[3]))
        better = max(moves, key=lambda e: _total(sums, e))
        if _total(sums, better) <= _total(sums, edges):
            break
        edges = better
    return edges


def _meet(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
