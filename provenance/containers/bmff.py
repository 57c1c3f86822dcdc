"""ISO base media file format (ISO/IEC 14496-12) and QuickTime: MP4, MOV, M4A, HEIC, AVIF, JPEG XL."""

from __future__ import annotations

from provenance.containers.build import Builder, Window, number, printable
from provenance.containers.part import Container, Part
from provenance.source import Source

__all__ = ["measure_bmff", "walk_bmff"]

_MEASURED_PARENTS = frozenset({"moov", "trak", "mdia", "minf", "stbl", "mvex", "meta", "iprp", "ipco"})
_PARENTS = _MEASURED_PARENTS | {"dinf", "edts", "udta", "ilst", "moof", "traf", "mfra", "meco", "strk"}
_LEAF_CHILDREN = frozenset({"ilst"})
"""Boxes whose children are listed but not descended into, whatever their names."""

_KNOWN_TOP = frozenset(
    {
        b"ftyp",
        b"moov",
        b"mdat",
        b"free",
        b"skip",
        b"wide",
        b"meta",
        b"uuid",
        b"moof",
        b"mfra",
        b"sidx",
        b"styp",
    }
    | {b"pdin", b"emsg", b"prft", b"pnot", b"PICT", b"jumb", b"jxlc", b"jxlp", b"Exif", b"mpvd"}
)
"""Top-level boxes that are cut short rather than taken for foreign data when they are too long."""

_MAX_TABLE = 1 << 20
_VISUAL = 8 + 8 + 28
"""Bytes of a sample description up to the end of the size of its first visual entry."""


def walk_bmff(source: Source) -> Container:
    """Return the boxes, e.g. `moov/trak/tkhd`, `moov/udta/meta/ilst/©too`, `uuid`.

    The body of a `uuid` box begins after its 16-byte type, that of `meta` after its version and flags
    where it has any. Media data and sample tables are listed, never read.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    end = _Walk(build, parents=_PARENTS).top()
    build.width, build.height, build.seconds = _measured(build)
    return build.done(end)


def measure_bmff(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return dimensions and duration from the movie header or the properties of the primary picture."""
    build = Builder(source)
    still = source.media_type.startswith("image/")
    _Walk(build, parents=_MEASURED_PARENTS, stop="meta" if still else "moov").top()
    return _measured(build)


class _Walk:
    def __init__(self, build: Builder, *, parents: frozenset[str], stop: str = "") -> None:
        self.build = build
        self.window = Window(build.source)
        self.parents = parents
        self.stop = stop

    def top(self) -> int:
        """Walk the top-level boxes and return where the last one ends."""
        at, build = 0, self.build
        while at < build.size:
            header, size, kind = self._header(at, build.size)
            fits = header <= size <= build.size - at
            if not fits and (kind not in _KNOWN_TOP or size < header):
                build.problem(f"No box begins at byte {at:,}.")
                break
            if not fits:
                build.problem(f"The {printable(kind)} box at byte {at:,} goes beyond the end of the file.")
                size = build.size - at
            if not self._box(at, size, header, kind, parent="", depth=1):
                break
            at += size
            if kind.decode("latin-1") == self.stop:
                break
        return at

    def _children(self, at: int, end: int, parent: str, depth: int) -> None:
        while at + 8 <= end:
            header, size, kind = self._header(at, end)
            if size == 0 and kind == b"\0\0\0\0":
                return  # QuickTime closes some lists with zeros
            if not header <= size <= end - at:
                self.build.problem(f"A box at byte {at:,} does not fit into {parent}.")
                if size < header:
                    return
                size = end - at
            if not self._box(at, size, header, kind, parent=parent + "/", depth=depth):
                return
            at += size

    def _box(self, at: int, size: int, header: int, kind: bytes, *, parent: str, depth: int) -> bool:
        name = printable(kind)
        if kind == b"meta":
            # QuickTime's own `meta` has no version and flags; its handler follows at once.
            header += 0 if self.window.get(at + header + 4, 4) == b"hdlr" else 4
        if not self.build.part(parent + name, at, size, header=header):
            return False
        inside_list = parent.rstrip("/").rsplit("/", 1)[-1] in _LEAF_CHILDREN
        if name in self.parents and not inside_list:
            if depth >= self.build.limits.max_depth:
                self.build.problem(f"Boxes are nested deeper than {self.build.limits.max_depth} levels.")
            else:
                self._children(at + header, at + size, parent + name, depth + 1)
        return True

    def _header(self, at: int, end: int) -> tuple[int, int, bytes]:
        """Return (header bytes, size, type); size 0 where there is no box."""
        head = self.window.get(at, 16)
        size, kind, header = number(head, 0, 4), head[4:8], 8
        if len(head) < 8:
            return 8, 0, kind
        if size == 1:
            size, header = number(head, 8, 8), 16
        elif size == 0 and end == self.build.size and kind in _KNOWN_TOP:
            size = end - at
        if kind == b"uuid":
            header += 16
        return header, size, kind


