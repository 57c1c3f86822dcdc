"""TIFF without what is not allowed: directories are written anew in their places, and what no directory refers
to any more becomes zeros, so that the picture does not move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.containers.build import Window
from provenance.containers.tiff import Directory, Field, Tiff
from provenance.errors import LimitError
from provenance.metadata.exif import tag_name
from provenance.privacy.copying import Job, refused
from provenance.privacy.icc import kept_icc
from provenance.privacy.iptc import kept_iptc
from provenance.privacy.known import TIFF_TAGS
from provenance.privacy.patches import Patches
from provenance.privacy.policy import is_rendering
from provenance.privacy.xmp import kept_xmp

__all__ = ["strip_tiff"]

_EXIF, _GPS, _XMP, _IPTC, _ICC, _MANIFEST = 0x8769, 0x8825, 0x2BC, 0x83BB, 0x8773, 0xCD41
_BELOW = {_EXIF: "ExifIFD", _GPS: "GPSIFD"}
_NEVER = frozenset({0x927C, 0x8649, 0x14A, 0xA005, 0x201, 0x202, _XMP, _IPTC, _ICC, _MANIFEST, *_BELOW})
_SUBFILE, _COMPRESSION, _OLD_JPEG = 254, 259, 6
_DATA = ((273, 279), (324, 325))
"""Offsets and byte counts of strips and of tiles."""

_ASCII, _BYTES = 2, 7
_MAX_STRIPS = 1_000_000
_MAX_RENDERING = 24


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What the copy holds."""

    job: Job
    tiff: Tiff
    ranges: list[tuple[int, int]]
    """First and past-the-last byte of what is copied."""
    written: list[tuple[int, bytes]]
    """Where bytes of our own go."""


def strip_tiff(job: Job) -> None:
    """Write the pages of a TIFF file with the tags that draw them and the allowed ones.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: A directory is damaged, or does not say where its picture lies.
        LimitError: Kept fields do not fit into the place of the old ones.
    """
    tiff = Tiff(Window(job.source).get, job.source.size, job.limits)
    found = {d.path: d for d in tiff.directories()}
    if tiff.problems or "IFD0" not in found:
        raise refused(job.source, "its directories are damaged")
    plan = _Plan(job=job, tiff=tiff, ranges=[(0, 16 if tiff.big else 8)], written=[])
    pages = [d for path, d in found.items() if "/" not in path and (path == "IFD0" or not _is_small(tiff, d))]
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        entries = [*_fields(plan, page, drawn=True), *_blocks(plan, page)]
        for tag, name in _BELOW.items():
            below = found.get(f"{page.path}/{name}")
            pointer = next((i for i, f in enumerate(page.fields) if f.tag == tag), None)
            inside = list(_fields(plan, below, drawn=False)) if below else []
            if below and pointer is not None and inside:
                _directory(plan, below, inside, 0)
                entries.append((tag, _raw(plan, page, pointer)))
        _picture(plan, page)
        _directory(plan, page, entries, following.at if following else 0)
    _write(plan)


def _is_small(tiff: Tiff, page: Directory) -> bool:
    """Return whether a page is a smaller version of another one."""
    return bool(tiff.numbers(page.field(_SUBFILE), 1)[:1] and tiff.numbers(page.field(_SUBFILE), 1)[0] & 1)


def _fields(plan: _Plan, found: Directory, *, drawn: bool) -> Iterator[tuple[int, bytes]]:
    """Yield tag and stored entry of the fields that stay, and note where their values lie."""
    for index, field in enumerate(found.fields):
        if not _stays(plan, field, found.path, drawn=drawn):
            continue
        if field.at + field.size > plan.job.source.size or not field.size:
            raise refused(plan.job.source, "a field points outside of it")
        if (
            not found.at <= field.at < found.at + found.size
        ):  # values of up to four bytes move with their entry
            plan.ranges.append((field.at, field.at + field.size))
        yield field.tag, _raw(plan, found, index)


def _stays(plan: _Plan, field: Field, path: str, *, drawn: bool) -> bool:
    if field.tag == _MANIFEST:
        return drawn and plan.job.keep_manifest
    if field.tag in _NEVER:
        return False
    name = tag_name(field.tag, path)
    if field.kind != _ASCII and (drawn and field.tag in TIFF_TAGS):
        return True
    renders = is_rendering("EXIF", name) and field.kind != _ASCII and field.size <= _MAX_RENDERING
    return renders or plan.job.policy.allows("EXIF", name)


def _raw(plan: _Plan, found: Directory, index: int) -> bytes:
    """Return a stored entry of a directory."""
    head, entry = (8, 20) if plan.tiff.big else (2, 12)
    return plan.job.source.read(found.at + head + index * entry, entry)


def _blocks(plan: _Plan, page: Directory) -> Iterator[tuple[int, bytes]]:
    """Yield the entries of XMP, IPTC and the colour profile with what is allowed of them."""
    job = plan.job
    for tag in (_XMP, _IPTC, _ICC):
        field = page.field(tag)
        if field is None or field.size > job.limits.max_metadata_bytes:
            continue
        old = job.source.read(field.at, field.size)
        if tag == _ICC:
            new = kept_icc(old)
        else:
            new = kept_xmp([old], job.policy, job.limits) if tag == _XMP else kept_iptc(old, job.policy)
        if not new:
            continue
        if len(new) > len(old):
            raise LimitError(
                f"The fields of {job.source.name} that are to be kept do not fit into their place.",
                hint="Keep fewer fields.",
            )
        order, wide = plan.tiff.order, 8 if plan.tiff.big else 4
        plan.written.append((field.at, new))
        plan.ranges.append((field.at, field.at + len(new)))
        numbers = len(new).to_bytes(wide, order) + field.at.to_bytes(wide, order)
        yield tag, tag.to_bytes(2, order) + _BYTES.to_bytes(2, order) + numbers


def _picture(plan: _Plan, page: Directory) -> None:
    """Note where the data of a page lie."""
    tiff, size = plan.tiff, plan.job.source.size
    if tiff.numbers(page.field(_COMPRESSION), 1) == [_OLD_JPEG]:
        raise refused(plan.job.source, "it uses the old way of JPEG in TIFF")
    for offsets, counts in _DATA:
        starts = tiff.numbers(page.field(offsets), _MAX_STRIPS)
        lengths = tiff.numbers(page.field(counts), _MAX_STRIPS)
        if len(starts) != len(lengths) or len(starts) == _MAX_STRIPS:
            raise refused(plan.job.source, "it does not say how long its picture data are")
        plan.ranges += [(at, min(at + n, size)) for at, n in zip(starts, lengths, strict=True) if n]


def _directory(plan: _Plan, found: Directory, entries: list[tuple[int, bytes]], following: int) -> None:
    tiff = plan.tiff
    head, link = (8, 8) if tiff.big else (2, 4)
    count = len(entries).to_bytes(head, tiff.order)
    body = b"".join(raw for _, raw in sorted(entries, key=lambda e: e[0]))
    data = count + body + following.to_bytes(link, tiff.order)
    plan.written.append((found.at, data))
    plan.ranges.append((found.at, found.at + len(data)))


def _write(plan: _Plan) -> None:
    patches, at = Patches(), 0
    for first, last in sorted(plan.ranges):
        patches.zero(at, first - at)
        at = max(at, last)
    for place, data in plan.written:
        patches.put(place, data)
    patches.write(plan.job, at)
