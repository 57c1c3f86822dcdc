"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from provenance.errors import UsageError

__all__ = ["sync_folder", "write_atomic"]


def write_atomic(path: Path, data: bytes | str, *, overwrite: bool, mode: int = 0o644) -> None:
    """Write `data` to `path` through a temporary file in the same folder.

    The temporary file is flushed to the disk and then renamed, so that a crash or a full disk leaves
    either the old file or the new one, never half of one.

    Args:
        path: Where to write.
        data: The content; text is written as UTF-8 with the line breaks it has.
        overwrite: Whether an existing file may be replaced.
        mode: Permissions of the new file, less the process's umask.

    Raises:
        UsageError: The file exists and `overwrite` is false, or the folder cannot be written to.
    """
    if not overwrite and os.path.lexists(path):
        raise UsageError(f"{path} exists already.", hint="Choose another name, or add --force to replace it.")
    content = data.encode() if isinstance(data, str) else data
    temporary = path.parent / f".assay-{secrets.token_hex(8)}.tmp"
    try:
        _write_new(temporary, content, mode)
        temporary.replace(path)
    except OSError as cause:
        raise UsageError(
            f"{path} could not be written: {cause.strerror or cause}.",
            hint="Check that the folder exists, that it may be written to, and that the disk is not full.",
        ) from cause
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; Windows cannot open folders and does not need it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
