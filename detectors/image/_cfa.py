"""Votes of small blocks for the phase of the colour filter array that the sensor had.

Half of the green values of a photograph, and three quarters of the red and of the blue ones, were interpolated from
their neighbours. They agree better with them than values that the sensor measured. Each block of 8 x 8 pixels votes
for the diagonal of the 2 x 2 pattern on which green was measured, and for the corner on which red was.

Sources: A. C. Popescu, H. Farid, "Exposing digital forgeries in color filter array interpolated images", IEEE Trans.
Signal Processing 53 (2005), doi:10.1109/TSP.2005.855406; Q. Bammey, R. Grompone von Gioi, J.-M. Morel, "An adaptive
neural network for unsupervised mosaic consistency analysis in image forensics", CVPR 2020,
doi:10.1109/CVPR42600.2020.01420, for votes and their test against chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from detectors.image._blocks import BLOCK, unclipped_blocks
from detectors.image._nfa import log10_binomial_tail
from detectors.image._places import gathered_places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CfaVotes", "ForeignPhase", "Pair", "cfa_votes", "foreign_phases"]

Pair = Literal["green", "red and blue"]
"""Which values a vote comes from."""

MIN_SHARE = 0.8
"""Share of the votes that the phase of the whole picture needs, to look for parts with another one. Interpolations that
follow the content turn the votes around in some places; pictures of which that is true stay below."""

_DIAGONAL_SHARE = 0.55  # enough to know on which diagonal red and blue are
_REGION_SHARE = 0.7
_FOR, _AGAINST = math.log(0.75 / 0.5), math.log(0.25 / 0.5)
_MAX_LOG10_NFA = -3.0
_WINDOWS = (5, 11)
_MIN_SIDE = 4
_STRIP = 32  # rows of blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class CfaVotes:
    """Votes of the blocks for one of two phases, and what the picture as a whole says."""

    pair: Pair
    """Which values they come from."""

    votes: NDArray[np.int8]
    """+1 for the picture's phase, -1 for the other, 0 for no vote; shape (rows of blocks, blocks in a row)."""

    share: float
    """Share of the votes that are for the picture's phase."""

    log10_nfa: float
    """Decimal logarithm of how often chance would bring such a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPhase:
    """A box whose blocks vote for another phase than the picture's."""

    x: int
    """Left edge in pixels."""
    y: int
    """Top edge in pixels."""
    w: int
    """Width in pixels."""
    h: int
    """Height in pixels."""
    pair: Pair
    """Which values the votes come from."""
    share: float
    """Share of the box's votes that are for the other phase."""
    log10_nfa: float
    """Decimal logarithm of the number of such boxes that chance would bring."""


def cfa_votes(rgb: NDArray[np.uint8]) -> tuple[CfaVotes, ...]:
    """Return the votes on which the picture as a whole agrees; empty where it shows no array.

    Args:
        rgb: Pixels, shape (height, width, 3), uint8.
    """
    import numpy as np

    free = unclipped_blocks(rgb)
    green = _misfit(rgb, 1)
    diagonal = np.sign(green[..., 0, 0] + green[..., 1, 1] - green[..., 0, 1] - green[..., 1, 0])
    first = _agreed("green", diagonal, free)
    if first.share < _DIAGONAL_SHARE:
        return ()
    # Red and blue lie on the diagonal that green leaves free.
    colours = _misfit(rgb, 0) - _misfit(rgb, 2)
    falling, rising = colours[..., 0, 0] - colours[..., 1, 1], colours[..., 0, 1] - colours[..., 1, 0]
    on_falling = float((diagonal * free).sum()) > 0
    second = _agreed("red and blue", np.sign(rising if on_falling else falling), free)
    return tuple(
        votes for votes in (first, second) if votes.share >= MIN_SHARE and votes.log10_nfa < _MAX_LOG10_NFA
    )


def foreign_phases(found: CfaVotes) -> tuple[ForeignPhase, ...]:
    """Return the boxes that agree on the other phase, the most surprising first."""
    import numpy as np

    rows, columns = found.votes.shape
    evidence = np.zeros((rows, columns), dtype=np.float32)
    evidence[found.votes < 0] = _FOR
    evidence[found.votes > 0] = _AGAINST
    # Two phases of two kinds of votes.
    tests = math.log10(4) + math.log10(rows * (rows + 1) / 2) + math.log10(columns * (columns + 1) / 2)
    boxes = []
    for place in gathered_places(evidence, sizes=_WINDOWS, least=0.05, min_side=_MIN_SIDE):
        inside = found.votes[place.y : place.y + place.h, place.x : place.x + place.w]
        other, all_ = int(np.count_nonzero(inside < 0)), int(np.count_nonzero(inside))
        if other >= _REGION_SHARE * all_:
            boxes.append(
                ForeignPhase(
                    x=place.x * BLOCK,
                    y=place.y * BLOCK,
                    w=place.w * BLOCK,
                    h=place.h * BLOCK,
                    pair=found.pair,
                    share=other / all_,
                    log10_nfa=tests + log10_binomial_tail(all_, other, 0.5),
                )
            )
    return tuple(sorted(boxes, key=lambda box: box.log10_nfa))


def _agreed(pair: Pair, signs: NDArray[np.float32], free: NDArray[np.bool_]) -> CfaVotes:
    import numpy as np

    votes = (signs * free).astype(np.int8)
    all_, balance = int(np.count_nonzero(votes)), int(votes.sum(dtype=np.int64))
    share = 0.5 + abs(balance) / (2 * max(all_, 1))
    nfa = math.log10(2) + log10_binomial_tail(all_, (all_ + abs(balance)) // 2, 0.5)
    return CfaVotes(pair=pair, votes=votes if balance > 0 else -votes, share=share, log10_nfa=nfa)


def _misfit(rgb: NDArray[np.uint8], channel: int) -> NDArray[np.float32]:
    """Return how far the values are from the mean of their neighbours, summed by place in the 2 x 2 pattern.

    Returns:
        Shape (rows of blocks, blocks in a row, 2, 2), float32.
    """
    import numpy as np

    down, across = rgb.shape[0] // BLOCK, rgb.shape[1] // BLOCK
    sums = np.empty((down, across, 2, 2), dtype=np.float32)
    even = np.zeros((2, BLOCK), dtype=np.float32)
    even[0, 0::2] = even[1, 1::2] = 1
    for top in range(0, down, _STRIP):
        bottom = min(top + _STRIP, down)
        rows = np.clip(np.arange(top * BLOCK - 1, bottom * BLOCK + 1), 0, len(rgb) - 1)
        values = np.pad(rgb[rows, :, channel].astype(np.int16), ((0, 0), (1, 1)), mode="edge")
        around = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
        misfit = np.abs(4 * values[1:-1, 1:-1] - around)[:, : across * BLOCK].astype(np.float32)
        by_row = np.matmul(even, misfit.reshape(bottom - top, BLOCK, across * BLOCK))
        by_both = by_row.reshape(-1, BLOCK) @ even.T
        sums[top:bottom] = by_both.reshape(bottom - top, 2, across, 2).transpose(0, 2, 1, 3)
    return sums
