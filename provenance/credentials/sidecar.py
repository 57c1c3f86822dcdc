"""Manifest stores that lie beside their file instead of in it."""

from __future__ import annotations

from pathlib import Path

from provenance.errors import LimitError, UnreadableError
from provenance.limits import Limits

__all__ = ["beside", "load_sidecar"]


def beside(path: Path | None) -> Path | None:
    """Return the sidecar that lies beside `path`: `photo.c2pa`, or `photo.jpg.c2pa`; None where none does."""
    if path is None or path.suffix == ".c2pa":
        return None
    for candidate in (path.with_suffix(".c2pa"), path.with_name(path.name + ".c2pa")):
        if candidate.is_file():
            return candidate
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
