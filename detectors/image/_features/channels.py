"""How the fine detail of red, green and blue goes together.

Demosaicing ties the channels' high frequencies to each other; colour matrices and chroma subsampling loosen them; a
decoder mixes them in its last layer.

Source: McCloskey, Albright, doi:10.1109/ICIP.2019.8803661; Li et al., doi:10.1016/j.sigpro.2020.107616 (colour
components).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, logs, second_difference

__all__ = ["NAMES", "channels"]

_PAIRS = ("rg", "bg", "rb")
_SCALES = range(3)
NAMES = (
    *(f"channels.{s}.correlation.{pair}" for s in _SCALES for pair in _PAIRS),
    *(f"channels.{s}.energy.{pair}" for s in _SCALES for pair in ("rg", "bg")),
    *(f"channels.shifted.{pair}" for pair in _PAIRS),
)


def channels(stack: Stack) -> NDArray[np.float32]:
    """Return correlation and relative energy of the channels' detail, of shape (n, 18).

    - `correlation`: of the 3x3 high-pass of two channels, on three scales (means of 2x2 squares), in [-1, 1].
    - `energy`: ln of the mean magnitude of the high-pass of R or B over that of G.
    - `shifted`: correlation between a channel and another one pixel further, averaged over both axes.
    """
    planes = [stack[..., c].astype(np.float32) for c in range(3)]
    correlations, energies, shifted = [], [], []
    for scale in _SCALES:
        red, green, blue = (second_difference(p) for p in planes)
        pairs = ((red, green), (blue, green), (red, blue))
        correlations += [_correlation(a, b) for a, b in pairs]
        size = logs(np.abs(green).mean(axis=(1, 2)), 0.02)
        energies += [logs(np.abs(c).mean(axis=(1, 2)), 0.02) - size for c in (red, blue)]
        if scale == 0:
            shifted = [
                (_correlation(a[:, :, 1:], b[:, :, :-1]) + _correlation(a[:, 1:], b[:, :-1])) / 2
                for a, b in pairs
            ]
        planes = [_half(p) for p in planes]
    return np.stack([*correlations, *energies, *shifted], axis=1).astype(np.float32)


def _correlation(a: Planes, b: Planes) -> NDArray[np.float32]:
    both = (a * b).mean(axis=(1, 2))
    return np.asarray(
        both / np.sqrt(np.maximum((a * a).mean(axis=(1, 2)) * (b * b).mean(axis=(1, 2)), 1e-4)),
        dtype=np.float32,
    )


def _half(planes: Planes) -> Planes:
    return np.asarray(
        (planes[:, 0::2, 0::2] + planes[:, 0::2, 1::2] + planes[:, 1::2, 0::2] + planes[:, 1::2, 1::2]) / 4,
        dtype=np.float32,
    )
