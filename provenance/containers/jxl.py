"""JPEG XL: boxes (ISO/IEC 18181-2) or a bare codestream, of which only the size header is read."""

from __future__ import annotations

from provenance.containers.bmff import walk_bmff
from provenance.containers.build import Builder
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_jxl", "walk_jxl"]

_SIGNATURE = b"\xff\x0a"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_MAX_BOXES = 64


def walk_jxl(source: Source) -> Container:
    """Return the boxes of a JPEG XL file, or one part `codestream`.

    Args:
        source: The opened file.
    """
    width, height, _ = measure_jxl(source)
    if source.read(0, 2) == _SIGNATURE:
        build = Builder(source)
        build.part("codestream", 0, source.size, header=2)
        build.width, build.height = width, height
        return build.done(source.size)
    found = walk_bmff(source)
    return Container(
        media_type=found.media_type,
        parts=found.parts,
        width=width,
        height=height,
        end=found.end,
        trailing=found.trailing,
        problems=found.problems,
    )


def measure_jxl(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height from the size header of the codestream."""
    start = _codestream(source)
    head = source.read(start, 12) if start is not None else b""
    if head[:2] != _SIGNATURE:
        return None, None, None
    return (*_size(_Bits(head[2:])), None)


class _Bits:
    """Little-endian bit reader; bits past the end are zero."""

    def __init__(self, data: bytes) -> None:
        self._bits = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        value = self._bits & (1 << count) - 1
        self._bits >>= count
        return value


def _size(bits: _Bits) -> tuple[int | None, int | None]:
    small = bits.take(1)
    height = _side(bits, small)
    ratio = bits.take(3)
    if not ratio:
        return _side(bits, small), height
    over, under = _RATIOS[ratio - 1]
    return height * over // under, height


def _side(bits: _Bits, small: int) -> int:
    if small:
        return (bits.take(5) + 1) * 8
    return bits.take((9, 13, 18, 30)[bits.take(2)]) + 1


def _codestream(source: Source) -> int | None:
    """Return where the codestream begins: at once, or in the first `jxlc` or `jxlp` box."""
    at = 0
    if source.read(0, 2) == _SIGNATURE:
        return 0
    for _ in range(_MAX_BOXES):
        head = source.read(at, 16)
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, header = int.from_bytes(head[8:16], "big"), 16
        if kind == b"jxlc":
            return at + header
        if kind == b"jxlp":
            return at + header + 4
        if size < header:
            return None
        at += size
    return None
