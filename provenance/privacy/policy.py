"""Which fields a published copy may keep. Everything that is not named here and not needed to render goes.

Reasons in `docs/decisions/0020-privacy-default.md`; the words for users in `docs/privacy.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from provenance.errors import UsageError

__all__ = ["STANDARDS", "PrivacyPolicy", "is_rendering", "is_structure"]

STANDARDS = ("EXIF", "XMP", "IPTC", "PNG", "JPEG", "GIF", "ID3", "Vorbis", "RIFF", "MP4", "QuickTime", "SVG")
"""Standards whose fields can be kept by name."""

_ALWAYS = frozenset({"icc", "colour", "orientation"})
"""Words that a profile may use for what is kept anyway."""

_NEVER = {
    "exif:makernote": "it is a block of the maker's own that can hold serial numbers and previews",
    "jpeg:mpf": "it points at further pictures behind the first",
    "jpeg:app": "what a foreign segment holds is not known",
    "exif:thumbnail.": "a thumbnail can show what was cut or blacked out of the picture",
}
"""Beginnings of names that cannot be kept, and why."""

_RENDERING = frozenset(
    {
        "exif:orientation", "exif:colorspace", "exif:interopindex", "exif:gamma", "exif:xresolution",
        "exif:yresolution", "exif:resolutionunit", "exif:ycbcrpositioning", "icc:icc profile",
        "vorbis:waveformatextensible_channel_mask", "id3:xing:encoder", "mp4:----:com.apple.itunes:itunsmpb",
    }
)  # fmt: skip
_MAX_VALUE = 512
_NUMBERS = re.compile(r"[0-9A-Fa-f ]{1,200}")
"""Delay, padding and length in samples, as iTunes writes them."""

_STRUCTURE = frozenset(
    {"exif:exifversion", "exif:interopversion", "exif:flashpixversion", "exif:componentsconfiguration"}
    | {"jfif:jfifversion", "jfif:resolutionunit", "jfif:xresolution", "jfif:yresolution"}
    | {"iptc:codedcharacterset", "iptc:recordversion"}
    | {"adobe:dctencodeversion", "adobe:colortransform", "mp4:majorbrand", "mp4:compatiblebrands"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyPolicy:
    """What a copy may tell. By default nothing but what is needed to show the picture or play the sound."""

    keep: frozenset[str] = frozenset()
    """Fields named one by one as `STANDARD:Name`, e.g. `EXIF:DateTimeOriginal`, `XMP:dc:creator`,
    `IPTC:By-line`; upper and lower case count as equal."""

    def __post_init__(self) -> None:
        for name in self.keep:
            _check(name)

    def allows(self, standard: str, name: str) -> bool:
        """Return whether the policy names this field; fields of an XMP structure follow their property."""
        # Languages and descriptions of ID3 and structures of XMP are part of the field that is named.
        top = name.split("/", 1)[0] if standard == "XMP" else name
        wanted = f"{standard}:{top}".casefold()
        return any(k.casefold() == wanted for k in self.keep)

    def names(self, standard: str) -> bool:
        """Return whether the policy names any field of a standard."""
        return any(k.casefold().startswith(f"{standard.casefold()}:") for k in self.keep)


def is_rendering(standard: str, name: str, value: str = "") -> bool:
    """Return whether a field is needed to show or play a file as it is: colour, orientation, gapless playing.

    Args:
        standard: As `Entry.standard`.
        name: Name in that standard.
        value: Its value, where it is known; one that is too long or no number serves something else.
    """
    if standard == "MP4" and not _NUMBERS.fullmatch(value):
        return False
    return len(value) <= _MAX_VALUE and f"{standard}:{name}".casefold() in _RENDERING


def is_structure(standard: str, name: str) -> bool:
    """Return whether a field belongs to the file format itself and tells nothing about anybody."""
    return f"{standard}:{name}".casefold() in _STRUCTURE


def _check(name: str) -> None:
    folded = name.casefold()
    if folded in _ALWAYS:
        return
    standard, colon, field = name.partition(":")
    known = {s.casefold() for s in STANDARDS}
    if not colon or not field or standard.casefold() not in known:
        raise UsageError(
            f"“{name}” names no field that can be kept.",
            hint=f"Write STANDARD:Name, e.g. EXIF:DateTimeOriginal or XMP:dc:creator, with one of "
            f"{', '.join(STANDARDS)}; --dry-run lists the names in your file.",
        )
    for beginning, reason in _NEVER.items():
        if folded.startswith(beginning):
            raise UsageError(f"{name} cannot be kept: {reason}.", hint="Take it out of the list.")
    if "*" in field or (standard.casefold() == "xmp" and "/" in field):
        raise UsageError(
            f"“{name}” is no single field.",
            hint="Name each field by itself; of an XMP structure name the whole property.",
        )
