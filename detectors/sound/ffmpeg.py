"""Every other container through FFmpeg, where the extra `av` (PyAV) is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from provenance.errors import UnreadableError, UnsupportedTypeError
from provenance.source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FFmpegDecoder"]

_FORMATS = {
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-msvideo": "avi",
}
"""The one demuxer for each type: the program's own look at the file decides, not FFmpeg's guess, which a hostile
file could lead to playlists and other formats that open further files."""

_MOST_BAD = 200  # packets that do not decode before the rest is given up
_TROUBLE = (OSError, ValueError, RuntimeError, LookupError, TypeError, ArithmeticError, MemoryError, EOFError,
            NotImplementedError)  # fmt: skip


class FFmpegDecoder:
    """A `Decoder` over the first sound stream of a container.

    Args:
        source: The opened file.

    Raises:
        ImportError: PyAV is not installed.
        UnsupportedTypeError: The container has no sound, or in a coding that has no decoder.
        UnreadableError: It cannot be opened, or nothing decodes.
    """

    name = "FFmpeg"

    def __init__(self, source: Source) -> None:
        import av

        if source.media_type not in _FORMATS:
            raise UnsupportedTypeError(f"Sound of type {source.media_type} is not decoded here.")
        self._trouble = (*_TROUBLE, av.FFmpegError)
        try:
            self._container: Any = av.open(
                source.stream(),
                format=_FORMATS[source.media_type],
                io_open=_refuse,
                metadata_errors="replace",
                container_options={"protocol_whitelist": "none"},
            )
        except self._trouble as cause:
            raise _unreadable(source, cause) from cause
        self._bad = 0
        self._ended = ""
        try:
            self._frames = self._decoded(source)
            self._first = next(self._frames, None)
        except self._trouble as cause:
            self.close()
            raise _unreadable(source, cause) from cause
        except UnsupportedTypeError:
            self.close()
            raise
        if self._first is None:
            self.close()
            raise UnreadableError(
                f"The sound in {source.name} could not be decoded: no part of it is whole.",
                hint="Credentials and metadata were still read; ask for the file again.",
            )
        # Only a decoded frame tells the rate: HE-AAC states half of it.
        self.rate: int = self._first.sample_rate
        self.channels: int = len(self._first.layout.channels)

    def _decoded(self, source: Source) -> Iterator[Any]:
        streams = self._container.streams.audio
        if not streams:
            raise UnsupportedTypeError(f"{source.name} has no sound.")
        stream = streams[0]
        context = stream.codec_context
        if context is None:
            raise UnsupportedTypeError(f"The sound in {source.name} has a coding that is not known here.")
        context.thread_count = 1
        self.coding: str = str(context.name)[:40]
        self.stated = float(stream.duration * stream.time_base) if stream.duration else None
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except self._trouble as cause:
                self._ended = f"decoding stopped early: {_words(cause)}"
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except self._trouble:
                self._bad += 1
                if self._bad > _MOST_BAD:
                    self._ended = "decoding stopped early: too many damaged parts."
                    return

    @property
    def problem(self) -> str:
        """What was wrong with the stream so far."""
        return self._ended or (f"{self._bad} damaged parts were left out." if self._bad else "")

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield samples of shape (n, channels), full scale 1."""
        frame = self._first
        while frame is not None:
            if (frame.sample_rate, len(frame.layout.channels)) != (self.rate, self.channels):
                self._ended = "decoding stopped early: the rate or the number of channels changes."
                return
            try:
                block = _samples(frame)
            except self._trouble as cause:
                self._ended = f"decoding stopped early: {_words(cause)}"
                return
            yield block
            frame = next(self._frames, None)

    def close(self) -> None:
        """Let go of the decoder; the source stays open."""
        self._container.close()


def _samples(frame: Any) -> NDArray[np.float32]:
    """Return a frame as float32 of shape (n, channels), full scale 1."""
    import numpy as np

    data: NDArray[Any] = frame.to_ndarray()
    channels = len(frame.layout.channels)
    # Planar frames come as (channels, n), packed ones as (1, n * channels).
    data = data.T if frame.format.is_planar else data.reshape(-1, channels)
    if data.dtype.kind == "f":
        return np.array(data, dtype=np.float32, order="C")
    if data.dtype.kind == "u":
        return (data.astype(np.float32) - 128.0) / 128.0
    return np.ascontiguousarray(data, dtype=np.float32) / np.float32(-np.iinfo(data.dtype).min)


def _refuse(url: str, _flags: int, _options: dict[str, str]) -> Any:
    raise PermissionError(f"A recording may not open {url[:80]}.")


def _unreadable(source: Source, cause: BaseException) -> UnreadableError:
    return UnreadableError(
        f"The sound in {source.name} could not be decoded: {_words(cause)}",
        hint="Credentials and metadata were still read; ask for the file again.",
    )


def _words(cause: BaseException) -> str:
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(text).strip().rstrip(".")[:200] + "."
