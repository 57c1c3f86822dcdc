"""Where the blocks of a twice compressed picture lack the comb that the first compression left in the rest.

If a block was compressed as the rest was, each of its coefficients is a draw from the picture's own histogram. If it
was compressed once only, it is a draw from the histogram on a shifted grid, which has no comb. The logarithm of the
ratio of both, summed over a box, tests the box: as its exponential has the mean one where the first is true, chance
exceeds a sum of s with a probability of at most exp(-s) (Markov's inequality), whatever the second histogram is.

Sources: Z. Lin, J. He, X. Tang, C.-K. Tang, "Fast, automatic and fine-grained tampered JPEG image detection via DCT
coefficient analysis", Pattern Recognition 42 (2009), doi:10.1016/j.patcog.2009.03.019; T. Bianchi, A. Piva, "Image
forgery localization via block-grained analysis of JPEG artifacts", IEEE TIFS 7 (2012), doi:10.1109/TIFS.2012.2187516.
Their priors are replaced by that test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.image._blocks import BLOCK, CELLS, dct_planes, unclipped_blocks
from detectors.image._places import gathered_places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MIN_COMB", "CombMap", "ForeignBox", "comb_map", "foreign_boxes"]

MIN_COMB = 2.5
"""Median evidence of a block for the comb, in nats, from which single parts can be told from the rest. Below it, what
differs between sky and grass outweighs the comb."""

_LEAST = 1.0  # nats a block in a box: a small mean over many blocks comes from what they show
_LEAST_SHARE = (
    0.5  # of the median the other way: a part without the comb differs as clearly as the rest agrees
)
_MIN_SIDE = 4
_WINDOWS = (3, 7, 15)
_TOP = 40
_CAP = 3.0
_KINDS = (1, 3, 6, 9, 12)
_SHIFTED = 20_000
_MIN_BLOCKS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CombMap:
    """What each block says about the comb."""

    evidence: NDArray[np.float32]
    """Nats for the absence of the comb, shape (rows of blocks, blocks in a row)."""

    measured: NDArray[np.bool_]
    """Which blocks say anything: neither clipped nor flat."""

    comb: float
    """Median evidence for the comb, in nats a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBox:
    """A box whose blocks lack the comb."""

    x: int
    """Left edge in pixels."""
    y: int
    """Top edge in pixels."""
    w: int
    """Width in pixels."""
    h: int
    """Height in pixels."""
    mean: float
    """Evidence for the absence of the comb, in nats a block."""
    log10_nfa: float
    """Decimal logarithm of the number of such boxes that chance would bring."""


def comb_map(
    rgb: NDArray[np.uint8], luma: NDArray[np.float32], steps: tuple[int, ...] | None
) -> CombMap | None:
    """Return what each block says, or None where too few blocks say anything.

    Args:
        rgb: Pixels, shape (height, width, 3), uint8.
        luma: Their luma, shape (height, width), float32.
        steps: Luma quantisation table of the last save, 64 values row by row; None for lossless files.
    """
    import numpy as np

    quantisers = np.array([max(1, steps[8 * r + c]) if steps else 1 for r, c in CELLS], dtype=np.float32)
    if luma.size < _MIN_BLOCKS * BLOCK**2:
        return None
    own = dct_planes(luma, quantisers, most=_TOP)
    every = math.ceil(own[0].size / _SHIFTED)
    free = dct_planes(luma[BLOCK // 2 :, BLOCK // 2 :], quantisers, most=_TOP, every=every)
    kinds, free_kinds = _kinds(own), _kinds(free).ravel()
    measured = unclipped_blocks(rgb) & (kinds > 0)
    if np.count_nonzero(measured) < _MIN_BLOCKS:
        return None
    mine = kinds[measured]
    sums = np.zeros(mine.shape, dtype=np.float32)
    for plane, shifted in zip(own, free, strict=True):
        values = plane[measured]
        sums += _log_ratios(_counts(mine, values), _counts(free_kinds, shifted.ravel()))[mine, values]
    evidence = np.zeros(kinds.shape, dtype=np.float32)
    evidence[measured] = sums
    return CombMap(evidence=evidence, measured=measured, comb=-float(np.median(sums)))


def foreign_boxes(found: CombMap) -> tuple[ForeignBox, ...]:
    """Return the boxes whose blocks lack the comb, the most surprising first."""
    least = max(_LEAST, _LEAST_SHARE * found.comb)
    places = gathered_places(found.evidence, sizes=_WINDOWS, least=least, min_side=_MIN_SIDE)
    rows, columns = found.evidence.shape
    tests = math.log10(rows * (rows + 1) / 2) + math.log10(columns * (columns + 1) / 2)
    return tuple(
        ForeignBox(
            x=place.x * BLOCK,
            y=place.y * BLOCK,
            w=place.w * BLOCK,
            h=place.h * BLOCK,
            mean=place.total / (place.w * place.h),
            log10_nfa=tests - place.total / math.log(10),
        )
        for place in places
        if place.total >= least * place.w * place.h
    )


def _kinds(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return how busy each block is, 0 where all coefficients are zero: busy blocks have wider histograms."""
    import numpy as np

    busy = np.count_nonzero(planes, axis=0)
    return np.asarray(np.searchsorted(np.array(_KINDS), busy, side="right"), dtype=np.uint8)


def _counts(kinds: NDArray[np.uint8], values: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the histogram of the values of each kind of block, shape (kinds, values)."""
    import numpy as np

    keys = kinds.astype(np.intp) * (_TOP + 1) + values
    counted = np.bincount(keys, minlength=(len(_KINDS) + 1) * (_TOP + 1))
    return counted.reshape(-1, _TOP + 1).astype(np.float64)


def _log_ratios(own: NDArray[np.float64], free: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return what each value says for the histogram without the comb, in nats; zeros and outliers say nothing."""
    import numpy as np

    ratios = np.zeros(own.shape, dtype=np.float32)
    inner = slice(1, _TOP)
    p, q = own[:, inner] + 0.5, free[:, inner] + 0.5
    logs = np.log(q / q.sum(axis=1, keepdims=True)) - np.log(p / p.sum(axis=1, keepdims=True))
    logs = np.clip(logs, -_CAP, _CAP)
    # Neither the cap nor the halves may move the mean of the exponential away from one.
    counted = own[:, inner].sum(axis=1, keepdims=True)
    mean = (np.exp(logs) * own[:, inner]).sum(axis=1, keepdims=True) / np.maximum(counted, 1)
    ratios[:, inner] = np.where(counted > 0, logs - np.log(np.where(counted > 0, mean, 1)), 0)
    return ratios
