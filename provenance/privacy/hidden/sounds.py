"""Unlisted content of MP3 and FLAC files."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.containers.part import Container
from provenance.privacy.fields import DisclosedField
from provenance.privacy.hidden.common import found, gaps, holds_data, sized
from provenance.source import Source

__all__ = ["find_flac", "find_mp3"]

_TAIL = 1024
_TAIL_MARKS = (b"APETAGEX", b"LYRICS200")
_LENGTHS = {"STREAMINFO": 34}
_NEVER = ("CUESHEET", "BLOCK")


def find_mp3(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield bytes that belong to no tag and no frame, in tags as well as between them."""
    parts = container.parts
    yield from gaps(source, [(p.offset, p.end) for p in parts if "/" not in p.path], 0, container.end)
    for tag in parts:
        if tag.path == "ID3v2":
            inside = [(p.offset, p.end) for p in parts if "/" in p.path and tag.offset < p.offset < tag.end]
            if inside:
                yield from gaps(source, inside, tag.body, tag.end)


def find_flac(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield padding that holds data, cue sheets, unknown blocks, and tags behind the frames."""
    for part in container.parts:
        if part.path == "PADDING":
            if holds_data(source, part.body, part.body_size):
                yield sized("FLAC padding", part)
        elif part.path.startswith(_NEVER) or part.body_size > _LENGTHS.get(part.path, part.body_size):
            yield sized(f"FLAC {part.path} block", part)
        elif part.path == "frames":
            tail = source.read(max(part.offset, part.end - _TAIL), _TAIL)
            if tail[-128:-125] == b"TAG" or any(mark in tail for mark in _TAIL_MARKS):
                yield found("tag behind the frames", f"before byte {part.end}", "ID3v1, APEv2 or Lyrics3")
