"""The voice's source: small irregularities of pitch and loudness, and harmonics against noise, by band.

Sources: P. Boersma, harmonics-to-noise ratio, IFA Proceedings 17 (1993); jitter and shimmer as in J. P. Teixeira,
C. Oliveira, C. Lopes, doi:10.1016/j.protcy.2013.12.124, here from frame to frame and not from period to period.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from detectors.audio._features._analysis import HOP, RATE, Analysis
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "pitch"]

_EDGES = (0, 1000, 2000, 3000, 4000, 6000, 8000)
_SPAN = 480

NAMES: tuple[str, ...] = (
    *(f"pitch.hnr.{s}" for s in ("mean", "sd", "skew", "p10", "p90")),
    *(f"pitch.jitter.{s}" for s in ("mean", "median", "p90", "second", "kurtosis")),
    *(f"pitch.shimmer.{s}" for s in ("mean", "median", "p90", "second")),
    *(f"pitch.tune.{s}" for s in ("sd", "fine50", "fine100", "slope")),
    "pitch.run.mean", "pitch.run.longest",
    *(f"pitch.band.{s}.{n}" for s in ("mean", "sd") for n in range(len(_EDGES) - 1)),
    "pitch.change.corr",
)  # fmt: skip


def pitch(found: Analysis) -> NDArray[np.float64]:
    """Return all features of the voice's source, shape (33,); zeros where fewer than 20 frames are voiced."""
    voiced = found.pitch > 0
    if voiced.sum() < 20:
        return np.zeros(len(NAMES))
    strength = np.clip(found.periodicity[voiced], 1e-3, 0.9995)
    ratio = 10 * np.log10(strength / (1 - strength))
    mean, spread, skew = (float(m[0]) for m in moments(ratio[:, None]))
    tune, loud = np.log(np.where(voiced, found.pitch, 1)), found.level
    joined = voiced[1:] & voiced[:-1] & (np.abs(np.diff(tune)) < 0.15)
    steps, swings = np.abs(np.diff(tune))[joined], np.abs(np.diff(loud))[joined]
    if len(steps) < 10:
        return np.zeros(len(NAMES))
    twice = joined[1:] & joined[:-1]
    bends = np.abs(np.diff(tune, n=2))[twice] if twice.any() else np.zeros(1)
    swerves = np.abs(np.diff(loud, n=2))[twice] if twice.any() else np.zeros(1)
    signed = np.diff(tune)[joined]
    runs = _runs(voiced)
    return np.array([
        mean, spread, skew, *np.percentile(ratio, [10, 90]),
        *np.log([_mean(steps), float(np.median(steps)) + 1e-5, float(np.percentile(steps, 90)) + 1e-5, _mean(bends)]),
        float(moments(signed[:, None], highest=4)[3][0]),
        *np.log([_mean(swings), float(np.median(swings)) + 1e-3, float(np.percentile(swings, 90)) + 1e-3,
                 _mean(swerves)]),
        *_tune(tune, voiced),
        float(np.log(runs.mean())), float(np.log(runs.max())),
        *_by_band(found, voiced),
        float(np.corrcoef(steps, swings)[0, 1]) if steps.std() > 0 and swings.std() > 0 else 0.0,
    ])  # fmt: skip


def _mean(values: NDArray[np.floating]) -> float:
    return float(values.mean()) + 1e-5


def _runs(voiced: NDArray[np.bool_]) -> NDArray[np.int_]:
    """Return the lengths of voiced stretches in frames."""
    edges = np.diff(np.concatenate([[0], voiced.astype(int), [0]]))
    return np.asarray(np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0))


def _tune(tune: NDArray[np.floating], voiced: NDArray[np.bool_]) -> list[float]:
    """Return the spread of log pitch, what moving means of 50 and 100 ms leave of it (micro-prosody), its slope."""
    held = tune.copy()
    where = np.flatnonzero(voiced)
    held = np.interp(np.arange(len(tune)), where, tune[where])
    fine = [float(np.log((held - ndimage.uniform_filter1d(held, n))[voiced].std() + 1e-5)) for n in (5, 10)]
    slope = float(np.polyfit(where / 100, tune[where], 1)[0])
    return [float(tune[where].std()), *fine, slope]


def _by_band(found: Analysis, voiced: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return mean and spread of the likeness of each band to itself one pitch period earlier."""
    wave = found.wave
    spectrum = fft.rfft(wave)
    rows = np.flatnonzero(voiced)
    starts = rows * HOP
    period = np.rint(RATE / found.pitch[rows]).astype(int)
    fits = (starts >= period) & (starts + _SPAN <= len(wave))
    starts, period = starts[fits], period[fits]
    if len(starts) < 5:
        return np.zeros(2 * (len(_EDGES) - 1))
    keep = np.linspace(0, len(starts) - 1, min(len(starts), 120)).astype(int)
    now = starts[keep, None] + np.arange(_SPAN)
    then = now - period[keep, None]
    values = []
    for low, high in pairwise(_EDGES):
        part = spectrum.copy()
        bins = np.array([low, high]) * len(wave) // RATE
        part[: bins[0]] = 0
        part[bins[1] :] = 0
        band = fft.irfft(part, len(wave))
        a, b = band[now], band[then]
        norm = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
        values.append((a * b).sum(axis=1) / np.maximum(norm, 1e-9))
    return np.concatenate(moments(np.stack(values, axis=1), highest=2))
