"""Ranges of bytes: which lie inside others, and what they leave free. Every question costs a binary search."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from provenance.containers.part import Part

__all__ = ["Ranges", "tails"]


class Ranges:
    """A set of byte ranges, each as first and past-the-last byte; those that touch or overlap become one.

    Args:
        ranges: In any order; empty ones are left out.
    """

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for first, last in sorted(ranges):
            if first >= last:
                continue
            if self._ends and first <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], last)
            else:
                self._starts.append(first)
                self._ends.append(last)

    def cover(self, first: int, last: int) -> bool:
        """Return whether all bytes from `first` up to `last` are inside."""
        at = bisect_right(self._starts, first) - 1
        return first >= last or (at >= 0 and last <= self._ends[at])

    def free(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield (offset, size) of what is not inside between `first` and `last`."""
        at = bisect_right(self._ends, first)
        while at < len(self._starts) and self._starts[at] < last:
            if first < self._starts[at]:
                yield first, self._starts[at] - first
            first = self._ends[at]
            at += 1
        if first < last:
            yield first, last - first


def tails(parts: Iterable[Part], parents: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield (offset, size) of what lies behind the last child of each box that holds boxes.

    Args:
        parts: The boxes of a file, each before its children.
        parents: Names of the boxes that hold boxes.
    """
    waiting: list[tuple[Part, int]] = []
    for part in parts:
        while waiting and waiting[-1][0].end <= part.offset:
            parent, at = waiting.pop()
            yield at, parent.end - at
        if waiting:
            waiting[-1] = waiting[-1][0], part.end
        if part.name in parents:
            waiting.append((part, part.body))
    yield from ((at, parent.end - at) for parent, at in reversed(waiting))
