"""Comparing one picture with one enrolled camera: as it lies, turned, or cut out of the frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detectors.image._prnu.fingerprint import LARGEST_SIDE
from detectors.image._prnu.frame import Box, central, luma_of
from detectors.image._prnu.matching import Peak, compare, find
from detectors.image._prnu.residual import intensity, residual
from detectors.image._prnu.score import score_of

__all__ = ["SMALLEST_SIDE", "Match", "Noise"]

SMALLEST_SIDE = 256
"""Shortest side of a picture that is compared, in pixels."""

_LARGEST_SIDE = 3072
_TURNS = (0, 1, 3, 2)
_FOUND = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The best fit of one picture with one fingerprint."""

    score: float
    """Score of the fit, on the scale that is calibrated."""

    pce: float
    """Peak-to-correlation energy."""

    tried: int
    """How many places and rotations were tried."""

    aligned: bool
    """Whether the picture has the size of the camera's frames, so that no place had to be searched."""

    turns: int
    """Quarter turns, counterclockwise, that bring the picture into the position of the frames."""

    place: tuple[int, int]
    """Column and row of the frame at which the turned picture begins."""


class Noise:
    """The noise of one picture, computed once for all cameras.

    Args:
        rgb: The picture, shape (height, width, 3), as stored.
    """

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self.height: int = rgb.shape[0]
        self.width: int = rgb.shape[1]
        self.box = central(self.width, self.height, _LARGEST_SIDE)
        self._rgb = rgb

    @cached_property
    def luma(self) -> NDArray[np.float32]:
        """Luma of the middle of the picture."""
        return luma_of(self._rgb, self.box)

    @cached_property
    def weighted(self) -> NDArray[np.float32]:
        """Noise times intensity: what is correlated with fingerprints."""
        return residual(self.luma) * intensity(self.luma)

    def fits(self, width: int, height: int) -> bool:
        """Return whether the picture can be a frame of this size, or a part of one, in some rotation."""
        long, short = max(width, height), min(width, height)
        return max(self.width, self.height) <= long and min(self.width, self.height) <= short

    def compare(self, width: int, height: int, pattern: NDArray[np.float16], *, cameras: int = 1) -> Match:
        """Return the best fit with the camera whose frames have this size.

        Args:
            width: Width of the frames.
            height: Height of the frames.
            pattern: The fingerprint of their middle.
            cameras: How many cameras are compared with this picture in all.
        """
        sensor = central(width, height, LARGEST_SIDE)
        turns = [t for t in _TURNS if self._fits_turned(t, width, height)]
        aligned = {self.width, self.height} == {width, height}
        best: Match | None = None
        for turn in turns:
            noise, box = np.rot90(self.weighted, turn), self._turned(turn)
            if aligned:
                peak, place = _as_it_lies(noise, box, pattern, sensor), (0, 0)
            else:
                peak = find(noise, pattern.astype(np.float32))
                place = (sensor.x + peak.x - box.x, sensor.y + peak.y - box.y)
            tried = peak.places * len(turns) * cameras
            match = Match(score=score_of(peak.pce, tried), pce=peak.pce, tried=tried, aligned=aligned,
                          turns=turn, place=place)  # fmt: skip
            best = match if best is None or match.score > best.score else best
            if best.score > _FOUND:
                break
        assert best is not None, "call `fits` first"
        return best

    def _fits_turned(self, turn: int, width: int, height: int) -> bool:
        mine = (self.height, self.width) if turn % 2 else (self.width, self.height)
        return mine[0] <= width and mine[1] <= height

    def _turned(self, turns: int) -> Box:
        """Return where the box lies in the picture turned counterclockwise."""
        box, width, height = self.box, self.width, self.height
        for _ in range(turns):
            box = Box(box.y, width - box.x - box.w, box.h, box.w)
            width, height = height, width
        return box


def _as_it_lies(noise: NDArray[np.float32], box: Box, pattern: NDArray[np.float16], sensor: Box) -> Peak:
    x, y = max(box.x, sensor.x), max(box.y, sensor.y)
    right, bottom = min(box.x + box.w, sensor.x + sensor.w), min(box.y + box.h, sensor.y + sensor.h)
    mine = noise[y - box.y : bottom - box.y, x - box.x : right - box.x]
    theirs = pattern[y - sensor.y : bottom - sensor.y, x - sensor.x : right - sensor.x]
    return compare(mine, theirs.astype(np.float32))
