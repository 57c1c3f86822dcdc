"""Unlisted content of TIFF files: smaller versions, pictures below pages, and bytes that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.containers.build import Window
from provenance.containers.part import Container
from provenance.containers.tiff import Directory, Tiff
from provenance.privacy.fields import DisclosedField
from provenance.privacy.hidden.common import found, gaps
from provenance.source import Source

__all__ = ["find_tiff"]

_SUBFILE = 254
_EXTENTS = ((273, 279), (324, 325), (513, 514))
_MAX_STRIPS = 1_000_000


def find_tiff(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield thumbnails, directories below pages, and bytes that no directory refers to."""
    tiff = Tiff(Window(source).get, source.size, source.limits)
    ranges = [(0, 16 if tiff.big else 8)]
    for directory in tiff.directories():
        where = f"{directory.path} at byte {directory.at}"
        small = tiff.numbers(directory.field(_SUBFILE), 1)
        if "SubIFD" in directory.path:
            yield found("picture below a page", where, "directory", "thumbnail")
        elif directory.path != "IFD0" and small and small[0] & 1:
            yield found("thumbnail page", where, "directory", "thumbnail")
        ranges.append((directory.at, directory.at + directory.size))
        ranges += _extents(tiff, directory)
    yield from gaps(source, ranges, 0, container.end)


def _extents(tiff: Tiff, directory: Directory) -> Iterator[tuple[int, int]]:
    for field in directory.fields:
        yield field.at, field.at + field.size
    for offsets, counts in _EXTENTS:
        starts = tiff.numbers(directory.field(offsets), _MAX_STRIPS)
        sizes = tiff.numbers(directory.field(counts), _MAX_STRIPS)
        yield from ((at, at + size) for at, size in zip(starts, sizes, strict=False))
