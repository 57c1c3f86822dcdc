"""ID3v2.2, 2.3 and 2.4: the size of a tag and the frames inside, for MP3, FLAC, WAV and AVI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Frame", "Tag", "frames", "syncsafe", "tag_head", "tag_size"]

_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """The ten bytes that begin a tag."""

    version: int
    """2, 3 or 4."""
    flags: int
    """Flag byte of the header."""
    size: int
    """Bytes of the whole tag with header and footer."""

    @property
    def unsynchronised(self) -> bool:
        """Whether zero bytes were inserted into the whole tag (versions 2 and 3)."""
        return bool(self.flags & _UNSYNCHRONISED) and self.version < 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a tag."""

    ident: str
    """Three or four letters and digits."""
    at: int
    """First byte, counted as `get` of `frames` counts."""
    header: int
    """Bytes of its header."""
    size: int
    """Bytes of the whole frame, header included."""
    flags: int
    """Flag bytes; 0 in version 2."""


def syncsafe(data: bytes) -> int:
    """Return the number in bytes of seven bits each."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value


def tag_head(head: bytes) -> Tag | None:
    """Return what the first ten bytes of a tag say, or None where they begin none."""
    if len(head) < 10 or head[:3] != b"ID3" or head[3] not in (2, 3, 4):
        return None
    footer = 10 if head[3] == 4 and head[5] & _FOOTER else 0
    return Tag(version=head[3], flags=head[5], size=10 + syncsafe(head[6:10]) + footer)


def tag_size(head: bytes) -> int:
    """Return the bytes of the tag that begins with `head`; 0 where there is none."""
    tag = tag_head(head)
    return tag.size if tag else 0


def frames(get: Callable[[int, int], bytes], at: int, end: int, tag: Tag) -> Iterator[Frame]:
    """Yield the frames between `at` (after the tag's header) and `end`, up to padding or nonsense.

    Args:
        get: Returns up to `size` bytes at an offset, as `get(at, size)`.
        at: First byte after the tag's header.
        end: First byte after the frames.
        tag: The tag's header.
    """
    if tag.flags & _EXTENDED and tag.version > 2:
        extended = get(at, 4)
        at += syncsafe(extended) if tag.version == 4 else 4 + int.from_bytes(extended, "big")
    letters, header = (3, 6) if tag.version == 2 else (4, 10)
    while at + header < end:
        head = get(at, header)
        ident = head[:letters]
        if len(head) < header or not (ident.isalnum() and ident.isupper()):
            return
        size = _frame_size(head, tag.version)
        if size <= 0 or at + header + size > end:
            return
        flags = int.from_bytes(head[8:10], "big") if tag.version > 2 else 0
        yield Frame(ident=ident.decode("ascii"), at=at, header=header, size=header + size, flags=flags)
        at += header + size


def _frame_size(head: bytes, version: int) -> int:
    if version == 2:
        return int.from_bytes(head[3:6], "big")
    # Some writers of version 4 store plain sizes; a set top bit gives them away.
    if version == 4 and not any(byte & 0x80 for byte in head[4:8]):
        return syncsafe(head[4:8])
    return int.from_bytes(head[4:8], "big")
