"""Unlisted content of JPEG, PNG and GIF files."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.containers.part import Container
from provenance.privacy.fields import DisclosedField
from provenance.privacy.hidden.common import found, sized
from provenance.source import Source

__all__ = ["find_gif", "find_jpeg", "find_png"]

_MANIFEST = bytes.fromhex("6332706100110010800000aa00389b71")
_HEADERS = {"APP0": (b"JFIF\0", 14), "APP14": (b"Adobe", 12)}
"""Identifier and full length of the headers that the metadata reader knows only in part."""

_LENGTHS = {
    "IHDR": 13, "PLTE": 768, "IEND": 0, "tRNS": 256, "cHRM": 32, "gAMA": 4, "sBIT": 4, "sRGB": 1, "cICP": 4,
    "mDCV": 24, "cLLI": 8, "bKGD": 6, "pHYs": 9, "acTL": 8, "fcTL": 26, "tIME": 7, "sPLT": -1, "hIST": -1,
}  # fmt: skip
"""Most bytes that a PNG chunk needs; those with -1 draw nothing."""

_MAX_FILL = 1 << 16
_PROFILE = "ICC Profile"
_LOOPS = ("Application(NETSCAPE2.0)", "Application(ANIMEXTS1.0)")
_LOOP_BYTES = 19


def find_jpeg(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield foreign JUMBF boxes, reserved segments, over-long headers and bytes between segments."""
    at, manifests = 0, set[bytes]()
    for part in container.parts:
        gap = part.offset - at
        if gap > _MAX_FILL or source.read(at, gap).strip(b"\xff"):
            yield found("bytes between segments", f"from byte {at} on", f"{gap:,} bytes")
        at, name = part.end, part.path
        if name in _HEADERS:
            ident, size = _HEADERS[name]
            if source.read(part.body, len(ident)) == ident and part.body_size > size:
                yield sized(f"{name} beyond its header", part, "thumbnail" if name == "APP0" else "other")
        elif name == "APP11":
            head = source.read(part.body, 40)
            if head[24:40] == _MANIFEST:
                manifests.add(head[2:4])
            if head[:2] == b"JP" and head[2:4] not in manifests:
                yield sized("JUMBF box", part)
        elif name[:2] == "FF" or name in ("JPG", "TEM"):
            yield sized(f"segment {name}", part)


def find_png(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield chunks that draw nothing or are longer than they can be, and the name of the colour profile."""
    for part in container.parts:
        size = part.body_size - 4
        if size > _LENGTHS.get(part.path, size):
            yield sized(f"PNG:{part.path}", part)
        elif part.path == "iCCP":
            name = source.read(part.body, 80).partition(b"\0")[0].decode("latin-1")
            if name != _PROFILE:
                yield found("PNG:iCCP name", f"iCCP at byte {part.offset}", name, "software")


def find_gif(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield unknown extensions and loop counts with more behind them."""
    for part in container.parts:
        if part.path.startswith("Extension"):
            yield sized(f"GIF:{part.path}", part)
        elif part.path in _LOOPS and part.size > _LOOP_BYTES:
            yield sized("GIF loop count with more behind it", part)
