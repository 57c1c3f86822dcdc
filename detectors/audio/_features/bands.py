"""Energies in sub-bands while somebody speaks: how they spread, how noisy they are, how they go together.

Networks that draw the waveform blur the spectrum above some 4 kHz, where the ear forgives it.
Sources: K. Sriskandaraja, V. Sethu, P. N. Le, E. Ambikairajah, sub-band information, Interspeech 2016; flatness
after J. D. Johnston, doi:10.1109/49.608.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.audio._features._analysis import FLOOR, Analysis, band_means
from detectors.audio._features._moments import correlation, moments

__all__ = ["NAMES", "bands"]

_COUNT = 16
_HIGH = 8

NAMES: tuple[str, ...] = (
    *(f"bands.energy.{s}.{n}" for s in ("sd", "skew", "kurtosis") for n in range(_COUNT)),
    *(f"bands.change.{n}" for n in range(_COUNT)),
    *(f"bands.flatness.{s}.{n}" for s in ("mean", "sd") for n in range(_COUNT)),
    *(f"bands.neighbours.{n}" for n in range(_COUNT - 1)),
    *(f"bands.with_lowest.{n}" for n in range(_HIGH, _COUNT)),
)


def bands(found: Analysis) -> NDArray[np.float64]:
    """Return statistics of 16 bands of 500 Hz over active frames, shape (119,)."""
    power = found.power[found.active] + FLOOR
    energy = np.log(band_means(power, _COUNT))
    logs = np.log(power[:, :-1]).reshape(len(power), _COUNT, -1).mean(axis=2)
    flatness = logs - energy
    change = np.abs(np.diff(energy, axis=0)).mean(axis=0) if len(energy) > 1 else np.zeros(_COUNT)
    return np.concatenate([
        *moments(energy, highest=4)[1:],
        change,
        *moments(flatness, highest=2),
        correlation(energy[:, :-1], energy[:, 1:]),
        correlation(energy[:, _HIGH:], energy[:, :1].repeat(_COUNT - _HIGH, axis=1)),
    ])  # fmt: skip
