"""The tables of a HEIF or AVIF picture (ISO/IEC 14496-12, 8.11; 23008-12): items, places, references, properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from provenance.containers.build import number
from provenance.containers.part import Container, Part
from provenance.privacy.copying import refused
from provenance.source import Source

__all__ = ["Item", "Place", "Tables", "read_tables"]

_ALPHA = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
    b"urn:mpeg:hevc:2015:auxid:1\0",
    b"urn:mpeg:avc:2015:auxid:1\0",
)
_INPUTS = frozenset({b"dimg", b"base", b"exbl", b"pred"})
"""References from a picture to what it is computed from."""

_MAX_TABLE = 4 << 20
_IN_FILE, _IN_IDAT = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of `iinf`."""

    kind: bytes
    """Four-character type, e.g. `hvc1`, `grid`, `Exif`, `mime`."""
    named: bool
    """Whether it has a name."""
    raw: bytes
    """The whole `infe` box, without the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of `iloc`."""

    method: int
    """0: offsets count from the start of the file; 1: from the body of `idat`."""
    extents: tuple[tuple[int, int], ...]
    """Offset and size, the base offset added."""
    raw: bytes
    """The entry as stored."""


@dataclass(slots=True, kw_only=True)
class Tables:
    """All tables of one picture file."""

    boxes: dict[str, Part]
    """The children of `meta` by path; the first of each."""
    primary: int
    """The item that viewers show."""
    items: dict[int, Item] = field(default_factory=dict)
    """Entries of `iinf` by item number."""
    places: dict[int, Place] = field(default_factory=dict)
    """Entries of `iloc` by item number."""
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    """Type, from, to."""
    properties: list[tuple[bytes, int, int]] = field(default_factory=list)
    """Type, offset in the file and size of the children of `ipco`."""
    associations: dict[int, tuple[bytes, tuple[tuple[int, bool], ...]]] = field(default_factory=dict)
    """Raw `ipma` entry and (property number from 1, essential) by item number."""
    alphas: frozenset[int] = frozenset()
    """Property numbers that mark an alpha plane."""

    def shown(self) -> frozenset[int]:
        """Return the items that the primary picture is drawn from: itself, its inputs and their alpha planes."""
        needs: dict[int, list[int]] = {}
        for kind, start, ends in self.references:
            if kind in _INPUTS:
                needs.setdefault(start, []).extend(ends)
            elif kind == b"auxl" and self._is_alpha(start):
                for end in ends:
                    needs.setdefault(end, []).append(start)
        found, waiting = set[int](), [self.primary]
        while waiting:
            ident = waiting.pop()
            if ident in found or ident not in self.items:
                continue
            found.add(ident)
            waiting += needs.get(ident, ())
        return frozenset(found)

    def _is_alpha(self, ident: int) -> bool:
        _, pairs = self.associations.get(ident, (b"", ()))
        return any(index in self.alphas for index, _ in pairs)


def read_tables(source: Source, container: Container) -> Tables:
    """Return the tables of a picture file.

    Args:
        source: The opened file.
        container: Its boxes.

    Raises:
        UnsupportedTypeError: A table is missing, too long or of a kind that is not known.
    """
    boxes: dict[str, Part] = {}
    for part in container.parts:
        if part.path.split("/", 1)[0] == "meta":
            if part.path in boxes and part.path.count("/") < 3:
                raise refused(source, "its tables of items are there twice")
            boxes.setdefault(part.path, part)
    needed = [boxes.get(f"meta/{name}") for name in ("pitm", "iinf", "iloc")]
    if any(p is None or p.body_size > _MAX_TABLE for p in needed):
        raise refused(source, "its tables of items are not complete")
    pitm = source.read(boxes["meta/pitm"].body, 8)
    tables = Tables(boxes=boxes, primary=number(pitm, 4, 4 if pitm[:1] != b"\0" else 2))
    tables.items = dict(_items(source, _body(source, boxes, "meta/iinf")))
    tables.places = dict(_places(source, _body(source, boxes, "meta/iloc")))
    tables.references = list(_references(_body(source, boxes, "meta/iref")))
    tables.properties = list(_properties(source, boxes))
    tables.associations = dict(_associations(_body(source, boxes, "meta/iprp/ipma")))
    tables.alphas = frozenset(
        index
        for index, (kind, at, size) in enumerate(tables.properties, start=1)
        if kind == b"auxC" and source.read(at + 12, min(size, 64) - 12).startswith(_ALPHA)
    )
    if tables.primary not in tables.items:
        raise refused(source, "it does not say which picture is to be shown")
    return tables


