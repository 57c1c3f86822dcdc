"""`strip_to`: a copy of a file that tells nothing but what a policy allows."""

from __future__ import annotations

from importlib import import_module
from typing import BinaryIO

from provenance.privacy.copying import Job, refused, walk_whole
from provenance.privacy.policy import PrivacyPolicy
from provenance.source import Source

__all__ = ["REFUSALS", "WRITERS", "strip_to"]

WRITERS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "riff",
    "image/tiff": "tiff",
    "audio/wav": "riff",
    "video/x-msvideo": "riff",
    "image/heic": "bmff",
    "image/heif": "bmff",
    "image/avif": "bmff",
    "audio/mp4": "bmff",
    "video/mp4": "bmff",
    "video/quicktime": "bmff",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "image/svg+xml": "svg",
    "image/jxl": "jxl",
}
"""Module of this package for each media type; it has `strip_<module>`."""

REFUSALS = {
    "application/pdf": "PDF keeps metadata, attachments and earlier versions in compressed objects that Assay does "
    "not rewrite",
    "image/x-adobe-dng": "in a DNG what developing needs, what the maker wrote and the previews hang together",
    "application/c2pa": "it is a manifest store, not a picture or recording",
}
"""Why a type is refused; each goes on behind “cannot be stripped safely:”."""


def strip_to(source: Source, target: BinaryIO, policy: PrivacyPolicy, *, keep_manifest: bool = False) -> None:
    """Write a copy of a file whose picture and sound are the same bytes, without what a policy does not allow.

    Compressed picture and sound data are copied as they are, never decoded. The file is streamed; only its
    metadata is held in memory.

    Args:
        source: The original, opened read-only.
        target: Takes the copy from its current position on; after an error what it holds is of no use.
        policy: What the copy may tell.
        keep_manifest: Whether an embedded C2PA manifest store is copied; signing again wants it gone, since
            the history is read from the original.

    Raises:
        UnsupportedTypeError: A file of this kind cannot be stripped safely; the hint says what to do.
        LimitError: It has more parts or longer metadata than the limits allow.
        UnreadableError: The medium failed, or the file is too damaged to be copied in parts.
    """
    name = WRITERS.get(source.media_type)
    if name is None:
        reason = REFUSALS.get(source.media_type, f"there is no way to do so for {source.media_type}")
        raise refused(source, reason)
    module = import_module(f"provenance.privacy.{name}")
    job = Job(
        source=source,
        container=walk_whole(source),
        target=target,
        policy=policy,
        keep_manifest=keep_manifest,
    )
    getattr(module, f"strip_{name}")(job)
