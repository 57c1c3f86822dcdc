"""What lies between the words: pauses and breath.

Source: S. S. Layton et al., "Every breath you don't take", arXiv:2404.15143, which finds breaths with a network; here
plain statistics of levels stand in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from detectors.audio._features._analysis import FLOOR, Analysis, band_means
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "texture"]

_BANDS = 16
_CEPSTRA = 6

NAMES: tuple[str, ...] = tuple(
    f"texture.{part}.{s}"
    for part in ("pause", "breath")
    for s in ("share", "level", "level.sd", "flatness", "change", *(f"shape.{n}" for n in range(_CEPSTRA)),
              *(f"spread.{n}" for n in range(_CEPSTRA)))
)  # fmt: skip


def texture(found: Analysis) -> NDArray[np.float64]:
    """Return statistics of pauses (35 to 65 dB below speech) and breath (18 to 35 dB, unvoiced), shape (34,)."""
    pause = (found.level < -35) & (found.level > -65)
    breath = (found.level < -18) & (found.level >= -35) & (found.pitch == 0)
    return np.concatenate([_of(found, pause), _of(found, breath)])


def _of(found: Analysis, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    share = float(rows.mean())
    if rows.sum() < 5:
        return np.array([share, *[0.0] * (len(NAMES) // 2 - 1)])
    power = found.power[rows] + FLOOR
    logs = np.log(band_means(power, _BANDS))
    level = found.level[rows]
    flatness = float((np.log(power[:, 8:-1]).mean(axis=1) - np.log(power[:, 8:-1].mean(axis=1))).mean())
    change = float(np.abs(np.diff(logs, axis=0)).mean())
    cepstra = fft.dct(logs, type=2, norm="ortho", axis=1)[:, 1 : 1 + _CEPSTRA]
    return np.array(
        [share, level.mean(), level.std(), flatness, change, *np.concatenate(moments(cepstra, highest=2))]
    )
