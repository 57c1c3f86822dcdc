"""What the metadata reader returns: flat entries that say where each value stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Entry", "Metadata", "Standard"]

Standard = Literal[
    "EXIF", "XMP", "IPTC", "ICC", "JFIF", "JPEG", "Adobe", "PNG", "GIF", "WebP",
    "ID3", "Vorbis", "RIFF", "MP4", "QuickTime", "PDF", "SVG", "TC260",
]  # fmt: skip
"""The standard that an entry belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One metadata value. Names and values are attacker's text."""

    standard: Standard
    """The standard it belongs to."""

    name: str
    """Name in that standard: `Make`, `dc:description`, `parameters`, `ISFT`, `TIT2`, `By-line`."""

    value: str
    """Value as text; bytes that are no text appear as hexadecimal with a `0x` prefix."""

    where: str
    """Place in plain words, e.g. `PNG tEXt chunk at byte 57`."""

    truncated: bool = False
    """Whether the value was longer than the limit and was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Everything read from one file."""

    entries: tuple[Entry, ...] = ()
    """In file order."""

    problems: tuple[str, ...] = ()
    """What could not be read and why, one plain sentence each."""

    def all(self, name: str, *, standard: Standard | None = None) -> tuple[Entry, ...]:
        """Return the entries called `name` (case-insensitive), of one standard or of any."""
        wanted = name.casefold()
        return tuple(
            e
            for e in self.entries
            if e.name.casefold() == wanted and (standard is None or e.standard == standard)
        )

    def first(self, name: str, *, standard: Standard | None = None) -> Entry | None:
        """Return the first entry called `name`, or None."""
        found = self.all(name, standard=standard)
        return found[0] if found else None
