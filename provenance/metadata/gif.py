"""Metadata of GIF files: comments and application extensions."""

from __future__ import annotations

from provenance.containers.part import Container, Part
from provenance.metadata.collect import Collector, text_of
from provenance.metadata.icc import read_icc
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_gif"]

_TRAILER = 258
"""Bytes behind an XMP packet that lead every reader of sub-blocks to its end."""


def collect_gif(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a GIF file.

    Args:
        source: The opened file.
        container: Its blocks.
        out: Takes the entries.
    """
    for part in container.parts:
        if out.closed():
            break
        where = f"GIF {part.path} block at byte {part.offset}"
        if part.path in ("Comment", "PlainText"):
            skip = 13 if part.path == "PlainText" else 0
            out.add("GIF", part.path, text_of(_joined(out, source, part, skip)), where=where)
        elif part.path.startswith("Application("):
            name = part.path[12:-1]
            if name == "XMP DataXMP":
                out.parse(read_xmp, out.body(source, part, skip=12)[:-_TRAILER], where=where)
            elif name.startswith("ICCRGBG1"):
                out.parse(read_icc, _joined(out, source, part, 12), where=where)
            elif not name.startswith("C2PA"):  # credentials are read by the engine
                out.add("GIF", "Application", f"{name}, {part.body_size - 12:,} bytes", where=where)


def _joined(out: Collector, source: Source, part: Part, skip: int) -> bytes:
    """Return the content of a chain of sub-blocks, cut one byte beyond the longest value."""
    data, at, joined = out.body(source, part, skip=skip), 0, bytearray()
    most = out.limits.max_value_bytes + 1
    while at < len(data) and data[at] and len(joined) < most:
        joined += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return bytes(joined[:most])
