"""One pass over a recording of any length that keeps, in bounded memory, what the checks need.

An hour of stereo takes about 20 seconds of one core and 80 MB; nothing grows beyond about 200 MB, because rows are
pooled where there would be too many. Every number depends on the samples alone, not on how they came in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.frames import RATE, FrameAnalyser, Frames
from detectors.sound.hum import HumWatch
from detectors.sound.native import NativeSpectrum, SampleFacts, SampleWatch, SpectrumWatch, mono
from detectors.sound.reader import open_sound
from detectors.sound.resample import Resampler
from detectors.sound.windows import VoiceWindow, WindowPicker
from provenance.source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Survey", "take_survey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one pass over the sound of a file kept."""

    rate: int
    """Samples per second and channel as stored, in Hz."""

    channels: int
    """Channels as stored."""

    seconds: float
    """Duration that was decoded."""

    coding: str
    """How the samples are stored, in the decoder's words."""

    decoder: str
    """Which decoder read them: `libsndfile` or `FFmpeg`."""

    problem: str
    """One sentence on damage in the stream; empty where there is none."""

    frames: Frames
    """Bands, level and pitch every 10 ms, of the mean of the channels at 16 kHz."""

    windows: tuple[VoiceWindow, ...]
    """At most 40 windows of 4 s of that signal, in order of time."""

    spectrum: NativeSpectrum
    """Spectrum at the stored rate."""

    samples: SampleFacts
    """Full scale, digital silence, bits."""

    hum: NDArray[np.complex64]
    """Complex amplitude at `detectors.sound.hum.HUM_HZ` every 0.1 s, shape (n, 4)."""


def take_survey(source: Source) -> Survey:
    """Decode the sound of a file once and return what it keeps of it.

    Args:
        source: The opened file.

    Raises:
        UnsupportedTypeError: There is no decoder for it here, or it has no sound.
        LimitError: It is beyond the limits.
        UnreadableError: It cannot be decoded.
    """
    with open_sound(source) as reader:
        resampler = Resampler(reader.rate, RATE)
        analyser, picker = FrameAnalyser(), WindowPicker()
        spectrum = SpectrumWatch(reader.rate, reader.channels)
        samples = SampleWatch(reader.rate, reader.coding)
        hum = HumWatch(RATE)
        for block in reader.blocks():
            mixed = mono(block)
            spectrum.push(block)
            samples.push(block, mixed)
            voice = resampler.push(mixed)
            hum.push(voice)
            picker.push(voice, analyser.push(voice))
        rest = resampler.finish()
        hum.push(rest)
        picker.push(rest, analyser.push(rest))
        picker.push(rest[:0], analyser.finish())
        return Survey(
            rate=reader.rate,
            channels=reader.channels,
            seconds=reader.frames / reader.rate,
            coding=reader.coding,
            decoder=reader.decoder,
            problem=reader.problem,
            frames=analyser.frames(),
            windows=picker.result(),
            spectrum=spectrum.result(),
            samples=samples.result(),
            hum=hum.result(),
        )
