"""TIFF 6.0, BigTIFF and DNG: image file directories, bounded, over any random-access bytes.

EXIF blocks are TIFF as well; `provenance.metadata.exif` reads them with the same `Tiff`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from provenance.containers.build import Builder, Order, Window
from provenance.containers.part import Container
from provenance.limits import Limits
from provenance.source import Source

__all__ = ["Directory", "Field", "Tiff", "measure_tiff", "walk_tiff"]

TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
              16: 8, 17: 8, 18: 8}  # fmt: skip
"""Bytes of one value by field type."""

_WIDTH, _HEIGHT, _SUBFILE = 0x100, 0x101, 0xFE
_SUBDIRS = {0x8769: "ExifIFD", 0x8825: "GPSIFD", 0xA005: "InteropIFD"}
_SUBIFDS = 0x14A
_EXTENTS = ((0x111, 0x117), (0x144, 0x145), (0x201, 0x202))
"""Tags of offsets and of byte counts: strips, tiles, embedded JPEG."""

_MAX_DIRECTORIES = 500
_MAX_SUBIFDS = 64
_MAX_PROBLEMS = 20
_MAX_STRIPS = 500_000
"""Most strips, tiles and their like that are followed in one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One entry of a directory."""

    tag: int
    """Tag number."""
    kind: int
    """Field type, 1 to 18."""
    count: int
    """How many values it states."""
    at: int
    """Where the values begin, counted from the TIFF header."""

    @property
    def size(self) -> int:
        """Bytes of all values; 0 for an unknown type."""
        return self.count * TYPE_SIZES.get(self.kind, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One image file directory."""

    path: str
    """`IFD0`, `IFD0/ExifIFD`, `IFD1` and so on."""
    at: int
    """First byte, counted from the TIFF header."""
    size: int
    """Bytes of the directory itself."""
    fields: tuple[Field, ...]
    """Its entries in stored order."""

    def field(self, tag: int) -> Field | None:
        """Return the first entry with `tag`, or None."""
        return next((f for f in self.fields if f.tag == tag), None)


