"""Thin lines that stand still in the spectrum, as upsampling layers leave them.

A voice never stays on one frequency for seconds; a line that does comes from mains, a display, or from a network that
repeats a pattern at its frame rate and multiples of it.
Sources: J. Frank, L. Schönherr, NeurIPS 2021, arXiv:2111.02813; J. Pons et al., "Upsampling artifacts in
neural audio synthesis", ICASSP 2021, doi:10.1109/ICASSP39728.2021.9414913.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage, signal

from detectors.audio._features._analysis import FLOOR, RATE, Analysis, cut
from detectors.audio._features.modulation import FRAME_RATES

__all__ = ["NAMES", "lines", "residual"]

_SIZE = 8192
_HOP = 2048
_PARTS = ((60, 2000), (2000, 4000), (4000, 6000), (6000, 7800))
_SINGLE = (1000.0, 2000.0, 2756.25, 3000.0, 4000.0, 5512.5, 6000.0)

NAMES: tuple[str, ...] = (
    *(f"lines.{s}.{n}" for s in ("spread", "skew", "peak", "share") for n in range(len(_PARTS))),
    *(f"lines.comb.{part}.{r:g}" for part in ("low", "high") for r in FRAME_RATES),
    *(f"lines.at.{f:g}" for f in _SINGLE),
)


def residual(found: Analysis) -> NDArray[np.float64]:
    """Return mean log power less its running median over 31 bins, bins of 1.95 Hz, shape (4097,), in nepers."""
    wave = found.wave
    if len(wave) < _SIZE:
        wave = np.pad(wave, (0, _SIZE - len(wave)))
    window = signal.get_window("hann", _SIZE).astype(np.float32)
    power = np.square(np.abs(fft.rfft(cut(wave, _SIZE, _HOP) * window, axis=1))) / (window**2).sum()
    mean = np.log(power + FLOOR * 0.1).mean(axis=0)
    return np.asarray(mean - ndimage.median_filter(mean, 31, mode="nearest"), dtype=np.float64)


def lines(found: Analysis) -> NDArray[np.float64]:
    """Return how peaked four bands are, combs at frame rates, and single lines; shape (45,)."""
    rest = residual(found)
    scale = RATE / _SIZE
    spread, skew, peak, share = [], [], [], []
    for low, high in _PARTS:
        part = rest[round(low / scale) : round(high / scale)]
        deviation = float(np.sqrt(np.square(part).mean())) + 1e-6
        spread.append(np.log(deviation))
        skew.append(float((part**3).mean()) / deviation**3)
        peak.append(float(part.max()) / deviation)
        share.append(float((part > 4 * np.median(np.abs(part)) + 1e-6).mean()))
    combs = [_comb(rest, low, high) for low, high in ((60, 4000), (4000, 7800))]
    single = [rest[round(f / scale) - 1 : round(f / scale) + 2].max() for f in _SINGLE]
    return np.array([*spread, *skew, *peak, *share, *combs[0], *combs[1], *single])


def _comb(rest: NDArray[np.float64], low: float, high: float) -> list[float]:
    """Return the log strength of each frame rate as a period along frequency, against rates nearby."""
    scale = RATE / _SIZE
    first, last = round(low / scale), round(high / scale)
    part = np.clip(rest[first:last], -2, 2)
    places = np.arange(first, last) * scale
    found = []
    for rate in FRAME_RATES:
        rates = rate * (1 + np.array([-0.06, -0.045, -0.03, 0.0, 0.03, 0.045, 0.06]))
        sizes = np.abs(np.exp(2j * np.pi * np.outer(1 / rates, places)) @ part)
        found.append(float(np.log((sizes[3] + 1e-6) / (np.median(np.delete(sizes, 3)) + 1e-6))))
    return found
