"""Periodic traces that interpolation leaves, for the picture as a whole and for its parts.

Where pixels were interpolated, those that fall near old ones keep more detail than those in between. The size of the
second derivative therefore rises and falls with the period of the change of size, at the frequency 1 / factor
(Gallagher, doi:10.1109/CRV.2005.33; Mahdian and Saic, doi:10.1109/TIFS.2008.924603). Summed over many lines it stands
out of a picture's content, in rows and columns alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = [
    "MAX_LOG10_NFA",
    "Peak",
    "Resampled",
    "Sums",
    "block_detail",
    "block_side",
    "factors_of",
    "line_sums",
    "local_peaks",
    "resampled_parts",
    "whole_peak",
]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

MAX_LOG10_NFA = -8.0
"""A box counts below this. Content is less even than the chance that the number assumes: untouched photographs, on
which this was chosen, reach -7.6."""

MAX_LOG10_NFA_WHOLE = -5.0
"""The same for the picture as a whole: fewer than one in 100,000 pictures by chance."""

_STRIP = 64  # lines that are summed before anything else
_MOST = 24.0  # grey levels above which the second derivative is an edge, and edges are all alike
_BAND = (0.05, 0.48)  # cycles a pixel; below it content has periods of its own, and above it demosaicing has
_BLOCK_BAND = (0.13, 0.46)
_GRID = 8  # pixels of a JPEG block: multiples of its frequency are left out
_AROUND = 3.5  # bins to either side that are left out with them
_BLOCK_AROUND = 2.5
_LEAST_AROUND = 0.002  # cycles a pixel, the same in large pictures
_LARGE_GRID = 16  # pixels of WebP's blocks and of JPEG's in colour: left out in the picture as a whole
_BACKGROUND = 41  # bins whose median stands for the content
_LEAST_HEIGHT = 5.0  # of a block's peak
_LEAST_BLOCKS = 3
_MOST_OF_REST = 8.0  # height of a part's period in the rest of the picture
_DETAIL = 0.5  # of the detail of a part, from which another block could show the same
_SHOWN = 0.1  # share of those blocks, from which the period is no part's own
_LINEAR = 8.0  # height of a peak in the pixels themselves, from which the content is periodic


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums over strips of 64 lines; each has one row a strip."""

    across: Floats
    """Size of the second derivative along rows, by column: shape (strips of rows, width)."""
    down: Floats
    """The same along columns, by row: shape (strips of columns, height)."""
    plain_across: Floats
    """Pixels, by column."""
    plain_down: Floats
    """Pixels, by row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A period that rows and columns share."""

    frequency: float
    """In cycles a pixel, 0 to 0.5."""
    height: float
    """Power over that of its surroundings, the lower of both directions."""
    log10_nfa: float
    """Decimal logarithm of the number of such peaks that chance would bring in one picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampled:
    """A box with a period of its own."""

    x: int
    """Left edge in pixels."""
    y: int
    """Top edge in pixels."""
    w: int
    """Width in pixels."""
    h: int
    """Height in pixels."""
    frequency: float
    """Of the period, in cycles a pixel."""
    blocks: int
    """Blocks that show it."""
    log10_nfa: float
    """Decimal logarithm of the number of such boxes that chance would bring in one picture."""


def line_sums(luma: Floats) -> Sums:
    """Return what all other functions work on.

    Args:
        luma: Shape (height, width), float32 in [0, 255], at least 3 pixels a side.
    """
    height, width = luma.shape
    columns = np.arange(0, width, _STRIP)
    starts = range(0, height, _STRIP)
    across = np.zeros((len(starts), width), dtype=np.float32)
    down = np.zeros((len(columns), height), dtype=np.float32)
    plain_across, plain_down = np.zeros_like(across), np.zeros_like(down)
    for strip, start in enumerate(starts):
        rows = luma[start : start + _STRIP]
        across[strip, 1:-1] = _bent(rows[:, :-2], rows[:, 1:-1], rows[:, 2:]).sum(axis=0)
        plain_across[strip] = rows.sum(axis=0)
        plain_down[:, start : start + _STRIP] = np.add.reduceat(rows, columns, axis=1).T
        first, last = max(1, start), min(height - 1, start + _STRIP)
        bent = _bent(luma[first - 1 : last - 1], luma[first:last], luma[first + 1 : last + 1])
        down[:, first:last] = np.add.reduceat(bent, columns, axis=1).T
    return Sums(across=across, down=down, plain_across=plain_across, plain_down=plain_down)


def _bent(before: Floats, middle: Floats, after: Floats) -> Floats:
    """Return the size of the second derivative, cut off where it is an edge."""
    bent = before + after
    bent -= 2 * middle
    np.abs(bent, out=bent)
    np.minimum(bent, np.float32(_MOST), out=bent)
    return bent


def whole_peak(sums: Sums) -> Peak | None:
    """Return the period of the whole picture, or None where it shows none."""
    heights = []
    for bent, plain in ((sums.across, sums.plain_across), (sums.down, sums.plain_down)):
        height = _heights(bent.sum(axis=0, dtype=np.float64), plain.sum(axis=0, dtype=np.float64))
        height[_near(np.linspace(0, 0.5, len(height)), _LARGE_GRID, bent.shape[1])] = 0
        heights.append(height)
    bins = min(len(h) for h in heights)
    # Rows and columns have different lengths, and the two factors differ by rounding to whole pixels.
    common = [ndimage.maximum_filter1d(_regridded(h, bins), 3) for h in heights]
    shared = np.minimum(*common)
    top = int(shared.argmax())
    nfa = _log10_nfa(float(shared[top]), bins, reach=3)
    if nfa >= MAX_LOG10_NFA_WHOLE:
        return None
    return Peak(frequency=top / (2 * (bins - 1)), height=float(shared[top]), log10_nfa=nfa)


def _regridded(heights: Doubles, bins: int) -> Doubles:
    held = np.zeros(bins)
    np.maximum.at(held, np.round(np.linspace(0, bins - 1, len(heights))).astype(int), heights)
    return held


def _heights(bent: Doubles, plain: Doubles) -> Doubles:
    """Return the spectrum of a picture over its surroundings, 0 where JPEG or the content has a period of its own."""
    power = _spectrum(bent)
    # The median of exponentially distributed power is ln 2 of its mean.
    around = ndimage.median_filter(power, size=min(_BACKGROUND, len(power)), mode="nearest") / math.log(2)
    heights: Doubles = power / (around + 1e-9 * power.mean() + 1e-12)
    frequency = np.linspace(0, 0.5, len(power))
    heights[_near(frequency, _GRID, len(bent)) | (frequency < _BAND[0]) | (frequency > _BAND[1])] = 0
    heights[_periodic(plain)] = 0
    return heights


def _near(frequency: Doubles, grid: int, length: int, *, around: float = _AROUND) -> NDArray[np.bool_]:
    """Return which frequencies are those of a grid, to within the resolution of a signal of this length."""
    multiple = frequency * grid
    distance = np.abs(multiple - np.round(multiple)) / grid
    return np.asarray(distance < max(around / length, _LEAST_AROUND))


def _periodic(plain: Doubles) -> NDArray[np.bool_]:
    """Return the frequencies at which the pixels themselves repeat, or repeat at half of them.

    Interpolation leaves no period in the pixels, only in how much they bend; a fence or a screen does.
    """
    power = ndimage.maximum_filter1d(_spectrum(np.diff(plain, n=2, axis=-1)), 3, axis=-1)
    bins = plain.shape[-1] // 2 + 1
    around = ndimage.uniform_filter1d(power, min(_BACKGROUND, power.shape[-1]), axis=-1, mode="nearest")
    high = np.zeros((*power.shape[:-1], bins), dtype=bool)
    high[..., : power.shape[-1]] = power > _LINEAR * around
    half = np.round(np.arange(bins) / 2).astype(int)
    periodic: NDArray[np.bool_] = high | high[..., half]
    return periodic


def _spectrum(signal: Doubles) -> Doubles:
    """Return the power of a signal at each frequency, without its slow changes."""
    level = signal - ndimage.uniform_filter1d(signal, 31, axis=-1, mode="nearest")
    power: Doubles = np.abs(np.fft.rfft(level * np.hanning(signal.shape[-1]), axis=-1)) ** 2
    return power


def _log10_nfa(height: float, bins: int, *, reach: int) -> float:
    """Return log10 of the number of bins in which chance would bring this height in rows and columns."""
    return math.log10(bins * reach**2) - 2 * height / math.log(10)


def factors_of(frequency: float) -> tuple[float, ...]:
    """Return the changes of size that leave a period of this frequency, the likeliest first.

    A factor s leaves the frequency 1 / s, of which the pixel grid shows only the distance to the next whole number.
    """
    f = min(max(frequency, 1e-6), 0.5)
    factors = (1 / (1 - f), 1 / (1 + f), 1 / f)
    return tuple(round(s, 2) for s in factors if s <= 4)


def block_side(shape: tuple[int, ...]) -> int:
    """Return the side of the blocks in which a picture is looked at."""
    return 256 if min(shape) >= 768 else 128


def local_peaks(sums: Sums, side: int) -> Doubles:
    """Return the spectra of overlapping blocks: shape (rows, columns, frequencies), the lower of both directions.

    Args:
        sums: From `line_sums`.
        side: Of a block, from `block_side`; blocks begin every half side.
    """
    step = side // 2
    down, across = (
        max(0, (length - side) // step + 1) for length in (sums.down.shape[1], sums.across.shape[1])
    )
    rows = _block_heights(sums.across, sums.plain_across, side, lines=down, windows=across)
    columns = _block_heights(sums.down, sums.plain_down, side, lines=across, windows=down)
    peaks: Doubles = np.minimum(
        ndimage.maximum_filter1d(rows, 3, axis=-1),
        ndimage.maximum_filter1d(columns, 3, axis=-1).transpose(1, 0, 2),
    )
    return peaks


def _block_heights(bent: Floats, plain: Floats, side: int, *, lines: int, windows: int) -> Doubles:
    step, strips = side // 2, side // _STRIP
    heights = np.zeros((lines, windows, side // 2 + 1))
    frequency = np.linspace(0, 0.5, side // 2 + 1)
    kept = (
        ~_near(frequency, _GRID, side, around=_BLOCK_AROUND)
        & (frequency >= _BLOCK_BAND[0])
        & (frequency <= _BLOCK_BAND[1])
    )
    count = _surroundings(kept.astype(float))
    for line in range(lines):
        first = line * step // _STRIP
        held = [s[first : first + strips].sum(axis=0, dtype=np.float64) for s in (bent, plain)]
        cut = [np.lib.stride_tricks.sliding_window_view(s, side)[::step][:windows] for s in held]
        power = _spectrum(cut[0]) * kept
        heights[line] = power / (_surroundings(power) / np.maximum(count, 1e-9) + 1e-9 * power.mean() + 1e-12)
        heights[line][_periodic(cut[1])] = 0
    return heights


def _surroundings(power: Doubles) -> Doubles:
    """Return the sum over the bins around each, without the nearest ones, over which a peak spreads."""
    wide, near = 41, 7
    sums: Doubles = wide * ndimage.uniform_filter1d(power, wide, axis=-1, mode="constant")
    sums -= near * ndimage.uniform_filter1d(power, near, axis=-1, mode="constant")
    return np.maximum(sums, 0)


def block_detail(sums: Sums, side: int) -> Doubles:
    """Return how much detail each block of `local_peaks` holds."""
    step, strips = side // 2, side // _STRIP
    down, across = (
        max(0, (length - side) // step + 1) for length in (sums.down.shape[1], sums.across.shape[1])
    )
    detail = np.zeros((down, across))
    for row in range(down):
        first = row * step // _STRIP
        line = sums.across[first : first + strips].sum(axis=0, dtype=np.float64)
        detail[row] = [line[column * step : column * step + side].sum() for column in range(across)]
    return detail / side**2


def resampled_parts(sums: Sums, side: int, *, whole: Peak | None, most: int = 4) -> list[Resampled]:
    """Return the boxes that have a period of their own, the most surprising first.

    Args:
        sums: From `line_sums`.
        side: Of the blocks, from `block_side`.
        whole: From `whole_peak`: in a picture that has a period as a whole, only a part that explains it counts.
        most: Most boxes to return.
    """
    peaks, detail = local_peaks(sums, side), block_detail(sums, side)
    rows, columns, bins = peaks.shape
    if rows * columns == 0:
        return []
    top, height = peaks.argmax(axis=2), peaks.max(axis=2)
    found: list[Resampled] = []
    for frequency in np.unique(top[height > _LEAST_HEIGHT]):
        here = (height > _LEAST_HEIGHT) & (np.abs(top - frequency) <= 1)
        labels, count = ndimage.label(here, structure=np.ones((3, 3)))
        for index, place in enumerate(ndimage.find_objects(labels, max_label=count), start=1):
            held = labels == index
            blocks = int(held.sum())
            # Four blocks overlap at every place, so that four count as one.
            surprise = 2 * float(height[held].mean()) * max(1.0, blocks / 4)
            nfa = math.log10(rows * columns * bins * 9) - surprise / math.log(10)
            if blocks < _LEAST_BLOCKS or nfa >= MAX_LOG10_NFA:
                continue
            part = _part(place, side, int(frequency) / side, blocks, nfa)
            explains = whole is None or abs(whole.frequency - part.frequency) < 2 / side
            if (
                explains
                and _alone(peaks, detail, held, int(frequency))
                and _rest(sums, part, side) < _MOST_OF_REST
            ):
                found.append(part)
    found.sort(key=lambda part: part.log10_nfa)
    return _apart(found)[:most]


def _alone(peaks: Doubles, detail: Doubles, held: NDArray[np.bool_], frequency: int) -> bool:
    """Return whether the rest of the picture, where it has as much detail, does not show the same period."""
    rest = ~ndimage.binary_dilation(held, structure=np.ones((3, 3)), iterations=1)
    rest &= detail > _DETAIL * detail[held].mean()
    there = peaks[..., max(0, frequency - 1) : frequency + 2].max(axis=2)[rest]
    return len(there) >= max(4, int(held.sum()) // 4) and float((there > _LEAST_HEIGHT - 1).mean()) < _SHOWN


def _rest(sums: Sums, part: Resampled, side: int) -> float:
    """Return how high the period of a part is in all rows and columns beside it; infinite where there are none."""
    heights = []
    for bent, plain, first, length in (
        (sums.across, sums.plain_across, part.y, part.h),
        (sums.down, sums.plain_down, part.x, part.w),
    ):
        strips = np.arange(len(bent)) * _STRIP
        beside = (strips + _STRIP + side // 2 <= first) | (strips >= first + length + side // 2)
        if not beside.any():
            return math.inf
        spectrum = _heights(
            bent[beside].sum(axis=0, dtype=np.float64), plain[beside].sum(axis=0, dtype=np.float64)
        )
        frequency = np.linspace(0, 0.5, len(spectrum))
        heights.append(float(spectrum[np.abs(frequency - part.frequency) < 1.5 / side].max()))
    return min(heights)


def _part(place: tuple[slice, slice], side: int, frequency: float, blocks: int, nfa: float) -> Resampled:
    step = side // 2
    rows, columns = place
    return Resampled(
        x=columns.start * step,
        y=rows.start * step,
        w=(columns.stop - columns.start - 1) * step + side,
        h=(rows.stop - rows.start - 1) * step + side,
        frequency=frequency,
        blocks=blocks,
        log10_nfa=nfa,
    )


def _apart(parts: list[Resampled]) -> list[Resampled]:
    """Return the parts without those that begin where a more surprising one already is."""
    kept: list[Resampled] = []
    for part in parts:
        x, y = part.x + part.w / 2, part.y + part.h / 2
        if not any(k.x <= x <= k.x + k.w and k.y <= y <= k.y + k.h for k in kept):
            kept.append(part)
    return kept