class Tiff:
    """Reads directories and values; nothing in it raises on content.

    Args:
        get: Returns up to `size` bytes at an offset from the TIFF header, as `get(at, size)`.
        size: Bytes there are.
        limits: Bounds on the number of entries read.
    """

    def __init__(self, get: Callable[[int, int], bytes], size: int, limits: Limits) -> None:
        self._get = get
        self.size = size
        self.problems: list[str] = []
        head = get(0, 16)
        self.order: Order = "little" if head[:2] == b"II" else "big"
        magic = int.from_bytes(head[2:4], self.order)
        self.big = magic == 43
        # Some raw formats and Panasonic's EXIF use other magic numbers over the same structure.
        self.valid = head[:2] in (b"II", b"MM") and magic in (42, 43, 0x55, 0x4F52, 0x5352)
        self._first = int.from_bytes(head[8:16] if self.big else head[4:8], self.order)
        self._left = min(limits.max_parts, limits.max_entries)
        self._mark = "<" if self.order == "little" else ">"

    def directories(self) -> Iterator[Directory]:
        """Yield every directory once: each one before those that hang below it, then its successor."""
        if not self.valid:
            self._problem("It does not begin with a TIFF header.")
            return
        waiting, seen = [("IFD0", self._first)], set[int]()
        while waiting:
            path, at = waiting.pop()
            if at in seen:
                self._problem("A directory leads back to one that was already read.")
                continue
            if len(seen) >= _MAX_DIRECTORIES:
                self._problem("There are too many directories; the rest was not read.")
                return
            seen.add(at)
            found, following = self._directory(path, at)
            if found is None:
                continue
            yield found
            if following and "/" not in path:
                waiting.append((f"IFD{int(path[3:]) + 1}", following))
            if path.count("/") < 3:
                waiting += reversed(list(self._below(found)))

    def value(self, field: Field, limit: int) -> bytes:
        """Return the stored bytes of `field`, at most `limit` of them."""
        return self._get(field.at, min(field.size, limit))

    def numbers(self, field: Field | None, most: int) -> list[int]:
        """Return the values of an integer field, at most `most` of them; none for other types."""
        width = TYPE_SIZES.get(field.kind, 0) if field and field.kind in (1, 3, 4, 13, 16, 18) else 0
        if field is None or not width:
            return []
        data = self.value(field, max(0, most) * width)
        code = {1: "B", 2: "H", 4: "I", 8: "Q"}[width]
        return list(
            struct.unpack(f"{self._mark}{len(data) // width}{code}", data[: len(data) // width * width])
        )

    def _problem(self, sentence: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS and sentence not in self.problems:
            self.problems.append(sentence)

    def _directory(self, path: str, at: int) -> tuple[Directory | None, int]:
        head, entry, link = (8, 20, 8) if self.big else (2, 12, 4)
        count = int.from_bytes(self._get(at, head), self.order)
        fitting = max(0, (self.size - at - head) // entry)
        if at < 8 or at + head > self.size:
            self._problem(f"The directory {path} is said to stand at byte {at:,}, where there is none.")
            return None, 0
        if count > min(fitting, self._left):
            self._problem(f"The directory {path} states {count:,} entries, more than can be read.")
            count = min(fitting, self._left)
        self._left -= count
        data = self._get(at + head, count * entry + link)
        fields = tuple(self._fields(data[: count * entry], at + head))
        following = int.from_bytes(data[count * entry : count * entry + link], self.order)
        return Directory(path=path, at=at, size=head + count * entry + link, fields=fields), following

    def _fields(self, data: bytes, at: int) -> Iterator[Field]:
        entry, inline = (20, 8) if self.big else (12, 4)
        layout = self._mark + ("HHQQ" if self.big else "HHII")
        whole = data[: len(data) // entry * entry]
        for index, (tag, kind, count, offset) in enumerate(struct.iter_unpack(layout, whole)):
            fits = count * TYPE_SIZES.get(kind, 0) <= inline
            here = at + index * entry + entry - inline
            yield Field(tag=tag, kind=kind, count=count, at=here if fits else offset)

    def _below(self, directory: Directory) -> Iterator[tuple[str, int]]:
        for field in directory.fields:
            if field.tag in _SUBDIRS:
                for offset in self.numbers(field, 1):
                    yield f"{directory.path}/{_SUBDIRS[field.tag]}", offset
            elif field.tag == _SUBIFDS:
                for index, offset in enumerate(self.numbers(field, _MAX_SUBIFDS)):
                    yield f"{directory.path}/SubIFD{index}", offset


def walk_tiff(source: Source) -> Container:
    """Return the directories of a TIFF or DNG file as parts.

    The end is that of the last byte that any directory refers to.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    tiff = _opened(source)
    end, left = 8, _MAX_STRIPS
    sizes: list[tuple[int, int]] = []
    for found in tiff.directories():
        if not build.part(found.path, found.at, found.size, header=8 if tiff.big else 2):
            break
        sizes += _size(tiff, found, source.media_type)
        ends = _extents(tiff, found, left)
        left -= len(ends)
        end = max(end, found.at + found.size, *ends)
    for sentence in tiff.problems:
        build.problem(sentence)
    if end > source.size:
        build.problem("Directories refer to data beyond the end of the file.")
    build.width, build.height = _largest(sizes)
    return build.done(end)


def measure_tiff(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height of the first directory, or of the largest picture of a DNG."""
    tiff = _opened(source)
    sizes: list[tuple[int, int]] = []
    for found in tiff.directories():
        sizes += _size(tiff, found, source.media_type)
        if source.media_type == "image/tiff":
            break
    return (*_largest(sizes), None)


def _opened(source: Source) -> Tiff:
    return Tiff(Window(source).get, source.size, source.limits)


def _size(tiff: Tiff, found: Directory, media_type: str) -> list[tuple[int, int]]:
    """Return the (width, height) of a directory that counts for the whole file, or nothing."""
    wanted = found.path == "IFD0" or (media_type == "image/x-adobe-dng" and "SubIFD" in found.path)
    width = tiff.numbers(found.field(_WIDTH), 1)
    height = tiff.numbers(found.field(_HEIGHT), 1)
    return [(width[0], height[0])] if wanted and width and height else []


def _largest(sizes: list[tuple[int, int]]) -> tuple[int | None, int | None]:
    width, height = max(sizes, key=lambda s: s[0] * s[1], default=(0, 0))
    return (width, height) if width and height else (None, None)


def _extents(tiff: Tiff, found: Directory, most: int) -> list[int]:
    """Return where each thing ends that a directory refers to; of strips and tiles at most `most`."""
    ends = [field.at + field.size for field in found.fields]
    for offsets, counts in _EXTENTS:
        starts = tiff.numbers(found.field(offsets), most)
        sizes = tiff.numbers(found.field(counts), most)
        ends += [start + size for start, size in zip(starts, sizes, strict=False)]
    return ends
