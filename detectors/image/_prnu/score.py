"""What a match is worth: from the peak of a correlation to a likelihood ratio.

The weights are made by `python -m detectors.train image.prnu --corpus DIR` from pictures of known cameras.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.calibration import Calibration

__all__ = ["Scale", "score_of", "shipped_scale"]

_WEIGHTS = Path(__file__).parent.parent / "weights" / "prnu.npz"


def score_of(pce: float, tried: int) -> float:
    """Return the score of a best match: how surprising it would be by chance, on a logarithmic scale.

    By chance the peak-to-correlation energy is the square of a normal variable, whose tail falls as exp(-PCE / 2);
    trying n places makes a high one n times as likely. The exponent left after that, s, becomes sign(s) ln(1 + |s|).

    Args:
        pce: Peak-to-correlation energy of the best match, with its sign.
        tried: In how many places, rotations and cameras it was looked for.
    """
    left = pce / 2 - math.log(max(tried, 1))
    return math.copysign(math.log1p(abs(left)), left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Calibration, and the scores that it was made from."""

    calibration: Calibration
    """From score to log10 likelihood ratio."""

    found_in_crops: float
    """Share of the crops of a camera's pictures in which its fingerprint can be found at all."""

    matching: NDArray[np.float32]
    """Scores of pictures with the fingerprint of their own camera, ascending."""

    others: NDArray[np.float32]
    """Scores of pictures with the fingerprint of another camera, ascending."""

    def log10_lr(self, score: float, *, aligned: bool) -> float:
        """Return the base-10 logarithm of the likelihood ratio.

        Args:
            score: Score of the best match.
            aligned: Whether the picture has the size of the frames; a crop may have lost the fingerprint, so that
                finding it is worth a little less and not finding it nothing.
        """
        value = self.calibration.log10_lr(score)
        return value if aligned else max(0.0, value + math.log10(self.found_in_crops))

    def as_high(self, score: float) -> int:
        """Return how many comparisons with another camera scored at least as high."""
        return int(len(self.others) - np.searchsorted(self.others, score, side="left"))


@lru_cache(maxsize=1)
def shipped_scale() -> Scale:
    """Return the scale that comes with this version."""
    with np.load(_WEIGHTS, allow_pickle=False) as arrays:
        line = Calibration.unpacked(arrays["line"])
        found = float(arrays["found_in_crops"][0])
        return Scale(
            calibration=line, found_in_crops=found, matching=arrays["matching"], others=arrays["others"]
        )
