"""Noise by scale: spread and tails of wavelet details, and how the noise level is spread over a patch.

Sensor noise is close to white before processing; denoising, JPEG and decoders each thin it out at other
scales and in other channels.

Source: Lyu, Farid, doi:10.1109/TSP.2004.839896; Donoho, Johnstone, doi:10.1093/biomet/81.3.425 (median deviation).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, luma, opponent, second_difference

__all__ = ["NAMES", "wavelet"]

_PLANES = ("luma", "rg", "bg")
_SCALES = range(3)
_QUANTILES = (5, 25, 50, 75, 95)
NAMES = (
    *(
        f"wavelet.{plane}.{scale}.{band}.{kind}"
        for plane in _PLANES
        for scale in _SCALES
        for band in ("axis", "diagonal")
        for kind in ("mean", "tail")
    ),
    *(f"wavelet.{plane}.local.{q}" for plane in _PLANES for q in _QUANTILES),
)


def wavelet(stack: Stack) -> NDArray[np.float32]:
    """Return spread and tails of the details, of shape (n, 51).

    The transform is the undecimated-in-phase Haar pyramid on three scales, of luma, R - G and B - G.

    - `mean`: ln of the mean magnitude of the detail, in grey levels.
    - `tail`: ln of root mean square over mean magnitude; 0.23 for normal noise, more for edges among flat areas.
    - `local`: ln of quantiles (percent) of the 3x3 high-pass' mean magnitude over 7x7 squares, in grey levels.
    """
    columns: list[NDArray[np.float32]] = []
    planes = (luma(stack), *opponent(stack))
    for plane in planes:
        smooth = plane
        for _ in _SCALES:
            smooth, bands = _haar(smooth)
            for band in bands:
                mean = np.abs(band).mean(axis=(1, 2))
                columns += [
                    logs(mean, 1e-2),
                    0.5 * logs((band**2).mean(axis=(1, 2)), 1e-4) - logs(mean, 1e-2),
                ]
    local = [_local(plane) for plane in planes]
    return np.concatenate([np.stack(columns, axis=1), *local], axis=1).astype(np.float32)


def _haar(planes: Planes) -> tuple[Planes, tuple[Planes, Planes]]:
    side = planes.shape[1] // 2 * 2
    a, b = planes[:, 0:side:2, 0:side:2], planes[:, 0:side:2, 1:side:2]
    c, d = planes[:, 1:side:2, 0:side:2], planes[:, 1:side:2, 1:side:2]
    axis = np.concatenate([a + b - c - d, a - b + c - d], axis=1) / 2
    smooth = np.asarray((a + b + c + d) / 4, dtype=np.float32)
    diagonal = np.asarray((a - b - c + d) / 2, dtype=np.float32)
    return smooth, (np.asarray(axis, dtype=np.float32), diagonal)


def _local(planes: Planes) -> NDArray[np.float32]:
    detail = np.abs(second_difference(planes))
    n, side, _ = detail.shape
    k = side // 7
    squares = detail[:, : 7 * k, : 7 * k].reshape(n, k, 7, k, 7).mean(axis=(2, 4)).reshape(n, -1)
    return logs(np.percentile(squares, _QUANTILES, axis=1).T.astype(np.float32), 1e-2)
