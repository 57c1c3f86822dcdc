"""MP4, MOV and M4A without what is not allowed: boxes become `free` boxes of zeros, so that no offset moves."""

from __future__ import annotations

from bisect import bisect_left

from provenance.containers.build import number
from provenance.containers.part import Part
from provenance.errors import LimitError
from provenance.metadata.reader import read_metadata
from provenance.privacy.copying import Job, refused
from provenance.privacy.known import KNOWN_BOXES
from provenance.privacy.patches import Patches
from provenance.privacy.policy import is_rendering
from provenance.privacy.ranges import tails
from provenance.privacy.tracks import blank_media
from provenance.privacy.xmp import kept_xmp

__all__ = ["freed", "strip_bmff"]

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_HOLDERS = frozenset({"udta", "meta", "ilst"})
_HEADS = ("moov", "moof", "meta")
_TIMES = frozenset({"mvhd", "tkhd", "mdhd"})
_MAX_ENTRIES = 64
_PAST_END, _MISFIT = "No box begins", "does not fit into "


def strip_bmff(job: Job) -> None:
    """Write a copy of the same length, up to the end of the last box.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The boxes are damaged, or tracks with places and times cannot be taken out.
        LimitError: Kept XMP does not fit into the place of the old one.
    """
    container = job.container
    paths = {p.path for p in container.parts}
    if any(map(_is_damage, container.problems)) or "moov/cmov" in paths or paths.isdisjoint(_HEADS):
        raise refused(job.source, "its boxes are damaged or compressed")
    patches, needed = Patches(), list[tuple[int, int]]()
    still = job.source.media_type.startswith("image/")
    if still:
        from provenance.privacy.heif import blank_items

        needed = blank_items(job, patches)
    gone = blank_media(job, patches, needed)
    place, xmp = _packet(job)
    kept = sorted([*_kept_boxes(job), *(p.offset for p in place)])
    at, handler = 0, b""
    # The item tables of a still are written anew as a whole.
    parts = [p for p in container.parts if not (still and p.path.split("/", 1)[0] == "meta")]
    for start, size in tails(parts, KNOWN_BOXES.keys() | _HOLDERS):
        patches.zero(start, size)
    for part in parts:
        if part.offset < at:
            continue
        if part.path.endswith("mdia/hdlr"):
            handler = job.source.read(part.body + 8, 4)
        if part.offset in gone or not _stays(job, part, kept):
            freed(patches, job, part)
            at = part.end
        else:
            _cleaned(job, part, patches, handler)
    for part in place:
        patches.put(part.body, xmp.ljust(part.body_size))
    patches.write(job, container.end)


def _is_damage(sentence: str) -> bool:
    """Return whether a problem of the walk concerns boxes that are needed: user data are often sloppy."""
    parents = sentence.partition(_MISFIT)[2].rstrip(".").split("/")
    return not sentence.startswith(_PAST_END) and _HOLDERS.isdisjoint(parents)


def freed(patches: Patches, job: Job, part: Part) -> None:
    """Turn a box into a `free` box of the same size.

    Args:
        patches: Takes the change.
        job: The copy to be made.
        part: The box.
    """
    header = 16 if number(job.source.read(part.offset, 4), 0, 4) == 1 else 8
    patches.put(part.offset + 4, b"free")
    patches.zero(part.offset + header, part.size - header)


def _kept_boxes(job: Job) -> list[int]:
    """Return where the user data boxes begin all of whose fields may stay."""
    allowed: dict[str, bool] = {}
    for entry in read_metadata(job.source, job.container).entries:
        before = allowed.get(entry.where, True)
        rendering = is_rendering(entry.standard, entry.name, entry.value)
        allowed[entry.where] = before and (rendering or job.policy.allows(entry.standard, entry.name))
    inside = (p for p in job.container.parts if "/udta/" in p.path or "/ilst/" in p.path)
    return [p.offset for p in inside if allowed.get(f"{p.path} box at byte {p.offset}")]


def _stays(job: Job, part: Part, kept: list[int]) -> bool:
    parent = part.path.rpartition("/")[0].rpartition("/")[2]
    if part.name == "uuid":
        kind = job.source.read(part.body - 16, 16)
        return (kind == _C2PA_UUID and job.keep_manifest) or _is_in(kept, part.offset)
    if part.name in _HOLDERS:
        return bisect_left(kept, part.end) > bisect_left(kept, part.offset)
    if parent == "meta" and part.name in ("hdlr", "keys"):
        return True
    return part.name in KNOWN_BOXES.get(parent, frozenset()) or _is_in(kept, part.offset)


def _is_in(kept: list[int], at: int) -> bool:
    index = bisect_left(kept, at)
    return index < len(kept) and kept[index] == at


def _cleaned(job: Job, part: Part, patches: Patches, handler: bytes) -> None:
    """Blank the fields of a box that stays: times, names, vendors, references to other files."""
    data = job.source.read(part.body, min(part.body_size, 4096))
    if part.name in _TIMES:
        width = 8 if data[:1] == b"\1" else 4
        for name, at in (("CreateDate", 4), ("ModifyDate", 4 + width)):
            if not (part.name == "mvhd" and job.policy.allows("MP4", name)):
                patches.zero(part.body + at, min(width, part.body_size - at))
    elif part.name == "hdlr" and not job.policy.allows("MP4", "HandlerName"):
        patches.zero(part.body + 12, part.body_size - 12)
    elif part.name == "stsd":
        _descriptions(job, part, patches, handler)
    elif part.name == "dref":
        _references(job, part, data, patches)


def _descriptions(job: Job, part: Part, patches: Patches, handler: bytes) -> None:
    """Blank vendor and compressor name of sample entries (ISO/IEC 14496-12, 12.1.3; QuickTime)."""
    at = part.body + 8
    for _ in range(min(number(job.source.read(part.body, 8), 4, 4), _MAX_ENTRIES)):
        size = number(job.source.read(at, 4), 0, 4)
        if size < 36 or at + size > part.end:
            return
        patches.zero(at + 20, 4)
        if handler == b"vide" and size >= 86 and not job.policy.allows("MP4", "CompressorName"):
            patches.zero(at + 50, 32)
        at += size


def _references(job: Job, part: Part, data: bytes, patches: Patches) -> None:
    """Blank paths of data references; refuse a file whose media lie elsewhere."""
    at = 8
    for _ in range(min(number(data, 4, 4), _MAX_ENTRIES)):
        size = number(data, at, 4)
        if size < 12 or at + size > len(data):
            break
        if not data[at + 11] & 1:
            raise refused(job.source, "its sound or picture lies in another file")
        patches.zero(part.body + at + 12, size - 12)
        at += size


def _packet(job: Job) -> tuple[list[Part], bytes]:
    """Return the box that takes the allowed XMP properties, and the packet; no box where none is left."""
    boxes = [p for p in job.container.parts if _is_xmp(job, p)]
    xmp = kept_xmp([job.body(p) for p in boxes], job.policy, job.limits)
    if not xmp:
        return [], b""
    place = max(boxes, key=lambda p: p.body_size)
    if len(xmp) > place.body_size:
        raise LimitError(
            f"The XMP fields of {job.source.name} that are to be kept do not fit into their place.",
            hint="Keep fewer fields.",
        )
    return [place], xmp


def _is_xmp(job: Job, part: Part) -> bool:
    if part.name == "uuid":
        return job.source.read(part.body - 16, 16) == _XMP_UUID
    return part.name == "XMP_"
