"""PDF (ISO 32000): header and end-of-file markers only, to see revisions and foreign data at the end."""

from __future__ import annotations

from provenance.containers.build import Builder
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_pdf", "walk_pdf"]

_EOF = b"%%EOF"
_BLOCK = 1 << 20
_MAX_SCAN = 1 << 28
"""Bytes at the end of the file that are searched for end-of-file markers."""


def walk_pdf(source: Source) -> Container:
    """Return the `%PDF` header and every `%%EOF`; more than one means that the file was saved in steps.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    head = source.read(0, 1024 + 5)
    start = max(head.find(b"%PDF-"), 0)
    if start:
        build.problem(f"{start:,} bytes stand before the PDF header.")
    build.part("%PDF", start, 8, header=8)
    end = start + 8
    at = max(end, source.size - _MAX_SCAN)
    while at < source.size:
        block = source.read(at, _BLOCK)
        here = block.find(_EOF)
        while here >= 0:
            if not build.part("%%EOF", at + here, len(_EOF), header=len(_EOF)):
                return build.done(source.size)
            end = at + here + len(_EOF)
            here = block.find(_EOF, here + 1)
        # The overlap is one byte short of a marker, so that none is missed and none counted twice.
        at += max(len(block) - len(_EOF) + 1, 1)
    if build.parts[-1].path != "%%EOF":
        build.problem("The file has no end-of-file marker.")
        return build.done(source.size)
    ending = source.read(end, 2)
    return build.done(end + (2 if ending == b"\r\n" else 1 if ending[:1] in (b"\r", b"\n") else 0))


def measure_pdf(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return nothing: a PDF has pages, not pixels."""
    return None, None, None
