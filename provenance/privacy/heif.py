"""HEIC and AVIF without what is not allowed: the tables are written anew without the items that draw nothing.

The `meta` box keeps its size, so that no offset into the file moves; what the shown picture does not need
becomes zeros: EXIF, XMP, thumbnails, depth and gain maps, further pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provenance.containers.part import Part
from provenance.errors import LimitError
from provenance.metadata.items import exif_block
from provenance.privacy.copying import Job, refused
from provenance.privacy.exif import kept_exif
from provenance.privacy.icc import kept_icc
from provenance.privacy.items import Place, Tables, read_tables
from provenance.privacy.known import ITEM_PROPERTIES
from provenance.privacy.patches import Patches
from provenance.privacy.ranges import Ranges
from provenance.privacy.xmp import kept_xmp

__all__ = ["blank_items"]

_COPIED = frozenset({"pitm", "dinf", "iprp", "idat"})
_XMP_TYPE = b"\0application/rdf+xml\0"
_IN_IDAT = 1


def blank_items(job: Job, patches: Patches) -> list[tuple[int, int]]:
    """Replace the `meta` box by one of the same size that names only what the picture needs.

    Args:
        job: The copy to be made.
        patches: Takes the changes.

    Returns:
        First and past-the-last byte of what is needed of the media data.

    Raises:
        UnsupportedTypeError: The tables are of a kind that cannot be written anew safely.
        LimitError: Kept fields do not fit into the place of the old ones.
    """
    if not any(p.path == "meta" for p in job.container.parts):
        return []  # a bare sequence of pictures has tracks only
    tables = read_tables(job.source, job.container)
    described = dict(_described(job, tables))
    kept = tables.shown() | described.keys()
    media = Ranges((p.body, p.end) for p in job.container.parts if p.path == "mdat")
    needed = _extents(tables, kept, idat=False)
    if not all(media.cover(first, last) for first, last in needed):
        raise refused(job.source, "its picture lies outside of its media data")
    idat = _blank_idat(job, tables, kept)
    for ident, data in described.items():
        place = tables.places[ident]
        for (at, size), piece in _pieces(job, place, data):
            if place.method == _IN_IDAT:
                idat[at : at + size] = piece
            else:
                patches.put(at, piece)
    _write_meta(job, tables, kept, idat, patches)
    return needed


def _described(job: Job, tables: Tables) -> Iterator[tuple[int, bytes]]:
    """Yield the EXIF and XMP items of which something is to be kept, with their new content."""
    for ident, item in tables.items.items():
        place = tables.places.get(ident)
        if place is None:
            continue
        if item.kind == b"Exif" and job.policy.names("EXIF"):
            block = kept_exif(exif_block(_content(job, tables, place)), job.policy, job.limits)
            if block:
                yield ident, bytes(4) + block
        elif item.kind == b"mime" and _XMP_TYPE in item.raw:
            packet = kept_xmp([_content(job, tables, place)], job.policy, job.limits)
            if packet:
                yield ident, packet


def _content(job: Job, tables: Tables, place: Place) -> bytes:
    idat = tables.boxes.get("meta/idat")
    base = idat.body if place.method == _IN_IDAT and idat else 0
    pieces = list[bytes]()
    for at, size in place.extents:
        job.spend(size)
        pieces.append(job.source.read(base + at, size))
    return b"".join(pieces)


def _pieces(job: Job, place: Place, data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield each extent of an item with its part of the new content, filled up with blanks or zeros."""
    room = sum(size for _, size in place.extents)
    if len(data) > room:
        raise LimitError(
            f"The fields of {job.source.name} that are to be kept do not fit into their place.",
            hint="Keep fewer fields.",
        )
    filled = data.ljust(room, b" " if data[:1] == b"<" else b"\0")
    for at, size in place.extents:
        yield (at, size), filled[:size]
        filled = filled[size:]


def _extents(tables: Tables, idents: Iterable[int], *, idat: bool) -> list[tuple[int, int]]:
    """Return first and past-the-last byte of the data of items."""
    places = [tables.places[i] for i in idents if i in tables.places]
    return [(at, at + n) for p in places if (p.method == _IN_IDAT) == idat for at, n in p.extents]


def _blank_idat(job: Job, tables: Tables, kept: frozenset[int]) -> bytearray:
    part = tables.boxes.get("meta/idat")
    data = bytearray(job.body(part)) if part else bytearray()
    for at, size in Ranges(_extents(tables, kept, idat=True)).free(0, len(data)):
        data[at : at + size] = bytes(size)
    return data


