"""The `manifest.csv` of a labelled folder, and how a few of many files are drawn from it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from provenance.errors import UsageError

__all__ = ["drawn", "read_manifest", "taking_turns"]

_LARGEST = 256 << 20

T = TypeVar("T")


def read_manifest(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the manifest of a folder.

    Raises:
        UsageError: There is none, or it cannot be read.
    """
    path = folder / "manifest.csv"
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"The manifest.csv in {folder.name} is larger than a manifest can be.")
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError as cause:
        raise UsageError(f"There is no manifest.csv in {folder.name}.") from cause
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise UsageError(f"The manifest.csv in {folder.name} cannot be read: {cause}") from cause


def drawn(items: Iterable[T], name: Callable[[T], str], *, seed: int, most: int) -> list[T]:
    """Return at most `most` of the items, in the order of a hash of their names, which nobody chose."""
    ranked = sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{name(item)}".encode()).digest())
    return ranked[:most]


def taking_turns(groups: Iterable[Sequence[T]], name: Callable[[T], str]) -> list[T]:
    """Return the items of all groups so that any beginning of the list holds even shares of them."""
    ranked = [((n + 0.5) / len(group), name(item), item) for group in groups for n, item in enumerate(group)]
    return [item for _, _, item in sorted(ranked, key=lambda r: r[:2])]
