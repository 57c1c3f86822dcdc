"""FLAC metadata blocks (RFC 9639); the audio frames are one part."""

from __future__ import annotations

from provenance.containers.build import Builder, Window
from provenance.containers.id3 import tag_size
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_flac", "walk_flac"]

_NAMES = ("STREAMINFO", "PADDING", "APPLICATION", "SEEKTABLE", "VORBIS_COMMENT", "CUESHEET", "PICTURE")


def walk_flac(source: Source) -> Container:
    """Return `ID3v2` where a tag stands before the stream, `fLaC`, the metadata blocks, and `frames`.

    Args:
        source: The opened file.
    """
    build, window = Builder(source), Window(source, block=64)
    at = tag_size(window.get(0, 10))
    if at:
        build.part("ID3v2", 0, at, header=10)
    if window.get(at, 4) != b"fLaC":
        build.problem(f"No FLAC stream begins at byte {at:,}.")
        return build.done(at)
    build.part("fLaC", at, 4, header=4)
    at, last = at + 4, False
    while not last:
        head = window.get(at, 4)
        if len(head) < 4:
            build.problem("The file ends inside its metadata blocks.")
            return build.done(source.size)
        last, kind, size = bool(head[0] & 0x80), head[0] & 0x7F, 4 + int.from_bytes(head[1:], "big")
        name = _NAMES[kind] if kind < len(_NAMES) else f"BLOCK{kind}"
        if at + size > source.size:
            build.problem(f"The {name} block at byte {at:,} goes beyond the end of the file.")
        if not build.part(name, at, size, header=4):
            return build.done(at)
        at += size
    if at < source.size:
        build.part("frames", at, source.size - at, header=0)
    build.seconds = measure_flac(source)[2]
    return build.done(source.size)


def measure_flac(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return the duration from STREAMINFO: samples over sample rate."""
    at = tag_size(source.read(0, 10))
    head = source.read(at, 26)
    if len(head) < 26 or head[:4] != b"fLaC" or head[4] & 0x7F:
        return None, None, None
    bits = int.from_bytes(head[18:26], "big")
    rate, samples = bits >> 44, bits & (1 << 36) - 1
    return None, None, samples / rate if rate and samples else None
