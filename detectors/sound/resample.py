"""Another sample rate for a stream, with the result that the whole signal would have at once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Resampler"]

_MOST = 1000  # largest numerator or denominator kept: odd rates drift by less than 4 ms an hour
_HALF = 10  # half length of the filter in periods of the lower rate, as `scipy.signal.resample_poly` has it
_STEP = 1 << 16  # input samples taken at a time, about


class Resampler:
    """Polyphase resampling of a mono stream, block by block, by `scipy.signal.resample_poly`.

    Blocks overlap by the length of the filter, so that the output does not depend on how the input was cut
    (up to rounding). Zero phase: the output sample k lies at the time k / `target`.

    Args:
        rate: Rate of the input in Hz.
        target: Rate of the output in Hz.
    """

    def __init__(self, rate: int, target: int) -> None:
        import numpy as np
        from scipy.signal import firwin

        ratio = Fraction(target, rate).limit_denominator(_MOST)
        self.up, self.down = ratio.numerator, ratio.denominator
        self._held = np.zeros(0, dtype=np.float32)
        self._lead = 0
        if self.up == self.down:
            return
        largest = max(self.up, self.down)
        taps = firwin(2 * _HALF * largest + 1, 1.0 / largest, window=("kaiser", 5.0))
        self._taps: NDArray[np.float32] = taps.astype(np.float32)
        # The overlap in input samples, and the step, are whole periods, so that every block begins in phase.
        self._overlap = -(-(_HALF * largest // self.up + 2) // self.down) * self.down
        self._size = -(-_STEP // self.down) * self.down

    def push(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples of shape (n,) and return those of the output that are ready."""
        import numpy as np

        if self.up == self.down:
            return block
        self._held = np.concatenate((self._held, block))
        ready = []
        while len(self._held) >= self._lead + self._size + self._overlap:
            ready.append(self._convert(self._lead + self._size + self._overlap, self._size))
            cut = self._lead + self._size - self._overlap
            if cut > 0:
                self._held = self._held[cut:]
                self._lead = self._overlap
            else:
                self._lead += self._size
        return np.concatenate(ready) if ready else np.zeros(0, dtype=np.float32)

    def finish(self) -> NDArray[np.float32]:
        """Return the rest of the output; the stream is at its end."""
        import numpy as np

        left = len(self._held) - self._lead
        if self.up == self.down or left <= 0:
            return np.zeros(0, dtype=np.float32)
        out = self._convert(len(self._held), left)
        self._held, self._lead = self._held[:0], 0
        return out

    def _convert(self, count: int, size: int) -> NDArray[np.float32]:
        """Return the output for `size` input samples behind the lead, seeing `count` of those held."""
        import numpy as np
        from scipy.signal import resample_poly

        out = resample_poly(self._held[:count], self.up, self.down, window=self._taps)
        start = self._lead * self.up // self.down
        stop = start + -(-size * self.up // self.down)
        return np.asarray(out[start:stop], dtype=np.float32)
