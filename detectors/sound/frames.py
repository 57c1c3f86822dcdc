"""Frames of a 16 kHz stream: energy in 64 bands, level and pitch every 10 ms, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BANDS", "BAND_HZ", "FLOOR_DB", "HOP", "RATE", "WINDOW", "FrameAnalyser", "Frames"]

RATE = 16_000
"""Rate of the stream in Hz."""

HOP = 160
"""Samples from one frame to the next: 10 ms."""

WINDOW = 512
"""Samples of a frame: 32 ms, with a Hann window."""

BANDS = 64
"""Bands from 0 to 8 kHz, all equally wide."""

BAND_HZ = 125
"""Width of a band in Hz."""

FLOOR_DB = -140.0
"""Level given for digital silence, in dB."""

MOST_FRAMES = 1 << 19
"""Frames kept at most, 87 minutes of 10 ms. Longer recordings get frames of 20, 40, ... ms."""

_BATCH = 1024
_FFT = 1024
_PITCH_FFT = 256  # of the spectrum below 2 kHz, as if the rate were 4 kHz
_PITCH_BINS = (3, 96)  # 47 to 1,500 Hz
_LAGS = (10, 58)  # quarter milliseconds: 400 to 69 Hz

_OCTAVE_COST = 0.06  # every multiple of a period is one as well; the shortest is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """What is kept of every frame. All arrays have the same first dimension n, in time order."""

    hop: float
    """Seconds from one frame to the next; 0.01 up to 87 minutes. Frame k is centred at k * hop + 0.016."""

    bands: NDArray[np.float16]
    """Mean power in each band, shape (n, 64), in dB of a full-scale square wave; not below `FLOOR_DB`."""

    level: NDArray[np.float32]
    """Mean power of the frame, shape (n,), in the same dB."""

    pitch: NDArray[np.float32]
    """Fundamental frequency with the strongest period, shape (n,), in Hz, 69 to 400. Meaningless where
    `voicing` is low."""

    voicing: NDArray[np.float32]
    """Normalised autocorrelation at that period, shape (n,), 0 (noise) to 1 (strictly periodic)."""


class FrameAnalyser:
    """Turns a mono stream of 16 kHz into `Frames`, block by block.

    The pitch is the highest peak of the autocorrelation below 1.5 kHz, divided by that of the window (P. Boersma,
    "Accurate short-term analysis of the fundamental frequency", IFA Proceedings 17, 1993).
    """

    def __init__(self) -> None:
        import numpy as np
        from scipy.signal.windows import hann

        self._window = hann(WINDOW, sym=False).astype(np.float32)
        self._scale = np.float32(2.0 / (_FFT * float(np.sum(self._window**2))))
        shape = np.fft.irfft(np.abs(np.fft.rfft(hann(WINDOW // 4, sym=False), _PITCH_FFT)) ** 2)
        self._shape = (shape / shape[0]).astype(np.float32)[: _LAGS[1] + 1]
        lags = np.arange(_LAGS[0], _LAGS[1])
        self._cost = (_OCTAVE_COST * np.log2(lags / _LAGS[0])).astype(np.float32)
        self._held = np.zeros(0, dtype=np.float32)
        self._factor = 1
        self._count = 0
        self._columns: list[tuple[NDArray[Any], ...]] = []

    def push(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples of shape (n,); return the voicing of the frames that are done, each 10 ms, shape (m,)."""
        import numpy as np

        self._held = np.concatenate((self._held, block))
        need = (_BATCH - 1) * HOP + WINDOW
        done = []
        while len(self._held) >= need:
            done.append(self._analyse(self._held[:need]))
            self._held = self._held[_BATCH * HOP :]
        return np.concatenate(done) if done else np.zeros(0, dtype=np.float32)

    def finish(self) -> NDArray[np.float32]:
        """Analyse what is left, padded with silence to whole frames; return its voicing."""
        import numpy as np

        if not len(self._held):
            return np.zeros(0, dtype=np.float32)
        count = max(1, -(-(len(self._held) - WINDOW) // HOP) + 1)
        padded = np.zeros((count - 1) * HOP + WINDOW, dtype=np.float32)
        padded[: len(self._held)] = self._held[: len(padded)]
        return self._analyse(padded)

    def frames(self) -> Frames:
        """Return all frames so far."""
        import numpy as np

        rows = self._columns or [_no_rows()]
        bands, level, pitch, voicing = (np.concatenate(column) for column in zip(*rows, strict=True))
        hop = HOP / RATE * self._factor
        return Frames(
            hop=hop, bands=bands.astype(np.float16, copy=False), level=level, pitch=pitch, voicing=voicing
        )

    def _analyse(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        import numpy as np
        from scipy.fft import rfft

        cut = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
        spectrum = rfft(cut * self._window, _FFT, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2) * self._scale
        bands = power[:, : _FFT // 2].reshape(len(cut), BANDS, -1).sum(axis=2)
        pitch, voicing = self._pitch(power)
        row = (_decibels(bands), _decibels(bands.sum(axis=1)), pitch, voicing)
        self._keep(row)
        return voicing

    def _pitch(self, power: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        import numpy as np
        from scipy.fft import irfft

        low = np.zeros((len(power), _PITCH_FFT // 2 + 1), dtype=np.float32)
        low[:, slice(*_PITCH_BINS)] = power[:, slice(*_PITCH_BINS)]
        lags = irfft(low, _PITCH_FFT, axis=1)
        first, last = _LAGS
        shape = lags[:, first - 1 : last + 1] / self._shape[first - 1 :]
        shape /= np.maximum(lags[:, :1], 1e-20)
        best = np.argmax(shape[:, 1:-1] - self._cost, axis=1) + 1
        rows = np.arange(len(shape))
        left, top, right = shape[rows, best - 1], shape[rows, best], shape[rows, best + 1]
        bend = np.minimum(left - 2 * top + right, -1e-6)
        lag = first - 1 + best + np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
        voicing = np.clip(top, 0.0, 1.0)
        return (4000.0 / lag).astype(np.float32), voicing.astype(np.float32)

    def _keep(self, row: tuple[NDArray[np.float32], ...]) -> None:
        import numpy as np

        kept: tuple[NDArray[Any], ...] = (row[0].astype(np.float16), *row[1:])
        if self._factor > 1:
            kept = _pooled(kept, self._factor)
        self._columns.append(kept)
        self._count += len(kept[1])
        if self._count > MOST_FRAMES:
            # Batches are a power of two long, so each can be pooled alone.
            self._columns = [_pooled(rows, 2) for rows in self._columns]
            self._count = sum(len(rows[1]) for rows in self._columns)
            self._factor *= 2


def _no_rows() -> tuple[NDArray[np.float32], ...]:
    import numpy as np

    empty = np.zeros(0, dtype=np.float32)
    return (np.zeros((0, BANDS), dtype=np.float32), empty, empty, empty)


def _decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return (10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))).astype(np.float32)


def _pooled(rows: tuple[NDArray[Any], ...], factor: int) -> tuple[NDArray[Any], ...]:
    """Return rows of `factor` frames made into one: mean power, and the pitch of the most periodic frame."""
    import numpy as np

    bands, level, pitch, voicing = (_grouped(column, factor) for column in rows)
    best = np.argmax(voicing, axis=1)[:, None]
    return (
        _decibels(np.mean(10 ** (bands.astype(np.float32) / 10), axis=1)).astype(np.float16),
        _decibels(np.mean(10 ** (level / 10), axis=1)),
        np.take_along_axis(pitch, best, axis=1)[:, 0],
        np.take_along_axis(voicing, best, axis=1)[:, 0],
    )


def _grouped(column: NDArray[Any], factor: int) -> NDArray[Any]:
    import numpy as np

    missing = -len(column) % factor
    if missing:
        column = np.concatenate((column, np.repeat(column[-1:], missing, axis=0)))
    return column.reshape(-1, factor, *column.shape[1:])