def _write_meta(job: Job, tables: Tables, kept: frozenset[int], idat: bytearray, patches: Patches) -> None:
    meta = tables.boxes["meta"]
    if meta.body_size > 2 * job.limits.max_metadata_bytes:
        raise refused(job.source, "its tables are too long")
    pieces = list[bytes]()
    for part in job.container.parts:
        if part.path.count("/") == 1 and part.path.startswith("meta/"):
            pieces.append(_child(job, tables, part, kept, idat))
    handler = tables.boxes.get("meta/hdlr")
    name = b"hdlr" + (job.source.read(handler.body, 24) if handler else bytes(8) + b"pict" + bytes(12))
    spare = meta.body_size - sum(map(len, pieces)) - 4 - len(name) - 1
    if spare < 0 or len(name) != 28:
        raise refused(job.source, "its tables leave no room")
    # A box has eight bytes at least; what is less becomes part of the handler's empty name.
    free = (spare.to_bytes(4, "big") + b"free").ljust(spare, b"\0") if spare >= 8 else b""
    name = name[:16] + bytes(12 + 1 + spare - len(free))
    patches.put(meta.body, (4 + len(name)).to_bytes(4, "big") + name + b"".join(pieces) + free)


def _child(job: Job, tables: Tables, part: Part, kept: frozenset[int], idat: bytearray) -> bytes:
    """Return one child of `meta` as it goes into the copy; empty for those that do not, groups among them."""
    if part.name in _TABLES:
        return _TABLES[part.name](job, tables, part, kept)
    if part.name == "idat":
        return job.source.read(part.offset, part.body - part.offset) + bytes(idat)
    if part.name == "iprp":
        return _iprp(job, tables, part, kept)
    return job.whole(part) if part.name in _COPIED else b""


def _iinf(job: Job, tables: Tables, part: Part, kept: frozenset[int]) -> bytes:
    entries = [item.raw for ident, item in tables.items.items() if ident in kept]
    head = job.source.read(part.body, 4)
    count = len(entries).to_bytes(2 if head[:1] == b"\0" else 4, "big")
    return _box(b"iinf", head + count + b"".join(entries))


def _iloc(job: Job, tables: Tables, part: Part, kept: frozenset[int]) -> bytes:
    entries = [place.raw for ident, place in tables.places.items() if ident in kept]
    head = job.source.read(part.body, 6)
    count = len(entries).to_bytes(4 if head[:1] == b"\2" else 2, "big")
    return _box(b"iloc", head + count + b"".join(entries))


def _iref(job: Job, tables: Tables, part: Part, kept: frozenset[int]) -> bytes:
    head = job.source.read(part.body, 4)
    wide = 2 if head[:1] == b"\0" else 4
    boxes = list[bytes]()
    for kind, start, ends in tables.references:
        inside = [i for i in ends if i in kept]
        if start in kept and inside:
            idents = b"".join(i.to_bytes(wide, "big") for i in inside)
            boxes.append(_box(kind, start.to_bytes(wide, "big") + len(inside).to_bytes(2, "big") + idents))
    return _box(b"iref", head + b"".join(boxes)) if boxes else b""


def _iprp(job: Job, tables: Tables, part: Part, kept: frozenset[int]) -> bytes:
    """Return the properties at their numbers, those that draw nothing as `free`, and whose they are."""
    ipco, ipma = tables.boxes.get("meta/iprp/ipco"), tables.boxes.get("meta/iprp/ipma")
    if ipco is None or ipma is None:
        raise refused(job.source, "its pictures have no properties")
    entries = [(raw, pairs) for ident, (raw, pairs) in tables.associations.items() if ident in kept]
    necessary = {index for _, pairs in entries for index, essential in pairs if essential}
    boxes = list[bytes]()
    for index, (kind, at, size) in enumerate(tables.properties, start=1):
        raw = job.source.read(at, size)
        if kind not in ITEM_PROPERTIES:
            if index in necessary:
                raise refused(job.source, "its picture has a property that is not known")
            raw = raw[:4] + b"free" + bytes(size - 8)
        elif kind == b"colr" and raw[8:12] in (b"prof", b"rICC"):
            raw = raw[:12] + kept_icc(raw[12:])
            if len(raw) != size:
                raise refused(job.source, "its colour profile is damaged")
        boxes.append(raw)
    head = job.source.read(ipma.body, 4)
    table = _box(b"ipma", head + len(entries).to_bytes(4, "big") + b"".join(raw for raw, _ in entries))
    return _box(b"iprp", _box(b"ipco", b"".join(boxes)) + table)


def _box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


_TABLES = {"iinf": _iinf, "iloc": _iloc, "iref": _iref}
