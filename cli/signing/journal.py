"""What a batch has signed, so that a second run goes on where the first one stopped.

A line is written before each file is moved into its place: a file with a line either is in its place, with the
hash of that line, or is missing. The journal lies with the user's own state and not beside the signed files,
since it names sources (docs/decisions/0012-journal.md).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from provenance.errors import StorageError

__all__ = ["Journal", "Record", "journal_path"]

_MAX_LINE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One signed file."""

    target: str
    """Path of the signed copy below OUT."""

    source_sha256: str
    """SHA-256 of the source."""

    target_sha256: str
    """SHA-256 of the signed copy."""

    settings: str
    """Digest of everything that was stated, and of who signed."""


def journal_path(out: Path) -> Path:
    """Return where the journal for the folder `out` lies."""
    named = os.environ.get("ASSAY_STATE_DIR")
    if named:
        home = Path(named)
    else:
        from platformdirs import user_state_path

        home = user_state_path("assay", appauthor=False)
    return home / "sign" / f"{hashlib.sha256(os.fsencode(out.resolve())).hexdigest()[:32]}.jsonl"


class Journal:
    """The journal of one folder. Several processes may write to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._found: dict[str, Record] = {}
        self._read = 0

    def records(self) -> dict[str, Record]:
        """Return the last record of each target; torn lines of a killed run are passed over.

        A later call reads on where the last one stopped, and so sees what other processes wrote meanwhile.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self._read)
                while (line := file.readline(_MAX_LINE)).endswith(b"\n") or len(line) == _MAX_LINE:
                    self._read += len(line)
                    record = _parsed(line)
                    if record is not None:
                        self._found[record.target] = record
        except FileNotFoundError:
            return {}
        except OSError as cause:
            raise _unusable(self.path, cause) from cause
        return self._found

    def write(self, record: Record) -> None:
        """Write one record down, on the disk before this returns.

        Raises:
            StorageError: It could not be written.
        """
        # The line break comes first, so that a line torn by a power cut does not swallow the next one.
        line = b"\n" + json.dumps(asdict(record)).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as cause:
            raise _unusable(self.path, cause) from cause


def _parsed(line: bytes) -> Record | None:
    try:
        fields: Any = json.loads(line)
        return Record(**fields)
    except (ValueError, TypeError):
        return None


def _unusable(path: Path, cause: OSError) -> StorageError:
    return StorageError(
        f"The journal {path} cannot be used: {cause.strerror or cause}.",
        hint="Make room, correct its permissions, or point ASSAY_STATE_DIR to another folder.",
    )
