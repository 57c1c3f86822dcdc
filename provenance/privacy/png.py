"""PNG and APNG without what is not allowed: only chunks that draw the picture are copied."""

from __future__ import annotations

import zlib

from provenance.containers.part import Part
from provenance.privacy.copying import Job, refused, require_whole
from provenance.privacy.exif import kept_exif
from provenance.privacy.icc import kept_icc
from provenance.privacy.xmp import kept_xmp

__all__ = ["strip_png"]

_PICTURE = {
    "IHDR": 13, "PLTE": 768, "IDAT": 1 << 31, "IEND": 0, "tRNS": 256, "cHRM": 32, "gAMA": 4, "sBIT": 4, "sRGB": 1,
    "cICP": 4, "mDCV": 24, "cLLI": 8, "bKGD": 6, "pHYs": 9, "acTL": 8, "fcTL": 26, "fdAT": 1 << 31,
}  # fmt: skip
"""Chunks that draw the picture, with the most bytes that each can need."""

_TEXTS = ("tEXt", "zTXt", "iTXt")
_XMP = b"XML:com.adobe.xmp"
_PROFILE = b"ICC Profile\0\0"


def strip_png(job: Job) -> None:
    """Write the chunks of the picture up to `IEND`; what follows is left behind.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: A chunk that decoders must understand is unknown.
    """
    require_whole(job)
    job.write(job.source.read(0, 8))
    xmp = list[bytes]()
    for part in job.container.parts:
        most = _PICTURE.get(part.path)
        size = part.body_size - 4
        if part.path in _TEXTS:
            _text(job, part, xmp)
        elif part.path == "iCCP":
            _profile(job, part)
        elif part.path == "eXIf":
            exif = kept_exif(job.body(part)[:-4], job.policy, job.limits)
            if exif:
                _chunk(job, b"eXIf", exif)
        elif part.path == "IEND":
            _packet(job, xmp)
            _chunk(job, b"IEND", b"")
        elif (most is not None and size <= most) or _named(job, part):
            job.copy(part.offset, part.size)
        elif part.path[0].isupper():
            raise refused(job.source, f"its {part.path} chunk is unknown or longer than it can be")


def _named(job: Job, part: Part) -> bool:
    if part.path == "caBX":
        return job.keep_manifest
    return part.path == "tIME" and part.body_size == 11 and job.policy.allows("PNG", "tIME")


def _text(job: Job, part: Part, xmp: list[bytes]) -> None:
    if not (job.policy.names("PNG") or job.policy.names("XMP")):
        return
    data = job.body(part)[:-4]
    keyword, _, rest = data.partition(b"\0")
    if keyword == _XMP and part.path == "iTXt":
        # Compressed packets do not occur: XMP readers look for the plain text.
        xmp.append(rest[2:].partition(b"\0")[2].partition(b"\0")[2])
    elif job.policy.allows("PNG", keyword.decode("latin-1")):
        job.copy(part.offset, part.size)


def _packet(job: Job, packets: list[bytes]) -> None:
    xmp = kept_xmp(packets, job.policy, job.limits)
    if xmp:
        _chunk(job, b"iTXt", _XMP + bytes(5) + xmp)


def _profile(job: Job, part: Part) -> None:
    """Write the colour profile anew under a name that says nothing; a damaged one is left out."""
    packed = job.body(part)[:-4].partition(b"\0")[2][1:]
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed, job.limits.max_metadata_bytes)
    except zlib.error:
        return
    kept = kept_icc(profile) if unpacker.eof else b""
    if kept:
        _chunk(job, b"iCCP", _PROFILE + zlib.compress(kept))


def _chunk(job: Job, name: bytes, data: bytes) -> None:
    job.write(len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big"))
