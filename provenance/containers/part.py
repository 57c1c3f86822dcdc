"""What a container walk returns: the parts of a file, in file order, without decoding any of them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Container", "Part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment, chunk, box or frame."""

    path: str
    """Where it stands, outermost first, e.g. `APP1`, `tEXt`, `RIFF/LIST/INFO/ISFT`, `moov/udta/meta`."""

    offset: int
    """First byte of the part, header included, counted from the start of the file."""

    size: int
    """Bytes of the whole part, header included."""

    body: int
    """First byte after the header."""

    @property
    def body_size(self) -> int:
        """Bytes after the header."""
        return self.size - (self.body - self.offset)

    @property
    def name(self) -> str:
        """Last element of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def end(self) -> int:
        """First byte after the part."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The outer structure of one file."""

    media_type: str
    """Media type whose rules the walk followed."""

    parts: tuple[Part, ...] = ()
    """Every part met, in file order; nested parts follow their parent."""

    width: int | None = None
    """Width in pixels, as the container states it."""

    height: int | None = None
    """Height in pixels, as the container states it."""

    seconds: float | None = None
    """Duration, as the container states it."""

    end: int = 0
    """First byte after the container's own last part."""

    trailing: int = 0
    """Bytes after `end`."""

    problems: tuple[str, ...] = ()
    """What broke the container's rules, one plain sentence each; the walk stops where it cannot go on."""

    def named(self, *names: str) -> tuple[Part, ...]:
        """Return the parts whose last path element is one of `names`."""
        return tuple(p for p in self.parts if p.name in names)
