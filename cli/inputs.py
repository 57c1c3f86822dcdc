"""From what stands on the command line to the files to look at."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from provenance.errors import LimitError
from provenance.limits import DEFAULT_LIMITS

__all__ = ["Input", "expand"]

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file to look at."""

    path: str
    """Where it lies."""

    name: str
    """What to call it: the file name, or the path below the folder that was given."""

    temporary: bool = False
    """Whether it is our own copy of standard input, to be removed afterwards."""


def expand(given: Sequence[str]) -> Iterator[Input]:
    """Yield the files that `given` names, in a stable order.

    Folders are searched recursively; hidden files, sidecars (`.c2pa`, read with their file) and links to
    folders are passed over. A file that was named itself is never passed over, even where it does not exist:
    its error belongs into the output.

    Args:
        given: Paths; `-` is standard input.
    """
    for entry in given:
        if entry == "-":
            yield _standard_input()
        elif Path(entry).is_dir():
            yield from _below(Path(entry))
        else:
            yield Input(path=entry, name=Path(entry).name or entry)


def _below(folder: Path) -> Iterator[Input]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and not name.endswith(".c2pa"):
                path = Path(root, name)
                yield Input(path=str(path), name=str(path.relative_to(folder)))


def _standard_input() -> Input:
    """Copy standard input into a private file, so that the worker process can seek in it."""
    total = 0
    with tempfile.NamedTemporaryFile(prefix="assay-", delete=False) as held:
        while block := sys.stdin.buffer.read(_BLOCK):
            total += len(block)
            if total > DEFAULT_LIMITS.max_stdin_bytes:
                Path(held.name).unlink()
                raise LimitError(
                    f"Standard input is longer than {DEFAULT_LIMITS.max_stdin_bytes:,} bytes.",
                    hint="Save it to a file and give the path.",
                )
            held.write(block)
    return Input(path=held.name, name="standard input", temporary=True)
