"""Features of windows of speech for the synthesis score: pure functions of samples.

Each module is one family: a function from the analysis of one window to k numbers, and `NAMES` that says what they
are. None of them sees the container, the sampling rate or the length of the file, and none depends on the gain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.audio._features import (
    average,
    bands,
    cqcc,
    lfcc,
    lines,
    modulation,
    phase,
    pitch,
    prediction,
    texture,
)
from detectors.audio._features._analysis import RATE, Analysis, analyse

__all__ = ["FAMILIES", "NAMES", "RATE", "Analysis", "analyse", "extract"]

FAMILIES = {
    "lfcc": (lfcc.lfcc, lfcc.NAMES),
    "cqcc": (cqcc.cqcc, cqcc.NAMES),
    "bands": (bands.bands, bands.NAMES),
    "modulation": (modulation.modulation, modulation.NAMES),
    "phase": (phase.phase, phase.NAMES),
    "pitch": (pitch.pitch, pitch.NAMES),
    "average": (average.average, average.NAMES),
    "lines": (lines.lines, lines.NAMES),
    "texture": (texture.texture, texture.NAMES),
    "prediction": (prediction.prediction, prediction.NAMES),
}
"""Function and feature names of each family, in the order of the columns."""

NAMES: tuple[str, ...] = tuple(name for _, names in FAMILIES.values() for name in names)
"""Name of every number that `extract` returns."""


def extract(found: Analysis) -> NDArray[np.float32]:
    """Return all features of one analysed window, shape (len(NAMES),)."""
    values = np.concatenate([function(found) for function, _ in FAMILIES.values()])
    return np.asarray(np.nan_to_num(values, nan=0.0, posinf=1e6, neginf=-1e6), dtype=np.float32)