def _body(source: Source, boxes: dict[str, Part], path: str) -> bytes:
    part = boxes.get(path)
    return source.read(part.body, min(part.body_size, _MAX_TABLE)) if part else b""


def _items(source: Source, data: bytes) -> Iterator[tuple[int, Item]]:
    at = 6 if data[:1] == b"\0" else 8
    while at + 8 <= len(data):
        size, version = number(data, at, 4), data[at + 8 : at + 9]
        if (
            size < 20
            or at + size > len(data)
            or data[at + 4 : at + 8] != b"infe"
            or version not in (b"\2", b"\3")
        ):
            raise refused(source, "its list of items is of a kind that is not known")
        width = 2 if version == b"\2" else 4
        fixed = 12 + width + 2 + 4
        name, _, rest = data[at + fixed : at + size].partition(b"\0")
        kind = data[at + fixed - 4 : at + fixed]
        raw = data[at + 4 : at + fixed] + b"\0" + (rest if kind in (b"mime", b"uri ") else b"")
        item = Item(kind=kind, named=bool(name), raw=(4 + len(raw)).to_bytes(4, "big") + raw)
        yield number(data, at + 12, width), item
        at += size


def _places(source: Source, data: bytes) -> Iterator[tuple[int, Place]]:
    version, sizes = number(data, 0, 1), number(data, 4, 2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    at = 6 + wide
    step = (index_size if version else 0) + offset_size + length_size
    for _ in range(number(data, 6, wide)):
        start = at
        ident = number(data, at, wide)
        at += wide
        method = number(data, at, 2) & 15 if version else _IN_FILE
        at += 2 if version else 0
        outside = number(data, at, 2)
        base = number(data, at + 2, base_size)
        count = number(data, at + 2 + base_size, 2)
        at += 4 + base_size
        if at + count * step > len(data) or not step or outside or method not in (_IN_FILE, _IN_IDAT):
            raise refused(source, "an item lies where it cannot be found")
        extents = list[tuple[int, int]]()
        for _ in range(count):
            at += index_size if version else 0
            extents.append(
                (base + number(data, at, offset_size), number(data, at + offset_size, length_size))
            )
            at += offset_size + length_size
        yield ident, Place(method=method, extents=tuple(extents), raw=data[start:at])


def _references(data: bytes) -> Iterator[tuple[bytes, int, tuple[int, ...]]]:
    wide, at = 2 if data[:1] == b"\0" else 4, 4
    while at + 8 <= len(data):
        size = number(data, at, 4)
        if size < 8:
            return
        count = min(number(data, at + 8 + wide, 2), size // wide)
        first = at + 10 + wide
        ends = tuple(number(data, first + i * wide, wide) for i in range(count))
        yield data[at + 4 : at + 8], number(data, at + 8, wide), ends
        at += size


def _properties(source: Source, boxes: dict[str, Part]) -> Iterator[tuple[bytes, int, int]]:
    part = boxes.get("meta/iprp/ipco")
    data, at = _body(source, boxes, "meta/iprp/ipco"), 0
    while part and at + 8 <= len(data):
        size = number(data, at, 4)
        if size < 8 or at + size > len(data):
            raise refused(source, "its list of properties is damaged")
        yield data[at + 4 : at + 8], part.body + at, size
        at += size


def _associations(data: bytes) -> Iterator[tuple[int, tuple[bytes, tuple[tuple[int, bool], ...]]]]:
    wide_id, step = data[:1] != b"\0", 2 if number(data, 3, 1) & 1 else 1
    at, top = 8, 0x8000 if step == 2 else 0x80
    for _ in range(number(data, 4, 4)):
        if at >= len(data):
            return
        start = at
        ident = number(data, at, 4 if wide_id else 2)
        at += 4 if wide_id else 2
        count = number(data, at, 1)
        values = [number(data, at + 1 + i * step, step) for i in range(count)]
        at += 1 + count * step
        yield ident, (data[start:at], tuple((v & (top - 1), bool(v & top)) for v in values))
