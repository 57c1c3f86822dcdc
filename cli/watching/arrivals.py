"""Which files in a watched folder are complete.

A file is complete when its size and time of change have stood still for a while and, where the system tells, no
process has it open for writing. What is known comes from looking at the files themselves; events only say where
to look, so that a doubled or a missed one does no harm.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Arrival", "Arrivals", "is_partial"]

_PARTIAL_ENDINGS = (
    ".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".opdownload", ".upload", "~",
)  # fmt: skip
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
_EMPTY_SETTLE = 60.0  # an upload often makes the name first and sends the bytes later


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What changes when a file is written to or replaced."""

    inode: int
    size: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One complete file."""

    name: str
    """Path below the watched folder."""

    path: str
    """Where it lies."""

    stamp: Stamp
    """What it was when it was found complete."""


class Arrivals:
    """Knows the files of one folder: waiting, handed out, done.

    Args:
        folder: The watched folder.
        settle: Seconds for which a file has to stand still.
        excluded: Folders inside of it that are passed over.
    """

    def __init__(self, folder: Path, *, settle: float, excluded: Sequence[Path] = ()) -> None:
        self._folder = str(folder)
        self._settle = settle
        self._excluded = {os.path.realpath(path) for path in excluded}
        self._waiting: dict[str, tuple[Stamp, float]] = {}
        self._handed_out: dict[str, Stamp] = {}
        self._done: dict[str, Stamp] = {}

    def scan(self, now: float) -> None:
        """Look at every file of the folder, and forget those that have gone."""
        seen = set()
        for path in self._below(self._folder):
            seen.add(self._look(path, now))
        for known in (self._done, self._waiting):
            for name in known.keys() - seen:
                del known[name]

    def note(self, path: str, now: float) -> None:
        """Look at one path that something has happened to, or at what is below it."""
        if not self._inside(path):
            return
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114 - thousands of them
            for each in self._below(path):
                self._look(each, now)
        else:
            self._look(path, now)

    def ready(self, now: float) -> Iterator[Arrival]:
        """Hand out the files that are complete, oldest arrival first; each until `finish` or `retry`."""
        for name in list(self._waiting):
            path = os.path.join(self._folder, name)  # noqa: PTH118
            self._look(path, now)
            if name not in self._waiting or name in self._handed_out:
                continue
            stamp, since = self._waiting[name]
            if now - since < (self._settle if stamp.size else max(self._settle, _EMPTY_SETTLE)):
                continue
            if _is_written_to(path):
                self._waiting[name] = stamp, now
                continue
            del self._waiting[name]
            self._handed_out[name] = stamp
            yield Arrival(name=name, path=path, stamp=stamp)

    def finish(self, arrival: Arrival) -> None:
        """Do not hand this file out again unless it changes."""
        del self._handed_out[arrival.name]
        self._done[arrival.name] = arrival.stamp

    def retry(self, arrival: Arrival, now: float) -> None:
        """Let this file wait once more, as if it had just arrived."""
        del self._handed_out[arrival.name]
        self._waiting[arrival.name] = arrival.stamp, now

    def unchanged(self, arrival: Arrival) -> bool:
        """Whether the file is still the one that was handed out."""
        return _stamp(arrival.path) == arrival.stamp

    def _look(self, path: str, now: float) -> str:
        name = os.path.relpath(path, self._folder)
        stamp = None if is_partial(name) else _stamp(path)
        waiting = self._waiting.get(name)
        if stamp is None:
            self._waiting.pop(name, None)
            self._done.pop(name, None)
        elif stamp in (self._done.get(name), self._handed_out.get(name)):
            self._waiting.pop(name, None)
        elif waiting is None or waiting[0] != stamp:
            self._waiting[name] = stamp, now
        return name

    def _inside(self, path: str) -> bool:
        inner = os.path.relpath(path, self._folder)
        folder = os.path.realpath(path)
        return not inner.startswith(os.pardir) and not any(
            folder == out or folder.startswith(out + os.sep) for out in self._excluded
        )

    def _below(self, root: str) -> Iterator[str]:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(
                name
                for name in folders
                if not name.startswith(".") and os.path.realpath(os.path.join(folder, name)) not in self._excluded  # noqa: PTH118
            )  # fmt: skip
            yield from (os.path.join(folder, name) for name in sorted(files))  # noqa: PTH118


def is_partial(name: str) -> bool:
    """Return whether a file of this name is none to sign: an unfinished upload, a hidden file, a sidecar."""
    parts = Path(name).parts
    last = parts[-1].casefold()
    hidden = any(part.startswith(".") for part in parts)
    return hidden or last in _LITTER or last.endswith((*_PARTIAL_ENDINGS, ".c2pa")) or last.startswith("~$")


def _stamp(path: str) -> Stamp | None:
    """Return what a regular file is like; None for anything else: a link could lead to what is not to be signed."""
    try:
        info = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    return Stamp(inode=info.st_ino, size=info.st_size, changed=info.st_mtime_ns)


def _is_written_to(path: str) -> bool:
    """Return whether some process has it open for writing; False where the system does not tell.

    Linux grants a read lease only on a file that nobody has open for writing (fcntl(2), F_SETLEASE).
    """
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False
