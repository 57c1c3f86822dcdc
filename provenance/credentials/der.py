"""Walking DER, the encoding of certificates, timestamp tokens and revocation answers (X.690)."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["Element", "elements", "expect"]

Element = tuple[int, int, int, int]
"""Tag, start of the element, start of its content, end."""


def elements(der: bytes, start: int, end: int) -> Iterator[Element]:
    """Yield the elements between `start` and `end`, one level deep.

    Raises:
        ValueError: One is longer than what it is in, or of indefinite length.
        IndexError: The bytes end within a header.
    """
    at = start
    while at < end:
        length, content = der[at + 1], at + 2
        if length == 0x80:
            raise ValueError("indefinite length")
        if length > 0x80:
            content += length & 0x7F
            length = int.from_bytes(der[at + 2 : content], "big")
        if content + length > end:
            raise ValueError("element longer than what it is in")
        yield der[at], at, content, content + length
        at = content + length


def expect(der: bytes, start: int, end: int, tag: int) -> Element:
    """Return the first element between `start` and `end`.

    Raises:
        ValueError: It has another tag, or is malformed.
        StopIteration: There is none.
    """
    found = next(elements(der, start, end))
    if found[0] != tag:
        raise ValueError(f"tag {found[0]:#x} where {tag:#x} belongs")
    return found
