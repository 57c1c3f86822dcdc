"""Metadata of ISO-BMFF and QuickTime files: user data, iTunes and `mdta` lists, UUID boxes, HEIF items."""

from __future__ import annotations

import datetime

from provenance.containers.build import number
from provenance.containers.part import Container, Part
from provenance.metadata.collect import Collector, hex_of, is_text, text_of, value_of
from provenance.metadata.entry import Standard
from provenance.metadata.exif import read_exif
from provenance.metadata.items import collect_items, exif_block
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_bmff"]

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_EPOCH = datetime.datetime(1904, 1, 1, tzinfo=datetime.UTC)
_ASSET = frozenset({"titl", "auth", "dscp", "perf", "gnre", "cprt", "albm", "kywd"})
"""3GPP asset information: version, flags, packed language, text."""

_MAX_KEYS = 1_000
_PICTURES = {13: "JPEG", 14: "PNG", 27: "BMP"}


def collect_bmff(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of an MP4, MOV, M4A, HEIC, AVIF or JPEG XL file.

    Args:
        source: The opened file.
        container: Its boxes.
        out: Takes the entries.
    """
    reader = _Boxes(source, out)
    for part in container.parts:
        if out.closed():
            return
        reader.read(part)
    collect_items(source, container, out)


class _Boxes:
    """Reads boxes in file order and remembers the keys that an `ilst` box refers to."""

    def __init__(self, source: Source, out: Collector) -> None:
        self.source = source
        self.out = out
        self.keys: list[str] = []
        self.handler = b""

    def read(self, part: Part) -> None:
        """Add what one box holds."""
        where = f"{part.path} box at byte {part.offset}"
        parent = part.path.rpartition("/")[0].rpartition("/")[2]
        name = part.name
        if parent == "ilst":
            self._item(part, where)
        elif name == "XMP_":
            self.out.parse(read_xmp, self._body(part), where=where)
        elif parent == "udta" and name != "meta":
            self._user_data(part, where)
        elif name == "meta":
            self.keys, self.handler = [], b""
        elif name == "hdlr" and parent != "minf":
            self._handler(part, where)
        elif name == "keys":
            self.keys = _keys(self._body(part))
        elif name == "uuid":
            self._uuid(part, where)
        elif part.path in ("ftyp", "moov/mvhd", "moov/trak/mdia/minf/stbl/stsd"):
            self._header(part, where)
        elif "/" not in part.path:
            self._top(part, where)

    def _body(self, part: Part) -> bytes:
        return self.out.body(self.source, part)

    def _top(self, part: Part, where: str) -> None:
        """Read the boxes in which JPEG XL keeps its metadata."""
        if part.path == "Exif":
            self.out.parse(read_exif, exif_block(self._body(part)), where=where)
        elif part.path == "xml ":
            self.out.parse(read_xmp, self._body(part), where=where)
        elif part.path == "brob":
            kind = text_of(self.source.read(part.body, 4)).strip()
            if kind != "jumb":
                self.out.problem(f"{where}: {kind} metadata is compressed with Brotli and was not read.")

    def _header(self, part: Part, where: str) -> None:
        data = self.source.read(part.body, min(part.body_size, 4096))
        if part.name == "ftyp":
            self.out.add("MP4", "MajorBrand", value_of(data[:4]).strip(), where=where)
            brands = [value_of(data[i : i + 4]).strip() for i in range(8, len(data) - 3, 4)]
            self.out.add("MP4", "CompatibleBrands", ", ".join(brands), where=where)
        elif part.name == "mvhd":
            width = 8 if data[:1] == b"\x01" else 4
            for name, at in (("CreateDate", 4), ("ModifyDate", 4 + width)):
                self.out.add("MP4", name, _date(number(data, at, width)), where=where)
        elif self.handler == b"vide":
            # The compressor name of a visual sample entry is a Pascal string in 32 bytes.
            field = data[58 : 58 + 32]
            text = text_of(field[1 : 1 + number(field, 0, 1)])
            if text:
                self.out.add("MP4", "CompressorName", text, where=where)

    def _handler(self, part: Part, where: str) -> None:
        data = self.source.read(part.body, min(part.body_size, 1024))
        self.handler = data[8:12]
        raw = data[24:]
        # QuickTime has a Pascal string where ISO has one that ends with zero.
        raw = raw[1:] if raw and raw[0] == len(raw) - 1 else raw.split(b"\0", 1)[0]
        if text_of(raw):
            self.out.add("MP4", "HandlerName", text_of(raw), where=where)

    def _uuid(self, part: Part, where: str) -> None:
        ident = self.source.read(part.body - 16, 16)
        if ident == _XMP_UUID:
            self.out.parse(read_xmp, self._body(part), where=where)
        elif ident != _C2PA_UUID:
            self.out.add("MP4", "uuid", f"{ident.hex()}, {part.body_size:,} bytes", where=where)

    def _user_data(self, part: Part, where: str) -> None:
        data = self._body(part)
        if part.name.startswith("©"):
            for text in _international(data):
                self.out.add("QuickTime", part.name, text, where=where)
        elif part.name in _ASSET and data[:4] == b"\0\0\0\0":
            self.out.add("MP4", part.name, _asset_text(data[6:]), where=where)
        else:
            self.out.add("QuickTime", part.name, _plain(data), where=where)

    def _item(self, part: Part, where: str) -> None:
        """Add one item of an `ilst` box: an iTunes atom, a free-form one, or a numbered key."""
        data = self._body(part)
        boxes = list(_boxes(data))
        name, standard = part.name, _standard(self.handler)
        if self.handler == b"mdta":
            index = int.from_bytes(self.source.read(part.offset + 4, 4), "big")
            where = f"{part.path.rpartition('/')[0]} item {index} at byte {part.offset}"
            name = self.keys[index - 1] if 0 < index <= len(self.keys) else f"key {index}"
        elif name == "----":
            texts = [text_of(body[4:]) for kind, body in boxes if kind in (b"mean", b"name")]
            name = ":".join(["----", *texts])
        values = [body for kind, body in boxes if kind == b"data"]
        for body in values:
            self.out.add(standard, name, _typed(body), where=where)
        if not values:
            self.out.add(standard, name, _plain(data), where=where)


def _standard(handler: bytes) -> Standard:
    return "QuickTime" if handler == b"mdta" else "MP4"


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return (type, body) of the boxes in `data`."""
    found, at = list[tuple[bytes, bytes]](), 0
    while at + 8 <= len(data) and len(found) < _MAX_KEYS:
        size = number(data, at, 4)
        if size < 8:
            break
        found.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
        at += size
    return found


def _keys(data: bytes) -> list[str]:
    """Return the names in the body of a `keys` box."""
    return [text_of(body) for _, body in _boxes(data[8:])]


def _typed(body: bytes) -> str:
    """Return the value of a `data` box by its well-known type."""
    kind, value = number(body, 0, 4) & 0xFFFFFF, body[8:]
    if kind in (1, 4):
        return value.decode("utf-8", "replace")
    if kind in (2, 5):
        return value[: len(value) // 2 * 2].decode("utf-16-be", "replace")
    if kind in (21, 22) and 0 < len(value) <= 8:
        return str(int.from_bytes(value, "big", signed=kind == 21))
    if kind in _PICTURES:
        return f"{_PICTURES[kind]}, {len(value):,} bytes"
    return _plain(value)


def _international(data: bytes) -> list[str]:
    """Return the texts of a QuickTime user data item: each with its length and language."""
    texts, at = list[str](), 0
    while at + 4 <= len(data) and len(texts) < _MAX_KEYS:
        size = number(data, at, 2)
        if at + 4 + size > len(data):
            break
        texts.append(_asset_text(data[at + 4 : at + 4 + size]))
        at += 4 + size
    # Some writers put a `data` box, or the bare text, where the standard wants length and language.
    return texts or [_typed(body) for kind, body in _boxes(data) if kind == b"data"] or [_plain(data)]


def _asset_text(data: bytes) -> str:
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace").rstrip("\0")
    return text_of(data)


def _plain(data: bytes) -> str:
    trimmed = data.strip(b"\0")
    return text_of(trimmed) if trimmed and is_text(trimmed) else hex_of(data)


def _date(seconds: int) -> str:
    """Return a time that counts from 1904, in UTC; writers who know none store zero."""
    if not 0 < seconds < 1 << 33:
        return "not set" if seconds == 0 else str(seconds)
    return f"{_EPOCH + datetime.timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
