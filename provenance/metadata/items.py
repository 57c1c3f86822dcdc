"""Metadata items of HEIF and AVIF (ISO/IEC 23008-12): `iinf` names them, `iloc` says where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.containers.build import number
from provenance.containers.part import Container
from provenance.metadata.collect import Collector, text_of
from provenance.metadata.exif import read_exif
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_items", "exif_block"]

_MAX_TABLE = 1 << 20
_MAX_EXTENTS = 100_000
_IN_FILE, _IN_IDAT = 0, 1


@dataclass(slots=True, kw_only=True)
class _Item:
    kind: bytes
    mime: str


def collect_items(source: Source, container: Container, out: Collector) -> None:
    """Add the entries of every EXIF and XMP item.

    Args:
        source: The opened file.
        container: Its boxes.
        out: Takes the entries.
    """
    boxes = {p.path: p for p in reversed(container.parts)}  # the first of each path wins
    iinf, iloc, idat = boxes.get("meta/iinf"), boxes.get("meta/iloc"), boxes.get("meta/idat")
    if iinf is None or iloc is None:
        return
    items = dict(_infos(source.read(iinf.body, min(iinf.body_size, _MAX_TABLE))))
    wanted = {ident: item for ident, item in items.items() if _is_exif(item) or _is_xmp(item)}
    if not wanted:
        return
    base = idat.body if idat else source.size
    for ident, extents in _places(source.read(iloc.body, min(iloc.body_size, _MAX_TABLE)), base):
        item = wanted.pop(ident, None)
        if item is None:
            continue
        data = _content(source, out, extents)
        where = f"{'EXIF' if _is_exif(item) else 'XMP'} item {ident}"
        if _is_exif(item):
            out.parse(read_exif, exif_block(data), where=where)
        else:
            out.parse(read_xmp, data, where=where)
    if wanted:
        out.problem("A metadata item is named that has no place in the file.")


def exif_block(data: bytes) -> bytes:
    """Return the TIFF block of an EXIF item, which begins with the offset to it."""
    return data[4 + number(data, 0, 4) :]


def _is_exif(item: _Item) -> bool:
    return item.kind == b"Exif"


def _is_xmp(item: _Item) -> bool:
    return item.kind == b"mime" and item.mime == "application/rdf+xml"


def _infos(data: bytes) -> Iterator[tuple[int, _Item]]:
    """Yield (item id, item) from the body of an `iinf` box."""
    at = 6 if data[:1] == b"\0" else 8
    while at + 8 < len(data):
        size = number(data, at, 4)
        if size < 8 or data[at + 4 : at + 8] != b"infe":
            return
        version, body = data[at + 8 : at + 9], data[at + 12 : at + size]
        if version in (b"\2", b"\3"):
            width = 2 if version == b"\2" else 4
            kind = body[width + 2 : width + 6]
            texts = body[width + 6 :].split(b"\0", 2)
            mime = text_of(texts[1]) if kind == b"mime" and len(texts) > 1 else ""
            yield number(body, 0, width), _Item(kind=kind, mime=mime)
        at += size


def _places(data: bytes, idat: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield (item id, [(file offset, size)]) from the body of an `iloc` box."""
    version, sizes = number(data, 0, 1), number(data, 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    count, at, left = number(data, 6, wide), 6 + wide, _MAX_EXTENTS
    for _ in range(count):
        if at >= len(data):
            return
        ident = number(data, at, wide)
        at += wide
        method = number(data, at, 2) & 15 if version else _IN_FILE
        at += (2 if version else 0) + 2  # the data reference is not followed
        base = number(data, at, base_size) + (idat if method == _IN_IDAT else 0)
        at += base_size
        extents, number_of = [], number(data, at, 2)
        at += 2
        left -= number_of  # extents may take no bytes at all
        if left < 0:
            return
        for _ in range(number_of):
            at += index_size if version else 0
            start, size = number(data, at, offset_size), number(data, at + offset_size, length_size)
            at += offset_size + length_size
            extents.append((base + start, size))
        if method in (_IN_FILE, _IN_IDAT):
            yield ident, extents


def _content(source: Source, out: Collector, extents: list[tuple[int, int]]) -> bytes:
    pieces, left = list[bytes](), out.limits.max_metadata_bytes
    for at, size in extents:
        most = min(size, left, source.size)
        if not out.spend(most):
            break
        pieces.append(source.read(at, most))
        left -= most
    return b"".join(pieces)
