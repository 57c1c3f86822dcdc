"""Timestamps kept in a custody log: of files as they are, and of the log's own head.

The token stamps the SHA-256 itself, so that `openssl ts -verify -data FILE` can check it too; a head is the SHA-256 of
the log's last line. Whoever holds a stamped head can show that all lines up to it existed at that time.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from provenance.custody.log import CustodyError, CustodyLog, Entry
from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError
from provenance.model.credentials import Timestamp
from provenance.timestamps.authorities import request_token
from provenance.timestamps.tokens import Token, TokenError, verify_token
from provenance.timestamps.update import already_stamped, existing_timestamp
from provenance.trust.bundle import Trust
from provenance.verification import verify

__all__ = [
    "StampCheck",
    "check_stamps",
    "is_log",
    "require_unstamped",
    "sha256_of",
    "stamp_file",
    "stamp_head",
]

_STAMPS = ("timestamped", "stamped_log")
_START = b'{"schema":"assay/custody/1"'


@dataclass(frozen=True, slots=True, kw_only=True)
class StampCheck:
    """What became of one timestamp in a log."""

    line: int
    """Number of the line, from 1."""

    event: str
    """`timestamped` (a file) or `stamped_log` (the log itself)."""

    name: str
    """Name of the file or log."""

    sha256: str
    """What was stamped: SHA-256 of the file, or of a line of the log."""

    timestamp: Timestamp | None
    """When and by whom; None where it does not hold."""

    problem: str | None = None
    """Why it does not hold, in a sentence."""


def stamp_file(log: CustodyLog, path: Path, *, tsas: Sequence[str], timeout: float = 10.0) -> Entry:
    """Have a file's SHA-256 stamped and write that into the log.

    Args:
        log: The log; made where there is none.
        path: The file, of any type; only its hash is sent.
        tsas: Addresses of timestamp authorities, tried in order.
        timeout: Longest wait for one answer, in seconds.

    Returns:
        What was written.

    Raises:
        UnreadableError: The file cannot be read.
        TimestampError: No authority gave a timestamp.
        CustodyError: The log cannot be written.
    """
    digest = sha256_of(path)
    token = request_token(sha256=digest, tsas=tsas, timeout=timeout)
    return _write(log, "timestamped", path.name, digest.hex(), token)


def stamp_head(log: CustodyLog, *, tsas: Sequence[str], timeout: float = 10.0) -> Entry:
    """Have the head of a log stamped and write that into the log.

    Args:
        log: A sound log with at least one entry.
        tsas: Addresses of timestamp authorities, tried in order.
        timeout: Longest wait for one answer, in seconds.

    Raises:
        CustodyError: The log is not sound, empty, or cannot be written.
        TimestampError: No authority gave a timestamp.
    """
    found = log.check()
    if not found.sound or not found.entries:
        why = found.problems[0] if found.problems else "It is empty."
        raise CustodyError(
            f"The log {log.path.name} was not stamped. {why}", hint="Look into it with `assay log verify`."
        )
    token = request_token(sha256=bytes.fromhex(found.head), tsas=tsas, timeout=timeout)
    return _write(log, "stamped_log", log.path.name, found.head, token)


def check_stamps(log: CustodyLog, *, trust: Trust) -> tuple[StampCheck, ...]:
    """Check every timestamp in a log.

    Args:
        log: The log; whether its chain is sound is for `CustodyLog.check` to say.
        trust: Trust lists in force.
    """
    return tuple(_check(number, entry, seen, trust) for number, entry, seen in _stamps(log))


def require_unstamped(log: CustodyLog, path: Path, *, trust: Trust) -> None:
    """Make sure that a file has no timestamp yet, neither in itself nor in the log.

    Raises:
        AlreadyStampedError: It has one.
        UnreadableError: The file cannot be read.
    """
    digest = sha256_of(path).hex()
    for entry in log.entries() if log.path.exists() else ():
        if entry.event == "timestamped" and entry.sha256 == digest:
            raise already_stamped(path.name, str(entry.details.get("time")))
    with contextlib.suppress(UnsupportedTypeError, LimitError):  # a file of any type can be stamped in a log
        stamped = existing_timestamp(verify(path, trust=trust))
        if stamped is not None:
            raise already_stamped(path.name, stamped.time)


def sha256_of(path: Path) -> bytes:
    """Return the SHA-256 of a file of any type and size.

    Raises:
        UnreadableError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as cause:
        raise UnreadableError(
            f"{path.name} could not be read: {cause.strerror or cause}.", hint="Check the path."
        ) from cause


def is_log(path: Path) -> bool:
    """Return whether a file begins as custody logs do."""
    try:
        with path.open("rb") as file:
            return file.read(len(_START)) == _START
    except OSError:
        return False


def _write(log: CustodyLog, event: str, name: str, sha256: str, token: Token) -> Entry:
    entry = Entry(
        event="timestamped" if event == "timestamped" else "stamped_log",
        name=name,
        sha256=sha256,
        token=base64.b64encode(token.der).decode("ascii"),
        details={"time": token.time.isoformat(), "authority": token.authority, "tsa": token.url},
    )
    log.append(entry)
    return entry


def _stamps(log: CustodyLog) -> Iterator[tuple[int, Entry, bool]]:
    """Yield line number, entry, and whether what it stamps is an earlier line."""
    hashes: set[str] = set()
    for number, line in enumerate(log.lines(), start=1):
        try:
            entry = msgspec.convert(json.loads(line)["entry"], Entry)
        except (msgspec.MsgspecError, ValueError, TypeError, KeyError, RecursionError):
            entry = None
        # An update manifest holds its timestamp itself; its entry has no token.
        if entry is not None and entry.event in _STAMPS and (entry.token or entry.event == "stamped_log"):
            yield number, entry, entry.sha256 in hashes
        hashes.add(hashlib.sha256(line).hexdigest())


def _check(number: int, entry: Entry, seen: bool, trust: Trust) -> StampCheck:
    timestamp, problem = None, None
    try:
        token = base64.b64decode(entry.token or "", validate=True)
        timestamp = verify_token(token, sha256=bytes.fromhex(entry.sha256), trust=trust)
    except TokenError as error:
        problem = error.message
    except (binascii.Error, ValueError):
        problem = "The timestamp cannot be read."
    if entry.event == "stamped_log" and not seen:
        timestamp, problem = None, "No earlier line is the one that was stamped."
    return StampCheck(
        line=number,
        event=entry.event,
        name=entry.name,
        sha256=entry.sha256,
        timestamp=timestamp,
        problem=problem,
    )
