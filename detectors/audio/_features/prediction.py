"""What linear prediction leaves of a voice: how peaked, how lopsided, how well predicted.

A larynx closes abruptly and on one side of the zero line; made voices often lose the sharpness or the side.
Source: A. Janicki, "Spoofing countermeasure based on analysis of linear prediction error", Interspeech 2015.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from detectors.audio._features._analysis import HOP, SIZE, Analysis, cut
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "prediction"]

_ORDERS = (8, 20)
_MOST_FRAMES = 60
_WHAT = ("gain", "kurtosis", "skew", "peak", "entropy")

NAMES: tuple[str, ...] = (
    *(f"prediction.{o}.{w}.{s}" for o in _ORDERS for w in _WHAT for s in ("mean", "sd")),
    *(f"prediction.wave.{s}" for s in ("skew", "kurtosis")),
    *(f"prediction.step.{s}" for s in ("skew", "kurtosis")),
)


def prediction(found: Analysis) -> NDArray[np.float64]:
    """Return statistics of the prediction error of voiced frames at two orders, and of the wave; shape (24,).

    Skewness counts by its size: turning the polarity of a recording says nothing.
    """
    rows = np.flatnonzero(found.pitch > 0)
    if len(rows) < 5:
        rows = np.flatnonzero(found.active)
    rows = (
        rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST_FRAMES)).astype(int)] if len(rows) else rows
    )
    framed = cut(found.wave, SIZE, HOP)[rows].astype(np.float64)
    values: list[NDArray[np.float64]] = [v for order in _ORDERS for v in _errors(framed, order)]
    wave = moments(found.wave[:, None], highest=4)
    step = moments(np.diff(found.wave)[:, None], highest=4)
    ends = [abs(wave[2][0]), wave[3][0], abs(step[2][0]), step[3][0]]
    return np.concatenate([np.ravel(values), np.asarray(ends)])


def _errors(framed: NDArray[np.float64], order: int) -> list[NDArray[np.float64]]:
    """Return mean and spread of gain, kurtosis, skewness, peak and entropy of the error at one order."""
    if len(framed) == 0:
        return [np.zeros(2)] * len(_WHAT)
    windowed = framed * signal.get_window("hamming", SIZE)
    spectrum = fft.rfft(windowed, 2 * SIZE, axis=1)
    likeness = fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, : order + 1]
    likeness[:, 0] = likeness[:, 0] * (1 + 1e-5) + 1e-9
    lags = np.abs(np.subtract.outer(np.arange(order), np.arange(order)))
    weights = np.linalg.solve(likeness[:, lags], likeness[:, 1:, None])[:, :, 0]
    filters = np.concatenate([np.ones((len(framed), 1)), -weights], axis=1)
    reach = SIZE + order
    error = fft.irfft(fft.rfft(framed, reach, axis=1) * fft.rfft(filters, reach, axis=1), reach, axis=1)
    error = error[:, order:SIZE]
    power = np.square(error).mean(axis=1) + 1e-12
    unit = error / np.sqrt(power)[:, None]
    square = unit * unit
    share = square / unit.shape[1]
    values = (
        np.log(np.square(framed).mean(axis=1) + 1e-12) - np.log(power),
        np.log((square * square).mean(axis=1) + 1e-12),
        np.abs((square * unit).mean(axis=1)),
        np.log(np.abs(unit).max(axis=1) + 1e-12),
        -(share * np.log(share + 1e-12)).sum(axis=1),
    )
    return [np.array([v.mean(), v.std()]) for v in values]
