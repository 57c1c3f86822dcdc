"""Metadata of FLAC files: Vorbis comments, pictures and application blocks (RFC 9639)."""

from __future__ import annotations

from provenance.containers.build import number
from provenance.containers.part import Container
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, text_of, value_of
from provenance.metadata.id3 import read_id3
from provenance.source import Source

__all__ = ["collect_flac", "read_vorbis"]


def collect_flac(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a FLAC file.

    Args:
        source: The opened file.
        container: Its metadata blocks.
        out: Takes the entries.
    """
    for part in container.parts:
        if out.closed():
            break
        where = f"FLAC {part.path} block at byte {part.offset}"
        if part.path == "VORBIS_COMMENT":
            out.parse(read_vorbis, out.body(source, part), where=where)
        elif part.path == "ID3v2":
            out.parse(read_id3, source.read(part.offset, part.size), where=where)
        elif part.path == "PICTURE":
            _picture(out, out.body(source, part), where)
        elif part.path == "APPLICATION":
            ident = source.read(part.body, 4)
            out.add("Vorbis", "APPLICATION", f"{value_of(ident)}, {part.body_size:,} bytes", where=where)


def read_vorbis(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the vendor and the comments, named as written, e.g. `TITLE`.

    Args:
        data: The comment block.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out = Collector(limits)
    size = number(data, 0, 4, "little")
    out.add("Vorbis", "vendor", text_of(data[4 : 4 + size]), where=where)
    at = 8 + size
    for _ in range(min(number(data, 4 + size, 4, "little"), limits.max_entries)):
        size = number(data, at, 4, "little")
        if at + 4 + size > len(data):
            out.problem(f"{where}: a comment goes beyond the end of its block.")
            break
        name, _, value = data[at + 4 : at + 4 + size].partition(b"=")
        out.add("Vorbis", text_of(name), text_of(value), where=where)
        at += 4 + size
    return out.result()


def _picture(out: Collector, data: bytes, where: str) -> None:
    size = number(data, 4, 4)
    at = 8 + size
    words = [
        text_of(data[8:at]),
        text_of(data[at + 4 : at + 4 + number(data, at, 4)]),
        f"{len(data):,} bytes",
    ]
    out.add("Vorbis", "PICTURE", ", ".join(w for w in words if w), where=where)
