"""JPEG segments (ITU-T T.81 annex B): markers, their lengths, and the scans between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provenance.containers.build import Builder, Window
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_jpeg", "walk_jpeg"]

_SOI, _EOI, _SOS, _TEM, _DNL = 0xD8, 0xD9, 0xDA, 0x01, 0xDC
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({_SOI, _EOI, _TEM, *range(0xD0, 0xD8)})
_NO_MARKER = frozenset({0x00, 0xFF, *range(0xD0, 0xD8)})
"""Stuffing, fill and restart markers: what may follow 0xFF without beginning a segment."""

_NAMES = {
    0xC4: "DHT", 0xC8: "JPG", 0xCC: "DAC", _SOI: "SOI", _EOI: "EOI", _SOS: "SOS", 0xDB: "DQT",
    _DNL: "DNL", 0xDD: "DRI", 0xDE: "DHP", 0xDF: "EXP", 0xFE: "COM", _TEM: "TEM",
}  # fmt: skip
_NAMES |= {m: f"SOF{m - 0xC0}" for m in _SOF} | {m: f"APP{m - 0xE0}" for m in range(0xE0, 0xF0)}

# In entropy-coded data 0xFF is followed by 0x00 (stuffing) or a restart marker; anything else ends the scan.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_BLOCK = 1 << 20
_MAX_SCAN = 1 << 31
"""Longest scan that is followed, in bytes; no picture within the format's 65,535 pixels needs more."""


def walk_jpeg(source: Source) -> Container:
    """Return the segments of a JPEG file; restart markers belong to their `SOS` part.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    end = 0
    for marker, offset, size in _segments(source, build):
        end = offset + size
        header = 2 if marker in _STANDALONE else 4
        if not build.part(_NAMES.get(marker, f"FF{marker:02X}"), offset, size, header=header):
            break
        if marker in _SOF and build.width is None:
            build.height = int.from_bytes(source.read(offset + 5, 2), "big") or None
            build.width = int.from_bytes(source.read(offset + 7, 2), "big") or None
        elif marker == _DNL and build.height is None:
            build.height = int.from_bytes(source.read(offset + 4, 2), "big") or None
    if not build.parts or build.parts[-1].path != "EOI":
        build.problem("The file ends without an end-of-image marker.")
    return build.done(end)


def measure_jpeg(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height from the first frame header, reading nothing after it."""
    window, at = Window(source), 2
    for _ in range(source.limits.max_parts):
        head = window.get(at, 9)
        if len(head) < 9:
            break
        marker = head[1]
        if head[0] != 0xFF or marker in _NO_MARKER:
            found = _next_marker(source, at, most=_BLOCK)
            if found is None:
                break
            at = found
        elif marker in _SOF:
            return int.from_bytes(head[7:9], "big") or None, int.from_bytes(head[5:7], "big") or None, None
        elif marker in (_EOI, _SOS):
            break
        else:
            at += 2 if marker in _STANDALONE else 2 + int.from_bytes(head[2:4], "big")
    return None, None, None


def _segments(source: Source, build: Builder) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, offset, size) up to and including EOI; each step moves forward."""
    window, at = Window(source), 0
    while at < source.size:
        head = window.get(at, 4)
        if len(head) < 2 or head[0] != 0xFF or head[1] in _NO_MARKER:
            found = _next_marker(source, at)
            if head[:2] != b"\xff\xff":  # fill bytes are allowed
                build.problem(f"Bytes at {at:,} belong to no segment.")
            if found is None:
                return
            at = found
            continue
        marker = head[1]
        if marker in _STANDALONE:
            size = 2
        else:
            length = int.from_bytes(head[2:4], "big")
            if length < 2:
                build.problem(f"The segment at byte {at:,} states an impossible length of {length}.")
            size = 2 + max(length, 2)
            if at + size > source.size:
                build.problem(f"The segment at byte {at:,} goes beyond the end of the file.")
        if marker == _SOS:
            found = _next_marker(source, at + size)
            size = (source.size if found is None else found) - at
        yield marker, at, min(size, source.size - at)
        if marker == _EOI:
            return
        at += size


def _next_marker(source: Source, at: int, *, most: int = _MAX_SCAN) -> int | None:
    """Return where the next marker stands that is no restart marker, reading `most` bytes in blocks."""
    end = min(source.size, at + most)
    while at < end:
        block = source.read(at, _BLOCK)
        if len(block) < 2:
            return None
        found = _MARKER.search(block)
        if found:
            return at + found.start()
        at += len(block) - 1
    return None
