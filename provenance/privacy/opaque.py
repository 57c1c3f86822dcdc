"""What a file holds that no metadata reader lists: unknown parts, gaps between parts, bytes after the end.

One module a container looks inside; they share the tables of what is known with the writers, and nothing else.
"""

from __future__ import annotations

from importlib import import_module

from provenance.containers.part import Container
from provenance.privacy.fields import DisclosedField, Group
from provenance.source import Source

__all__ = ["opaque_fields"]

_FINDERS = {
    "image/jpeg": "stills.find_jpeg",
    "image/png": "stills.find_png",
    "image/gif": "stills.find_gif",
    "image/webp": "chunks.find_riff",
    "image/tiff": "pages.find_tiff",
    "image/x-adobe-dng": "pages.find_tiff",
    "audio/wav": "chunks.find_riff",
    "video/x-msvideo": "chunks.find_riff",
    "image/heic": "boxes.find_bmff",
    "image/heif": "boxes.find_bmff",
    "image/avif": "boxes.find_bmff",
    "audio/mp4": "boxes.find_bmff",
    "video/mp4": "boxes.find_bmff",
    "video/quicktime": "boxes.find_bmff",
    "audio/mpeg": "sounds.find_mp3",
    "audio/flac": "sounds.find_flac",
    "image/svg+xml": "drawings.find_svg",
    "image/jxl": "boxes.find_jxl",
}
"""Module of `provenance.privacy.hidden` and function for each media type."""


def opaque_fields(source: Source, container: Container) -> list[DisclosedField]:
    """Return what the metadata readers do not list.

    Args:
        source: The opened file.
        container: Its parts.
    """
    found = list[DisclosedField]()
    known = _FINDERS.get(source.media_type)
    if known:
        module, function = known.split(".")
        found += getattr(import_module(f"provenance.privacy.hidden.{module}"), function)(source, container)
    if len(container.parts) >= source.limits.max_parts:
        found.append(
            DisclosedField(
                name="parts beyond the limit", where="the rest of the file", value="not read", group="other"
            )
        )
    if container.trailing:
        found.append(_trailing(source, container))
    return found


def _trailing(source: Source, container: Container) -> DisclosedField:
    head = source.read(container.end, 12)
    picture = head[:3] == b"\xff\xd8\xff" or head[4:8] == b"ftyp"
    group: Group = "thumbnail" if picture else "other"
    return DisclosedField(
        name="further picture or clip" if picture else "data after the end",
        where=f"from byte {container.end} on",
        value=f"{container.trailing:,} bytes",
        group=group,
    )
