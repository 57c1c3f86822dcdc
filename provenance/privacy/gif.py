"""GIF without what is not allowed: comments, plain texts and application blocks other than the loop count go."""

from __future__ import annotations

from provenance.containers.part import Part
from provenance.privacy.copying import Job, refused
from provenance.privacy.icc import kept_icc
from provenance.privacy.xmp import kept_xmp

__all__ = ["strip_gif"]

_PICTURE = frozenset({"Header", "GraphicControl", "Image"})
_LOOPS = ("Application(NETSCAPE2.0)", "Application(ANIMEXTS1.0)")
_PROFILE = "Application(ICCRGBG1012)"
_MANIFEST = "Application(C2PA_GIF"
_XMP = "Application(XMP DataXMP)"
_XMP_HEAD = b"\x21\xff\x0bXMP DataXMP"
_XMP_TAIL = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
"""Leads every reader of sub-blocks from anywhere in the packet to its end."""

_NO_TRAILER = "The file ends without a trailer."


def strip_gif(job: Job) -> None:
    """Write the header, the pictures, the loop count and the colour profile; what follows the trailer is left.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The row of blocks is broken.
    """
    if any(sentence != _NO_TRAILER for sentence in job.container.problems):
        raise refused(job.source, "its row of blocks is damaged")
    packets = list[bytes]()
    for part in job.container.parts:
        if part.path in _PICTURE or _stays(job, part):
            job.copy(part.offset, part.size)
        elif part.path == _PROFILE:
            _profile(job, part)
        elif part.path in _LOOPS:
            _loop(job, part)
        elif part.path == _XMP:
            packets.append(job.body(part, skip=12)[: -len(_XMP_TAIL)])
    xmp = kept_xmp(packets, job.policy, job.limits)
    if xmp:
        job.write(_XMP_HEAD + xmp + _XMP_TAIL)
    job.write(b";")


def _stays(job: Job, part: Part) -> bool:
    if part.path in ("Comment", "PlainText"):
        return job.policy.allows("GIF", part.path)
    return job.keep_manifest and part.path.startswith(_MANIFEST)


def _profile(job: Job, part: Part) -> None:
    """Write the block of the colour profile with what is kept of it."""
    data, at, pieces = job.whole(part), 14, list[bytes]()
    while at < len(data) and data[at]:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    profile = kept_icc(b"".join(pieces))
    if profile:
        blocks = (profile[at : at + 255] for at in range(0, len(profile), 255))
        job.write(data[:14] + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0")


def _loop(job: Job, part: Part) -> None:
    """Write the block of the loop count without any other sub-block that it may hold."""
    data = job.source.read(part.offset, 19)
    if data[14:16] == b"\x03\x01" and len(data) == 19:
        job.write(data[:18] + b"\0")
