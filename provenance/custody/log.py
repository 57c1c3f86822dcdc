"""An append-only, hash-chained log in JSON Lines.

Every line carries the SHA-256 of the line before it, so that an edit, a deletion or a swap breaks the chain from there
on. Cutting lines off the end leaves a shorter sound chain; the head file beside the log and timestamped heads show
that (`assay log stamp`). The idea is that of Haber and Stornetta, "How to time-stamp a digital document", 1991.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from provenance.atomic import write_atomic
from provenance.errors import AssayError, UnreadableError

__all__ = ["GENESIS", "CustodyError", "CustodyLog", "Entry", "LogCheck"]

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""

_MAX_LINE = 1 << 20
_SCHEMA = "assay/custody/1"


class CustodyError(AssayError):
    """The log cannot be written, or an entry does not belong into it."""

    code = "custody"
    exit_code = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event in the life of a file."""

    event: Literal["signed", "timestamped", "stamped_log", "quarantined"]
    """What happened."""
    name: str
    """Name of the file, without folder."""
    sha256: str
    """SHA-256 of the file after the event, hexadecimal."""
    source_sha256: str | None = None
    """SHA-256 of the file that it was made from."""
    manifest: str | None = None
    """Label of the manifest that was written."""
    manifest_sha256: str | None = None
    """SHA-256 of that manifest's bytes."""
    certificate: str | None = None
    """SHA-256 of the signer's certificate, DER."""
    signer: str | None = None
    """Name in that certificate."""
    profile: str | None = None
    """Profile that was used."""
    token: str | None = None
    """RFC 3161 token in base64, for timestamp events."""
    details: dict[str, Any] = field(default_factory=dict)
    """What else belongs to the event."""
    time: str = ""
    """When it was written down, RFC 3339; filled in by the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """What a verification of a log found."""

    entries: int
    """Number of lines."""
    head: str
    """SHA-256 of the last line; `GENESIS` for an empty log."""
    problems: tuple[str, ...]
    """What is wrong, one sentence each; empty for a sound log."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class CustodyLog:
    """A log file. Several processes may append at once; each waits for its turn.

    Args:
        path: The log; made at the first entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.head_path = path.with_name(path.name + ".head")

    def append(self, entry: Entry) -> str:
        """Write one entry down and return the new head.

        Raises:
            CustodyError: The log cannot be written.
        """
        try:
            with self._locked() as handle:
                previous, number = self._last(handle)
                line = self._line(entry, previous, number)
                # A power cut may have torn the last line; it stays as it is and the chain goes on behind it.
                torn = os.fstat(handle).st_size > 0 and not self._ends_whole(handle)
                os.write(handle, (b"\n" if torn else b"") + line + b"\n")
                os.fsync(handle)
                head = hashlib.sha256(line).hexdigest()
                write_atomic(self.head_path, json.dumps({"entries": number, "head": head}), overwrite=True)
        except OSError as cause:
            raise CustodyError(
                f"The custody log {self.path.name} could not be written: {cause.strerror}.",
                hint="Nothing is signed without a log entry. Free the disk or correct the folder's permissions.",
            ) from cause
        return head

    def lines(self) -> Iterator[bytes]:
        """Yield the raw lines, without line breaks.

        Raises:
            UnreadableError: There is no such log, or a line is longer than any entry can be.
        """
        try:
            with self.path.open("rb") as file:
                while line := file.readline(_MAX_LINE + 1):
                    if len(line) > _MAX_LINE:
                        raise UnreadableError(
                            f"{self.path.name} has a line of over {_MAX_LINE:,} bytes.",
                            hint="It is no custody log.",
                        )
                    yield line.removesuffix(b"\n")
        except OSError as cause:
            raise UnreadableError(
                f"The custody log {self.path.name} could not be read: {cause.strerror}.",
                hint="Check the path.",
            ) from cause

    def entries(self) -> Iterator[Entry]:
        """Yield the entries that can be read; `check` tells about the others."""
        for line in self.lines():
            with contextlib.suppress(msgspec.MsgspecError, ValueError, TypeError, AttributeError):
                yield msgspec.convert(json.loads(line)["entry"], Entry)

    def check(self, *, expected_head: str | None = None) -> LogCheck:
        """Walk the whole chain.

        Args:
            expected_head: A head that was noted elsewhere; it has to be the hash of one of the lines.
        """
        problems: list[str] = []
        previous, number, seen = GENESIS, 0, expected_head in (None, GENESIS)
        for number, line in enumerate(self.lines(), start=1):
            problems += _line_problems(line, number, previous)
            previous = hashlib.sha256(line).hexdigest()
            seen = seen or previous == expected_head
        if not seen:
            problems.append(
                "The head that you gave is in no line: the log was changed, or lines are missing."
            )
        problems += self._head_problems(previous, number)
        return LogCheck(entries=number, head=previous, problems=tuple(problems))

    def _head_problems(self, head: str, number: int) -> list[str]:
        try:
            noted = json.loads(self.head_path.read_bytes())
            expected, count = str(noted["head"]), int(noted["entries"])
        except (OSError, ValueError, TypeError, KeyError):
            return [
                f"The file {self.head_path.name}, which notes the last entry, is missing or cannot be read."
            ]
        if (expected, count) == (head, number):
            return []
        if count > number:
            return [f"The log ends after {number} entries, but {count} were written: the end was cut off."]
        return ["The last line is not the one that was written last."]

    def _line(self, entry: Entry, previous: str, number: int) -> bytes:
        dated = msgspec.to_builtins(entry)
        dated["time"] = entry.time or datetime.now(UTC).isoformat(timespec="seconds")
        record = {"schema": _SCHEMA, "number": number, "previous": previous, "entry": dated}
        line = json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode()
        if len(line) > _MAX_LINE:
            raise CustodyError("A custody entry is too long.", hint="Shorten what goes with it.")
        return line

    def _last(self, handle: int) -> tuple[str, int]:
        """Return the hash of the last line and the number of the next."""
        size = os.fstat(handle).st_size
        if size == 0:
            return GENESIS, 1
        start = max(0, size - _MAX_LINE - 1)
        tail = _read_at(handle, size - start, start).removesuffix(b"\n")
        last = tail.rsplit(b"\n", 1)[-1]
        try:
            number = int(json.loads(last)["number"])
        except (ValueError, TypeError, KeyError):
            number = sum(1 for _ in self.lines())
        return hashlib.sha256(last).hexdigest(), number + 1

    def _ends_whole(self, handle: int) -> bool:
        size = os.fstat(handle).st_size
        return _read_at(handle, 1, size - 1) == b"\n"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _lock(handle)
            yield handle
        finally:
            os.close(handle)  # which also gives the lock back


def _line_problems(line: bytes, number: int, previous: str) -> list[str]:
    try:
        record = json.loads(line)
        msgspec.convert(record["entry"], Entry)
        named, counted = record["previous"], record["number"]
    except (ValueError, TypeError, KeyError, msgspec.MsgspecError, RecursionError):
        return [f"Line {number} is no entry: it was torn by a power cut or changed."]
    problems = []
    if named != previous:
        problems.append(
            f"Line {number} does not follow the line before it: something was changed, removed or moved."
        )
    if counted != number:
        problems.append(f"Line {number} says that it is number {counted}.")
    return problems


def _read_at(handle: int, size: int, offset: int) -> bytes:
    os.lseek(
        handle, offset, os.SEEK_SET
    )  # writes go to the end all the same: the log is opened for appending
    return os.read(handle, size)


def _lock(handle: int) -> None:
    """Wait until no other process writes; an advisory lock that ends with the descriptor."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(handle, fcntl.LOCK_EX)
