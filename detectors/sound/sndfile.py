"""WAV, FLAC, MP3 and Ogg through libsndfile, whose Python binding `soundfile` is installed with the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from provenance.errors import UnreadableError
from provenance.source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SndfileDecoder"]

_VALUES = 1 << 16  # of one block; all of a block is lost where the stream breaks in it
_UNKNOWN = 1 << 60  # libsndfile states 2^63 - 1 frames where it does not know


class SndfileDecoder:
    """A `Decoder` over libsndfile.

    Args:
        source: The opened file.

    Raises:
        ImportError: The library is not there, as on systems for which it has no wheel.
        UnreadableError: It cannot open the file.
    """

    name = "libsndfile"

    def __init__(self, source: Source) -> None:
        try:
            import soundfile
        except OSError as cause:  # the binding is there and the library is not
            raise ImportError(str(cause)) from cause
        self._failure = (soundfile.SoundFileError, OSError, ValueError, TypeError, OverflowError)
        try:
            self._file = soundfile.SoundFile(source.stream())
        except self._failure as cause:
            raise _unreadable(source, _words(cause)) from cause
        # Or the binding seeks before and after each block, which fails in streams of unstated length.
        self._file.seekable = lambda: False
        self.rate: int = self._file.samplerate
        self.channels: int = self._file.channels
        self.coding: str = self._file.subtype
        known = 0 < self._file.frames < _UNKNOWN and self.rate > 0
        self.stated = self._file.frames / self.rate if known else None
        self.problem = ""
        self._first = self._read()
        if not len(self._first):
            raise _unreadable(source, self.problem or "it holds no samples.")

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield samples of shape (n, channels), full scale 1."""
        block = self._first
        while len(block):
            yield block
            block = self._read()

    def _read(self) -> NDArray[np.float32]:
        import numpy as np

        size = max(1, _VALUES // self.channels)
        try:
            return np.asarray(self._file.read(size, dtype="float32", always_2d=True))
        except self._failure as cause:
            self.problem = f"decoding stopped early: {_words(cause)}"
            return np.zeros((0, self.channels), dtype=np.float32)

    def close(self) -> None:
        """Let go of the decoder; the source stays open."""
        self._file.close()


def _unreadable(source: Source, why: str) -> UnreadableError:
    return UnreadableError(
        f"The sound in {source.name} could not be decoded: {why}",
        hint="Credentials and metadata were still read; ask for the file again.",
    )


def _words(cause: Exception) -> str:
    # libsndfile's own words for an error, without the object's address that the binding puts before them.
    text = str(getattr(cause, "error_string", "") or cause)
    return text.strip().rstrip(".")[:200] + "."
