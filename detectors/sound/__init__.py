"""Sound decoded in blocks: any length in little memory, any container that a decoder here knows.

`open_sound` gives the samples as they are, block by block. `Resampler` brings a stream to another rate, and
`read_mono` reads a short clip whole. The rest of the program takes sound from here and from nowhere else.
"""

from __future__ import annotations

from detectors.sound.reader import SoundReader, open_sound, read_mono
from detectors.sound.resample import Resampler

__all__ = ["Resampler", "SoundReader", "open_sound", "read_mono"]