def _measured(build: Builder) -> tuple[int | None, int | None, float | None]:
    width, height = _item_size(build) if build.source.media_type.startswith("image/") else (None, None)
    if width is None:
        width, height = _track_size(build)
    return width, height, _seconds(build)


def _read(build: Builder, part: Part, size: int) -> bytes:
    return build.source.read(part.body, min(size, part.body_size))


def _paths(build: Builder, path: str) -> list[Part]:
    return [p for p in build.parts if p.path == path]


def _seconds(build: Builder) -> float | None:
    for part in _paths(build, "moov/mvhd")[:1]:
        data = _read(build, part, 32)
        long = data[:1] == b"\x01"
        scale, duration = (
            (number(data, 20, 4), number(data, 24, 8)) if long else (number(data, 12, 4), number(data, 16, 4))
        )
        if duration in (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
            duration = _fragment_duration(build)
        return duration / scale if scale and duration else None
    return None


def _fragment_duration(build: Builder) -> int:
    for part in _paths(build, "moov/mvex/mehd")[:1]:
        data = _read(build, part, 12)
        return number(data, 4, 8 if data[:1] == b"\x01" else 4)
    return 0


def _track_size(build: Builder) -> tuple[int | None, int | None]:
    """Return the largest visual sample size; the track header's where there is none."""
    best = (0, 0)
    visual = False
    for part in build.parts:
        if part.path == "moov/trak/mdia/hdlr":
            visual = _read(build, part, 12)[8:12] in (b"vide", b"pict")
        elif part.path == "moov/trak/mdia/minf/stbl/stsd" and visual:
            data = _read(build, part, _VISUAL)
            size = number(data, 40, 2), number(data, 42, 2)
            best = max(best, size, key=lambda s: s[0] * s[1])
    if not all(best):
        for part in _paths(build, "moov/trak/tkhd"):
            data = _read(build, part, 96)
            at = 88 if data[:1] == b"\x01" else 76
            size = number(data, at, 2), number(data, at + 4, 2)
            best = max(best, size, key=lambda s: s[0] * s[1])
    return best if all(best) else (None, None)


def _item_size(build: Builder) -> tuple[int | None, int | None]:
    """Return the spatial extents of the primary item, else the largest ones of the file."""
    extents: dict[int, tuple[int, int]] = {}
    children = [p for p in build.parts if p.path.startswith("meta/iprp/ipco/")]
    for index, part in enumerate(children, start=1):
        if part.name == "ispe":
            data = _read(build, part, 12)
            extents[index] = number(data, 4, 4), number(data, 8, 4)
    for pitm in _paths(build, "meta/pitm")[:1]:
        data = _read(build, pitm, 8)
        primary = number(data, 4, 4 if data[:1] != b"\0" else 2)
        for ipma in _paths(build, "meta/iprp/ipma"):
            for index in _associated(_read(build, ipma, _MAX_TABLE), primary):
                if index in extents:
                    return extents[index]
    if extents:
        return max(extents.values(), key=lambda s: s[0] * s[1])
    return None, None


def _associated(data: bytes, item: int) -> list[int]:
    """Return the property indices that an `ipma` box gives to `item`."""
    wide_id, wide_index = data[:1] != b"\0", bool(number(data, 3, 1) & 1)
    at, step = 8, 2 if wide_index else 1
    for _ in range(number(data, 4, 4)):
        if at >= len(data):
            break
        found = number(data, at, 4 if wide_id else 2)
        at += 4 if wide_id else 2
        count = number(data, at, 1)
        at += 1
        if found == item:
            mask = 0x7FFF if wide_index else 0x7F
            return [number(data, at + i * step, step) & mask for i in range(count)]
        at += count * step
    return []
