"""Where the background of a recording changes for good: level and spectrum of its quietest moments.

Speech pauses, closures of consonants and the ends of words let the background through. For every moment the quiet
frames before and after are compared, of eight seconds and (for short inserts) of three and a half, in 17 bands and
measured in their own spread. A side whose quiet frames are few, or hardly quieter than its loud ones, has no pause to
speak of and counts less, unless nearly all of it is steady noise. Where two
backgrounds differ, their border is sought with all frames: quiet ones by the backgrounds, the others by the two
mean spectra, as in the segmentation of speakers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.frames import FLOOR_DB, Frames

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["LEAST_SECONDS", "Change", "changes", "log10_nfa"]

LEAST_SECONDS = 4.0
"""Shortest recording that can be examined: two seconds on either side."""

_EDGES = (0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 28, 34, 40, 48, 56, 62)  # of the bands, in steps of 125 Hz
_LOWEST_DB = -72.0  # below the loud frames; gates and codecs make what lies deeper
_SILENT_DB = 80.0  # below the loud frames
_SMOOTH = 5  # frames
_SIDES = (8.0, 3.5)  # seconds
_LEAST_SIDE = 2.0
_STEP = 0.2
_WIDE_STEP = 0.5  # in recordings of more than ten minutes
_QUIET_DB = 4.0  # above the third percentile
_ENOUGH_QUIET = 0.4  # seconds
_ENOUGH_RANGE_DB = 15.0
_STEADY = 1.5  # seconds
_OWN_SPREAD_DB = 6.0
_NEAR = 1.3  # in spreads
_LEAST_SPREAD_DB = 2.5
_LOW_WEIGHT = 2.0
_SEARCH = 3.0  # seconds around the coarse place
_GAP = 0.3  # left out beside the border when the two mean spectra are taken
_LARGEST_RATIO = 6.0
_RATIO_WEIGHT = 0.3
_ROUNDS = 6
_APART = 3.0
_MOST = 20
_CHUNK = 1 << 15

# Tail of the highest score of untouched recordings of about ten seconds (development collections of
# `benchmarks/audio_splice.py`): 5 % lie above the first, and the excess falls exponentially with the second.
_TAIL_START, _TAIL_SHARE, _TAIL_SCALE = 1.76, 0.05, 0.21
_TAIL_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One lasting change of the background."""

    at: float
    """Seconds from the beginning."""

    before_db: float
    """Level of the background before it, in dB below the loud frames of the recording, mean over the bands."""

    after_db: float
    """The same after it."""

    score: float
    """Difference of the two, in their own spread, less where a side has no clear pauses."""

    log10_nfa: float
    """Logarithm of the expected number of such changes in an untouched recording of this length."""


@dataclass(frozen=True, slots=True)
class _Side:
    mean: Array
    spread: Array
    quiet: float  # seconds
    range_db: float


def log10_nfa(score: float, seconds: float) -> float:
    """Return the logarithm of the number of false alarms for a score in a recording of some length."""
    tests = max(1.0, seconds / _TAIL_SECONDS)
    tail = math.log10(_TAIL_SHARE) - (score - _TAIL_START) / _TAIL_SCALE / math.log(10)
    return math.log10(tests) + min(0.0, tail)


