"""Temporary files beside a target, and the one step that puts a finished file in its place.

A crash, a full disk or a power cut leaves temporary files, never half of a target. Their names carry the
computer and the process that made them, so that a later run can clear away what a dead process left.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from provenance.atomic import sync_folder
from provenance.errors import StorageError, UsageError

__all__ = [
    "Workspace",
    "check_target",
    "clear_stale",
    "is_temporary",
    "move_without_replacing",
    "sync",
    "syncing",
]

_BUFFER = 1 << 20
_NAME = re.compile(r"\.assay-sign-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}\.tmp")


class Workspace:
    """Temporary files in one folder, all gone when the context ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []
        self._files: list[BinaryIO] = []

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):  # closing may flush into a full disk once more
                file.close()
        for path in self._paths:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def new(self) -> tuple[Path, BinaryIO]:
        """Return a new empty file, opened for reading and writing.

        Raises:
            StorageError: The folder cannot be written to.
        """
        path = self._folder / f".assay-sign-{_host()}-{os.getpid()}-{secrets.token_hex(8)}.tmp"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            # The engine writes eight kilobytes at a time.
            file = os.fdopen(os.open(path, flags, 0o644), "w+b", _BUFFER)
        except OSError as cause:
            raise StorageError(
                f"Nothing can be written into the folder {self._folder}: {cause.strerror or cause}.",
                hint="Check that it exists and that you may write there.",
            ) from cause
        self._paths.append(path)
        self._files.append(file)
        return path, file

    def put(self, temporary: Path, target: Path, *, overwrite: bool) -> None:
        """Move a finished file into its place in one step.

        Raises:
            UsageError: A file of that name has appeared meanwhile and must not be replaced.
        """
        try:
            if overwrite:
                temporary.replace(target)
            else:
                move_without_replacing(temporary, target)
        except FileExistsError as cause:
            raise _exists(target) from cause
        sync_folder(target.parent)


def sync(file: BinaryIO) -> None:
    """Bring a file to the disk."""
    file.flush()
    os.fsync(file.fileno())


@contextlib.contextmanager
def syncing(file: BinaryIO) -> Iterator[None]:
    """Bring a file to the disk while the caller reads it back; it is there when the context ends."""
    file.flush()
    failures: list[OSError] = []

    def wait() -> None:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if failures:
        raise failures[0]


def check_target(target: Path, *, others: Iterable[Path], overwrite: bool) -> None:
    """Refuse a target that would cost a file.

    Args:
        target: Where to write.
        others: The source and its ingredients.
        overwrite: Whether an existing file may be replaced.

    Raises:
        UsageError: It is one of `others` under whatever name, a link, or exists and must not be replaced.
    """
    if target.is_symlink():
        raise UsageError(f"{target} is a link.", hint="Name the place that it points to, or another one.")
    if target.exists():
        for other in others:
            if other.exists() and other.samefile(target):
                raise UsageError(
                    f"{target} is the same file as {other}.",
                    hint="Sources are never changed. Write the signed copy to another place.",
                )
        if not target.is_file():
            raise UsageError(f"{target} is no file.", hint="Name a file to write.")
        if not overwrite:
            raise _exists(target)
    if not target.absolute().parent.is_dir():
        raise UsageError(f"The folder of {target} does not exist.", hint="Make it first.")


def clear_stale(folder: Path) -> int:
    """Remove what processes of this computer left in `folder` when they were killed; return how many files."""
    count = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found and found[1] == _host() and not _alive(int(found[2])):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
                    count += 1
    return count


def is_temporary(name: str) -> bool:
    """Return whether a file name is one of ours."""
    return _NAME.fullmatch(name) is not None


def move_without_replacing(temporary: Path, target: Path) -> None:
    """Give a file another name on the same file system; the old name may stay as a second one.

    Raises:
        FileExistsError: The name is taken.
    """
    try:
        os.link(temporary, target)  # unlike a rename, it fails where the name is taken
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        temporary.replace(target)


def _exists(target: Path) -> UsageError:
    return UsageError(f"{target} exists already.", hint="Choose another name, or add --force to replace it.")


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    if os.name == "nt":
        return True  # os.kill would end the process there; its files are cleared by hand
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return not _ended(pid)


def _ended(pid: int) -> bool:
    """Return whether a process was killed and only waits for its parent to take note, where the system tells."""
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in (b"Z", b"X")
