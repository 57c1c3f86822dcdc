"""How the envelopes of eight bands move: at which rates, together or apart, and whether at a vocoder's frame rate.

A network that makes a waveform from frames leaves a faint rhythm at its frame rate (62 to 200 Hz), and noise above
4 kHz that does not pulse with the voice as breath at the glottis does.
Source: T. Kinnunen, K. A. Lee, H. Li, "Dimension reduction of the modulation spectrogram", Odyssey 2008; X. Wu et al.,
"Synthetic speech detection using temporal modulation feature", ICASSP 2013, doi:10.1109/ICASSP.2013.6639067.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from detectors.audio._features._analysis import Analysis

__all__ = ["FRAME_RATES", "NAMES", "envelopes", "modulation"]

_BANDS = 8
_RATE = 1000
_EDGES = (2, 4, 8, 16, 32, 62, 125, 250, 500)

FRAME_RATES = (50.0, 62.5, 75.0, 80.0, 86.1328, 93.75, 100.0, 125.0, 172.2656, 187.5, 200.0)
"""Frame rates of common vocoders in Hz: 16,000, 22,050 and 24,000 Hz over hops of 120 to 320 samples, and codecs'."""

_PAIRS = [(i, j) for i in range(_BANDS) for j in range(i + 1, _BANDS)]

NAMES: tuple[str, ...] = (
    *(f"modulation.rate.{b}.{e}" for b in range(_BANDS) for e in _EDGES[:-1]),
    *(f"modulation.line.{part}.{r:g}" for part in ("low", "high") for r in FRAME_RATES),
    *(f"modulation.together.{i}.{j}" for i, j in _PAIRS),
)


def envelopes(found: Analysis) -> NDArray[np.float32]:
    """Return the squared envelopes of eight bands of 1 kHz, 1,000 values a second; shape (8, n // 16).

    Each is the inverse transform of one piece of the spectrum of the whole window, so that no filter is involved.
    """
    whole = len(found.wave) // 160 * 160
    spectrum = fft.rfft(found.wave[:whole])
    width = whole // 16
    pieces = spectrum[: width * _BANDS].reshape(_BANDS, width)
    return np.asarray(np.square(np.abs(fft.ifft(pieces, axis=1))), dtype=np.float32)


def modulation(found: Analysis) -> NDArray[np.float64]:
    """Return log shares of eight rates per band, lines at frame rates in dB, and correlations; shape (114,)."""
    slow = envelopes(found)
    # A square root between power and logarithm keeps both loud and faint passages in sight.
    slow = np.sqrt(slow / np.maximum(slow.mean(axis=1, keepdims=True), 1e-12))
    spectra = fft.rfft(slow - slow.mean(axis=1, keepdims=True), axis=1)
    power = np.square(np.abs(spectra)) + 1e-9
    resolution = _RATE / slow.shape[1]
    edges = [round(e / resolution) for e in _EDGES]
    parts = [power[:, a:b].mean(axis=1) for a, b in pairwise(edges)]
    shares = np.log(np.stack(parts, axis=1) / power[:, edges[0] : edges[-1]].mean(axis=1, keepdims=True))
    halves = (power[: _BANDS // 2], power[_BANDS // 2 :])
    lines = [_line(half / half.mean(axis=1, keepdims=True), resolution) for half in halves]
    pulsing = spectra[:, round(60 / resolution) : round(420 / resolution)]
    pulsing = pulsing / np.maximum(np.linalg.norm(pulsing, axis=1, keepdims=True), 1e-9)
    together = (pulsing @ pulsing.conj().T).real
    return np.concatenate([shares.ravel(), *lines, [together[i, j] for i, j in _PAIRS]])


def _line(power: NDArray[np.floating], resolution: float) -> NDArray[np.float64]:
    """Return how far each frame rate stands above its neighbourhood of 8 Hz, in dB."""
    mean = power.mean(axis=0)
    found = []
    for rate in FRAME_RATES:
        at, near, far = round(rate / resolution), max(1, round(0.3 / resolution)), round(8 / resolution)
        peak = mean[at - near : at + near + 1].max()
        found.append(10 * np.log10(peak / np.median(mean[max(0, at - far) : at + far + 1])))
    return np.array(found)
