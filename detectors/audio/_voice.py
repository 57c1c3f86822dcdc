"""Where a recording has voice, and whether it is one that a score for speech may speak about.

Energy, voicing and their course in time only; no model. Measured with `python -m benchmarks.audio_voice` on clips of
at least 3 s: as they are, 32 of 210 recorded and 20 of 208 synthetic clips hold too little voiced speech. Of the
others 10 of 178 recorded ones are refused, 7 as music or noise (meetings and test files of a toolkit among them) and
3 for two pitches, and 2 of 188 synthetic ones; after a delivery 21 of 171 and 11 of 182. Of 240 mixtures of two
voices 201 are refused for one reason or another. Of 40 clips of music and other sounds 9 pass, and of 40 voices over
music, at 0, -10 and -20 dB, 23: nearly all whose music is 10 dB or more below the voice. The thresholds other than
that of two pitches were chosen by looking at clips of the same collections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.frames import BAND_HZ, HOP, RATE
from detectors.sound.survey import Survey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LEAST_VOICED", "MOST_OVERLAP", "Voice", "refusal", "voice_of"]

LEAST_VOICED = 2.0
"""Least seconds of voiced speech for a score. Of 69 clips of 3 to 6 s, 12 hold less by this module, 24 by the tracker
of WORLD, none by this module alone (`python -m benchmarks.audio_voicing`)."""

LEAST_BANDWIDTH = 3000.0
"""Least bandwidth in Hz; telephones reach 3,400."""

MOST_OVERLAP = 0.04
"""Largest share of the loud moments with two pitches at once; `detectors.audio._overlap` says how it was chosen."""

MOST_CLIPPED = 0.01
"""Largest share of samples at full scale; beyond this the loud half of the speech is distorted."""

_VOICED = 0.6  # normalised autocorrelation of a voiced frame
_RANGE_DB = 30.0  # below the loudest frames that still counts as voice
_ABOVE_FLOOR_DB = 6.0
_BAND_RANGE_DB = 55.0
_SPEECH_BANDS = slice(2, 28)  # 250 to 3,500 Hz
_LEAST_DEPTH_DB = 7.0
_LEAST_LOW_SHARE = 0.33
_LEAST_STRETCH = 0.08
_ENOUGH_FRAMES = 100
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Voice activity and what it shows about the recording."""

    active: NDArray[np.bool_]
    """Frames that stand out of the background, shape (n,)."""

    voiced: NDArray[np.bool_]
    """Frames with a clear pitch, near the level of the loudest, shape (n,)."""

    hop: float
    """Seconds from one frame to the next."""

    seconds: float
    """Seconds of voiced frames."""

    depth_db: float
    """Standard deviation of the level between 250 and 3,500 Hz: speech swings by more than 7 dB."""

    low_share: float
    """Share of frames with less than half the mean power: most of speech is quieter than its mean."""

    stretch: float
    """Length in seconds that one in ten voiced stretches exceeds: syllables last longer than 0.08 s."""

    bandwidth_hz: float
    """Upper end of the band that holds sound, up to 8,000 Hz, seen in 125 Hz steps."""

    range_db: float
    """Level of the loud frames over that of the quiet ones."""


def voice_of(survey: Survey) -> Voice:
    """Measure the voice in a recording.

    Args:
        survey: One pass over its sound.
    """
    import numpy as np

    frames = survey.frames
    heard = frames.level[frames.level > -100.0]
    if not len(heard):
        none = np.zeros(len(frames.level), dtype=bool)
        return Voice(active=none, voiced=none, hop=frames.hop, seconds=0.0, depth_db=0.0, low_share=0.0,
                     stretch=0.0, bandwidth_hz=0.0, range_db=0.0)  # fmt: skip
    top, floor = np.percentile(heard, (95, 10))
    active = frames.level > max(top - _RANGE_DB, min(floor + _ABOVE_FLOOR_DB, top - _ABOVE_FLOOR_DB))
    voiced = (frames.voicing > _VOICED) & (frames.level > top - _RANGE_DB)
    power = 10 ** (frames.level.astype(np.float64) / 10)
    return Voice(
        active=active,
        voiced=voiced,
        hop=frames.hop,
        seconds=float(np.count_nonzero(voiced)) * frames.hop,
        depth_db=_depth(frames.bands),
        low_share=float(np.mean(power < 0.5 * power.mean())),
        stretch=_stretch(voiced) * frames.hop,
        bandwidth_hz=_bandwidth(frames.bands, active),
        range_db=float(top - floor),
    )


def refusal(survey: Survey, voice: Voice, *, least_bandwidth: float = LEAST_BANDWIDTH) -> str | None:
    """Return one sentence on why a score for speech may not speak about this recording, or None.

    Args:
        survey: One pass over the sound.
        voice: Its voice, from `voice_of`.
        least_bandwidth: In Hz, as far as the score was calibrated.
    """
    if voice.seconds < LEAST_VOICED:
        return f"It holds {voice.seconds:.1f} s of voiced speech; {LEAST_VOICED:.0f} s are needed."
    if survey.samples.clipped > MOST_CLIPPED:
        return f"It is clipped: {100 * survey.samples.clipped:.1f} % of its samples stand at full scale."
    if voice.bandwidth_hz < least_bandwidth:
        return (
            f"Its sound ends at {voice.bandwidth_hz / 1000:.1f} kHz, below the {least_bandwidth / 1000:.1f} kHz"
            " for which the score was calibrated."
        )
    if len(voice.voiced) >= _ENOUGH_FRAMES and (
        voice.depth_db < _LEAST_DEPTH_DB
        or voice.low_share < _LEAST_LOW_SHARE
        or voice.stretch < _LEAST_STRETCH
    ):
        return "Its level and pitch move as in music or noise, not as in a voice that speaks alone."
    return _several(survey)


def _several(survey: Survey) -> str | None:
    from detectors.audio._overlap import overlap

    if overlap([window.samples for window in survey.windows]) <= MOST_OVERLAP:
        return None
    return (
        "Two pitches sound at once through much of its speech, as of several voices or of a voice over music;"
        " the score is for one voice alone."
    )


def _depth(bands: NDArray[np.float16]) -> float:
    import numpy as np

    parts = [
        np.sum(10 ** (bands[at : at + _CHUNK, _SPEECH_BANDS].astype(np.float32) / 10), axis=1)
        for at in range(0, len(bands), _CHUNK)
    ]
    power = np.concatenate(parts)
    return float(np.std(10 * np.log10(power + 1e-9)))


def _stretch(voiced: NDArray[np.bool_]) -> float:
    """Return the 90th percentile of the lengths of voiced stretches, in frames."""
    import numpy as np

    steps = np.diff(np.concatenate(([0], voiced.astype(np.int8), [0])))
    lengths = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
    return float(np.percentile(lengths, 90)) if len(lengths) else 0.0


def _bandwidth(bands: NDArray[np.float16], active: NDArray[np.bool_]) -> float:
    import numpy as np

    if not active.any():
        return 0.0
    chosen = bands[active][:: max(1, int(active.sum()) * HOP // (600 * RATE))]  # ten minutes are enough
    mean = 10 * np.log10(np.mean(10 ** (chosen.astype(np.float32) / 10), axis=0) + 1e-14)
    return float((np.flatnonzero(mean > mean.max() - _BAND_RANGE_DB)[-1] + 1) * BAND_HZ)
