"""Places that can be recognised again: corners and blobs at several scales, each with a turned and normalised patch.

Corners are maxima of the smaller eigenvalue of the structure tensor (Shi and Tomasi, doi:10.1109/CVPR.1994.323794),
patches are sampled as in multi-scale oriented patches (Brown, Szeliski, Winder, doi:10.1109/CVPR.2005.235).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

__all__ = ["Keypoints", "find_keypoints"]

Floats = NDArray[np.float32]

_STEP = 0.7071  # between levels of the pyramid
_LEVELS = 4
_SIDE = 8
_SPACING = 2.5  # pixels of the level between samples
_MARGIN = 15  # half the diagonal of a patch, and one
_APART = 5  # pixels: the strongest corner of a window this wide is kept
_LEAST_STRENGTH = 0.05  # of a corner, in grey levels squared
_LEAST_CONTRAST = 3.0  # standard deviation of a patch in grey levels: below it noise would be matched
_SMOOTH = 1.6  # blur at half the size, in which the direction of a place is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Keypoints:
    """Places of one picture; all arrays have one row for each."""

    at: Floats
    """x and y in pixels of the picture."""
    scale: Floats
    """Pixels of the picture in one pixel of the level where the place was found."""
    angle: Floats
    """Direction of the strongest slope, in radians."""
    patches: Floats
    """Normalised samples: mean 0, length 1, so that products are correlations."""


def find_keypoints(grey: Floats, *, most: int) -> Keypoints:
    """Return the strongest places of every level.

    Args:
        grey: Shape (height, width), float32 in [0, 255].
        most: Most places in all; larger levels get more.
    """
    shares = np.array([_STEP ** (2 * level) for level in range(_LEVELS)])
    found = []
    for level, share in enumerate(shares / shares.sum()):
        scaled = _scaled(grey, _STEP**level)
        if min(scaled.shape) > 2 * _MARGIN + _APART:
            steps = grey.shape[1] / scaled.shape[1], grey.shape[0] / scaled.shape[0]
            found.append(_level(scaled, int(most * share), steps))
    return Keypoints(
        at=_joined([k.at for k in found], (0, 2)),
        scale=_joined([k.scale for k in found], (0,)),
        angle=_joined([k.angle for k in found], (0,)),
        patches=_joined([k.patches for k in found], (0, _SIDE * _SIDE)),
    )


def _joined(parts: list[Floats], empty: tuple[int, ...]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(empty, dtype=np.float32)


def _scaled(grey: Floats, factor: float) -> Floats:
    height, width = grey.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))


def _level(grey: Floats, most: int, steps: tuple[float, float]) -> Keypoints:
    smooth = ndimage.gaussian_filter(grey, 1.2, truncate=2.5)
    y, x = _corners(smooth, most)
    angle = _directions(smooth, y, x)
    patches = _sampled(smooth, y, x, angle)
    patches -= patches.mean(axis=1, keepdims=True)
    lengths = np.sqrt((patches**2).sum(axis=1))
    kept = lengths > _LEAST_CONTRAST * _SIDE
    at = np.stack([(x + 0.5) * steps[0] - 0.5, (y + 0.5) * steps[1] - 0.5], axis=1)
    return Keypoints(
        at=at[kept].astype(np.float32),
        scale=np.full(int(kept.sum()), (steps[0] * steps[1]) ** 0.5, dtype=np.float32),
        angle=angle[kept].astype(np.float32),
        patches=patches[kept] / lengths[kept, None],
    )


def _corners(smooth: Floats, most: int) -> tuple[Floats, Floats]:
    """Return y and x of the strongest corners, to a fraction of a pixel."""
    gy, gx = np.gradient(smooth)
    xx, yy, xy = (ndimage.gaussian_filter(p, 1.5, truncate=2) for p in (gx * gx, gy * gy, gx * gy))
    strength = xx + yy - np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    peak = strength == ndimage.maximum_filter(strength, _APART)
    peak &= strength > _LEAST_STRENGTH
    y, x = np.nonzero(peak[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN])
    y, x = y + _MARGIN, x + _MARGIN
    order = np.argsort(-strength[y, x], kind="stable")[:most]
    y, x = y[order], x[order]
    middle = strength[y, x]
    return (
        y + _peak(strength[y - 1, x], middle, strength[y + 1, x]),
        x + _peak(strength[y, x - 1], middle, strength[y, x + 1]),
    )


def _peak(before: Floats, middle: Floats, after: Floats) -> Floats:
    """Return where the parabola through three values has its maximum, in [-0.5, 0.5]."""
    curve = np.maximum(2 * middle - before - after, 1e-9)
    offset: Floats = np.clip((after - before) / (2 * curve), -0.5, 0.5)
    return offset


def _directions(smooth: Floats, y: Floats, x: Floats) -> Floats:
    """Return the angle of the slope around each place, measured at half the size."""
    half = ndimage.gaussian_filter(_scaled(smooth, 0.5), _SMOOTH, truncate=2.5)
    across, down = half.shape[1] / smooth.shape[1], half.shape[0] / smooth.shape[0]
    u, v = (x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5
    dx = _bilinear(half, v, u + 1) - _bilinear(half, v, u - 1)
    dy = _bilinear(half, v + 1, u) - _bilinear(half, v - 1, u)
    angle: Floats = np.arctan2(dy, dx)
    return angle


def _sampled(grey: Floats, y: Floats, x: Floats, angle: Floats) -> Floats:
    offsets = (np.arange(_SIDE, dtype=np.float32) - (_SIDE - 1) / 2) * np.float32(_SPACING)
    v, u = (o.ravel() for o in np.meshgrid(offsets, offsets, indexing="ij"))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return _bilinear(grey, y[:, None] + sin * u + cos * v, x[:, None] + cos * u - sin * v)


def _bilinear(grey: Floats, y: Floats, x: Floats) -> Floats:
    row, column = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    fy, fx = (y - row).astype(np.float32), (x - column).astype(np.float32)
    width = grey.shape[1]
    flat = grey.ravel()
    at = row * width + column
    upper = flat[at] * (1 - fx) + flat[at + 1] * fx
    lower = flat[at + width] * (1 - fx) + flat[at + width + 1] * fx
    value: Floats = upper * (1 - fy) + lower * fy
    return value
