"""Media type from magic bytes. File names and stated types lie; the first bytes have to work."""

from __future__ import annotations

__all__ = ["HEAD_BYTES", "kind_of", "sniff"]

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
    (b"BM", "image/bmp"),
)
# Not openable for credentials, but named in the error message instead of "unknown".

_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

_BRANDS: tuple[tuple[frozenset[bytes], str], ...] = (
    (frozenset({b"avif", b"avis"}), "image/avif"),
    (frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}), "image/heic"),
    (frozenset({b"mif1", b"msf1"}), "image/heif"),
    (frozenset({b"M4A ", b"M4B ", b"M4P "}), "audio/mp4"),
    (frozenset({b"qt  "}), "video/quicktime"),
)

UNSUPPORTED = frozenset({"audio/ogg", "video/x-matroska", "image/bmp"})
"""Types that are recognised so that the error can name them, and go no further."""


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, or None where they show none.

    Args:
        head: The first `HEAD_BYTES` bytes, or all of a shorter file.
    """
    for magic, media_type in _PREFIXES:
        if head.startswith(magic):
            return "image/x-adobe-dng" if media_type == "image/tiff" and _is_dng(head) else media_type
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF.get(head[8:12])
    if head[4:8] in (b"ftyp", b"styp"):
        return _from_brands(head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "video/quicktime"
    if head[4:8] in (b"moof", b"sidx"):
        return "video/mp4"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head[4:8] == b"jumb" and head[12:16] == b"jumd":
        return "application/c2pa"
    if head.startswith(b"ID3"):
        return "audio/flac" if _after_id3(head) == b"fLaC" else "audio/mpeg"
    if len(head) >= 4 and _is_mpeg_frame(head):
        return "audio/mpeg"
    if _is_svg(head):
        return "image/svg+xml"
    return None


def kind_of(media_type: str) -> str:
    """Return `image`, `audio`, `video` or `document` for a media type of `sniff`."""
    family = media_type.split("/", 1)[0]
    return family if family in ("image", "audio", "video") else "document"


def _from_brands(head: bytes) -> str:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major, rest = head[8:12], head[16:size]
    compatible = {rest[i : i + 4] for i in range(0, len(rest) - 3, 4)}
    # The major brand decides; `mif1` and `isom` are so general that the compatible brands may refine them.
    for brands, media_type in _BRANDS:
        if major in brands and major not in (b"mif1", b"msf1"):
            return media_type
    if major in (b"mif1", b"msf1"):
        for brands, media_type in _BRANDS[:2]:
            if compatible & brands:
                return media_type
        return "image/heif"
    return "video/mp4"


def _is_dng(head: bytes) -> bool:
    order = "little" if head[:2] == b"II" else "big"
    at = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
    count = int.from_bytes(head[at : at + 2], order)  # type: ignore[arg-type]
    tags = (head[at + 2 + 12 * i : at + 4 + 12 * i] for i in range(min(count, 300)))
    dng_version = (0xC612).to_bytes(2, order)  # type: ignore[arg-type]
    return any(tag == dng_version for tag in tags)


def _after_id3(head: bytes) -> bytes:
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return head[10 + size : 14 + size]


def _is_mpeg_frame(head: bytes) -> bool:
    sync = head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    layer, bitrate, rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    version = head[1] >> 3 & 3
    # Layer 0 would be AAC in ADTS framing; version 1 is reserved.
    return sync and layer in (1, 2, 3) and version != 1 and bitrate not in (0, 15) and rate != 3


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg", b"<!--")) and b"<svg" in text
