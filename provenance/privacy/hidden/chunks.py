"""Unlisted content of WebP, WAV and AVI files."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.containers.build import number
from provenance.containers.part import Container
from provenance.privacy.fields import DisclosedField
from provenance.privacy.hidden.common import found, holds_data, sized
from provenance.source import Source

__all__ = ["find_riff"]

_FILLERS = frozenset({"JUNK", "junk", "PAD", "FLLR"})
_SAID = frozenset({"PEAK", "strd"})
"""Chunks of times and of the camera's own that the metadata reader takes for media."""

_LISTS = frozenset(
    {"LIST(INFO)", "LIST(hdrl)", "LIST(strl)", "LIST(odml)", "LIST(movi)", "LIST(adtl)", "LIST(exif)"}
)
_LENGTHS = {"VP8X": 10, "fmt": 128, "fact": 64, "ds64": 28}
_FRAME_PARTS = (b"VP8 ", b"VP8L", b"ALPH")
_FRAME_HEAD, _MAX_STEPS = 16, 100


def find_riff(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield fillers that hold data, foreign lists, over-long headers, and foreign chunks in WebP frames."""
    for part in container.parts:
        name = part.name
        if name in _FILLERS:
            if holds_data(source, part.body, part.body_size):
                yield sized(f"{name} chunk", part, "maker note")
        elif (
            name in _SAID
            or part.body_size > _LENGTHS.get(name, part.body_size)
            or (name.startswith("LIST(") and name not in _LISTS)
        ):
            yield sized(f"{name} chunk", part)
        elif name == "ANMF":
            yield from _frame(source, part.body + _FRAME_HEAD, part.end)


def _frame(source: Source, at: int, end: int) -> Iterator[DisclosedField]:
    for _ in range(_MAX_STEPS):
        head = source.read(at, 8) if at < end else b""
        if len(head) < 8:
            return
        size = number(head, 4, 4, "little")
        if head[:4] not in _FRAME_PARTS:
            yield found("chunk in a frame", f"ANMF at byte {at}", f"{size:,} bytes")
        at += 8 + size + (size & 1)
    yield found("chunks in a frame", f"ANMF at byte {at}", "too many to look at")
