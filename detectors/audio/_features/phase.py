"""Phase: group delay, phase steps between neighbouring bins and frames, bicoherence, and harmonics against the first.

Vocoders make phases from a rule or at random; a larynx, a room and a microphone give others.
Sources: R. M. Hegde, H. A. Murthy, V. R. R. Gadde, modified group delay, doi:10.1109/TASL.2006.876858; I. Saratxaga et
al., relative phase shift, Electronics Letters 45 (2009); E. A. AlBadawy, S. Lyu, H. Farid, bicoherence, CVPRW 2019.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from detectors.audio._features._analysis import HOP, RATE, SIZE, Analysis, Array, cut
from detectors.audio._features._moments import moments

__all__ = ["NAMES", "group_delay", "phase"]

_COEFFICIENTS = 12
_BANDS = 8
_BICOHERENCE = 28
_HARMONICS = 12
_MOST_VOICED = 120

NAMES: tuple[str, ...] = (
    *(f"phase.delay.{s}.{n}" for s in ("mean", "sd") for n in range(_COEFFICIENTS)),
    *(f"phase.{d}.{p}.{b}" for d in ("mixed", "across", "along") for p in ("real", "size") for b in range(_BANDS)),
    *(f"phase.bicoherence.{s}" for s in ("mean", "sd", "skew", "kurtosis")),
    *(f"phase.biphase.{s}" for s in ("real", "sd", "skew", "kurtosis")),
    *(f"phase.harmonics.steady.{k}" for k in range(2, _HARMONICS + 1)),
    *(f"phase.harmonics.fixed.{k}" for k in range(2, _HARMONICS + 1)),
)  # fmt: skip


def phase(found: Analysis) -> NDArray[np.float64]:
    """Return all phase features of a window, shape (102,)."""
    delays = group_delay(found)[found.active]
    return np.concatenate([
        *moments(delays, highest=2), *_steps(found), _bicoherence(found), _harmonics(found)
    ])  # fmt: skip


def group_delay(found: Analysis) -> Array:
    """Return cepstra of the modified group delay of every frame, shape (frames, 12).

    The delay is divided by a smoothed spectrum, not the spectrum itself, and compressed (alpha 0.4, gamma 0.9).
    """
    window = signal.get_window("hann", SIZE).astype(np.float32)
    ramp = ((np.arange(SIZE) - SIZE / 2) / SIZE).astype(np.float32)
    weighed = fft.rfft(cut(found.wave, SIZE, HOP) * (window * ramp), axis=1)
    turned = found.spectrum * np.exp(1j * np.pi * np.arange(SIZE // 2 + 1)).astype(np.complex64)
    weighed = weighed * np.exp(1j * np.pi * np.arange(SIZE // 2 + 1)).astype(np.complex64)
    size = np.abs(turned) + 1e-4
    cepstrum = fft.irfft(np.log(size), axis=1)
    cepstrum[:, 9:-8] = 0
    smooth = np.exp(fft.rfft(cepstrum, axis=1).real)
    delay = (weighed * turned.conj()).real / smooth**1.8
    pressed = np.sign(delay) * np.abs(delay) ** 0.4
    return np.asarray(fft.dct(pressed, type=2, norm="ortho", axis=1)[:, :_COEFFICIENTS], dtype=np.float32)


def _steps(found: Analysis) -> list[NDArray[np.float64]]:
    """Return, per band, the mean direction of second differences of phase over frequency and time."""
    unit = found.spectrum / np.maximum(np.abs(found.spectrum), 1e-9)
    along = unit[1:] * unit[:-1].conj()
    across = unit[:, 1:] * unit[:, :-1].conj()
    seconds = (
        along[:, 1:] * along[:, :-1].conj(),
        across[:, 1:] * across[:, :-1].conj(),
        along[1:] * along[:-1].conj(),
    )
    result = []
    for part in seconds:
        rows = found.active[: len(part)]
        width = part.shape[1] // _BANDS
        mean = part[rows][:, : width * _BANDS].reshape(-1, _BANDS, width).mean(axis=(0, 2))
        result += [mean.real, np.abs(mean)]
    return result


def _bicoherence(found: Analysis) -> NDArray[np.float64]:
    low = found.spectrum[found.active][:, 2 : 2 + 2 * _BICOHERENCE + 2]
    count = _BICOHERENCE
    first, second = np.triu_indices(count)
    # Bin numbers count from 2, so the sum of two of them lies 2 further on.
    third = first + second + 2
    keep = third < low.shape[1]
    first, second, third = first[keep], second[keep], third[keep]
    pair = low[:, first] * low[:, second]
    triple = pair * low[:, third].conj()
    norm = np.sqrt(np.square(np.abs(pair)).mean(axis=0) * np.square(np.abs(low[:, third])).mean(axis=0))
    value = triple.mean(axis=0) / np.maximum(norm, 1e-9)
    size, angle = np.abs(value), np.angle(value)
    sizes = [m[0] for m in moments(size[:, None], highest=4)]
    angles = [m[0] for m in moments(angle[:, None], highest=4)]
    return np.array([*sizes, np.cos(angle).mean(), *angles[1:]])


def _harmonics(found: Analysis) -> NDArray[np.float64]:
    """Return how steady and how fixed the phase of harmonics 2 to 12 is against the first's."""
    voiced = np.flatnonzero(found.pitch > 0)
    pairs = voiced[:-1][np.diff(voiced) == 1]
    if len(pairs) < 5:
        return np.zeros(2 * (_HARMONICS - 1))
    pairs = pairs[np.linspace(0, len(pairs) - 1, min(len(pairs), _MOST_VOICED)).astype(int)]
    now, then = _relative(found, pairs), _relative(found, pairs + 1)
    return np.concatenate([np.abs((then * now.conj()).mean(axis=0)), np.abs(now.mean(axis=0))])


def _relative(found: Analysis, rows: NDArray[np.intp]) -> NDArray[np.complex128]:
    """Return exp(i (phase_k - k phase_1)) of harmonics k = 2 to 12, shape (rows, 11)."""
    window = signal.get_window("hann", SIZE).astype(np.float32)
    framed = cut(found.wave, SIZE, HOP)[rows] * window
    time = (np.arange(SIZE) - SIZE / 2) / RATE
    turn = np.exp(-2j * np.pi * found.pitch[rows, None] * time).astype(np.complex64)
    power, found_at = turn.copy(), []
    for _ in range(_HARMONICS):
        found_at.append((framed * power).sum(axis=1))
        power *= turn
    unit = np.stack(found_at, axis=1)
    unit = unit / np.maximum(np.abs(unit), 1e-9)
    return np.asarray(unit[:, 1:] * unit[:, :1].conj() ** np.arange(2, _HARMONICS + 1))
