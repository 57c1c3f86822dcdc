"""The trained score of `audio.synthesis`: weights, windows of speech, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.audio._dense import Dense
from detectors.audio._features import analyse, extract
from detectors.audio._versions import RATE, add_noise, halve_rate, telephone, trim
from detectors.calibration import Calibration
from detectors.ensemble import Line, Trees, load_arrays, unpack

__all__ = ["SHORTEST", "Model", "load_model", "read_windows", "usable", "versions"]

SHORTEST = 2 * RATE
"""Samples of speech, silence at both ends not counted, that a window needs."""

_WEIGHTS = Path(__file__).parent / "weights" / "synthesis.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights, calibration and range of the score."""

    line: Line
    """First part of the score."""

    trees: Trees
    """Second part."""

    dense: Dense
    """Third part."""

    share: NDArray[np.float64]
    """Weights of the parts."""

    calibration: Calibration
    """From score to log10 likelihood ratio."""

    low: NDArray[np.float32]
    """Lower end of each feature in training."""

    high: NDArray[np.float32]
    """Upper end of each feature in training."""

    most_outside: float
    """Largest usual share of features beyond these ends."""

    recordings: list[float]
    """Scores of recordings of sources that the model had not seen, ascending."""

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each window, shape (len(rows),)."""
        parts = [part.score(rows) for part in (self.line, self.trees, self.dense)]
        return np.asarray(self.share @ np.stack(parts))

    def outside(self, rows: NDArray[np.float32]) -> float:
        """Return the median share of features beyond the range of the training windows."""
        return float(np.median(((rows < self.low) | (rows > self.high)).mean(axis=1)))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the shipped model."""
    held = load_arrays(_WEIGHTS)
    return Model(
        line=unpack("line", Line, held),
        trees=unpack("trees", Trees, held),
        dense=Dense.unpacked("dense", held),
        share=held["share"],
        calibration=Calibration.unpacked(held["calibration"]),
        low=held["range.low"],
        high=held["range.high"],
        most_outside=float(held["range.most"][0]),
        recordings=held["recordings"].tolist(),
    )


def read_windows(windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the features of windows of speech, shape (windows, features).

    Args:
        windows: Mono samples at 16 kHz, each of at least `SHORTEST` after `trim`.
    """
    return np.stack([extract(analyse(window)) for window in windows])


def usable(windows: Sequence[NDArray[np.float32]]) -> list[tuple[int, NDArray[np.float32]]]:
    """Return number and samples of those windows that hold enough, without silence at their ends."""
    trimmed = [(number, trim(window)) for number, window in enumerate(windows)]
    return [(number, window) for number, window in trimmed if len(window) >= SHORTEST]


def versions(window: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return what common deliveries make of a window, by name; the same on every run."""
    noise = np.random.default_rng(20261123)
    return {
        "sent over a telephone line": telephone(window),
        "resampled to 8 kHz": halve_rate(window),
        "mixed with faint noise": add_noise(window, 20.0, noise),
    }
