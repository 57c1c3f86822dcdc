"""Traces that an earlier JPEG compression leaves in the block DCT of a picture, and its quality.

Quantising twice leaves a comb in the histogram of each DCT coefficient. The histogram without the first
quantisation is estimated from the same picture with the grid shifted by four pixels (Fridrich and Lukas
2003); for every possible first step the second quantisation is then simulated, and the log-likelihood of the
observed histogram is compared with that of no first step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.image._blocks import CELLS, block_dct
from detectors.image._quantisation import libjpeg_tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MIN_FIT", "MIN_GAIN", "NAMED_FIT", "EarlierSave", "earlier_save"]

MIN_GAIN = 250.0
"""Log-likelihood gain (natural logarithm) from which an earlier save is reported."""

MIN_FIT = 0.2
"""Share of the deviation that an earlier save has to explain to be reported: enlarged pictures deviate as well,
and no quantisation explains how."""

NAMED_FIT = 0.65
"""Share from which its quality is named: brightness changes between two saves leave a comb of other steps."""

_BLOCKS = 6000
_MIN_BLOCKS = 1000
_MIN_COEFFICIENTS = 4000
_STEPS = 64
_BINS = 40
_NOISE = 0.4
"""Standard deviation that rounding to pixels adds to a coefficient."""

_QUALITIES = range(30, 95)
"""First qualities that are tried; above them the steps are too small to tell from rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSave:
    """The best explanation of the histograms by one earlier save."""

    quality: int
    """Quality on libjpeg's scale whose tables explain them best."""

    gain: float
    """How much better than no earlier save: difference of log-likelihoods."""

    fit: float
    """Share of what can be explained at all: 1 where the histograms are exactly as such a save makes them."""


def earlier_save(rgb: NDArray[np.uint8], steps: tuple[int, ...] | None) -> EarlierSave | None:
    """Compare every earlier quality with none.

    Args:
        rgb: Pixels, shape (height, width, 3), uint8.
        steps: Luma quantisation table of the last save, 64 values row by row; None for lossless files.

    Returns:
        The best explanation, whatever its gain; None where the picture has too few usable blocks.
    """
    import numpy as np

    aligned, shifted = _blocks(rgb)
    if len(aligned) < _MIN_BLOCKS:
        return None
    gains = np.zeros((len(CELLS), _STEPS + 1), np.float64)
    noise = np.random.default_rng(0).normal(0, _NOISE, len(aligned)).astype(np.float32)
    used, most = 0, 0.0
    for i, (row, column) in enumerate(CELLS):
        step = float(steps[8 * row + column]) if steps else 1.0
        observed = np.abs(np.rint(aligned[:, row, column] / max(step, 1.0)))
        used += int(np.count_nonzero(observed))
        gains[i], possible = _gains(observed, shifted[:, row, column], max(step, 1.0), noise)
        most += possible
    if used < _MIN_COEFFICIENTS:
        return None
    return _best(gains, most)


def _gains(
    observed: NDArray[np.float32], free: NDArray[np.float32], step: float, noise: NDArray[np.float32]
) -> tuple[NDArray[np.float64], float]:
    """Return the log-likelihood gain of each first step over none, and the most that any model could gain."""
    import numpy as np

    top = int(min(_BINS, max(3.0, float(np.quantile(observed, 0.995)) + 1)))
    counts = np.bincount(np.minimum(observed, top).astype(np.intp), minlength=top + 1)

    def likelihood(values: NDArray[np.float32]) -> float:
        bins = np.minimum(np.abs(np.rint(values / step)), top).astype(np.intp)
        expected = np.bincount(bins, minlength=top + 1) + 0.5
        return float((counts * np.log(expected / expected.sum())).sum())

    none = likelihood(free)
    gains = np.zeros(_STEPS + 1)
    for first in range(1, _STEPS + 1):
        gains[first] = likelihood(np.rint(free / first) * first + noise) - none
    seen = counts[counts > 0]
    return gains, float((seen * np.log(seen / counts.sum())).sum()) - none


def _best(gains: NDArray[np.float64], most: float) -> EarlierSave:
    totals = {}
    for quality in _QUALITIES:
        table = libjpeg_tables(quality)[0]
        totals[quality] = sum(
            float(gains[i, min(_STEPS, table[8 * row + column])]) for i, (row, column) in enumerate(CELLS)
        )
    top = max(totals.values())
    # Neighbouring qualities share their low-frequency steps; the middle of those that fit alike is named.
    alike = sorted(q for q, gain in totals.items() if gain > top - 1)
    return EarlierSave(
        quality=alike[len(alike) // 2], gain=top, fit=max(0.0, top / most) if most > 0 else 0.0
    )


def _blocks(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return DCT coefficients of blocks spread over the picture, on the grid and shifted by (4, 4)."""
    import numpy as np

    height, width = rgb.shape[0] // 8 - 1, rgb.shape[1] // 8 - 1
    if height < 1 or width < 1:
        empty = np.zeros((0, 8, 8), np.float32)
        return empty, empty
    places = np.arange(height * width)
    if len(places) > _BLOCKS:
        places = np.linspace(0, height * width - 1, _BLOCKS).astype(np.intp)
    rows, columns, reach = places // width * 8, places % width * 8, np.arange(12)
    patches = rgb[(rows[:, None] + reach)[:, :, None], (columns[:, None] + reach)[:, None, :]]
    # Clipped pixels are no longer what the inverse DCT gave.
    clipped = ((patches == 0) | (patches == 255)).mean(axis=(1, 2, 3)) > 0.02
    luma = patches[~clipped].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32) - 128
    return block_dct(luma[:, :8, :8]), block_dct(luma[:, 4:, 4:])
