"""Reads all metadata of a file: picks the collector that knows where its container keeps some."""

from __future__ import annotations

from importlib import import_module

from provenance.containers.part import Container
from provenance.metadata.collect import Collector
from provenance.metadata.entry import Metadata
from provenance.source import Source

__all__ = ["read_metadata"]

_COLLECTORS = {
    "image/jpeg": "jpeg.collect_jpeg",
    "image/png": "png.collect_png",
    "image/gif": "gif.collect_gif",
    "image/webp": "riff.collect_riff",
    "audio/wav": "riff.collect_riff",
    "video/x-msvideo": "riff.collect_riff",
    "image/tiff": "tiff.collect_tiff",
    "image/x-adobe-dng": "tiff.collect_tiff",
    "image/avif": "bmff.collect_bmff",
    "image/heic": "bmff.collect_bmff",
    "image/heif": "bmff.collect_bmff",
    "image/jxl": "bmff.collect_bmff",
    "audio/mp4": "bmff.collect_bmff",
    "video/mp4": "bmff.collect_bmff",
    "video/quicktime": "bmff.collect_bmff",
    "audio/mpeg": "mp3.collect_mp3",
    "audio/flac": "vorbis.collect_flac",
    "application/pdf": "pdf.collect_pdf",
    "image/svg+xml": "svg.collect_svg",
}
"""Module of this package and function for each media type."""


def read_metadata(source: Source, container: Container) -> Metadata:
    """Return the metadata entries of a file, in file order, within the limits of the source.

    Content that breaks the rules never raises; `problems` says what could not be read. C2PA manifests
    are not metadata here: `provenance.verification` reads them.

    Args:
        source: The opened file.
        container: Its parts, from `provenance.containers.walker.walk`.

    Raises:
        UnreadableError: The medium failed.
    """
    out = Collector(source.limits)
    known = _COLLECTORS.get(container.media_type)
    if known:
        module, function = known.split(".")
        getattr(import_module(f"provenance.metadata.{module}"), function)(source, container, out)
    return out.metadata()