def changes(frames: Frames, *, most_log10_nfa: float) -> tuple[Change, ...]:
    """Return the changes of the background that chance hardly brings, in order of time.

    Args:
        frames: Frames of the recording.
        most_log10_nfa: Largest logarithm of the number of false alarms to report.
    """
    import numpy as np

    seconds = len(frames.level) * frames.hop
    if seconds < LEAST_SECONDS or float(np.max(frames.level)) <= FLOOR_DB:
        return ()
    bands = _smoothed(frames)
    # Padding, mute buttons and noise gates leave nothing to compare: time runs on where there is sound.
    middle = frames.level[_SMOOTH // 2 :][: len(bands)]
    times = np.flatnonzero(middle > np.percentile(frames.level, 95) - _SILENT_DB)
    bands = bands[times]
    if len(bands) * frames.hop < LEAST_SECONDS:
        return ()
    level = 10 * np.log10(np.sum(10 ** (bands[:, 1:] / 10), axis=1))
    places, scores, sides = _scan(bands, level, frames.hop)
    found: list[Change] = []
    for index in np.argsort(-scores, kind="stable"):
        nfa = log10_nfa(float(scores[index]), seconds)
        if nfa > most_log10_nfa or len(found) == _MOST:
            break
        if any(abs(_time(times, int(places[index]), frames.hop) - c.at) < _APART for c in found):
            continue
        place, left, right = _border(bands, level, int(places[index]), frames.hop, _SIDES[sides[index]])
        at = _time(times, place, frames.hop)
        if all(abs(at - c.at) >= _APART for c in found):
            found.append(Change(at=at, before_db=float(left.mean.mean()), after_db=float(right.mean.mean()),
                                score=float(scores[index]), log10_nfa=nfa))  # fmt: skip
    return tuple(sorted(found, key=lambda c: c.at))


def _time(times: NDArray[np.int64], place: int, hop: float) -> float:
    """Return the time in seconds between the frame before a place and the one at it."""
    middle = (int(times[place - 1]) + int(times[min(place, len(times) - 1)])) / 2
    return (middle + _SMOOTH // 2) * hop + 0.016


def _smoothed(frames: Frames) -> Array:
    """Return the 17 bands in dB below the loud frames, mean power of five frames, shape (n - 4, 17)."""
    import numpy as np

    wide = np.empty((len(frames.bands), len(_EDGES) - 1), dtype=np.float32)
    for at in range(0, len(wide), _CHUNK):  # an hour of bands as floats would take 90 MB
        power = 10 ** (frames.bands[at : at + _CHUNK, : _EDGES[-1]].astype(np.float32) / 10)
        wide[at : at + _CHUNK] = np.add.reduceat(power, _EDGES[:-1], axis=1)
    count = len(wide) - _SMOOTH + 1
    total = sum(wide[i : i + count] for i in range(_SMOOTH)) / np.float32(_SMOOTH)
    top = np.float32(np.percentile(frames.level, 95))
    return np.maximum(10 * np.log10(total + np.float32(1e-16)) - top, np.float32(_LOWEST_DB))


def _scan(bands: Array, level: Array, hop: float) -> tuple[NDArray[np.int64], Array, NDArray[np.int64]]:
    """Return places, the higher of their scores with long and with short sides, and which of the two it was."""
    import numpy as np

    step = _STEP if len(bands) * hop <= 600 else _WIDE_STEP
    least = round(_LEAST_SIDE / hop)
    places = np.arange(least, len(bands) - least + 1, max(1, round(step / hop)))
    scores = np.array(
        [[_score(*_sides(bands, level, int(at), hop, side)) for side in _SIDES] for at in places],
        dtype=np.float32,
    )
    return places, scores.max(axis=1), scores.argmax(axis=1)


def _sides(bands: Array, level: Array, at: int, hop: float, seconds: float) -> tuple[_Side, _Side]:
    size = round(seconds / hop)
    before, after = slice(max(0, at - size), at), slice(at, at + size)
    return _side(bands[before], level[before], hop), _side(bands[after], level[after], hop)


def _side(bands: Array, level: Array, hop: float) -> _Side:
    import numpy as np

    ordered = np.sort(level)
    low, high = ordered[int(0.03 * len(ordered))], ordered[int(0.9 * len(ordered))]
    quiet = bands[level < low + _QUIET_DB]
    return _Side(quiet.mean(axis=0), quiet.std(axis=0), len(quiet) * hop, float(high - low))


def _score(left: _Side, right: _Side) -> float:
    import numpy as np

    difference = right.mean - left.mean
    spread = left.spread**2 + right.spread**2 + _OWN_SPREAD_DB**2
    # Only the louder background can be a mistake: a side without a pause lets none through.
    louder = left if left.mean.mean() > right.mean.mean() else right
    clear = max(louder.range_db / _ENOUGH_RANGE_DB, louder.quiet / _STEADY)
    trust = min(1.0, louder.quiet / _ENOUGH_QUIET) * min(1.0, clear)
    return float(np.sqrt(np.mean(difference**2 / spread))) * trust


def _border(bands: Array, level: Array, at: int, hop: float, seconds: float) -> tuple[int, _Side, _Side]:
    """Return the place of the change, sought again with the backgrounds that it leaves on its sides."""
    import numpy as np

    edge = round(_LEAST_SIDE / 2 / hop)
    left, right = _sides(bands, level, at, hop, seconds)
    for attempt in range(_ROUNDS):
        start, stop = max(0, at - round(_SEARCH / hop)), min(len(bands), at + round(_SEARCH / hop))
        gain = _quiet_evidence(bands[start:stop], left, right)
        if attempt > 0:  # the first round only brings the place near enough for the mean spectra
            gain = gain - np.float32(_RATIO_WEIGHT) * _ratio(
                bands, slice(start, stop), at, size=round(seconds / hop), gap=round(_GAP / hop)
            )
        total = np.concatenate(([0.0], np.cumsum(gain, dtype=np.float64)))
        moved = min(max(start + int(np.argmin(total)), edge), len(bands) - edge)
        if moved == at and attempt > 0:
            break
        at = moved
        left, right = _sides(bands, level, at, hop, seconds)
    return at, left, right


def _quiet_evidence(bands: Array, left: _Side, right: _Side) -> Array:
    """Return for each frame what it says for the right side (above 0) or for the left one, shape (n,)."""
    import numpy as np

    rises = right.mean.mean() > left.mean.mean()
    high, low = (right, left) if rises else (left, right)
    gap = high.mean - low.mean
    used = gap >= 0.5 * gap.max()
    below = np.mean((bands - (high.mean + low.mean) / 2)[:, used], axis=1) < 0
    away = (bands - high.mean) / np.maximum(high.spread, _LEAST_SPREAD_DB)
    near = (np.sqrt(np.mean(away**2, axis=1)) < _NEAR) & ~below
    for_low = (_LOW_WEIGHT * below - near).astype(np.float32)
    return np.asarray(-for_low if rises else for_low)


def _ratio(bands: Array, here: slice, at: int, *, size: int, gap: int) -> Array:
    """Return the log-likelihood ratio of the left mean spectrum to the right one for each frame, cut at ±6."""
    import numpy as np

    frames = bands[here]
    left, right = bands[max(0, at - size) : max(1, at - gap)], bands[at + gap : at + size]
    if min(len(left), len(right)) < 2 * gap:
        return np.zeros(len(frames), dtype=np.float32)
    ratio = _likelihood(frames, left) - _likelihood(frames, right)
    return np.asarray(np.clip(ratio, -_LARGEST_RATIO, _LARGEST_RATIO))


def _likelihood(frames: Array, model: Array) -> Array:
    """Return the Gaussian log-likelihood of each frame under the mean and covariance of others."""
    import numpy as np

    covariance = np.cov(model.T) + 2.0 * np.eye(model.shape[1])
    away = frames - model.mean(axis=0)
    distance = np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)
    return np.asarray(-0.5 * (distance + np.linalg.slogdet(covariance)[1]), dtype=np.float32)
