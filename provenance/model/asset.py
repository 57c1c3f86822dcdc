"""What a file is, without saying where it lies."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Asset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Path-free identity of one file: enough to say later "this very file", nothing about its folder."""

    name: str
    """File name without folder, as given; hostile text until escaped."""

    sha256: str
    """SHA-256 of all bytes, 64 lower-case hexadecimal digits."""

    bytes: int
    """Size in bytes."""

    media_type: str
    """IANA media type from the magic bytes, e.g. `image/jpeg`; the file name plays no part."""

    width: int | None = None
    """Width in pixels as stored (before any EXIF rotation); None where it has none or is unknown."""

    height: int | None = None
    """Height in pixels as stored; None where it has none or is unknown."""

    seconds: float | None = None
    """Duration in seconds as the container states it; None where it has none or is unknown."""
