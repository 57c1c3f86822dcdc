"""The hum of the mains in a recording: amplitude and phase at 50 and 60 Hz and their first harmonics, along time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.sound.resample import Resampler

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["HUM_HOP", "HUM_HZ", "HUM_WINDOW", "HumWatch"]

HUM_HZ = (50.0, 60.0, 100.0, 120.0)
"""Frequencies that are followed."""

HUM_HOP = 0.1
"""Seconds from one value to the next."""

HUM_WINDOW = 1.0
"""Seconds that one value looks at, with a Hann window."""

_RATE = 1000
_HOP = 100
_WINDOW = 1000


class HumWatch:
    """Demodulates a mono stream of 16 kHz at the frequencies of `HUM_HZ`."""

    def __init__(self, rate: int) -> None:
        import numpy as np
        from scipy.signal.windows import hann

        self._resampler = Resampler(rate, _RATE)
        window = hann(_WINDOW, sym=False)
        times = np.arange(_WINDOW)[:, None] / _RATE
        # A window of whole periods and a hop of whole periods: a steady hum keeps its phase from value to value.
        waves = np.exp(-2j * np.pi * times * np.array(HUM_HZ)[None, :]) * window[:, None] * 2 / window.sum()
        self._waves = waves.astype(np.complex64)
        self._held = np.zeros(0, dtype=np.float32)
        self._rows: list[NDArray[np.complex64]] = []

    def push(self, block: NDArray[np.float32]) -> None:
        """Take samples of shape (n,)."""
        self._take(self._resampler.push(block))

    def result(self) -> NDArray[np.complex64]:
        """Return the complex amplitude, shape (n, 4), full scale 1; value k looks at k * 0.1 s and one second on."""
        import numpy as np

        self._take(self._resampler.finish())
        return np.concatenate(self._rows) if self._rows else np.zeros((0, len(HUM_HZ)), dtype=np.complex64)

    def _take(self, samples: NDArray[np.float32]) -> None:
        import numpy as np

        self._held = np.concatenate((self._held, samples))
        count = (len(self._held) - _WINDOW) // _HOP + 1
        if count <= 0:
            return
        cut = np.lib.stride_tricks.sliding_window_view(self._held, _WINDOW)[: count * _HOP : _HOP]
        self._rows.append(cut.astype(np.complex64) @ self._waves)
        self._held = self._held[count * _HOP :]
