"""GIF blocks (GIF89a specification): header, extensions, pictures, trailer."""

from __future__ import annotations

from provenance.containers.build import Builder, Window, printable
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_gif", "walk_gif"]

_EXTENSIONS = {0xF9: "GraphicControl", 0xFE: "Comment", 0x01: "PlainText"}
_MAX_STEPS = 4_000_000
"""Most sub-blocks followed in one file: a gigabyte of full ones, and a second of hostile ones."""


class _Steps:
    """Follows chains of sub-blocks, with one budget for the whole file."""

    def __init__(self, source: Source) -> None:
        self._window = Window(source, block=1 << 16)
        self.left = _MAX_STEPS

    def end(self, at: int) -> int | None:
        """Return the first byte after the chain that begins at `at`; None where it does not end."""
        while self.left > 0:
            block, here = self._window.get(at, 1 << 16), 0
            if not block:
                return None
            while here < len(block) and self.left > 0:
                size = block[here]
                here += size + 1
                self.left -= 1
                if size == 0:
                    return at + here
            at += here
        return None


def walk_gif(source: Source) -> Container:
    """Return the blocks of a GIF file: `Header`, `Comment`, `Application(...)`, `Image`, `Trailer` and so on.

    Args:
        source: The opened file.
    """
    build, window, steps = Builder(source), Window(source, block=64), _Steps(source)
    build.width, build.height, _ = measure_gif(source)
    flags = window.number(10, 1)
    at = 13 + _table(flags)
    build.part("Header", 0, at, header=6)
    while at < source.size:
        head = window.get(at, 16)
        if head[0] == 0x3B:
            build.part("Trailer", at, 1, header=1)
            return build.done(at + 1)
        if head[0] == 0x21 and len(head) > 2:
            path, header = _extension(head), 2
            end = steps.end(at + 2)
        elif head[0] == 0x2C and len(head) >= 10:
            path, header = "Image", 10 + _table(head[9])
            end = steps.end(at + header + 1)
        else:
            build.problem(f"No block begins at byte {at:,}.")
            return build.done(at)
        if end is None or end > source.size:
            build.problem(f"The {path} block at byte {at:,} does not end.")
            end = source.size
        if not build.part(path, at, end - at, header=header):
            return build.done(at)
        at = end
    build.problem("The file ends without a trailer.")
    return build.done(at)


def measure_gif(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height of the logical screen."""
    head = source.read(6, 4)
    return int.from_bytes(head[:2], "little") or None, int.from_bytes(head[2:], "little") or None, None


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(head: bytes) -> str:
    if head[1] == 0xFF and head[2] == 11:
        return f"Application({printable(head[3:14])})"
    return _EXTENSIONS.get(head[1], f"Extension{head[1]:02X}")
