"""Metadata of PDF files: strings of the information dictionary and the XMP packet, by searching the bytes.

Objects in compressed streams are not seen; `problems` does not list them, since that is the rule and no defect.
"""

from __future__ import annotations

import re
from itertools import islice

from provenance.containers.part import Container
from provenance.metadata.collect import Collector, text_of
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_pdf"]

_ENDS = 1 << 16
_BLOCK = 1 << 20
_MAX_SCAN = 1 << 28
_MAX_STRING = 2048
_MAX_STRINGS = 200
_KEY = re.compile(rb"/(Producer|Creator|Author|Title|Subject|Keywords|CreationDate|ModDate)\s{0,4}([(<])")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b""}
_PACKET, _PACKET_END = b"<x:xmpmeta", b"</x:xmpmeta>"


def collect_pdf(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of a PDF file.

    Args:
        source: The opened file.
        container: Its markers.
        out: Takes the entries.
    """
    starts = [0] if source.size <= 2 * _ENDS else [0, source.size - _ENDS]
    for start in starts:
        data = source.read(start, 2 * _ENDS if len(starts) == 1 else _ENDS)
        for match in islice(_KEY.finditer(data), _MAX_STRINGS):
            raw = data[match.end() : match.end() + _MAX_STRING]
            value = _literal(raw) if match.group(2) == b"(" else _hexadecimal(raw)
            if value:
                where = f"PDF information dictionary at byte {start + match.start()}"
                out.add("PDF", match.group(1).decode(), value, where=where)
    at = _find(source, _PACKET, 0)
    while at is not None and not out.closed():
        end = _find(source, _PACKET_END, at)
        size = min((end or source.size) - at + len(_PACKET_END), out.limits.max_metadata_bytes)
        if not out.spend(size):
            return
        out.parse(read_xmp, source.read(at, size), where=f"PDF XMP packet at byte {at}")
        at = _find(source, _PACKET, at + size)


def _find(source: Source, wanted: bytes, at: int) -> int | None:
    """Return where `wanted` next stands, reading in overlapping blocks."""
    while at < min(source.size, _MAX_SCAN):
        block = source.read(at, _BLOCK)
        here = block.find(wanted)
        if here >= 0:
            return at + here
        at += max(len(block) - len(wanted) + 1, 1)
    return None


def _literal(raw: bytes) -> str:
    depth, at = 1, 0
    while at < len(raw):
        byte = raw[at : at + 1]
        if byte == b"\\":
            at += 1
        elif byte == b"(":
            depth += 1
        elif byte == b")":
            depth -= 1
            if depth == 0:
                break
        at += 1
    return _string(_ESCAPE.sub(_unescaped, raw[:at]))


def _unescaped(match: re.Match[bytes]) -> bytes:
    char = match.group(1)
    return bytes([int(char, 8) & 0xFF]) if char.isdigit() and char < b"8" else _ESCAPED.get(char, char)


def _hexadecimal(raw: bytes) -> str:
    digits = re.sub(rb"\s", b"", raw.split(b">", 1)[0])
    try:
        return _string(bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")))
    except ValueError:
        return ""


def _string(data: bytes) -> str:
    if data[:2] == b"\xfe\xff":
        return data[2:].decode("utf-16-be", "replace")
    return text_of(data)
