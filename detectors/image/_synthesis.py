"""The trained score of `image.synthesis`: weights, versions of a picture, and what they say."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detectors.calibration import Calibration
from detectors.ensemble import Levels, Line, load_arrays, unpack
from detectors.image._features import extract
from detectors.image._patches import SIDE, group_means, take_patches

__all__ = ["Model", "Reading", "load_model", "read_patches", "versions"]

_WEIGHTS = Path(__file__).parent / "weights" / "synthesis.npz"
_LARGEST = 1280


@dataclass(frozen=True, slots=True)
class Reading:
    """Features of one version of a picture and what its patches are like."""

    rows: NDArray[np.float32]
    """Features of each group of patches."""

    textured: float
    """Share of the patches that carry texture."""

    alike: float
    """Share of neighbouring pixels that are exactly alike; high in drawings, low in photographs."""

    grey: bool
    """Whether the patches have no colour at all."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights, calibration and range of the score."""

    levels: Levels
    """What is taken off the features first."""

    line: Line
    """The score."""

    calibration: Calibration
    """From score to log10 likelihood ratio."""

    low: NDArray[np.float32]
    """Lower end of each feature in training."""

    high: NDArray[np.float32]
    """Upper end of each feature in training."""

    most_outside: float
    """Largest usual share of features beyond these ends."""

    cameras: NDArray[np.float32]
    """Scores of camera photographs of sources that the model had not seen, ascending."""

    def score(self, reading: Reading) -> float:
        """Return the score of a version: the mean over its groups of patches."""
        return float(self.line.score(self.levels.take_off(reading.rows)).mean())

    def outside(self, reading: Reading) -> float:
        """Return the share of features beyond the range of the training files."""
        return float(((reading.rows < self.low) | (reading.rows > self.high)).mean())

    def as_high(self, score: float) -> int:
        """Return how many of 1,000 camera photographs score as high."""
        above = len(self.cameras) - int(np.searchsorted(self.cameras, score, side="left"))
        return round(1000 * above / len(self.cameras))


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the shipped model."""
    held = load_arrays(_WEIGHTS)
    slope, intercept, highest, lowest, moderate_from = (float(v) for v in held["calibration"])
    return Model(
        levels=unpack("levels", Levels, held),
        line=unpack("line", Line, held),
        calibration=Calibration(
            slope=slope, intercept=intercept, highest=highest, lowest=lowest, moderate_from=moderate_from
        ),
        low=held["range.low"],
        high=held["range.high"],
        most_outside=float(held["range.most"][0]),
        cameras=held["cameras"],
    )


def read_patches(rgb: NDArray[np.uint8]) -> Reading:
    """Return the features of a picture whose sides are at least `SIDE`."""
    patches, textured = take_patches(rgb)
    return Reading(
        rows=group_means(patches, extract),
        textured=textured / len(patches),
        alike=float((patches[:, :, 1:] == patches[:, :, :-1]).all(axis=3).mean()),
        grey=bool((patches.max(axis=3) == patches.min(axis=3)).all()),
    )


def versions(rgb: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    """Return what common deliveries make of the middle of a picture, by name; no halves that are too small."""
    top, left = (max(0, (side - _LARGEST) // 2) for side in rgb.shape[:2])
    middle = Image.fromarray(np.ascontiguousarray(rgb[top : top + _LARGEST, left : left + _LARGEST]))
    found = {f"saved as JPEG of quality {q}": _jpeg(middle, q) for q in (90, 75)}
    half = (middle.width // 2, middle.height // 2)
    if min(half) >= SIDE:
        small = middle.resize(half, Image.Resampling.BICUBIC)
        found["scaled to half and saved as JPEG of quality 85"] = _jpeg(small, 85)
    return found


def _jpeg(picture: Image.Image, quality: int) -> NDArray[np.uint8]:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(stream).convert("RGB"))
