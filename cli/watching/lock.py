"""One watcher for one output folder: two would take each other's copies for strangers'."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from provenance.errors import StorageError, UsageError

__all__ = ["only_one"]


@contextlib.contextmanager
def only_one(journal: Path, out: Path) -> Iterator[None]:
    """Hold a lock beside the journal of `out`; the system gives it back even after a kill.

    Raises:
        UsageError: Another process holds it.
        StorageError: The journal's folder cannot be written to.
    """
    path = journal.with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as cause:
        raise StorageError(
            f"{path} cannot be written: {cause.strerror}.", hint="Point ASSAY_STATE_DIR to another folder."
        ) from cause
    try:
        _lock(handle)
    except OSError as cause:
        os.close(handle)
        raise UsageError(
            f"Another assay watch signs into {out} already.", hint="Stop it first, or choose another OUT."
        ) from cause
    try:
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
