"""How noise depends on brightness.

Photon noise grows with the square root of the light, gamma bends that into a curve, and clipped areas have none. A
decoder owes nothing to that law.

Source: Foi et al., doi:10.1109/TIP.2008.2001399; Immerkær, doi:10.1006/cviu.1996.0060 (noise estimate).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, luma, second_difference

__all__ = ["NAMES", "intensity"]

_SQUARE = 6
_BINS = 5
NAMES = (
    *(f"intensity.bin.{i}" for i in range(_BINS)),
    "intensity.slope",
    "intensity.correlation",
    "intensity.quiet.slope",
    "intensity.quiet.correlation",
    "intensity.quiet.level",
)


def intensity(stack: Stack) -> NDArray[np.float32]:
    """Return the noise-versus-intensity law of each patch, of shape (n, 10).

    Noise is the mean magnitude of the 3x3 high-pass in squares of 6 pixels, in grey levels, as natural logarithm.

    - `bin`: noise of the fifth of the squares with that brightness, less that of the whole patch.
    - `slope`, `correlation`: of noise against brightness (per 255 grey levels; in [-1, 1]).
    - `quiet`: the same for the quieter half of the squares, where edges disturb less; `level` is their mean.
    """
    grey = luma(stack)
    noise = logs(_squares(np.abs(second_difference(grey))), 0.05)
    light = np.asarray(_squares(grey[:, 1:-1, 1:-1]) / 255, dtype=np.float32)
    order = np.argsort(light, axis=1, kind="stable")
    ranked = np.take_along_axis(noise, order, axis=1)
    fifths = [part.mean(axis=1) for part in np.array_split(ranked, _BINS, axis=1)]
    bins = np.stack(fifths, axis=1) - noise.mean(axis=1, keepdims=True)
    calm = np.argsort(noise, axis=1, kind="stable")[:, : noise.shape[1] // 2]
    quiet, lit = np.take_along_axis(noise, calm, axis=1), np.take_along_axis(light, calm, axis=1)
    columns = [bins, *_law(light, noise), *_law(lit, quiet), quiet.mean(axis=1, keepdims=True)]
    return np.concatenate(columns, axis=1).astype(np.float32)


def _squares(planes: Planes) -> NDArray[np.float32]:
    n, side, _ = planes.shape
    k = side // _SQUARE
    cut = planes[:, : _SQUARE * k, : _SQUARE * k].reshape(n, k, _SQUARE, k, _SQUARE)
    return np.asarray(cut.mean(axis=(2, 4)).reshape(n, -1), dtype=np.float32)


def _law(light: NDArray[np.float32], noise: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    x = light - light.mean(axis=1, keepdims=True)
    y = noise - noise.mean(axis=1, keepdims=True)
    both, spread = (x * y).mean(axis=1), (x * x).mean(axis=1)
    slope = both / np.maximum(spread, 1e-3)
    correlation = both / np.sqrt(np.maximum(spread * (y * y).mean(axis=1), 1e-6))
    return slope[:, None], correlation[:, None]
