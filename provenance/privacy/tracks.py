"""Tracks of a film that are neither picture nor sound: places, timecodes, telemetry. They are taken out whole."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from provenance.containers.build import number
from provenance.containers.part import Part
from provenance.errors import LimitError
from provenance.privacy.copying import Job, refused
from provenance.privacy.known import SHOWN_TRACKS
from provenance.privacy.patches import Patches
from provenance.privacy.ranges import Ranges

__all__ = ["blank_tracks"]

_MAX_SAMPLES = 4_000_000
_NUMBER_COST = 4
"""A number takes several times its stored bytes in memory."""

_STBL = "moov/trak/mdia/minf/stbl/"


@dataclass(slots=True, kw_only=True)
class _Track:
    part: Part
    handler: bytes = b""
    boxes: dict[str, Part] = field(default_factory=dict)


def blank_tracks(job: Job, patches: Patches) -> frozenset[int]:
    """Overwrite the samples of tracks that show nothing, and return where their `trak` boxes begin.

    Subtitles and chapters go as well, because drones and dash cameras write places into them; a profile keeps
    them by name, e.g. `MP4:sbtl track`.

    Args:
        job: The copy to be made.
        patches: Takes the changes.

    Raises:
        UnsupportedTypeError: The samples cannot be told from those of other tracks.
        LimitError: There are too many samples.
    """
    tracks = _tracks(job)
    gone = [t for t in tracks if not _shown(job, t)]
    rest = [t for t in tracks if _shown(job, t)]
    if not gone:
        return frozenset()
    if any(p.path == "moof" for p in job.container.parts):
        raise refused(job.source, "it is in fragments and has a track that is neither picture nor sound")
    media = Ranges((p.body, p.end) for p in job.container.parts if p.path == "mdat")
    others = sorted(at for t in rest for at in _offsets(job, t))
    for track in gone:
        for at, size in _chunks(job, track):
            after = bisect_left(others, at)
            if not media.cover(at, at + size) or (after < len(others) and others[after] < at + size):
                raise refused(job.source, "one of its tracks overlaps another")
            patches.zero(at, size)
    idents = {_ident(job, t) for t in gone}
    for track in rest:
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


def _offsets(job: Job, track: _Track) -> list[int]:
    """Return where the chunks of a track begin."""
    part = track.boxes.get("stco") or track.boxes.get("co64")
    return _numbers(job, part, 8, 4 if part and part.name == "stco" else 8)


def _chunks(job: Job, track: _Track) -> Iterator[tuple[int, int]]:
    """Yield (offset, size) of the chunks of a track (ISO/IEC 14496-12, 8.7)."""
    counts = _per_chunk(job, track)
    sizes = _sizes(job, track)
    for at in _offsets(job, track):
        size = sum(next(sizes, 0) for _ in range(next(counts, 0)))
        if size:
            yield at, size


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


def _sizes(job: Job, track: _Track) -> Iterator[int]:
    part = track.boxes.get("stsz")
    if part is None:
        raise refused(job.source, "a track that is neither picture nor sound does not say where its data are")
    same, count = struct.unpack(">II", job.source.read(part.body + 4, 8).ljust(8, b"\0"))
    if same:
        return iter([same] * min(count, _MAX_SAMPLES))
    return iter(_numbers(job, part, 12, 4))


def _numbers(job: Job, part: Part | None, skip: int, width: int) -> list[int]:
    """Return the numbers that a table holds behind `skip` bytes."""
    if part is None:
        return []
    size = part.body_size - skip
    job.spend(_NUMBER_COST * max(size, 0))
    data = job.source.read(part.body + skip, size)
    count = len(data) // width
    return list(struct.unpack(f">{count}{'I' if width == 4 else 'Q'}", data[: count * width]))


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
