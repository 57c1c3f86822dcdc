"""Unlisted content of MP4, MOV, M4A, HEIC and AVIF files."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.containers.build import number
from provenance.containers.part import Container, Part
from provenance.errors import AssayError
from provenance.privacy.fields import DisclosedField, Group
from provenance.privacy.hidden.common import found, gaps, holds_data, sized
from provenance.privacy.items import Tables, read_tables
from provenance.privacy.known import ITEM_PROPERTIES, KNOWN_BOXES, SHOWN_TRACKS
from provenance.privacy.ranges import tails
from provenance.source import Source

__all__ = ["find_bmff", "find_jxl"]

_FILLERS = frozenset({"free", "skip", "wide"})
_LISTED = frozenset({"udta", "meta", "uuid", "ilst", "XMP_"})
"""Boxes that the metadata reader looks into or lists."""

_READ_ITEMS = frozenset({b"Exif", b"mime"})
_JXL = frozenset({"JXL", "ftyp", "jxlc", "jxlp", "jxll", "jxli", "jumb", "Exif", "xml", "codestream"})
_TIMES = frozenset({"tkhd", "mdhd"})
_TRACK_GROUPS: dict[bytes, Group] = {
    b"tmcd": "time",
    b"meta": "location",
    b"text": "caption",
    b"sbtl": "caption",
}
_MAX_ENTRIES = 64
_MAX_MEDIA = 64


def find_bmff(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield unknown boxes, fillers that hold data, hidden tracks, times, vendors, and items that draw nothing."""
    still = source.media_type.startswith("image/")
    handler = b""
    for part in container.parts:
        parent = part.path.rpartition("/")[0].rpartition("/")[2]
        if part.name in _FILLERS:
            if holds_data(source, part.offset + 8, part.size - 8):
                yield sized(f"{part.name} box", part)
        elif part.path.endswith("mdia/hdlr"):
            handler = source.read(part.body + 8, 4)
            if handler not in SHOWN_TRACKS:
                name, group = handler.decode("latin-1"), _TRACK_GROUPS.get(handler, "other")
                yield found(f"MP4:{name} track", f"{part.path} at byte {part.offset}", "samples", group)
        elif parent in KNOWN_BOXES and part.name not in KNOWN_BOXES[parent] | _LISTED:
            yield sized(f"{part.name} box", part)
        else:
            yield from _fields(source, part, handler)
    for at, size in tails(container.parts, KNOWN_BOXES.keys() | {"udta", "ilst"}):
        if holds_data(source, at, size):
            yield found("bytes behind boxes", f"from byte {at} on", f"{size:,} bytes")
    if still and any(p.path == "meta" for p in container.parts):
        yield from _items(source, container)


def find_jxl(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield boxes that are neither the picture nor credentials nor read as metadata."""
    for part in container.parts:
        if "/" not in part.path and part.path.strip() not in _JXL:
            yield sized(f"{part.path} box", part)


def _fields(source: Source, part: Part, handler: bytes) -> Iterator[DisclosedField]:
    where = f"{part.path} at byte {part.offset}"
    if part.name in _TIMES:
        width = 8 if source.read(part.body, 1) == b"\1" else 4
        if any(source.read(part.body + 4, 2 * width)):
            yield found(f"{part.name} times", where, "created, modified", "time")
    elif part.path.endswith("minf/hdlr"):
        if holds_data(source, part.body + 12, part.body_size - 12):
            yield found("data handler name", where, f"{part.body_size - 12:,} bytes", "software")
    elif part.name == "dref":
        data = source.read(part.body, min(part.body_size, 4096))
        at = 8
        while at + 12 <= len(data):
            size = max(number(data, at, 4), 12)
            if any(data[at + 12 : at + size]):
                yield found("data reference", where, f"{size:,} bytes", "device")
            at += size
    elif part.name == "stsd" and handler in SHOWN_TRACKS:
        at = part.body + 8
        for _ in range(min(number(source.read(part.body, 8), 4, 4), _MAX_ENTRIES)):
            head = source.read(at, 24)
            if any(head[20:24]):
                yield found("vendor of the coder", where, head[20:24].decode("latin-1"), "software")
            at += max(number(head, 0, 4), 8)


def _items(source: Source, container: Container) -> Iterator[DisclosedField]:
    try:
        tables = read_tables(source, container)
    except AssayError as problem:
        yield found("item tables", "meta box", problem.message)
        return
    thumbnails = {start for kind, start, _ in tables.references if kind == b"thmb"}
    shown = tables.shown()
    for ident, item in tables.items.items():
        kind = item.kind.decode("latin-1")
        if item.named:
            yield found("item name", f"item {ident}", kind)
        if ident not in shown and item.kind not in _READ_ITEMS:
            small = ident in thumbnails
            name = "thumbnail item" if small else "item beside the picture"
            yield found(name, f"item {ident}", kind, "thumbnail" if small else "other")
    for code, at, size in tables.properties:
        if code not in ITEM_PROPERTIES or (code == b"free" and holds_data(source, at + 8, size - 8)):
            yield found("item property", f"meta/iprp/ipco at byte {at}", code.decode("latin-1"))
    yield from _unplaced(source, container, tables)


def _unplaced(source: Source, container: Container, tables: Tables) -> Iterator[DisclosedField]:
    """Yield data that no item refers to; a film beside the picture has data of its own."""
    idat = tables.boxes.get("meta/idat")
    places = [(p.method, at, at + size) for p in tables.places.values() for at, size in p.extents]
    if idat:
        inside = [(idat.body + a, idat.body + b) for method, a, b in places if method == 1]
        yield from gaps(source, inside, idat.body, idat.end)
    if not any(p.path == "moov" for p in container.parts):
        ranges = [(a, b) for method, a, b in places if method == 0]
        media = [p for p in container.parts if p.path == "mdat"]
        for part in media[:_MAX_MEDIA]:
            yield from gaps(source, ranges, part.body, part.end)
        if len(media) > _MAX_MEDIA:
            yield found("media data", f"from byte {media[_MAX_MEDIA].offset} on", "too many boxes to look at")
