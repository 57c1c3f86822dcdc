"""What the finders share: a field from a part, and whether a range holds anything but zeros."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provenance.containers.part import Part
from provenance.privacy.fields import DisclosedField, Group
from provenance.source import Source

__all__ = ["found", "gaps", "holds_data", "sized"]

_BLOCK = 1 << 20


def found(name: str, where: str, value: str, group: Group = "other") -> DisclosedField:
    """Return a field."""
    return DisclosedField(name=name, where=where, value=value, group=group)


def sized(name: str, part: Part, group: Group = "other") -> DisclosedField:
    """Return a field whose value is the length of a part."""
    return found(name, f"{part.path} at byte {part.offset}", f"{part.body_size:,} bytes", group)


def holds_data(source: Source, at: int, size: int) -> bool:
    """Return whether there is anything but zeros in `size` bytes from `at`."""
    end = min(at + size, source.size)
    while at < end:
        block = source.read(at, min(_BLOCK, end - at))
        if not block or any(block):
            return bool(block)
        at += len(block)
    return False


def gaps(source: Source, ranges: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[DisclosedField]:
    """Yield a field for each run of bytes between `start` and `end` that no range covers and that is not zero.

    Args:
        source: The opened file.
        ranges: First and past-the-last byte of what is known; they may overlap.
        start: First byte looked at.
        end: Past the last byte looked at.
    """
    at = start
    for first, last in [*sorted(ranges), (end, end)]:
        if at < first and holds_data(source, at, min(first, end) - at):
            yield found("unused bytes", f"from byte {at} on", f"{min(first, end) - at:,} bytes")
        at = max(at, last)
