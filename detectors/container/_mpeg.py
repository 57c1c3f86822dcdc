"""Headers of MPEG audio frames (ISO/IEC 11172-3, 13818-3), counted over a whole file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from provenance.containers.mp3 import BITRATES, RATES
from provenance.source import Source

__all__ = ["Scan", "scan_frames"]

_MODES = ("stereo", "joint stereo", "two channels", "mono")
_BLOCK = 1 << 20
_MAX_FRAMES = 1_000_000
_MAX_GAPS = 5_000
_MAX_TRIES = 20_000
_HEADER = re.compile(rb"\xff[\xe2-\xff][\x10-\xef]")
"""The first three bytes of anything that can be a frame."""


@dataclass(slots=True)
class Scan:
    """What the frame headers of a file say."""

    frames: int = 0
    """Frames met, an information frame (Xing, Info) not counted."""
    bitrates: Counter[int] = field(default_factory=Counter)
    """Kilobits a second and how many frames have them."""
    formats: Counter[str] = field(default_factory=Counter)
    """Sample rate and channel mode, and how many frames have them."""
    changes: int = 0
    """How often the sample rate, or mono against stereo, changes from one frame to the next."""
    headers: int = 0
    """Information frames; every encoder run writes one at most, at the start of its output."""
    gaps: int = 0
    """Places where bytes between frames belong to none."""
    gap_bytes: int = 0
    """How many such bytes there are."""
    complete: bool = True
    """Whether the whole range was looked at."""


def scan_frames(source: Source, start: int, end: int) -> Scan:
    """Walk the frames between two offsets, stepping over what is no frame.

    Args:
        source: The opened file.
        start: First byte of the first frame.
        end: Byte after the last frame.
    """
    scan, known, last = Scan(), dict[bytes, tuple[int, int, str, int]](), ""
    at, base, block = start, start, b""
    for _ in range(_MAX_FRAMES):
        if at >= end:
            return scan
        if at + 64 > base + len(block):
            base, block = at, source.read(at, min(_BLOCK, end - at))
        here = at - base
        head = block[here : here + 4]
        size, kilobits, form, info = known.get(head) or known.setdefault(head, _parsed(head))
        if not size:
            found = _resync(source, at + 1, end)
            scan.gaps += 1
            if found is None or scan.gaps == _MAX_GAPS:
                break
            scan.gap_bytes += found - at
            at = found
            continue
        if block[here + info : here + info + 4] in (b"Xing", b"Info"):
            scan.headers += 1
        else:
            scan.frames += 1
            scan.bitrates[kilobits] += 1
            scan.formats[form] += 1
            plain = form.replace("joint ", "")
            scan.changes += bool(last) and plain != last
            last = plain
        at += size
    scan.complete = at >= end
    return scan


def _resync(source: Source, at: int, end: int) -> int | None:
    """Return the next offset at which two frames follow each other, or the end; None after too many tries."""
    tries = 0
    while at < end:
        block = source.read(at, min(_BLOCK, end - at))
        for match in _HEADER.finditer(block):
            here = match.start()
            size = _parsed(block[here : here + 4])[0]
            if size and (at + here + size >= end or _parsed(source.read(at + here + size, 4))[0]):
                return at + here
            tries += 1
            if tries == _MAX_TRIES:
                return None
        at += max(1, len(block) - 3) if len(block) == _BLOCK else max(1, len(block))
    return end


def _parsed(head: bytes) -> tuple[int, int, str, int]:
    """Return (bytes, kilobits a second, format in words, offset of a Xing header); zeros where it is no frame."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0, 0, "", 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 0 or bitrate in (0, 15) or rate == 3:
        return 0, 0, "", 0
    hertz = RATES[version][rate]
    kilobits = BITRATES[version == 3, layer][bitrate - 1]
    if layer == 3:
        size = (12000 * kilobits // hertz + padding) * 4
    else:
        size = (72 if layer == 1 and version != 3 else 144) * 1000 * kilobits // hertz + padding
    mode = _MODES[head[3] >> 6]
    side = (17 if mode == "mono" else 32) if version == 3 else (9 if mode == "mono" else 17)
    return size, kilobits, f"{hertz:,} Hz {mode}", 4 + side
