"""JPEG without what is not allowed: segments are dropped, and EXIF, XMP and IPTC are written anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from provenance.containers.build import number
from provenance.containers.part import Part
from provenance.errors import LimitError
from provenance.privacy.copying import Job, refused, require_whole
from provenance.privacy.exif import kept_exif
from provenance.privacy.icc import kept_icc
from provenance.privacy.iptc import as_photoshop, kept_iptc, records_of
from provenance.privacy.xmp import kept_xmp

__all__ = ["manifest_segments", "strip_jpeg"]

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_HEAD = len(_EXTENSION) + 32 + 8
_PHOTOSHOP = b"Photoshop 3.0\0"
_ICC = b"ICC_PROFILE\0"
_MANIFEST = bytes.fromhex("6332706100110010800000aa00389b71")
"""Type of the JUMBF box that holds a C2PA manifest store."""

_PICTURE = frozenset({"DQT", "DHT", "DAC", "DRI", "DNL", "DHP", "EXP", "SOS", "EOI"})
_MAX_SEGMENT = 65_533
_MAX_PARTS = 255
_MAX_FILL = 1 << 16


@dataclass(slots=True)
class _Blocks:
    """Metadata that may be spread over several segments."""

    exif: bytes = b""
    icc: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    extended: list[bytes] = field(default_factory=list)
    photoshop: list[bytes] = field(default_factory=list)


def strip_jpeg(job: Job) -> None:
    """Write the first picture of a JPEG file; what follows its end is left behind.

    Args:
        job: The copy to be made.
    """
    require_whole(job)
    manifest = manifest_segments(job) if job.keep_manifest else frozenset()
    job.write(b"\xff\xd8")
    for part in job.container.parts:
        if part.path == "APP0" and job.source.read(part.body, 5) == b"JFIF\0":
            _jfif(job, part)
            break
    _metadata(job, _blocks(job))
    _intact(job)
    for part in job.container.parts:
        if _stays(job, part) or part.offset in manifest:
            job.copy(part.offset, part.size)
        elif part.path == "APP14" and part.body_size >= 12 and job.source.read(part.body, 5) == b"Adobe":
            _segment(job, 0xEE, job.source.read(part.body, 12))


def manifest_segments(job: Job) -> frozenset[int]:
    """Return where the segments of the C2PA manifest store begin.

    Args:
        job: The copy to be made.
    """
    places, numbers = set[int](), set[int]()
    for part in job.container.parts:
        if part.path == "APP11":
            head = job.source.read(part.body, 40)
            if head[:2] == b"JP" and head[24:40] == _MANIFEST:
                numbers.add(number(head, 2, 2))
            if head[:2] == b"JP" and number(head, 2, 2) in numbers:
                places.add(part.offset)
    return frozenset(places)


def _intact(job: Job) -> None:
    """Refuse a picture whose data is damaged: what decoders make of it would depend on what is dropped."""
    parts, drawing = job.container.parts, False
    for before, part in pairwise(parts):
        drawing = drawing or before.path == "SOS"
        gap = part.offset - before.end
        foreign = gap > _MAX_FILL or job.source.read(before.end, gap).strip(b"\xff")
        if drawing and (foreign or part.path[:2] == "FF"):
            raise refused(job.source, f"its picture data is damaged at byte {before.end:,}")


def _stays(job: Job, part: Part) -> bool:
    name = part.path
    if name in _PICTURE or (name.startswith("SOF") and name[3:].isdigit()):
        return True
    return name == "COM" and job.policy.allows("JPEG", "Comment")


def _jfif(job: Job, part: Part) -> None:
    """Write the header without the thumbnail that it may carry."""
    head = job.source.read(part.body, 12)
    if len(head) == 12:
        _segment(job, 0xE0, head + b"\0\0")


def _blocks(job: Job) -> _Blocks:
    blocks = _Blocks()
    for part in job.container.parts:
        if part.path not in ("APP1", "APP2", "APP13"):
            continue
        data = job.body(part)
        if part.path == "APP13" and data.startswith(_PHOTOSHOP):
            blocks.photoshop.append(data[len(_PHOTOSHOP) :])
        elif part.path == "APP2":
            if data.startswith(_ICC):
                blocks.icc.append(data[len(_ICC) :])
        elif data[:4] == b"Exif":
            blocks.exif = blocks.exif or data
        elif data.startswith(_XMP):
            blocks.xmp.append(data[len(_XMP) :])
        elif data.startswith(_EXTENSION):
            blocks.extended.append(data[_EXTENSION_HEAD:])
    return blocks


def _metadata(job: Job, blocks: _Blocks) -> None:
    exif = kept_exif(blocks.exif, job.policy, job.limits)
    if exif:
        _segment(job, 0xE1, b"Exif\0\0" + exif)
    packets = [*blocks.xmp, b"".join(blocks.extended)] if blocks.extended else blocks.xmp
    xmp = kept_xmp(packets, job.policy, job.limits)
    if xmp:
        _segment(job, 0xE1, _XMP + xmp)
    iptc = kept_iptc(records_of(b"".join(blocks.photoshop)), job.policy)
    if iptc:
        _segment(job, 0xED, _PHOTOSHOP + as_photoshop(iptc))
    _profile(job, blocks.icc)


def _profile(job: Job, pieces: list[bytes]) -> None:
    """Write the colour profile; each segment begins with its number and how many there are."""
    profile = kept_icc(b"".join(piece[2:] for piece in sorted(pieces, key=lambda p: p[:1])))
    most = _MAX_SEGMENT - len(_ICC) - 2
    parts = [profile[at : at + most] for at in range(0, len(profile), most)]
    if len(parts) > _MAX_PARTS:
        raise refused(job.source, "its colour profile is too long for its format")
    for index, piece in enumerate(parts, start=1):
        _segment(job, 0xE2, _ICC + bytes([index, len(parts)]) + piece)


def _segment(job: Job, marker: int, body: bytes) -> None:
    if len(body) > _MAX_SEGMENT:
        raise LimitError(
            f"The fields of {job.source.name} that are to be kept have {len(body):,} bytes, too many for JPEG.",
            hint="Keep fewer fields.",
        )
    job.write(bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body)
