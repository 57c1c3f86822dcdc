"""What lies behind the end of a picture: things that phones and cameras put there, or another file."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.trailing import file_words
from detectors.view import View

__all__ = ["Trailer", "read_trailer"]

_HEAD = 1 << 16
_TAIL = 1 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """Bytes behind the last part of the container."""

    size: int
    """Bytes."""

    words: str
    """What they are."""

    file: bool
    """Whether it is recognised as a file of its own that the picture's own index does not list."""


def read_trailer(view: View) -> Trailer | None:
    """Return what stands behind the end of the picture, or None where nothing does."""
    container = view.container
    size = container.trailing
    if size <= 0:
        return None
    head = view.source.read(container.end, min(size, _HEAD))
    tail = view.source.read(max(container.end, view.source.size - _TAIL), _TAIL)
    words, file = _named(view, head, tail)
    return Trailer(size=size, words=words, file=file)


def _named(view: View, head: bytes, tail: bytes) -> tuple[str, bool]:
    if not head.strip(b"\0\xff"):
        return "padding", False
    if b"SEFH" in tail or tail.endswith(b"SEFT"):
        return "the data block that Samsung phones append (depth, short clip or settings)", False
    words = file_words(head)
    if words == "a JPEG picture":
        if _has_index(view):
            return "further pictures listed in the file's own index (preview, depth or brightness map)", False
        return "a further JPEG picture, as some cameras append a preview", True
    if words == "an MP4 file" and any(view.metadata.first(name) for name in _MOTION):
        return "the short clip of a motion photo", False
    if words:
        return words, True
    return "data of a kind that Assay does not know; memory cards of older cameras leave such remnants", False


_MOTION = ("GCamera:MotionPhoto", "GCamera:MicroVideo")


def _has_index(view: View) -> bool:
    """Return whether the file lists further pictures: CIPA DC-007 (MPF) or Google's container directory."""
    return any(e.name == "MPF" or e.name.startswith("Container:Directory") for e in view.metadata.entries)
