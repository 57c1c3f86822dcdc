"""Opening what the caller hands over: a path, bytes, a binary file object, or standard input.

A `Source` is opened once, read-only, and gives every reader the same seekable bytes, so that the file
that was hashed is the file that was examined.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError, UsageError
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.model.asset import Asset
from provenance.sniff import HEAD_BYTES, UNSUPPORTED, refined, sniff

__all__ = ["Source", "SourceLike", "open_asset", "open_source"]

SourceLike = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A path (`-` is standard input), the bytes themselves, or a binary file object."""

_BLOCK = 1 << 20
_SPOOL = 16 << 20
_STEP = 4 << 20  # of a hash beside other work
_INLINE_HASH = 1 << 20  # below this a thread costs more than the hash


class Source:
    """One opened file. Use as a context manager; made by `open_source`.

    Attributes:
        name: File name without folder, as given.
        path: Where it lies, or None for bytes and streams.
        size: Bytes.
        media_type: From the magic bytes.
    """

    def __init__(self, stream: BinaryIO, *, name: str, path: Path | None, limits: Limits) -> None:
        self._stream = stream
        self.name = name
        self.path = path
        self.limits = limits
        self.size = stream.seek(0, os.SEEK_END)
        if self.size > limits.max_bytes:
            raise LimitError(
                f"{name} has {self.size:,} bytes, more than the limit of {limits.max_bytes:,}.",
                hint="Raise the limit with --max-bytes if you trust where the file comes from.",
            )
        if self.size == 0:
            raise UnreadableError(f"{name} is empty.", hint="Ask for the file again.")
        self.media_type = self._sniffed()
        self._digest: str | None = None
        self._hasher: threading.Thread | None = None
        self._hash_error: OSError | None = None

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._hasher is not None:
            self._hasher.join()
        self._stream.close()

    def stream(self) -> BinaryIO:
        """Return the one shared stream, rewound to its start."""
        self._stream.seek(0)
        return self._stream

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`; fewer at the end of the file, none outside of it.

        Raises:
            UnreadableError: The medium failed.
        """
        # Offsets and sizes come from hostile files: a huge one must neither overflow nor be allocated.
        if size <= 0 or not 0 <= offset < self.size:
            return b""
        try:
            self._stream.seek(offset)
            return self._stream.read(min(size, self.size - offset))
        except OSError as cause:
            raise _unreadable(self.name, cause) from cause

    def start_hashing(self) -> None:
        """Begin the SHA-256 beside other work, over a stream of its own where there is a path."""
        if self._hasher is None and self._digest is None and self.path and self.size > _INLINE_HASH:
            self._hasher = threading.Thread(target=self._hash_path, daemon=True)
            self._hasher.start()

    @property
    def sha256(self) -> str:
        """SHA-256 of all bytes, hexadecimal; waits for `start_hashing` if it runs."""
        if self._hasher is not None:
            self._hasher.join()
        if self._hash_error is not None:
            raise _unreadable(self.name, self._hash_error) from self._hash_error
        if self._digest is None:
            try:
                self._digest = hashlib.file_digest(self.stream(), "sha256").hexdigest()  # type: ignore[arg-type]
            except OSError as cause:
                raise _unreadable(self.name, cause) from cause
        return self._digest

    def _hash_path(self) -> None:
        # The descriptor is opened anew from the same inode, so that seeks of the two readers do not mix.
        try:
            with Path(self.path or "").open("rb", buffering=0) as mine:
                if os.path.samestat(os.fstat(mine.fileno()), os.fstat(self._stream.fileno())):
                    self._digest = _digest_beside(mine)
        except OSError as cause:
            self._hash_error = cause

    def _sniffed(self) -> str:
        self._stream.seek(0)
        media_type = sniff(self._stream.read(HEAD_BYTES))
        if media_type is None:
            raise UnsupportedTypeError(
                f"{self.name} is of no type that Assay knows.",
                hint="Supported: JPEG, PNG, WebP, TIFF, DNG, GIF, HEIC, AVIF, JXL, SVG, PDF, "
                "WAV, MP3, FLAC, M4A, OGG, MP4, MOV, AVI. Ask for the file in its original format.",
            )
        if media_type in UNSUPPORTED:
            raise UnsupportedTypeError(
                f"{self.name} is {media_type}, which carries no Content Credentials and is not read yet.",
                hint="Ask for the original; converting the file yourself would erase its traces.",
            )
        return refined(media_type, self.read)


def _digest_beside(file: BinaryIO) -> str:
    """Return the SHA-256 of a file in large steps: after each the thread waits its turn for the interpreter."""
    digest = hashlib.sha256()
    held = bytearray(_STEP)
    view = memoryview(held)
    while size := file.readinto(held):  # type: ignore[attr-defined]
        digest.update(view[:size])
    return digest.hexdigest()


def open_source(
    source: SourceLike | Source, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Source:
    """Open `source` read-only.

    Args:
        source: A path (`-` for standard input), bytes, or a binary file object; a `Source` passes through.
        name: What to call it in results; by default the path's last element.
        limits: What to refuse before anything is decoded.

    Raises:
        UnreadableError: It cannot be opened, or is empty.
        UnsupportedTypeError: Its magic bytes are of no known type.
        LimitError: It is too large.
    """
    if isinstance(source, Source):
        return source
    stream, path, given = _opened(source, limits)
    try:
        return Source(stream, name=name or given, path=path, limits=limits)
    except OSError as cause:
        stream.close()
        raise _unreadable(name or given, cause) from cause
    except BaseException:
        stream.close()
        raise


def open_asset(source: SourceLike, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Asset:
    """Return the path-free identity of a file: name, SHA-256, size, type and dimensions.

    Args:
        source: A path (`-` for standard input), bytes, or a binary file object.
        name: What to call it; by default the path's last element.
        limits: What to refuse before anything is decoded.

    Raises:
        UnreadableError: It cannot be opened, or is empty.
        UnsupportedTypeError: Its magic bytes are of no known type.
        LimitError: It is too large.
    """
    with open_source(source, name=name, limits=limits) as opened:
        return describe(opened)


def describe(source: Source) -> Asset:
    """Return the identity of an opened source; waits for its hash."""
    from provenance.containers.walker import measure

    width, height, seconds = measure(source)
    return Asset(
        name=source.name,
        sha256=source.sha256,
        bytes=source.size,
        media_type=source.media_type,
        width=width,
        height=height,
        seconds=seconds,
    )


def _opened(source: SourceLike, limits: Limits) -> tuple[BinaryIO, Path | None, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source), None, "bytes"
    if source == "-":
        return _spooled(sys.stdin.buffer, limits, "standard input"), None, "standard input"
    if isinstance(source, str | os.PathLike):
        return _opened_path(source if isinstance(source, Path) else Path(source))
    name = getattr(source, "name", None)
    given = Path(name).name if isinstance(name, str) else "stream"
    # A copy even of a seekable object: the caller keeps its own, with its position untouched.
    if not source.seekable():
        return _spooled(source, limits, given), None, given
    position = source.tell()
    try:
        source.seek(0)
        return _spooled(source, limits, given), None, given
    finally:
        source.seek(position)


def _opened_path(path: Path) -> tuple[BinaryIO, Path, str]:
    try:
        # A pipe or device would block or never end; only regular files have a size to check.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise UnreadableError(f"{path.name} is {kind}.", hint="Give the files themselves.")
        return path.open("rb"), path, path.name
    except (OSError, ValueError) as cause:
        raise _unreadable(path.name, cause) from cause


def _spooled(stream: BinaryIO, limits: Limits, name: str) -> BinaryIO:
    held = tempfile.SpooledTemporaryFile(max_size=_SPOOL)  # noqa: SIM115 - the Source closes it
    try:
        while block := stream.read(_BLOCK):
            if not isinstance(block, bytes):
                raise UsageError(f"{name} is opened as text.", hint="Open it in binary mode.")
            if held.tell() + len(block) > limits.max_stdin_bytes:
                raise LimitError(
                    f"{name} is longer than {limits.max_stdin_bytes:,} bytes.",
                    hint="Save it to a file and give the path.",
                )
            held.write(block)
    except OSError as cause:
        held.close()
        raise _unreadable(name, cause) from cause
    except BaseException:
        held.close()
        raise
    return held  # type: ignore[return-value]


def _unreadable(name: str, cause: BaseException) -> UnreadableError:
    if isinstance(cause, FileNotFoundError):
        return UnreadableError(f"{name} does not exist.", hint="Check the path.")
    if isinstance(cause, PermissionError):
        return UnreadableError(f"{name} may not be read.", hint="Check its permissions.")
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return UnreadableError(f"{name} could not be read: {text}.", hint="Copy it from its medium again.")
