"""Media type from magic bytes. File names and stated types lie; the first bytes have to work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

__all__ = ["HEAD_BYTES", "UNSUPPORTED", "kind_of", "refined", "sniff"]

HEAD_BYTES = 4096
"""How many leading bytes `sniff` wants to see."""

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0\x08\0\0\0", "image/tiff"),
    (b"MM\0+\0\x08\0\0", "image/tiff"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)

_DNG_VERSION = 0xC612
_MAX_TAGS = 300

_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

_BRANDS: tuple[tuple[frozenset[bytes], str], ...] = (
    (frozenset({b"avif", b"avis"}), "image/avif"),
    (frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}), "image/heic"),
    (frozenset({b"mif1", b"msf1"}), "image/heif"),
    (frozenset({b"M4A ", b"M4B ", b"M4P "}), "audio/mp4"),
    (frozenset({b"qt  "}), "video/quicktime"),
    (frozenset({b"crx "}), "image/x-canon-cr3"),
)

_FIRST_BOXES = {
    **dict.fromkeys((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"), "video/quicktime"),
    **dict.fromkeys((b"moof", b"sidx"), "video/mp4"),
}
"""Boxes that begin a file without brands, as old QuickTime files and streamed segments do."""

_TEXT = 0x20
"""A box larger than half a gigabyte would begin with a printable character, and so does plain text."""

UNSUPPORTED = frozenset({"video/x-matroska", "image/bmp", "image/x-canon-cr3"})
"""Types that are recognised so that the error can name them, and go no further."""


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, or None where they show none.

    DNG is `image/tiff` here, and everything behind an ID3 tag `audio/mpeg`; `refined` tells them apart.

    Args:
        head: The first `HEAD_BYTES` bytes, or all of a shorter file.
    """
    for magic, media_type in _PREFIXES:
        if head.startswith(magic):
            return media_type
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF.get(head[8:12])
    if head[4:8] in (b"ftyp", b"styp"):
        return _from_brands(head)
    if head[4:8] in _FIRST_BOXES and (head[0] < _TEXT or head[4:8] == b"mdat"):
        return _FIRST_BOXES[head[4:8]]
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head[4:8] == b"jumb" and head[12:16] == b"jumd":
        return "application/c2pa"
    if head.startswith(b"ID3"):
        return "audio/mpeg"
    if len(head) >= 4 and _is_mpeg_frame(head):
        return "audio/mpeg"
    if _is_svg(head):
        return "image/svg+xml"
    return None


def refined(media_type: str, get: Callable[[int, int], bytes]) -> str:
    """Return the media type after a look at what lies beyond the first bytes.

    A TIFF with the DNGVersion tag is a DNG, wherever its directory lies; behind an ID3 tag of any length
    there may be FLAC instead of MP3.

    Args:
        media_type: What `sniff` said.
        get: Returns up to `size` bytes at an offset, as `get(at, size)`.
    """
    if media_type == "image/tiff" and _is_dng(get):
        return "image/x-adobe-dng"
    if media_type == "audio/mpeg" and get(_id3_size(get(0, 10)), 4) == b"fLaC":
        return "audio/flac"
    return media_type


def kind_of(media_type: str) -> str:
    """Return `image`, `audio`, `video` or `document` for a media type of `sniff`."""
    family = media_type.split("/", 1)[0]
    return family if family in ("image", "audio", "video") else "document"


def _from_brands(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major, rest = head[8:12], head[16:size]
    compatible = {rest[i : i + 4] for i in range(0, len(rest) - 3, 4)}
    # The major brand decides; only `mif1` is so general that the compatible brands refine it.
    for brands, media_type in _BRANDS:
        if major in brands - {b"mif1", b"msf1"}:
            return media_type
    if major in (b"mif1", b"msf1"):
        for brands, media_type in _BRANDS[:2]:
            if compatible & brands:
                return media_type
        return "image/heif"
    return "video/mp4"


def _is_dng(get: Callable[[int, int], bytes]) -> bool:
    head = get(0, 8)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    at = int.from_bytes(head[4:8], order)
    count = min(int.from_bytes(get(at, 2), order), _MAX_TAGS)
    directory = get(at + 2, 12 * count)
    wanted = _DNG_VERSION.to_bytes(2, order)
    return any(directory[i : i + 2] == wanted for i in range(0, len(directory), 12))


def _id3_size(head: bytes) -> int:
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size if head[:3] == b"ID3" else 0


def _is_mpeg_frame(head: bytes) -> bool:
    sync = head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    layer, bitrate, rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    version = head[1] >> 3 & 3
    # Layer bits 0 would be AAC in ADTS framing, and 3 (layer I, long out of use) also begins UTF-16 text.
    return sync and layer in (1, 2) and version != 1 and bitrate not in (0, 15) and rate != 3


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg", b"<!--")) and b"<svg" in text
