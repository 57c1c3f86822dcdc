"""ID3v2.2 to 2.4 (id3.org), ID3v1, and APEv2 tags as flat entries of standard "ID3"."""

from __future__ import annotations

import zlib
from itertools import islice

from provenance.containers.build import number
from provenance.containers.id3 import Frame, Tag, frames, tag_head
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, hex_of, text_of, value_of

__all__ = ["read_ape", "read_id3", "read_id3v1"]

_CODECS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_COMMENTS = frozenset({"COMM", "COM", "USLT", "ULT"})
_PAIRS = frozenset({"TXXX", "TXX", "WXXX", "WXX"})
_COMPRESSED = {3: 0x0080, 4: 0x0008}
_ENCRYPTED = {3: 0x0040, 4: 0x0004}
_GROUPED = {3: 0x0020, 4: 0x0040}
_UNSYNCHRONISED, _LENGTH = 0x0002, 0x0001
_MAX_ITEMS = 5_000


def read_id3(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the frames of an ID3v2 tag.

    Texts keep their frame's name (`TIT2`); named texts read `TXXX:description`, comments `COMM`, private
    frames `PRIV:owner`, objects `GEOB`, pictures `APIC`.

    Args:
        data: The tag with its header.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out = Collector(limits)
    tag = tag_head(data[:10])
    if tag is None:
        out.problem(f"{where}: no ID3v2 tag begins here.")
        return out.result()
    end = min(tag.size, len(data))
    if tag.unsynchronised:
        data = data[:10] + data[10:end].replace(b"\xff\0", b"\xff")
        end = len(data)

    def get(at: int, size: int) -> bytes:
        return data[at : at + size]

    for frame in islice(frames(get, 10, end, tag), limits.max_entries):
        if out.closed():
            break
        body = _content(out, data[frame.at + frame.header : frame.at + frame.size], frame, tag, where)
        if body is not None:
            _add(out, frame.ident, body, where)
    return out.result()


def read_id3v1(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the fields of the 128 bytes of an ID3v1 tag, named `ID3v1:Title` and so on."""
    out = Collector(limits)
    fields = (("Title", 3, 30), ("Artist", 33, 30), ("Album", 63, 30), ("Year", 93, 4), ("Comment", 97, 30))
    for name, at, size in fields:
        text = text_of(data[at : at + size].split(b"\0", 1)[0]).strip()
        if text:
            out.add("ID3", f"ID3v1:{name}", text, where=where)
    return out.result()


def read_ape(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the items of an APEv2 tag, named `APEv2:key`.

    Args:
        data: The tag, with or without its header, with its footer.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out = Collector(limits)
    at = 32 if data[:8] == b"APETAGEX" else 0
    end = len(data) - 32
    for _ in range(_MAX_ITEMS):
        if at + 9 > end or out.closed():
            break
        size, flags = number(data, at, 4, "little"), number(data, at + 4, 4, "little")
        close = data.find(b"\0", at + 8, at + 8 + 256)
        if close < 0 or close + 1 + size > end:
            out.problem(f"{where}: an item goes beyond the end of the APEv2 tag.")
            break
        value = data[close + 1 : close + 1 + size]
        binary = flags >> 1 & 3 == 1
        name = data[at + 8 : close].decode("latin-1")
        out.add("ID3", f"APEv2:{name}", hex_of(value) if binary else text_of(value), where=where)
        at = close + 1 + size
    return out.result()


def _content(out: Collector, body: bytes, frame: Frame, tag: Tag, where: str) -> bytes | None:
    """Return the content of a frame without its compression and extra headers; None where it is encrypted."""
    flags, version = frame.flags, tag.version
    if not flags or version == 2:
        return body
    if flags & _ENCRYPTED[version]:
        out.add("ID3", frame.ident, f"encrypted, {len(body):,} bytes", where=where)
        return None
    packed = bool(flags & _COMPRESSED[version])
    if version == 3 and packed:
        body = body[4:]
    if flags & _GROUPED[version]:
        body = body[1:]
    if version == 4 and flags & _LENGTH:
        body = body[4:]
    if version == 4 and flags & _UNSYNCHRONISED:
        body = body.replace(b"\xff\0", b"\xff")
    if not packed:
        return body
    most = out.limits.max_value_bytes
    try:
        return zlib.decompressobj().decompress(body, most) if out.spend(most) else None
    except zlib.error:
        out.problem(f"{where}: the compressed frame {frame.ident} is damaged.")
        return None


def _add(out: Collector, ident: str, body: bytes, where: str) -> None:
    if ident in _PAIRS:
        description, rest = _split(body[1:], body[:1])
        value = text_of(rest) if ident[0] == "W" else _decoded(rest, body[:1])
        out.add("ID3", f"{ident}:{description}" if description else ident, value, where=where)
    elif ident[0] == "T":
        out.add("ID3", ident, _decoded(body[1:], body[:1]), where=where)
    elif ident[0] == "W":
        out.add("ID3", ident, text_of(body), where=where)
    elif ident in _COMMENTS:
        description, rest = _split(body[4:], body[:1])
        out.add(
            "ID3", f"{ident}:{description}" if description else ident, _decoded(rest, body[:1]), where=where
        )
    elif ident in ("PRIV", "UFID", "UFI"):
        owner, _, rest = body.partition(b"\0")
        out.add("ID3", f"{ident}:{text_of(owner)}", value_of(rest), where=where)
    elif ident in ("GEOB", "GEO"):
        mime, _, rest = body[1:].partition(b"\0")
        filename, rest = _split(rest, body[:1])
        description, rest = _split(rest, body[:1])
        texts = [text_of(mime), filename, description, f"{len(rest):,} bytes"]
        out.add("ID3", ident, ", ".join(t for t in texts if t), where=where)
    elif ident in ("APIC", "PIC"):
        kind = text_of(body[1:].split(b"\0", 1)[0]) if ident == "APIC" else text_of(body[1:4])
        out.add("ID3", ident, f"{kind}, {len(body):,} bytes", where=where)
    else:
        out.add("ID3", ident, hex_of(body), where=where)


def _decoded(data: bytes, encoding: bytes) -> str:
    """Return a text; several values of one frame are divided by a slash with blanks."""
    code = encoding[0] if encoding else 0
    if code not in _CODECS:
        return text_of(encoding + data)
    # UTF-8 written where Latin-1 is stated is common.
    text = text_of(data) if code == 0 else data.decode(_CODECS[code], "replace")
    return " / ".join(t.strip("\ufeff") for t in text.strip("\0").split("\0"))


def _split(data: bytes, encoding: bytes) -> tuple[str, bytes]:
    """Return the text up to the first terminator, and the rest."""
    if encoding in (b"\1", b"\2"):
        at = data.find(b"\0\0")
        while at >= 0 and at % 2:
            at = data.find(b"\0\0", at + 1)
        if at < 0:
            return "", data
        return _decoded(data[:at], encoding), data[at + 2 :]
    first, found, rest = data.partition(b"\0")
    return (_decoded(first, encoding), rest) if found else ("", data)
