"""Picks the module that knows a container. `walk` lists its parts, `measure` only reads its dimensions."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure", "walk"]

_MODULES = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "riff",
    "audio/wav": "riff",
    "video/x-msvideo": "riff",
    "image/tiff": "tiff",
    "image/x-adobe-dng": "tiff",
    "image/avif": "bmff",
    "image/heic": "bmff",
    "image/heif": "bmff",
    "audio/mp4": "bmff",
    "video/mp4": "bmff",
    "video/quicktime": "bmff",
    "application/c2pa": "bmff",
    "image/jxl": "jxl",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "application/pdf": "pdf",
    "image/svg+xml": "svg",
}
"""Module of this package for each media type; it has `walk_<module>` and `measure_<module>`."""


def walk(source: Source) -> Container:
    """Return the parts of a file without decoding any of them.

    Content that breaks the container's rules never raises: the walk returns what it got and says in
    `problems` what was wrong.

    Args:
        source: The opened file; its media type picks the rules.

    Raises:
        UnreadableError: The medium failed.
    """
    name = _MODULES.get(source.media_type)
    if name is None:
        return Container(media_type=source.media_type, end=source.size)
    module = import_module(f"provenance.containers.{name}")
    return cast(Container, getattr(module, f"walk_{name}")(source))


def measure(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height in pixels and duration in seconds, as the container states them.

    Reads as little as the format allows; for JPEG nothing after the first frame header.

    Args:
        source: The opened file.

    Raises:
        UnreadableError: The medium failed.
    """
    name = _MODULES.get(source.media_type)
    if name is None:
        return None, None, None
    module = import_module(f"provenance.containers.{name}")
    return cast("tuple[int | None, int | None, float | None]", getattr(module, f"measure_{name}")(source))
