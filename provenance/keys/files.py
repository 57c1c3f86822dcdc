"""Write keys and certificates: never over an existing file, never half, keys never readable by others."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from provenance.keys.errors import FileExistsAlreadyError, KeyFileError

__all__ = ["NewFile", "exchange", "write_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to be written."""

    path: Path
    """Where."""

    data: bytes
    """What."""

    private: bool = False
    """True keeps it readable by its owner alone (mode 0600), from the first byte on."""


def write_all(*files: NewFile) -> None:
    """Write several new files, or none of them.

    Args:
        files: What to write; missing folders are made, readable by their owner alone.

    Raises:
        FileExistsAlreadyError: One of them exists.
        KeyFileError: The system refused.
    """
    for file in files:
        if os.path.lexists(file.path):
            raise _exists(file.path)
    done: list[Path] = []
    try:
        for file in files:
            with _staged(file) as staged:
                _publish(staged, file.path)
            done.append(file.path)
    except BaseException:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def exchange(*files: NewFile, today: date) -> tuple[Path, ...]:
    """Replace files, keeping the old ones beside them with the date in their name.

    Everything old has been copied and everything new is on the disk before the first file is replaced,
    and each replacement is atomic: an interruption at any point leaves complete files only.

    Args:
        files: What to put in place of existing files.
        today: The date for the old files' names, as in `key.pem.2026-11-23`.

    Returns:
        Where the old files are now, in the order of `files`.

    Raises:
        KeyFileError: A file is missing, or the system refused.
    """
    kept = tuple(_dated_name(file.path, today) for file in files)
    with _refusals(files[0].path):
        copies = tuple(
            NewFile(path=old, data=file.path.read_bytes(), private=file.private)
            for file, old in zip(files, kept, strict=True)
        )
    write_all(*copies)
    with ExitStack() as stack:
        staged = [stack.enter_context(_staged(file)) for file in files]
        for file, temporary in zip(files, staged, strict=True):
            with _refusals(file.path):
                temporary.replace(file.path)
                _sync_folder(file.path.parent)
    return kept


@contextmanager
def _staged(file: NewFile) -> Iterator[Path]:
    """A temporary file in the target's folder with the data safely on the disk; gone afterwards."""
    temporary = file.path.with_name(f".{file.path.name}.{secrets.token_hex(6)}")
    with _refusals(file.path):
        file.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = 0o600 if file.private else 0o644
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "wb") as target:
                target.write(file.data)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _publish(staged: Path, path: Path) -> None:
    """Give a staged file its name, which fails where the name is taken."""
    with _refusals(path):
        try:
            os.link(staged, path)
        except FileExistsError as error:
            raise _exists(path) from error
        except OSError:  # a file system without hard links
            if os.path.lexists(path):
                raise _exists(path) from None
            staged.rename(path)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _dated_name(path: Path, today: date) -> Path:
    dated = path.with_name(f"{path.name}.{today.isoformat()}")
    number = 2
    while os.path.lexists(dated):
        dated = path.with_name(f"{path.name}.{today.isoformat()}.{number}")
        number += 1
    return dated


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be written: {error.strerror or 'the system refused'}.",
            hint="Check that the folder exists, that your account may write to it, and that the disk has room.",
        ) from error


def _exists(path: Path) -> FileExistsAlreadyError:
    return FileExistsAlreadyError(
        f"{path} exists already and is left as it is.",
        hint="Choose another folder, or use `assay keys rotate` to replace a key and keep the old one.",
    )
