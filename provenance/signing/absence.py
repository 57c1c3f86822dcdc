"""A quick look whether a file can carry Content Credentials at all, so that most sources need not go to the engine.

The engine takes as long to find nothing in a file as to check its signature. Every container below stores a manifest
as plain JUMBF and a reference to a remote one as plain XMP, so a file with neither word in it has neither. A word that
stands there by chance only costs the time that was to be saved.
"""

from __future__ import annotations

from provenance.credentials.sidecar import beside
from provenance.source import Source

__all__ = ["may_carry_credentials"]

_PLAIN = frozenset(
    {
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/tiff",
        "image/x-adobe-dng",
        "image/avif",
        "image/heic",
        "image/heif",
        "audio/wav",
        "audio/mpeg",
        "audio/flac",
        "audio/mp4",
        "video/mp4",
        "video/quicktime",
        "video/x-msvideo",
    }
)
"""Types that store both uncompressed; PNG, PDF, SVG and JPEG XL may pack or encode them."""

_WORDS = (b"jumb", b"provenance")
_BLOCK = 1 << 20
_OVERLAP = max(map(len, _WORDS)) - 1


def may_carry_credentials(source: Source) -> bool:
    """Return False only where a file certainly has no manifest: none inside, none beside, none referred to."""
    if source.media_type not in _PLAIN or beside(source.path) is not None:
        return True
    at, kept = 0, b""
    while block := source.read(at, _BLOCK):
        seen = kept + block
        if any(word in seen for word in _WORDS):
            return True
        at, kept = at + len(block), block[-_OVERLAP:]
    return False
