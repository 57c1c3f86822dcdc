"""Metadata of RIFF files: WebP, WAV and AVI."""

from __future__ import annotations

from provenance.containers.part import Container
from provenance.metadata.collect import Collector, text_of
from provenance.metadata.exif import read_exif
from provenance.metadata.icc import read_icc
from provenance.metadata.id3 import read_id3
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_riff"]

_READERS = {
    "EXIF": read_exif, "XMP": read_xmp, "_PMX": read_xmp, "ICCP": read_icc, "id3": read_id3, "ID3": read_id3,
}  # fmt: skip
_TEXTS = frozenset({"iXML", "axml", "IDIT", "aXML", "AIGC"})
_MEDIA = frozenset(
    {
        "RIFF",
        "fmt",
        "data",
        "fact",
        "VP8",
        "VP8L",
        "VP8X",
        "ALPH",
        "ANIM",
        "ANMF",
        "avih",
        "strh",
        "strf",
        "idx1",
    }
    | {"JUNK", "junk", "PAD", "FLLR", "ds64", "C2PA", "indx", "dmlh", "vprp", "PEAK", "strd"}
)
"""Chunks that describe the media, or the credentials, and are no metadata."""

_BEXT = (
    ("Description", 0, 256), ("Originator", 256, 32), ("OriginatorReference", 288, 32),
    ("OriginationDate", 320, 10), ("OriginationTime", 330, 8),
)  # fmt: skip
_BEXT_FIXED = 602


def collect_riff(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a RIFF file.

    Args:
        source: The opened file.
        container: Its chunks.
        out: Takes the entries.
    """
    form = {"image/webp": "WebP", "audio/wav": "WAV"}.get(container.media_type, "AVI")
    for part in container.parts:
        if out.closed():
            break
        where = f"{form} {part.path} chunk at byte {part.offset}"
        name = part.name
        if "/LIST(INFO)/" in part.path and not name.startswith("LIST("):
            out.add("RIFF", name, text_of(out.body(source, part)), where=where)
        elif name in _READERS:
            out.parse(_READERS[name], out.body(source, part), where=where)
        elif name == "bext":
            _broadcast(out, out.body(source, part), where)
        elif name in _TEXTS or (len(name) == 4 and name[0] == "I" and name.isupper()):
            # Some writers put items of INFO, which begin with an I, outside of their list.
            out.add("RIFF", name, text_of(out.body(source, part)), where=where)
        elif name not in _MEDIA and not name.startswith(("LIST(", "RIFF")):
            out.add("WebP" if form == "WebP" else "RIFF", name, f"{part.body_size:,} bytes", where=where)


def _broadcast(out: Collector, data: bytes, where: str) -> None:
    """Add the fields of the broadcast wave extension (EBU Tech 3285)."""
    for name, at, size in _BEXT:
        text = text_of(data[at : at + size].split(b"\0", 1)[0])
        if text:
            out.add("RIFF", f"bext:{name}", text, where=where)
    history = text_of(data[_BEXT_FIXED:])
    if history:
        out.add("RIFF", "bext:CodingHistory", history, where=where)
