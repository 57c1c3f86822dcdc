"""Metadata of TIFF and DNG files: the tags of every directory."""

from __future__ import annotations

from provenance.containers.build import Window
from provenance.containers.part import Container
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector
from provenance.metadata.exif import read_tiff
from provenance.source import Source

__all__ = ["collect_tiff"]


def collect_tiff(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a TIFF or DNG file.

    Args:
        source: The opened file.
        container: Its directories.
        out: Takes the entries.
    """
    window = Window(source)

    def read(_: bytes, *, where: str, limits: Limits) -> Block:
        return read_tiff(window.get, source.size, where=where, limits=limits)

    kind = "DNG" if container.media_type == "image/x-adobe-dng" else "TIFF"
    out.parse(read, b"", where=kind)
