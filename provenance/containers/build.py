"""What every container walk shares: bounded random access and the list of parts under construction."""

from __future__ import annotations

from typing import Literal

from provenance.containers.part import Container, Part
from provenance.source import Source

__all__ = ["Builder", "Order", "Window", "number", "printable"]

Order = Literal["big", "little"]
"""Byte order of numbers."""

_BLOCK = 4096
_MAX_PROBLEMS = 100


class Window:
    """Random access to a source that keeps the last block, so that small neighbouring reads cost nothing.

    Args:
        source: The opened file.
        block: Bytes fetched at least, when the wanted ones are not at hand.
    """

    __slots__ = ("_at", "_block", "_data", "_source", "size")

    def __init__(self, source: Source, *, block: int = _BLOCK) -> None:
        self._source = source
        self._block = block
        self._data = b""
        self._at = 0
        self.size = source.size

    def get(self, at: int, size: int) -> bytes:
        """Return up to `size` bytes from `at`; fewer at the end of the file, none outside of it."""
        start = at - self._at
        if start < 0 or start + size > len(self._data):
            self._data = self._source.read(at, max(size, self._block))
            self._at = at
            start = 0
        return self._data[start : start + size]

    def number(self, at: int, size: int, order: Order = "big") -> int:
        """Return the unsigned number of `size` bytes at `at`; missing bytes count as absent."""
        return int.from_bytes(self.get(at, size), order)


class Builder:
    """Collects parts and problems up to the limits of the source, and becomes a `Container`.

    Args:
        source: The file that is walked.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.limits = source.limits
        self.size = source.size
        self.parts: list[Part] = []
        self.problems: list[str] = []
        self.width: int | None = None
        self.height: int | None = None
        self.seconds: float | None = None

    @property
    def full(self) -> bool:
        """Whether the limit on parts is reached."""
        return len(self.parts) >= self.limits.max_parts

    def part(self, path: str, offset: int, size: int, *, header: int) -> bool:
        """Add one part, cut to the file; return False where no more parts are taken."""
        if self.full:
            self.problem(f"There are more than {self.limits.max_parts:,} parts; the rest was not looked at.")
            return False
        offset = min(offset, self.size)
        size = max(0, min(size, self.size - offset))
        self.parts.append(Part(path=path, offset=offset, size=size, body=offset + min(header, size)))
        return True

    def problem(self, sentence: str) -> None:
        """Note what broke the container's rules, each sentence once."""
        if len(self.problems) < _MAX_PROBLEMS and sentence not in self.problems:
            self.problems.append(sentence)

    def done(self, end: int) -> Container:
        """Return the container, whose own last part ends at `end`."""
        end = max(0, min(end, self.size))
        return Container(
            media_type=self.source.media_type,
            parts=tuple(self.parts),
            width=self.width,
            height=self.height,
            seconds=self.seconds,
            end=end,
            trailing=self.size - end,
            problems=tuple(self.problems),
        )


def number(data: bytes, at: int, size: int, order: Order = "big") -> int:
    """Return the unsigned number of `size` bytes at `at` in `data`; missing bytes count as absent."""
    return int.from_bytes(data[at : at + size], order)


def printable(name: bytes) -> str:
    """Return a four-character code as text that is safe inside a part path."""
    text = name.decode("latin-1")
    return "".join(c if c.isprintable() and c != "/" else f"\\x{ord(c):02x}" for c in text)
