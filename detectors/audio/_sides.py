"""What the sound is like on either side of a moment: background, microphone, decay, and how far they differ.

A recording keeps its room and its chain: the noise between the words, the average colour of what is loud, how fast
levels fall after it. For every moment these are measured before and after, over eight seconds and (for short inserts)
over 3.2, in 17 bands up to 8 kHz. Time runs on only near loud sound: half a second of a pause is kept, and silence at
the ends or from a mute button is left out, as there is nothing to compare in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.frames import FLOOR_DB, Frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["BLOCKS", "LEAST_ROWS", "SIZES", "Course", "background", "compare", "prepare"]

SIZES = (400, 160)
"""Rows of a side, of 20 ms each: 8 s and 3.2 s."""

LEAST_ROWS = 100
"""Least rows of a side: 2 s."""

_EDGES = (0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 28, 34, 40, 48, 56, 62)  # of the bands, in steps of 125 Hz
_BANDS = len(_EDGES) - 1
_GROUPS = (0, 4, 9, 13)  # first bands of the four groups in which decay is measured
_LOWEST_DB = -95.0  # below the loud frames; deeper lies what sixteen bits and codecs leave
_NEAR_DB = 30.0
_NEAR_SECONDS = 0.5
_SMOOTH_SECONDS = 0.05
_ROW_SECONDS = 0.02
_SHARES = (0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
_QUIET_DB = 4.0  # above the third percentile
_LOUD_DB = 12.0  # below the ninetieth
_LAG = 3  # rows over which levels rise and fall
_FALLS = (0.02, 0.1, 0.9, 0.98)
_OWN_SPREAD_DB = 6.0
_SHORT = (25, 50, 100)  # rows of the closest surroundings
_CHUNK = 1 << 15

# Where the statistics of a side lie in its row.
_LOW = slice(0, _BANDS)
_SPREAD = slice(_LOW.stop, _LOW.stop + _BANDS)
_LEVELS = slice(_SPREAD.stop, _SPREAD.stop + _BANDS * len(_SHARES))
_LOUD = slice(_LEVELS.stop, _LEVELS.stop + _BANDS)
_DECAY = slice(_LOUD.stop, _LOUD.stop + 4 * len(_FALLS))
_ROWS, _QUIET, _BOTTOM, _TOP = range(_DECAY.stop, _DECAY.stop + 4)
_STATISTICS = _TOP + 1


def _level_of(share: int) -> slice:
    return slice(_LEVELS.start + share * _BANDS, _LEVELS.start + (share + 1) * _BANDS)


BLOCKS: tuple[tuple[slice, ...], ...] = (
    (_LOW,), (_level_of(1),), (_level_of(3),), (_level_of(5),), (_LOUD,), (_DECAY,), (_LOW, _LOUD),
)  # fmt: skip
"""Statistics whose differences are judged together."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a recording where there is sound, in rows of 20 ms."""

    bands: Array
    """dB below the loud frames, shape (17, n), mean power of 50 ms."""

    level: Array
    """The same of all bands but the lowest together, shape (n,)."""

    times: NDArray[np.float64]
    """Middle of each row, in seconds."""


