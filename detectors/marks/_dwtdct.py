"""Reading the bits that the open watermark "DWT-DCT" hides in a picture's colour.

The picture is cut into blocks of 8 x 8 pixels, counted row by row. In the chrominance U of each block one level of the
Haar wavelet leaves 4 x 4 averages. The writer moves the strongest of them, the first one left out, to one quarter of a
step of 36 for a 0, to three quarters for a 1. (The name promises a cosine transform; the published package has none.)
Block i carries bit i modulo the length, so the pattern repeats all over the picture.

Programs hand their pictures over in two orders of colour, and as whole numbers (U then begins at 128) or as fractions
(U then begins at 0.5). A mark can only be read the way it was written, so all four readings are tried.

The package's reader takes the majority of the blocks for each bit. It loses many pictures, because a value that was
moved down is often no longer the strongest of its block. Here a bit is 1 where its blocks score above the average of
all blocks, so that what is common to the whole picture cancels out. Two scores are used: where in its step the
strongest value lies, and by how much it rises above those of the blocks around, which a JPEG save leaves standing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Match", "Pattern", "best_match"]

_LEAST_PIXELS = 256 * 256  # the published writer marks no smaller picture
_SIDE = 8
_STEP = 36.0
_MOST_BLOCKS = 32_768
_BAND = 8  # rows of blocks
_ORIGINS = (128.0, 0.5)
_MOST_RISE = 2.0  # more is content, not a mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Bits that some program writes."""

    tool: str
    """Program or model that the bits stand for."""
    bits: tuple[int, ...]
    """The bits in their order."""
    least: int
    """Matching bits from which the pattern counts as found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A pattern that was found."""

    pattern: Pattern
    """The pattern."""
    matching: int
    """Number of its bits that agree."""


def best_match(rgb: NDArray[np.uint8], patterns: tuple[Pattern, ...]) -> Match | None:
    """Return the pattern that is found, or None; where several are, the one with the greatest share of its bits.

    Args:
        rgb: Pixels, shape (height, width, 3). At most about 32,768 blocks are read, in bands over its height.
        patterns: What to look for.
    """
    if rgb.shape[0] * rgb.shape[1] < _LEAST_PIXELS or min(rgb.shape[:2]) < _SIDE:
        return None
    found = []
    for number, score in _scores(rgb):
        for pattern in patterns:
            matching = _matching(number, score, pattern.bits)
            if matching >= pattern.least:
                found.append(Match(pattern=pattern, matching=matching))
    return max(found, key=lambda match: match.matching / len(match.pattern.bits), default=None)


def _scores(rgb: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.int64], tuple[NDArray[np.float32], ...]]]:
    """Yield the numbers of the blocks with scores to be added up, two ways for each of the four readings."""
    import numpy as np
    from scipy.ndimage import median_filter

    rows = _rows(rgb.shape[0] // _SIDE, rgb.shape[1] // _SIDE)
    across = rgb.shape[1] // _SIDE
    number = (rows[..., None] * across + np.arange(across)).reshape(-1)
    for blocks in _chrominances(rgb, rows.reshape(-1)):
        low, high = blocks.min(axis=1), blocks.max(axis=1)
        for origin in _ORIGINS:
            strongest = np.maximum(high + 2 * origin, -low - 2 * origin)
            place = -np.sin(2 * np.pi / _STEP * strongest)
            shape = (*rows.shape, across)
            around = median_filter(strongest.reshape(shape), size=(1, 3, 3)).reshape(-1)
            rise = np.clip(strongest - around, -_MOST_RISE, _MOST_RISE)
            yield number, (place, rise)
            yield number, (rise,)


def _rows(down: int, across: int) -> NDArray[np.int64]:
    """Return the rows of blocks to read, shape (bands, rows of a band)."""
    import numpy as np

    if down * across <= _MOST_BLOCKS or down <= _BAND:
        return np.arange(down)[None]
    bands = max(1, min(_MOST_BLOCKS // (_BAND * across), down // _BAND))
    return np.linspace(0, down - _BAND, bands).astype(np.int64)[:, None] + np.arange(_BAND)


def _chrominances(rgb: NDArray[np.uint8], rows: NDArray[np.int64]) -> Iterator[NDArray[np.float32]]:
    """Yield the 15 wavelet averages of each block in U without its origin, for both orders of colour."""
    import numpy as np

    down, across = rgb.shape[0] // _SIDE, rgb.shape[1] // _SIDE
    strips = rgb[: down * _SIDE, : across * _SIDE].reshape(down, _SIDE, across * _SIDE, 3)[rows]
    # U is linear in the colours, so it can be taken after the averages (half the sum of four pixels).
    fours = np.zeros((len(rows), _SIDE // 2, across * 4, 3), dtype=np.float32)
    for y, x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        fours += strips[:, y::2, x::2]
    fours *= 0.5
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    for blue, order in ((2, weights), (0, weights[::-1])):
        u: NDArray[np.float32] = np.float32(0.492) * (fours[..., blue] - fours @ order)
        yield u.reshape(len(rows), 4, across, 4).transpose(0, 2, 1, 3).reshape(-1, 16)[:, 1:]


def _matching(
    number: NDArray[np.int64], scores: tuple[NDArray[np.float32], ...], bits: tuple[int, ...]
) -> int:
    """Return how many bits agree with the sums of the scores over the blocks of each bit."""
    import numpy as np

    place = number % len(bits)
    of = np.maximum(np.bincount(place, minlength=len(bits)), 1)
    total = np.zeros(len(bits))
    for score in scores:
        excess = score - score.mean(dtype=np.float64)
        spread = max(float(excess.std()), 1e-6)
        total += np.bincount(place, weights=excess, minlength=len(bits)) / (spread * np.sqrt(of))
    return int(((total > 0) == np.asarray(bits, dtype=bool)).sum())
