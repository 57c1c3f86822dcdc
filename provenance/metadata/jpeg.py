"""Metadata of JPEG files: application segments and comments."""

from __future__ import annotations

from dataclasses import dataclass, field

from provenance.containers.build import number
from provenance.containers.part import Container, Part
from provenance.containers.tiff import Tiff
from provenance.metadata.collect import Collector, is_text, text_of
from provenance.metadata.exif import read_exif
from provenance.metadata.icc import read_icc
from provenance.metadata.iptc import read_photoshop
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_jpeg"]

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_HEAD = len(_EXTENSION) + 32 + 8
_PHOTOSHOP = b"Photoshop 3.0\0"
_ICC = b"ICC_PROFILE\0"
_PICTURES = 0xB001
"""Tag of the multi-picture format for the number of pictures."""


@dataclass(slots=True)
class _Spread:
    """Blocks that are spread over several segments."""

    icc: list[bytes] = field(default_factory=list)
    icc_at: str = ""
    photoshop: list[bytes] = field(default_factory=list)
    photoshop_at: str = ""
    extended: dict[str, dict[int, bytes]] = field(default_factory=dict)
    extended_sizes: dict[str, int] = field(default_factory=dict)


def collect_jpeg(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a JPEG file.

    Args:
        source: The opened file.
        container: Its segments.
        out: Takes the entries.
    """
    spread = _Spread()
    for part in container.parts:
        if out.closed():
            break
        if part.path == "COM":
            out.add("JPEG", "Comment", out.body(source, part), where=_where(part))
        elif part.path.startswith("APP"):
            _segment(out, part, out.body(source, part), spread)
    _join(out, spread)


def _where(part: Part) -> str:
    return f"JPEG {part.path} segment at byte {part.offset}"


def _segment(out: Collector, part: Part, data: bytes, spread: _Spread) -> None:
    where, name = _where(part), part.path
    if name == "APP0" and data[:5] == b"JFIF\0":
        _jfif(out, data, where)
    elif name == "APP1" and data[:4] == b"Exif":
        out.parse(read_exif, data, where=where)
    elif name == "APP1" and data.startswith(_XMP):
        out.parse(read_xmp, data[len(_XMP) :], where=where)
    elif name == "APP1" and data.startswith(_EXTENSION):
        _extension(out, data, spread)
    elif name == "APP1" and b"<x:xmpmeta" in data[:256]:  # writers that invent an identifier
        out.parse(read_xmp, data[data.index(b"<x:xmpmeta") :], where=where)
    elif name == "APP2" and data.startswith(_ICC):
        spread.icc.append(data[len(_ICC) + 2 :])
        spread.icc_at = spread.icc_at or where
    elif name == "APP2" and data[:4] == b"MPF\0":
        out.add("JPEG", "MPF", _pictures(out, data[4:]), where=where)
    elif name == "APP13" and data.startswith(_PHOTOSHOP):
        spread.photoshop.append(data[len(_PHOTOSHOP) :])
        spread.photoshop_at = spread.photoshop_at or where
    elif name == "APP14" and data[:5] == b"Adobe" and len(data) >= 12:
        out.add("Adobe", "DCTEncodeVersion", str(number(data, 5, 2)), where=where)
        out.add("Adobe", "ColorTransform", str(data[11]), where=where)
    elif not (name == "APP11" and data[:2] == b"JP"):  # JUMBF belongs to the credentials
        _unknown(out, name, data, where)


def _jfif(out: Collector, data: bytes, where: str) -> None:
    if len(data) < 12:
        out.problem(f"{where}: the JFIF header is too short.")
        return
    out.add("JFIF", "JFIFVersion", f"{data[5]}.{data[6]:02d}", where=where)
    out.add("JFIF", "ResolutionUnit", {0: "none", 1: "inch", 2: "cm"}.get(data[7], str(data[7])), where=where)
    out.add("JFIF", "XResolution", str(number(data, 8, 2)), where=where)
    out.add("JFIF", "YResolution", str(number(data, 10, 2)), where=where)
    if data[12:14].strip(b"\0"):
        out.add("JFIF", "Thumbnail", " x ".join(map(str, data[12:14])), where=where)


def _pictures(out: Collector, data: bytes) -> str:
    tiff = Tiff(lambda at, size: data[at : at + size], len(data), out.limits)
    for directory in tiff.directories():
        count = tiff.numbers(directory.field(_PICTURES), 1)
        if count:
            return f"{count[0]} pictures"
    return f"{len(data):,} bytes"


def _extension(out: Collector, data: bytes, spread: _Spread) -> None:
    at = len(_EXTENSION)
    guid = data[at : at + 32].decode("latin-1")
    if len(data) <= _EXTENSION_HEAD:
        out.problem("A segment of Extended XMP is empty.")
        return
    spread.extended_sizes[guid] = number(data, at + 32, 4)
    spread.extended.setdefault(guid, {})[number(data, at + 36, 4)] = data[_EXTENSION_HEAD:]


def _unknown(out: Collector, name: str, data: bytes, where: str) -> None:
    if b"AIGC" in data[:256] and b"{" in data[:256] and is_text(data[data.find(b"{") :]):
        # The Chinese labelling standard allows its JSON in an application segment of its own.
        out.add("TC260", "AIGC", text_of(data[max(data.find(b"{"), 0) :]), where=where)
        return
    ident = data[:64].split(b"\0", 1)[0]
    label = text_of(ident) if ident and is_text(ident) else "no identifier"
    out.add("JPEG", name, f"{label}, {len(data):,} bytes", where=where)


def _join(out: Collector, spread: _Spread) -> None:
    if spread.icc:
        out.parse(read_icc, b"".join(spread.icc), where=spread.icc_at)
    if spread.photoshop:
        out.parse(read_photoshop, b"".join(spread.photoshop), where=spread.photoshop_at)
    named = {e.value.upper() for e in out.entries if e.name == "xmpNote:HasExtendedXMP"}
    for guid, chunks in spread.extended.items():
        if guid.upper() not in named:
            out.problem("There is Extended XMP that the main XMP packet does not name.")
        at, joined = 0, list[bytes]()
        while (chunk := chunks.get(at)) is not None:
            joined.append(chunk)
            at += len(chunk)
        if at < spread.extended_sizes[guid]:
            out.problem(
                f"Extended XMP is incomplete: {at:,} of {spread.extended_sizes[guid]:,} bytes are there."
            )
        elif joined:
            out.parse(read_xmp, b"".join(joined), where="JPEG APP1 segments, Extended XMP")
