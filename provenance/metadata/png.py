"""Metadata of PNG files: text chunks, EXIF, XMP, colour profile and time."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from provenance.containers.build import number
from provenance.containers.part import Container, Part
from provenance.metadata.collect import Block, Collector, text_of
from provenance.metadata.exif import read_exif
from provenance.metadata.icc import read_icc
from provenance.metadata.iptc import read_iptc, read_photoshop
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_png"]

_CHECKSUM = 4
_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "
_PICTURE = frozenset(
    {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD"}
    | {"hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT", "caBX"}
)
"""Chunks that describe the picture, or the credentials, and are no metadata."""


def collect_png(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a PNG file.

    Args:
        source: The opened file.
        container: Its chunks.
        out: Takes the entries.
    """
    for part in container.parts:
        if out.closed():
            break
        if part.path in _PICTURE:
            continue
        where = f"PNG {part.path} chunk at byte {part.offset}"
        data = out.body(source, part)
        # A chunk that was cut off has no checksum to take away.
        data = data[:-_CHECKSUM] if part.end < source.size or container.trailing == 0 else data
        if part.path in ("tEXt", "zTXt", "iTXt"):
            _text(out, part, data, where)
        elif part.path == "eXIf":
            out.parse(read_exif, data, where=where)
        elif part.path == "iCCP":
            packed = data.partition(b"\0")[2][1:]
            out.parse(read_icc, _inflated(out, packed, where)[0], where=where)
        elif part.path == "tIME" and len(data) >= 7:
            year, rest = number(data, 0, 2), data[2:7]
            out.add("PNG", "tIME", "{}-{:02}-{:02} {:02}:{:02}:{:02} UTC".format(year, *rest), where=where)
        else:
            out.add("PNG", part.path, f"{len(data):,} bytes", where=where)


def _text(out: Collector, part: Part, data: bytes, where: str) -> None:
    raw, _, rest = data.partition(b"\0")
    keyword, cut, packed = raw.decode("latin-1"), False, part.path == "zTXt"
    if part.path == "iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    elif packed:
        rest = rest[1:]
    if packed:
        rest, cut = _inflated(out, rest, where)
    if keyword == _XMP:
        out.parse(read_xmp, rest, where=where)
    elif keyword.startswith(_RAW):
        _raw_profile(out, keyword.removeprefix(_RAW).strip().lower(), rest, where)
    else:
        out.add("PNG", keyword, text_of(rest), where=where, truncated=cut)


def _inflated(out: Collector, data: bytes, where: str) -> tuple[bytes, bool]:
    """Return at most the longest value of decompressed data, and whether there was more."""
    most = out.limits.max_value_bytes
    if not out.spend(most if len(data) > 4096 else 256 * len(data)):
        return b"", True
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, most)
    except zlib.error:
        out.problem(f"{where}: the compressed data is damaged.")
        return b"", False
    return text, bool(unpacker.unconsumed_tail)


def _raw_profile(out: Collector, kind: str, text: bytes, where: str) -> None:
    """Decode ImageMagick's habit of keeping profiles as hexadecimal text: name, length, digits."""
    lines = text.strip().split(b"\n", 2)
    try:
        data = bytes.fromhex(lines[2].decode("ascii")) if len(lines) == 3 else b""
    except ValueError:
        data = b""
    if not data:
        out.problem(f"{where}: the profile is no hexadecimal text.")
        return
    reader = _reader(kind, data)
    if reader is None:
        out.add("PNG", _RAW + kind, f"{len(data):,} bytes", where=where)
        return
    if reader is read_xmp:
        data = data[max(data.find(b"<"), 0) :]
    elif reader is read_photoshop:
        data = data.removeprefix(b"Photoshop 3.0\0")
    out.parse(reader, data, where=where)


def _reader(kind: str, data: bytes) -> Callable[..., Block] | None:
    if data[:4] == b"Exif" or data[:4] in (b"II*\0", b"MM\0*"):
        return read_exif
    if kind == "xmp" or data.startswith(b"http://ns.adobe.com/xap/"):
        return read_xmp
    if kind in ("iptc", "8bim"):
        return read_iptc if data[:1] == b"\x1c" else read_photoshop
    return read_icc if kind in ("icc", "icm") else None
