"""PNG chunks (W3C PNG, third edition): names and sizes in file order."""

from __future__ import annotations

from provenance.containers.build import Builder, Window
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_png", "walk_png"]

_SIGNATURE = 8


def walk_png(source: Source) -> Container:
    """Return the chunks of a PNG or APNG file. A part spans length, name, data and checksum.

    Args:
        source: The opened file.
    """
    build, window, at = Builder(source), Window(source), _SIGNATURE
    build.width, build.height, _ = measure_png(source)
    if build.width is None:
        build.problem("The first chunk is not a complete IHDR.")
    while True:
        head = window.get(at, 8)
        if len(head) < 8 or not head[4:8].isalpha():
            build.problem(f"No chunk begins at byte {at:,}, and IEND was not met before.")
            break
        name, size = head[4:8].decode("ascii"), 12 + int.from_bytes(head[:4], "big")
        if at + size > source.size:
            build.problem(f"The {name} chunk at byte {at:,} goes beyond the end of the file.")
        if not build.part(name, at, size, header=8):
            break
        at = min(at + size, source.size)
        if name == "IEND":
            break
    if not any(p.path == "IDAT" for p in build.parts) and not build.full:
        build.problem("There is no picture data.")
    return build.done(at)


def measure_png(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height from IHDR."""
    head = source.read(_SIGNATURE, 16)
    if len(head) < 16 or head[4:8] != b"IHDR":
        return None, None, None
    return int.from_bytes(head[8:12], "big") or None, int.from_bytes(head[12:16], "big") or None, None
