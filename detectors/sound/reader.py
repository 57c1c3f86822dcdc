"""One reader for every container: picks the decoder, holds the limits, and hands out blocks of samples."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.sniff import kind_of
from provenance.source import Source, SourceLike, open_source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Decoder", "SoundReader", "open_sound", "read_mono"]

MIN_RATE = 2_000
"""Lowest sample rate that is decoded, in Hz; telephones have 8,000."""

LOUDEST = 16.0
"""Floating-point samples beyond this multiple of full scale are cut to it: +24 dB."""

_SNDFILE = frozenset({"audio/wav", "audio/flac", "audio/mpeg", "audio/ogg"})
_INSTALL = 'Install the extra with: pip install "assay-media[av]".'


class Decoder(Protocol):
    """What stands behind a reader."""

    rate: int
    """Samples per second and channel."""

    channels: int
    """Number of channels."""

    stated: float | None
    """Duration in seconds as the file states it, if it does. It may lie."""

    coding: str
    """How the samples are stored, in the decoder's words."""

    name: str
    """Name of the decoder."""

    @property
    def problem(self) -> str:
        """What was wrong with the stream, known once it has been read; empty while nothing is."""

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield samples of shape (n, channels), full scale 1."""

    def close(self) -> None:
        """Let go of the file."""


class SoundReader:
    """The samples of one file, once, from beginning to end. Use as a context manager; made by `open_sound`.

    Attributes:
        rate: Samples per second and channel, in Hz, as stored.
        channels: Number of channels.
        stated: Duration in seconds as the file states it, or None. Only reading tells the true one.
        coding: How the samples are stored, in the decoder's words, e.g. `PCM_16` or `mp3`.
        decoder: `libsndfile` or `FFmpeg`.
        frames: Samples per channel handed out so far.
    """

    def __init__(self, decoder: Decoder, *, name: str, limits: Limits) -> None:
        self._decoder = decoder
        self._name = name
        self._limits = limits
        self.rate, self.channels = decoder.rate, decoder.channels
        self.stated, self.coding, self.decoder = decoder.stated, decoder.coding, decoder.name
        self.frames = 0
        self._check_format()

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._decoder.close()

    @property
    def problem(self) -> str:
        """One sentence on damage met so far, or an empty string; final after the last block."""
        return self._decoder.problem

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield the samples in order: shape (n, channels), float32, full scale 1, finite, within ±`LOUDEST`.

        Blocks have about 65,000 values at most. Damage in the middle ends them early and is said in `problem`.

        Raises:
            LimitError: The sound is longer than the limits allow.
        """
        import numpy as np

        for block in self._decoder.blocks():
            self.frames += len(block)
            self._check_length(self.frames / self.rate)
            np.nan_to_num(block, copy=False, nan=0.0)
            yield np.clip(block, -LOUDEST, LOUDEST, out=block)

    def _check_format(self) -> None:
        limits = self._limits
        if self.channels > limits.max_channels:
            raise LimitError(
                f"{self._name} has {self.channels} channels, more than the limit of {limits.max_channels}.",
                hint="Ask for a recording in one or two channels.",
            )
        if not MIN_RATE <= self.rate <= limits.max_rate:
            raise LimitError(
                f"{self._name} states {self.rate:,} samples a second; {MIN_RATE:,} to {limits.max_rate:,}"
                " are decoded.",
                hint="The header is damaged, or this is no recording of sound.",
            )
        if self.stated is not None:
            self._check_length(self.stated)

    def _check_length(self, seconds: float) -> None:
        if seconds > self._limits.max_seconds:
            raise LimitError(
                f"{self._name} is longer than the limit of {self._limits.max_seconds:,.0f} seconds.",
                hint="Examine it in parts.",
            )


def open_sound(source: Source) -> SoundReader:
    """Open the sound of a recording, or the first soundtrack of a clip.

    WAV, FLAC, MP3 and Ogg go through libsndfile; everything else, and what libsndfile refuses, through FFmpeg
    where the extra `av` is installed.

    Args:
        source: The opened file; it stays open.

    Raises:
        UnsupportedTypeError: There is no decoder for it here, or it has no sound; the message says which.
        LimitError: Too many channels, too high a rate, or too long by its own statement.
        UnreadableError: It cannot be decoded.
    """
    return SoundReader(_decoder(source), name=source.name, limits=source.limits)


def read_mono(
    source: SourceLike | Source, rate: int = 16_000, *, max_seconds: float = 600.0
) -> NDArray[np.float32]:
    """Return a short clip whole: the mean of its channels at `rate`.

    Args:
        source: A path, bytes, a binary file object, or an opened source.
        rate: Samples per second wanted, in Hz.
        max_seconds: Where to stop reading.

    Returns:
        Shape (n,), float32, full scale 1.

    Raises:
        AssayError: As `open_source` and `open_sound`.
    """
    import numpy as np

    from detectors.sound.native import mono
    from detectors.sound.resample import Resampler

    if not isinstance(source, Source):
        with open_source(source, limits=DEFAULT_LIMITS) as opened:
            return read_mono(opened, rate, max_seconds=max_seconds)
    with open_sound(source) as reader:
        resampler = Resampler(reader.rate, rate)
        parts: list[NDArray[np.float32]] = []
        for block in reader.blocks():
            parts.append(resampler.push(mono(block)))
            if reader.frames >= max_seconds * reader.rate:
                break
        parts.append(resampler.finish())
    return np.concatenate(parts)[: int(max_seconds * rate)]


def _decoder(source: Source) -> Decoder:
    if kind_of(source.media_type) not in ("audio", "video"):
        raise UnsupportedTypeError(f"A file of type {source.media_type} has no sound.")
    from detectors.sound.ffmpeg import FFmpegDecoder
    from detectors.sound.sndfile import SndfileDecoder

    refusal: UnreadableError | None = None
    if source.media_type in _SNDFILE:
        try:
            return SndfileDecoder(source)
        except ImportError:
            pass
        except UnreadableError as error:
            refusal = error
    try:
        return FFmpegDecoder(source)
    except ImportError as cause:
        if refusal is not None:
            raise refusal from cause
        raise UnsupportedTypeError(
            f"Sound of type {source.media_type} is decoded by the extra av, which is not installed. {_INSTALL}"
        ) from cause
