"""Limits that hold before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a hostile file Assay is willing to look at.

    The defaults let through what newsrooms handle (50-megapixel pictures, hours of video) and stop
    decompression bombs. Every breach raises `LimitError` or is noted as a problem of the container.
    """

    max_bytes: int = 64 * 2**30
    """Largest file that is opened at all, in bytes."""

    max_stdin_bytes: int = 4 * 2**30
    """Largest input taken from a pipe, in bytes; it is spooled to a temporary file."""

    max_pixels: int = 250_000_000
    """Largest picture that is decoded, in pixels (width x height)."""

    max_seconds: float = 24 * 3600.0
    """Longest recording that is decoded, in seconds."""

    max_channels: int = 32
    """Most channels of a recording that is decoded."""

    max_rate: int = 384_000
    """Highest sample rate of a recording that is decoded, in Hz."""

    max_parts: int = 20_000
    """Most segments, chunks or boxes that one container walk returns."""

    max_depth: int = 16
    """Deepest nesting of boxes, lists or directories that is followed."""

    max_value_bytes: int = 4 * 2**20
    """Longest single metadata value that is read, in bytes; the rest is cut and marked as cut."""

    max_metadata_bytes: int = 32 * 2**20
    """Most metadata read from one file in total, in bytes."""

    max_entries: int = 5_000
    """Most metadata entries kept from one file."""

    max_manifest_bytes: int = 64 * 2**20
    """Largest C2PA manifest store (sidecar or embedded) that is parsed, in bytes."""


DEFAULT_LIMITS = Limits()
"""The limits in force where none are given."""
