"""The trained search of `audio.splice`: where the two sides of a moment are too different for one recording.

The differences of each group of statistics are judged by two Gaussians with mean zero, one of moments within a
recording and one of joins; a line and boosted trees weigh these ratios together with plain sizes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.audio._background import LEAST_SECONDS, Change
from detectors.audio._sides import LEAST_ROWS, Course, background, compare, prepare
from detectors.ensemble import Line, Trees, load_arrays, unpack
from detectors.sound.frames import Frames

__all__ = ["Model", "foreign_sides", "grid", "load_model", "ratios", "unpacked"]

STEP = 20
"""Rows from one place to the next: 0.4 s."""

_FINE = 4  # rows
_APART = 3.0  # seconds
_MOST = 20
_BATCH = 1000  # places
_RANGE = (-30.0, 60.0)
_WEIGHTS = Path(__file__).parent / "weights" / "splice.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the search, and how high untouched recordings score."""

    gains: tuple[NDArray[np.float32], ...]
    """For each group of statistics the difference of the two inverse covariances, halved."""

    offsets: NDArray[np.float64]
    """For each group the half difference of the two log determinants."""

    line: Line
    """First part of the score."""

    trees: Trees
    """Second part."""

    tail: NDArray[np.float64]
    """Start, share above it, scale of the exponential excess, and seconds of the recordings: the highest scores of
    untouched recordings that the weights had not seen."""

    def scores(self, course: Course, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the score of each place, log-odds at even chances."""
        if not len(places):
            return np.zeros(0)
        blocks, scalars = compare(course, places)
        rows = np.concatenate([ratios(blocks, self.gains, self.offsets), scalars], axis=1).astype(np.float32)
        return (self.line.score(rows) + self.trees.score(rows)) / 2

    def log10_nfa(self, score: float, seconds: float) -> float:
        """Return the logarithm of the number of false alarms for a score in a recording of some length."""
        start, share, scale, usual = self.tail.tolist()
        tests = max(1.0, seconds / usual)
        return float(math.log10(tests) + min(0.0, math.log10(share) - (score - start) / scale / math.log(10)))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the shipped model."""
    return unpacked(load_arrays(_WEIGHTS))


def unpacked(held: dict[str, NDArray[Any]]) -> Model:
    """Return the model whose arrays are in a weights file."""
    offsets = held["offsets"]
    return Model(
        gains=tuple(held[f"gain.{k}"] for k in range(len(offsets))),
        offsets=offsets,
        line=unpack("line", Line, held),
        trees=unpack("trees", Trees, held),
        tail=held["tail"],
    )


def ratios(
    blocks: list[NDArray[np.float32]], gains: tuple[NDArray[np.float32], ...], offsets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log-likelihood ratio of a join for each place and group, cut to a range, shape (places, groups)."""
    columns = [
        np.einsum("ij,jk,ik->i", block, gain, block, dtype=np.float64) + offset
        for block, gain, offset in zip(blocks, gains, offsets, strict=True)
    ]
    return np.asarray(np.clip(np.stack(columns, axis=1), *_RANGE), dtype=np.float64)


def grid(course: Course) -> NDArray[np.int64]:
    """Return the places at which a recording is looked at."""
    return np.arange(LEAST_ROWS, len(course.level) - LEAST_ROWS + 1, STEP)


def foreign_sides(frames: Frames, *, most_log10_nfa: float) -> tuple[Change, ...]:
    """Return the places of joins that chance hardly brings, in order of time.

    Args:
        frames: Frames of the recording.
        most_log10_nfa: Largest logarithm of the number of false alarms to report.
    """
    seconds = len(frames.level) * frames.hop
    course = prepare(frames) if seconds >= LEAST_SECONDS else None
    if course is None or len(course.level) < 2 * LEAST_ROWS:
        return ()
    model = load_model()
    places = grid(course)
    batches = [places[at : at + _BATCH] for at in range(0, len(places), _BATCH)]
    scores = np.concatenate([model.scores(course, batch) for batch in batches])
    found: list[Change] = []
    for index in np.argsort(-scores, kind="stable"):
        nfa = model.log10_nfa(float(scores[index]), seconds)
        if nfa > most_log10_nfa or len(found) == _MOST:
            break
        if any(abs(course.times[places[index]] - c.at) < _APART for c in found):
            continue
        place = _refined(model, course, int(places[index]))
        at = float(course.times[place - 1 : place + 1].mean())
        if all(abs(at - c.at) >= _APART for c in found):
            before, after = background(course, place)
            found.append(
                Change(at=at, before_db=before, after_db=after, score=float(scores[index]), log10_nfa=nfa)
            )
    return tuple(sorted(found, key=lambda c: c.at))


def _refined(model: Model, course: Course, place: int) -> int:
    """Return the best place nearby."""
    first = max(LEAST_ROWS, place - 2 * STEP)
    last = min(len(course.level) - LEAST_ROWS, place + 2 * STEP)
    near = np.arange(first, last + 1, _FINE)
    return int(near[np.argmax(model.scores(course, near))])
