"""Jumps in the phase of the mains hum: a recording that was cut and joined loses the beat of the grid.

The hum of the mains in a recording (50 or 60 Hz and its first harmonic) turns at an almost constant rate. Where it
is clear on both sides of a moment, its phase is continued from both sides by straight lines, and the gap between the
two is the jump. A cut at a random moment leaves a jump evenly spread over the circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.hum import HUM_HOP, HUM_HZ, HUM_WINDOW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PhaseJump", "phase_jumps"]

_SIDE = 30  # values, 3 s, on either side
_BLIND = round(HUM_WINDOW / HUM_HOP)  # values that look at both sides of a cut
_LEAST_AMPLITUDE = 1e-5
_MOST_RESIDUAL = 0.05  # radians of root mean square around the line
_MOST_SWING = 0.35  # of the amplitude's own mean
_MOST_SLOPE_GAP = 0.05  # radians a value between the two lines: the grid does not change its rate at once
_LEAST_JUMP = 0.7  # radians; 78 % of random cuts leave more
_APART = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseJump:
    """One break in the hum."""

    at: float
    """Seconds from the beginning."""

    hertz: float
    """Frequency at which it was seen."""

    degrees: float
    """Size of the jump, 40 to 180."""

    residual: float
    """How far the phase strays from the two lines, in degrees (root mean square)."""


def phase_jumps(hum: NDArray[np.complex64]) -> tuple[PhaseJump, ...]:
    """Return the breaks of the hum, in order of time; none where the hum is not clear enough to tell.

    Args:
        hum: Complex amplitudes as in `detectors.sound.survey.Survey`, shape (n, 4).
    """
    found: list[PhaseJump] = []
    for column, hertz in enumerate(HUM_HZ):
        for jump in _jumps(hum[:, column], hertz):
            if all(abs(jump.at - other.at) > _APART * HUM_HOP for other in found):
                found.append(jump)
    return tuple(sorted(found, key=lambda j: j.at))


def _jumps(wave: NDArray[np.complex64], hertz: float) -> list[PhaseJump]:
    import numpy as np

    span = 2 * _SIDE + _BLIND
    if len(wave) < span:
        return []
    size = np.abs(wave)
    phase = np.angle(wave)
    x = np.arange(_SIDE) - (_SIDE - 1) / 2
    rows = np.lib.stride_tricks.sliding_window_view(np.arange(len(wave)), _SIDE)
    turned = np.unwrap(phase[rows], axis=1)
    middle = turned.mean(axis=1)
    slope = turned @ x / np.sum(x**2)
    residual = np.sqrt(np.mean((turned - middle[:, None] - slope[:, None] * x) ** 2, axis=1))
    level = size[rows].mean(axis=1)
    steady = (residual < _MOST_RESIDUAL) & (level > _LEAST_AMPLITUDE)
    steady &= size[rows].std(axis=1) < _MOST_SWING * level
    # Side k is followed by side k + _SIDE + _BLIND; the values between look across the cut.
    gap = _SIDE + _BLIND
    before, after = slice(0, len(middle) - gap), slice(gap, len(middle))
    half = gap / 2
    step = middle[after] - half * slope[after] - (middle[before] + half * slope[before])
    jump = np.abs(np.angle(np.exp(1j * step)))
    good = steady[before] & steady[after] & (np.abs(slope[after] - slope[before]) < _MOST_SLOPE_GAP)
    jump = np.where(good, jump, 0.0)
    fit = np.maximum(residual[before], residual[after])
    found = []
    while jump.max(initial=0.0) > _LEAST_JUMP:
        # Around a cut many places show the same jump; the straightest lines stand nearest to it.
        near = np.flatnonzero(jump > 0.9 * jump.max())
        best = int(near[np.argmin(fit[near])])
        found.append(
            PhaseJump(
                at=(best + _SIDE - 1 + (_BLIND + 1) / 2) * HUM_HOP + HUM_WINDOW / 2,
                hertz=hertz,
                degrees=float(np.degrees(jump[best])),
                residual=float(np.degrees(fit[best])),
            )
        )
        jump[max(0, best - gap) : best + gap + 1] = 0.0
    return found
