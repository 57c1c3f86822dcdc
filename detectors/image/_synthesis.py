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
from detectors.ensemble import Discriminant, Trees, load_arrays, unpack
from detectors.image._features import extract
from detectors.image._patches import SMALLEST, take_crops

__all__ = ["Model", "Reading", "load_model", "read_crops", "versions"]

_WEIGHTS = Path(__file__).parent / "weights" / "synthesis.npz"
_LARGEST = 1024
_CROPS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """Features of one version of a picture and what its crops are like."""

    rows: NDArray[np.float32]
    """Features of each crop."""

    textured: float
    """Share of the crops that carry texture."""

    alike: float
    """Share of neighbouring pixels that are exactly alike; high in drawings, low in photographs."""

    grey: bool
    """Whether the crops have no colour at all."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights, calibration and range of the score."""

    discriminant: Discriminant
    """First part of the score."""

    trees: Trees
    """Second part of the score."""

    share: NDArray[np.float64]
    """What each part is multiplied by, shape (2,)."""

    calibration: Calibration
    """From score to log10 likelihood ratio."""

    low: NDArray[np.float32]
    """Lower end of each feature in training."""

    high: NDArray[np.float32]
    """Upper end of each feature in training."""

    most_outside: float
    """Largest usual share of features beyond these ends."""

    cameras: list[float]
    """Scores of camera photographs of sources that the model had not seen, ascending."""

    def score(self, reading: Reading) -> float:
        """Return the score of a version: the mean over its crops of the sum of both parts."""
        parts = self.discriminant.score(reading.rows), self.trees.score(reading.rows)
        return float(sum(part.mean() * share for part, share in zip(parts, self.share, strict=True)))

    def outside(self, reading: Reading) -> float:
        """Return the share of features beyond the range of the training files."""
        return float(((reading.rows < self.low) | (reading.rows > self.high)).mean())


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Return the shipped model."""
    held = load_arrays(_WEIGHTS)
    return Model(
        discriminant=unpack("discriminant", Discriminant, held),
        trees=unpack("trees", Trees, held),
        share=held["share"],
        calibration=Calibration.unpacked(held["calibration"]),
        low=held["range.low"],
        high=held["range.high"],
        most_outside=float(held["range.most"][0]),
        cameras=held["cameras"].tolist(),
    )


def read_crops(rgb: NDArray[np.uint8]) -> Reading:
    """Return the features of a picture whose sides are at least `SMALLEST`."""
    crops, textured = take_crops(rgb, count=_CROPS)
    return Reading(
        rows=extract(crops),
        textured=textured / len(crops),
        alike=float((crops[:, :, 1:] == crops[:, :, :-1]).all(axis=3).mean()),
        grey=bool((crops.max(axis=3) == crops.min(axis=3)).all()),
    )


def versions(rgb: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    """Return what common deliveries make of the middle of a picture, by name; no halves that are too small."""
    top, left = (max(0, (side - _LARGEST) // 2) for side in rgb.shape[:2])
    middle = Image.fromarray(np.ascontiguousarray(rgb[top : top + _LARGEST, left : left + _LARGEST]))
    found = {f"saved as JPEG of quality {q}": _jpeg(middle, q) for q in (90, 75)}
    half = (middle.width // 2, middle.height // 2)
    if min(half) >= SMALLEST:
        small = middle.resize(half, Image.Resampling.BICUBIC)
        found["scaled to half and saved as JPEG of quality 85"] = _jpeg(small, 85)
    return found


def _jpeg(picture: Image.Image, quality: int) -> NDArray[np.uint8]:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(stream).convert("RGB"))
