"""Moving a file that cannot be signed out of the way, with the reason beside it. Nothing is ever deleted."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from provenance.atomic import write_atomic
from provenance.errors import StorageError, UsageError
from provenance.signing.place import move_without_replacing

__all__ = ["move_aside"]

_BLOCK = 1 << 20


def move_aside(source: Path, *, name: str, folder: Path, error: dict[str, Any]) -> Path:
    """Move `source` into `folder` under `name`, with the reason in a `.json` file beside it.

    A name that is taken there gets a number. The file is at one of the two places at every moment: on one file
    system it gets the new name before it loses the old one; to another it is copied, and the copy is on the disk
    before the original goes.

    Args:
        source: The file.
        name: Its path below the watched folder, which it keeps.
        folder: The quarantine folder.
        error: Code, message and hint, as in `assay/error/1`.

    Returns:
        Where it lies now.

    Raises:
        StorageError: It could not be moved. It is still where it was.
    """
    try:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        target = next(_free(folder / name, source))
        reason = {
            "schema": "assay/quarantine/1",
            "name": name,
            "moved_from": str(source),
            "moved_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "error": error,
        }
        # The reason comes first: a kill in between leaves a reason too many and never a file without one.
        beside = target.with_name(target.name + ".json")
        write_atomic(beside, json.dumps(reason, indent=2) + "\n", overwrite=True)
        _move(source, target)
    except (OSError, UsageError) as cause:
        raise StorageError(
            f"{name} could not be moved to {folder}: {cause}",
            hint="Make room or correct the permissions of that folder and of the watched one.",
        ) from cause
    return target


def _free(wanted: Path, source: Path) -> Iterator[Path]:
    """Yield names that nothing has yet, or that a killed run gave to this very file."""
    for number in count(1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        if not os.path.lexists(path) or path.samefile(source):
            yield path


def _move(source: Path, target: Path) -> None:
    if not os.path.lexists(target):
        try:
            move_without_replacing(source, target)
        except OSError as cause:
            if cause.errno != errno.EXDEV:
                raise
            _copy(source, target)
    source.unlink(missing_ok=True)  # a plain rename has taken the old name already


def _copy(source: Path, target: Path) -> None:
    """Copy to another file system; the copy gets its name when it is whole and on the disk."""
    temporary = target.with_name(f".assay-{secrets.token_hex(8)}.tmp")
    try:
        with source.open("rb") as old, temporary.open("xb") as new:
            shutil.copyfileobj(old, new, _BLOCK)
            new.flush()
            os.fsync(new.fileno())
        shutil.copystat(source, temporary)
        move_without_replacing(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
