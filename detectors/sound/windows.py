"""Picks the windows with most voice from a stream of unknown length, spread over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.frames import HOP, RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MOST_WINDOWS", "WINDOW_SECONDS", "VoiceWindow", "WindowPicker"]

WINDOW_SECONDS = 4.0
"""Length of a window."""

MOST_WINDOWS = 40
"""Windows kept at most: all of a recording up to 160 s, then the most voiced of each slot."""

VOICED = 0.6
"""Least `voicing` of a voiced frame, as far as picking goes."""

_SIZE = int(WINDOW_SECONDS * RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWindow:
    """One stretch of the recording, as samples."""

    start: float
    """Its beginning in seconds."""

    samples: NDArray[np.float32]
    """Mono, 16 kHz, full scale 1, shape (n,): 64,000 samples, fewer only where the recording is shorter than that."""

    voiced: float
    """Seconds in it that have a clear pitch and are not silent."""


class WindowPicker:
    """Cuts a mono stream of 16 kHz into windows, one after the other, and keeps the most voiced of each slot.

    A slot is one window long at first. When more slots are full than may be kept, neighbours are made one: the
    result depends only on the samples, whatever the length and however the stream was cut into blocks. The last
    window ends with the recording and may overlap the one before.
    """

    def __init__(self) -> None:
        import numpy as np

        self._held = np.zeros(0, dtype=np.float32)
        self._voicing = np.zeros(0, dtype=np.float32)
        self._before = np.zeros(0, dtype=np.float32)
        self._before_voicing = np.zeros(0, dtype=np.float32)
        self._at = 0  # sample at which `held` begins
        self._slot = 1  # windows that a slot has
        self._number = 0
        self._kept: list[VoiceWindow] = []

    def push(self, block: NDArray[np.float32], voicing: NDArray[np.float32]) -> None:
        """Take samples of shape (n,), and the voicing of the frames (10 ms each) that have become known."""
        import numpy as np

        self._held = np.concatenate((self._held, block))
        self._voicing = np.concatenate((self._voicing, voicing))
        frames = _SIZE // HOP
        while len(self._held) >= _SIZE and len(self._voicing) >= frames:
            samples, heard = self._held[:_SIZE], self._voicing[:frames]
            self._add(_window(self._at, samples, heard))
            self._before, self._before_voicing = samples, heard
            self._held, self._voicing = self._held[_SIZE:], self._voicing[frames:]
            self._at += _SIZE

    def result(self) -> tuple[VoiceWindow, ...]:
        """Return the windows in order of time."""
        import numpy as np

        if len(self._held) >= RATE // 2 or (len(self._held) and not self._kept):
            samples = np.concatenate((self._before, self._held))[-_SIZE:]
            heard = np.concatenate((self._before_voicing, self._voicing))[-(_SIZE // HOP) :]
            start = self._at + len(self._held) - len(samples)
            self._add(_window(start, samples, heard))
        return tuple(self._kept)

    def _add(self, window: VoiceWindow) -> None:
        if self._number % self._slot == 0:
            if len(self._kept) == MOST_WINDOWS:
                pairs = zip(self._kept[::2], self._kept[1::2], strict=True)
                self._kept = [max(pair, key=_rank) for pair in pairs]
                self._slot *= 2
            self._kept.append(window)
        else:
            self._kept[-1] = max(self._kept[-1], window, key=_rank)
        self._number += 1


def _rank(window: VoiceWindow) -> tuple[float, float]:
    return window.voiced, -window.start


def _window(at: int, samples: NDArray[np.float32], voicing: NDArray[np.float32]) -> VoiceWindow:
    import numpy as np

    count = min(len(voicing), len(samples) // HOP)
    power = np.mean(samples[: count * HOP].reshape(count, HOP) ** 2, axis=1)
    # Hum and codec residue between words are periodic as well; they lie far below the voice.
    loud = power > 1e-3 * np.mean(power) if count else power > 0
    voiced = float(np.count_nonzero((voicing[:count] >= VOICED) & loud)) * HOP / RATE
    return VoiceWindow(start=at / RATE, samples=samples.copy(), voiced=voiced)
