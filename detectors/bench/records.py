"""The file in which a bench keeps what it has measured, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from detectors.bench.figures import Record
from provenance.errors import UsageError

__all__ = ["Journal"]

_LONGEST_LINE = 1 << 20


class Journal:
    """Measured versions, one JSON object a line, under a first line that says what they were measured with.

    Args:
        path: The file; made where there is none.
        setup: Versions of checks, protocol and seed. A journal of another setup is not mixed in.

    Raises:
        UsageError: The file was made with another setup, or cannot be read or written.
    """

    def __init__(self, path: Path, setup: dict[str, object]) -> None:
        self._path = path
        self._setup = json.dumps(setup, sort_keys=True)
        self._held: dict[tuple[str, str], Record] = {}
        try:
            if path.exists():
                self._read()
            else:
                path.write_text(self._setup + "\n", encoding="utf-8")
        except OSError as cause:
            raise UsageError(f"The records {path.name} cannot be used: {cause.strerror}.") from cause

    def get(self, name: str, condition: str) -> Record | None:
        """Return what was measured before, or None."""
        return self._held.get((name, condition))

    def add(self, record: Record) -> None:
        """Append one version."""
        with self._path.open("ab") as stream:
            stream.write(msgspec.json.encode(record) + b"\n")
        self._held[record.name, record.condition] = record

    def _read(self) -> None:
        with self._path.open("rb") as stream:
            first = stream.readline(_LONGEST_LINE).decode("utf-8", "replace").strip()
            if first != self._setup:
                raise UsageError(
                    f"The records {self._path.name} were measured with other checks or another protocol.",
                    hint="Name another file, or remove that one to measure again.",
                )
            line = b"\n"
            while line_read := stream.readline(_LONGEST_LINE):
                line = line_read
                try:
                    record = msgspec.json.decode(line, type=Record)
                except msgspec.DecodeError:  # the last line of a run that was stopped while writing it
                    continue
                self._held[record.name, record.condition] = record
        if not line.endswith(b"\n"):
            with self._path.open("ab") as stream:
                stream.write(b"\n")
