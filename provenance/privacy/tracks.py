"""Media data of films: what no picture or sound needs goes, tracks of places, timecodes and telemetry with it."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from provenance.containers.build import number
from provenance.containers.part import Part
from provenance.errors import LimitError
from provenance.privacy.copying import Job, refused
from provenance.privacy.known import SHOWN_TRACKS
from provenance.privacy.patches import Patches
from provenance.privacy.ranges import Ranges

__all__ = ["blank_media"]

_FRAGMENTED = frozenset({"moof", "saio"})
"""Boxes that refer to media data in ways that are not followed here."""

_MAX_SAMPLES = 16_000_000
_STBL = "moov/trak/mdia/minf/stbl/"


@dataclass(slots=True, kw_only=True)
class _Track:
    part: Part
    handler: bytes = b""
    boxes: dict[str, Part] = field(default_factory=dict)


def blank_media(job: Job, patches: Patches, needed: list[tuple[int, int]]) -> frozenset[int]:
    """Overwrite the media data that neither picture nor sound needs; return where the `trak` boxes to go begin.

    Subtitles and chapters go as well, because drones and dash cameras write places into them; a profile keeps
    them by name, e.g. `MP4:sbtl track`.

    Args:
        job: The copy to be made.
        patches: Takes the changes.
        needed: First and past-the-last byte of what items need of the media data.

    Raises:
        UnsupportedTypeError: The samples of a track cannot be told from those of others.
        LimitError: There are too many samples.
    """
    tracks = _tracks(job)
    shown = [t for t in tracks if _shown(job, t)]
    gone = [t for t in tracks if not _shown(job, t)]
    if any(p.name in _FRAGMENTED for p in job.container.parts):
        if gone:
            raise refused(job.source, "it is in fragments and has a track that is neither picture nor sound")
        return frozenset()
    media = [(p.body, p.end) for p in job.container.parts if p.path == "mdat"]
    starts = sorted({at for t in tracks for at in _offsets(job, t)} | {last for _, last in media})
    kept = Ranges([*needed, *(chunk for t in shown for chunk in _chunks(job, t, starts))])
    for first, last in (chunk for t in gone for chunk in _chunks(job, t, starts)):
        if [(first, last - first)] != list(kept.free(first, last)):
            raise refused(job.source, "one of its tracks overlaps another")
    for first, last in media:
        for at, size in kept.free(first, last):
            patches.zero(at, size)
    idents = {_ident(job, t) for t in gone}
    for track in shown:
        if "tref" in track.boxes:
            _references(job, track.boxes["tref"], patches, idents)
    return frozenset(t.part.offset for t in gone)


def _tracks(job: Job) -> list[_Track]:
    tracks = list[_Track]()
    for part in job.container.parts:
        if part.path == "moov/trak":
            tracks.append(_Track(part=part))
        elif part.path == "moov/trak/mdia/hdlr" and tracks:
            tracks[-1].handler = job.source.read(part.body + 8, 4)
        elif part.path.startswith((_STBL, "moov/trak/t")) and tracks:
            tracks[-1].boxes.setdefault(part.name, part)
    return tracks


def _shown(job: Job, track: _Track) -> bool:
    name = track.handler.decode("latin-1")
    return track.handler in SHOWN_TRACKS or job.policy.allows("MP4", f"{name} track")


def _offsets(job: Job, track: _Track) -> array[int]:
    """Return where the chunks of a track begin."""
    part = track.boxes.get("stco") or track.boxes.get("co64")
    return _numbers(job, part, 8, 4 if part and part.name == "stco" else 8)


def _chunks(job: Job, track: _Track, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield first and past-the-last byte of the chunks of a track (ISO/IEC 14496-12, 8.7).

    Where samples have no sizes of their own, a chunk reaches to the next one: QuickTime gives sound that is not
    compressed a size of one byte a sample, whatever it takes.
    """
    sizes = _sizes(job, track)
    counts = _per_chunk(job, track)
    for at in _offsets(job, track):
        count = next(counts, 0)
        if not count:
            raise refused(job.source, "one of its tracks does not say where its samples are")
        if sizes is None:
            after = bisect_right(starts, at)
            end = starts[after] if after < len(starts) else at
        else:
            end = at + sum(islice(sizes, count))
        if at < end:
            yield at, end


def _per_chunk(job: Job, track: _Track) -> Iterator[int]:
    table = _numbers(job, track.boxes.get("stsc"), 8, 4)
    runs = [(table[i], table[i + 1]) for i in range(0, len(table) - 2, 3)]
    left = _MAX_SAMPLES
    for index, (first, count) in enumerate(runs):
        until = runs[index + 1][0] if index + 1 < len(runs) else 1 << 32
        for _ in range(first, until):
            left -= count + 1
            if left < 0:
                raise _too_many(job)
            yield count


def _sizes(job: Job, track: _Track) -> Iterator[int] | None:
    """Return the sizes of the samples in order; None where there are none one by one."""
    part = track.boxes.get("stsz")
    if part is None or number(job.source.read(part.body + 4, 4), 0, 4):
        return None
    return iter(_numbers(job, part, 12, 4))


def _numbers(job: Job, part: Part | None, skip: int, width: int) -> array[int]:
    """Return the numbers that a table holds behind `skip` bytes."""
    numbers = array("I" if width == 4 else "Q")
    if part is not None and part.body_size > skip:
        size = (part.body_size - skip) // width * width
        job.spend(size)
        data = job.source.read(part.body + skip, size)
        numbers.frombytes(data[: len(data) // width * width])
        if sys.byteorder == "little":
            numbers.byteswap()
    return numbers


def _too_many(job: Job) -> LimitError:
    return LimitError(
        f"A track of {job.source.name} has more than {_MAX_SAMPLES:,} samples.",
        hint="Cut it into shorter clips.",
    )


def _ident(job: Job, track: _Track) -> int:
    """Return the number of a track; -1 where it has no header."""
    part = track.boxes.get("tkhd")
    if part is None:
        return -1
    data = job.source.read(part.body, 24)
    return number(data, 20 if data[:1] == b"\1" else 12, 4)


def _references(job: Job, part: Part, patches: Patches, idents: set[int]) -> None:
    """Turn references to removed tracks into `free` boxes."""
    data = job.source.read(part.body, min(part.body_size, 4096))
    at = 0
    while at + 8 <= len(data):
        size = number(data, at, 4)
        if size < 8 or at + size > len(data):
            return
        if any(number(data, here, 4) in idents for here in range(at + 8, at + size, 4)):
            patches.put(part.body + at + 4, b"free")
            patches.zero(part.body + at + 8, size - 8)
        at += size
