"""Manifest stores that lie beside their file instead of in it."""

from __future__ import annotations

import os
from pathlib import Path

from provenance.errors import LimitError, UnreadableError
from provenance.limits import Limits

__all__ = ["beside", "load_sidecar"]

_SUFFIX = ".c2pa"


def beside(path: Path | None) -> Path | None:
    """Return the sidecar that lies beside `path`: `photo.c2pa`, or `photo.jpg.c2pa`; None where none does."""
    if path is None:
        return None
    # Every file of a batch comes here, and pathlib would take five times as long.
    whole = os.fspath(path)
    stem, suffix = os.path.splitext(whole)  # noqa: PTH122
    if suffix == _SUFFIX:
        return None
    for candidate in (stem + _SUFFIX, whole + _SUFFIX):
        if os.path.isfile(candidate):  # noqa: PTH113
            return Path(candidate)
    return None


def load_sidecar(path: Path, *, limits: Limits) -> bytes:
    """Return the bytes of a manifest store.

    Raises:
        UnreadableError: It cannot be read, or is no manifest store.
        LimitError: It is larger than the limit.
    """
    try:
        if path.stat().st_size > limits.max_manifest_bytes:
            raise LimitError(
                f"The sidecar {path.name} is larger than {limits.max_manifest_bytes:,} bytes.",
                hint="A manifest store of that size is not usual; check where it comes from.",
            )
        data = path.read_bytes()
    except OSError as cause:
        raise UnreadableError(
            f"The sidecar {path.name} could not be read: {cause.strerror}.", hint="Check the path."
        ) from cause
    if data[4:8] != b"jumb":
        raise UnreadableError(
            f"{path.name} is no C2PA manifest store.", hint="Give a file that ends in .c2pa."
        )
    return data
