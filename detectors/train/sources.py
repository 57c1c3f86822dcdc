"""The sources of a card: what a model was trained and measured on, so that anyone can tell whether they have it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

__all__ = ["Sourced", "source_rows"]


class Sourced(Protocol):
    """A file of a corpus, of whatever medium."""

    @property
    def fold(self) -> str:
        """Fold of the protocol."""

    @property
    def source(self) -> str:
        """Generator, voice system, camera or recording source."""

    @property
    def repo(self) -> str:
        """Repository that it came from."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, hexadecimal."""


def source_rows(used: Iterable[Sourced], counted: str) -> list[dict[str, Any]]:
    """Return each source with its fold, number of files, and one hash over the hashes of its files.

    Args:
        used: Files that took part, each once.
        counted: What the files are called in the card, in the plural.
    """
    hashes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for item in used:
        hashes[item.fold, item.source, item.repo].append(item.sha256)
    return [
        {"fold": fold, "source": source, "repository": repo, counted: len(mine),
         "sha256": hashlib.sha256("\n".join(sorted(mine)).encode()).hexdigest()}
        for (fold, source, repo), mine in sorted(hashes.items())
    ]  # fmt: skip
