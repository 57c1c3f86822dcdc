"""Cepstra with constant quality: fine in frequency below, fine in time above.

Source: M. Todisco, H. Delgado, N. Evans, "Constant Q cepstral coefficients", Computer Speech & Language 45 (2017),
doi:10.1016/j.csl.2017.01.001. The transform is approximated by one short-time spectrum per octave, read at geometric
frequencies; as there, the logarithms are resampled to a linear frequency scale before the cosine transform.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from detectors.audio._features._analysis import FLOOR, RATE, Analysis, Array, cut
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "cqcc", "frames"]

_COUNT = 20
_HOP = 320
_LONGEST = 4096
_PER_OCTAVE = 24
_OCTAVES = ((_LONGEST, (125, 250)), (2048, (500,)), (1024, (1000,)), (512, (2000,)), (256, (4000,)))
"""Window in samples, and lower edges in Hz of the octaves that are read from it."""

NAMES: tuple[str, ...] = tuple(
    f"cqcc.{s}.{n}" for s in ("mean", "sd", "skew", "delta.sd") for n in range(_COUNT)
)


def frames(found: Analysis) -> Array:
    """Return 20 coefficients every 20 ms, shape (frames, 20)."""
    padded = np.pad(found.wave, _LONGEST // 2)
    columns, places = [], []
    for size, lows in _OCTAVES:
        shift = (_LONGEST - size) // 2
        part = cut(padded[shift : len(padded) - shift], size, _HOP)
        window = signal.get_window("hann", size).astype(np.float32)
        power = np.square(np.abs(fft.rfft(part * window, axis=1))) / (window**2).sum()
        at = np.concatenate([low * 2 ** ((np.arange(_PER_OCTAVE) + 0.5) / _PER_OCTAVE) for low in lows])
        columns.append(_read(power, at * size / RATE))
        places.append(at)
    least = min(len(column) for column in columns)
    bins = np.log(np.concatenate([column[:least] for column in columns], axis=1) + FLOOR)
    where = np.concatenate(places)
    even = np.linspace(where[0], where[-1], 2 * _COUNT * 3)
    right = np.clip(np.searchsorted(where, even), 1, len(where) - 1)
    share = ((even - where[right - 1]) / (where[right] - where[right - 1])).astype(np.float32)
    linear = bins[:, right - 1] * (1 - share) + bins[:, right] * share
    return np.asarray(fft.dct(linear, type=2, norm="ortho", axis=1)[:, :_COUNT], dtype=np.float32)


def cqcc(found: Analysis) -> NDArray[np.float64]:
    """Return moments of the coefficients over the window and the spread of their differences, shape (80,)."""
    static = frames(found)
    return np.concatenate([*moments(static), moments(np.diff(static, axis=0), highest=2)[1]])


def _read(power: Array, at: NDArray[np.float64]) -> Array:
    """Return the power at fractional bins, between the neighbours."""
    below = np.minimum(at.astype(int), power.shape[1] - 2)
    share = (at - below).astype(np.float32)
    return np.asarray(power[:, below] * (1 - share) + power[:, below + 1] * share)