def prepare(frames: Frames) -> Course | None:
    """Return the course of a recording, or None where all of it is silent.

    Args:
        frames: Frames of the recording.
    """
    import numpy as np

    smooth = max(1, round(_SMOOTH_SECONDS / frames.hop))
    count = len(frames.level) - smooth + 1
    if count < 1 or float(np.max(frames.level)) <= FLOOR_DB:
        return None
    top = np.float32(np.percentile(frames.level, 95))
    bands, level = _smoothed(frames, count, smooth, top)
    loud = np.concatenate(([0], np.cumsum(frames.level[smooth // 2 :][:count] > top - _NEAR_DB)))
    reach = round(_NEAR_SECONDS / frames.hop)
    here = np.arange(count)
    near = loud[np.minimum(count, here + reach + 1)] > loud[np.maximum(0, here - reach)]
    kept = np.flatnonzero(near & (level > _LOWEST_DB))[:: max(1, round(_ROW_SECONDS / frames.hop))]
    times = np.asarray((kept + smooth // 2) * frames.hop + 0.016, dtype=np.float64)
    return Course(np.ascontiguousarray(bands[kept].T), level[kept], times)


def _smoothed(frames: Frames, count: int, smooth: int, top: np.float32) -> tuple[Array, Array]:
    """Return bands, shape (count, 17), and level in dB below the loud frames."""
    import numpy as np

    wide = np.empty((len(frames.bands), _BANDS), dtype=np.float32)
    for at in range(0, len(wide), _CHUNK):  # an hour of bands as floats would take 90 MB
        power = 10 ** (frames.bands[at : at + _CHUNK, : _EDGES[-1]].astype(np.float32) / 10)
        wide[at : at + _CHUNK] = np.add.reduceat(power, _EDGES[:-1], axis=1)
    total = np.zeros((count, _BANDS), dtype=np.float32)
    for shift in range(smooth):
        total += wide[shift : shift + count] / np.float32(smooth)
    level = 10 * np.log10(total[:, 1:].sum(axis=1) + np.float32(1e-16)) - top
    bands = 10 * np.log10(total + np.float32(1e-16)) - top
    return np.maximum(bands, np.float32(_LOWEST_DB)), level.astype(np.float32)


def compare(course: Course, places: NDArray[np.int64]) -> tuple[list[Array], Array]:
    """Return what differs between the two sides of each place.

    Args:
        course: The recording.
        places: Rows, each the first one of its right side; `LEAST_ROWS` or more from both ends.

    Returns:
        For each pair of a size and a block the differences of its statistics, shape (places, statistics); and
        scalars, shape (places, scalars), which know no direction in time.
    """
    import numpy as np

    blocks: list[Array] = []
    scalars = [_closest(course, places)]
    for size in SIZES:
        spans = [((max(0, p - size), p), (p, min(len(course.level), p + size))) for p in places.tolist()]
        sides = _measured(course, {span for pair in spans for span in pair})
        left = np.stack([sides[a] for a, _ in spans])
        right = np.stack([sides[b] for _, b in spans])
        difference = right - left
        blocks += [np.concatenate([difference[:, s] for s in block], axis=1) for block in BLOCKS]
        scalars.append(_scalars(left, right, difference))
    return blocks, np.concatenate(scalars, axis=1)


def background(course: Course, place: int) -> tuple[float, float]:
    """Return the mean level of the background before and after a place, in dB below the loud frames."""
    size = SIZES[0]
    sides = (slice(max(0, place - size), place), slice(place, place + size))
    before, after = (_side(course.bands[:, s], course.level[s])[_LOW].mean() for s in sides)
    return float(before), float(after)


def _measured(course: Course, spans: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Array]:
    return {(a, b): _side(course.bands[:, a:b], course.level[a:b]) for a, b in sorted(spans)}


def _side(bands: Array, level: Array) -> Array:
    """Return the statistics of one side."""
    import numpy as np

    count = len(level)
    levels = np.sort(bands, axis=1)[:, [min(count - 1, int(share * count)) for share in _SHARES]].T
    ordered = np.sort(level)
    low, high = ordered[int(0.03 * count)], ordered[int(0.9 * count)]
    quiet = bands[:, level < low + _QUIET_DB]
    loud = bands[:, level > high - _LOUD_DB]
    steps = bands[:, _LAG:] - bands[:, :-_LAG]
    grouped = np.sort(np.add.reduceat(steps, _GROUPS, axis=0), axis=1)
    grouped /= np.diff((*_GROUPS, _BANDS)).astype(np.float32)[:, None]
    falls = grouped[:, [int(share * grouped.shape[1]) for share in _FALLS]].T
    return np.concatenate(
        [quiet.mean(axis=1), quiet.std(axis=1), levels.ravel(), loud.mean(axis=1), falls.ravel(),
         [count, quiet.shape[1], low, high]]
    ).astype(np.float32)  # fmt: skip


def _scalars(left: Array, right: Array, difference: Array) -> Array:
    """Return sizes of the differences, and how much each side could tell."""
    import numpy as np

    rises = right[:, _LOW].mean(axis=1) > left[:, _LOW].mean(axis=1)
    louder, quieter = (np.where((rises == way)[:, None], right, left) for way in (True, False))
    low = difference[:, _LOW]
    own = left[:, _SPREAD] ** 2 + right[:, _SPREAD] ** 2 + _OWN_SPREAD_DB**2
    columns = [
        np.sqrt((low**2 / own).mean(axis=1)),
        np.minimum(left[:, _ROWS], right[:, _ROWS]),
        *(side[:, _TOP] - side[:, _BOTTOM] for side in (louder, quieter)),
        *(side[:, _QUIET] for side in (louder, quieter)),
        *(side[:, _LOW].mean(axis=1) for side in (louder, quieter)),
        *(side[:, _SPREAD].mean(axis=1) for side in (louder, quieter)),
        *(side[:, _BOTTOM] for side in (louder, quieter)),
        np.abs(difference[:, _TOP]),
        np.abs(low.mean(axis=1)), low.std(axis=1), np.abs(low).max(axis=1),
    ]  # fmt: skip
    for share in range(len(_SHARES)):
        part = difference[:, _level_of(share)]
        columns += [
            np.sqrt((part**2).mean(axis=1)),
            part.std(axis=1),
            np.abs(part[:, 13:].mean(axis=1) - part[:, 2:9].mean(axis=1)),
            np.abs(part[:, 0] - part[:, 1:4].mean(axis=1)),
        ]
    loud = difference[:, _LOUD]
    columns += [loud.std(axis=1), np.abs(loud - loud.mean(axis=1, keepdims=True)).max(axis=1)]
    decay = np.abs(difference[:, _DECAY])
    columns += [*decay.reshape(len(decay), len(_FALLS), 4).mean(axis=2).T, decay.max(axis=1)]
    return np.stack(columns, axis=1)


def _closest(course: Course, places: NDArray[np.int64]) -> Array:
    """Return how the low levels differ within half a second, a second and two."""
    import numpy as np

    rows = []
    for place in places.tolist():
        row: list[float] = []
        for size in _SHORT:
            left, right = course.bands[:, place - size : place], course.bands[:, place : place + size]
            at = int(0.08 * size)
            gap = np.partition(right, at, axis=1)[:, at] - np.partition(left, at, axis=1)[:, at]
            row += [float(np.sqrt((gap**2).mean())), abs(float(gap.mean())), float(gap.std())]
        rows.append(row)
    return np.array(rows, dtype=np.float32)
