"""MPEG audio (ISO/IEC 11172-3, 13818-3) with its tags: ID3v2, Xing, Info or VBRI, APEv2, ID3v1."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.containers.build import Builder, Window, number
from provenance.containers.id3 import frames, tag_head, tag_size
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["BITRATES", "RATES", "measure_mp3", "walk_mp3"]

RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Sample rates by version bits (3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5)."""

BITRATES = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by (MPEG-1, layer bits) for the bitrate indices 1 to 14; layer bits 3 are layer I."""

_SEARCH = 1 << 16
_MAX_FRAMES = 500_000
_MAX_TAGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    size: int
    samples: int
    rate: int
    bitrate: int
    side_info: int
    """Bytes between the header and a Xing header."""


@dataclass(slots=True, kw_only=True)
class _Layout:
    tags: list[int]
    """Sizes of the ID3v2 tags at the start."""
    start: int
    """Where the first frame stands, or where it was looked for."""
    first: _Frame | None
    info: str
    """`Xing`, `VBRI` or empty."""
    stated: int | None
    """Number of frames that the info header states."""
    audio_end: int
    """Where the tags at the end begin."""
    tail: list[tuple[str, int, int]]
    """Path, offset and size of the tags at the end."""


def walk_mp3(source: Source) -> Container:
    """Return `ID3v2` with its frames, `Xing`, `frames`, and the tags at the end.

    Args:
        source: The opened file.
    """
    build, window = Builder(source), Window(source)
    layout = _layout(source, window)
    at = 0
    for size in layout.tags:
        _id3(build, window, at, size)
        at += size
    if layout.first is None:
        build.problem("No MPEG audio frame was found where one should begin.")
    else:
        if layout.start > at:
            build.problem(f"{layout.start - at:,} bytes before the first frame belong to no tag.")
        start = layout.start
        if layout.info:
            build.part("Xing", start, layout.first.size, header=4)
            start = min(start + layout.first.size, source.size)
        end = _frames_end(source, start, layout.audio_end)
        build.part("frames", start, end - start, header=0)
        if not layout.tail and source.read(end, 3) == b"TAG":
            build.part("ID3v1", end, 128, header=3)  # foreign bytes follow it
            end += 128
        if end < layout.audio_end:
            build.problem(f"From byte {end:,} on there are no MPEG audio frames.")
        at = end if not layout.tail else at
    for path, offset, size in layout.tail:
        build.part(path, offset, size, header=32 if path == "APEv2" else 3)
        at = max(at, offset + size)
    build.seconds = _seconds(layout)
    return build.done(at)


def measure_mp3(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return the duration from the Xing or VBRI header, else from the bitrate of the first frame."""
    return None, None, _seconds(_layout(source, Window(source)))


def _layout(source: Source, window: Window) -> _Layout:
    tags, at = list[int](), 0
    while len(tags) < _MAX_TAGS and (size := tag_size(window.get(at, 10))):
        tags.append(min(size, source.size - at))
        at += size
    tail, audio_end = _tail(source, at)
    start, first = _first_frame(source, min(at, source.size), audio_end)
    info, stated = _info(window.get(start, 200), first) if first else ("", None)
    return _Layout(
        tags=tags, start=start, first=first, info=info, stated=stated, audio_end=audio_end, tail=tail
    )


def _seconds(layout: _Layout) -> float | None:
    first = layout.first
    if first is None:
        return None
    if layout.stated:
        return layout.stated * first.samples / first.rate
    return (layout.audio_end - layout.start) * 8 / first.bitrate


def _tail(source: Source, start: int) -> tuple[list[tuple[str, int, int]], int]:
    """Return the tags at the end of the file in file order, and where they begin."""
    end = source.size
    tail: list[tuple[str, int, int]] = []
    if end - 128 >= start and source.read(end - 128, 3) == b"TAG":
        end -= 128
        tail.insert(0, ("ID3v1", end, 128))
    footer = source.read(end - 32, 32) if end >= 32 else b""
    if footer[:8] == b"APETAGEX":
        size = number(footer, 12, 4, "little") + (32 if number(footer, 20, 4, "little") >> 31 else 0)
        if 32 <= size <= end - start:
            end -= size
            tail.insert(0, ("APEv2", end, size))
    return tail, end


def _parsed(head: bytes) -> _Frame | None:
    """Return what a frame header of four bytes says, or None where it is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or bitrate in (0, 15) or rate == 3:
        return None
    hertz = RATES[version][rate]
    bits = BITRATES[version == 3, layer][bitrate - 1] * 1000
    padding = head[2] >> 1 & 1
    if layer == 3:
        samples, size = 384, (12 * bits // hertz + padding) * 4
    else:
        samples = 576 if layer == 1 and version != 3 else 1152
        size = samples // 8 * bits // hertz + padding
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if version == 3 else (9 if mono else 17)
    return _Frame(size=size, samples=samples, rate=hertz, bitrate=bits, side_info=side)


def _first_frame(source: Source, at: int, end: int) -> tuple[int, _Frame | None]:
    """Return the first frame that another one, or the end of the audio, follows."""
    block = source.read(at, min(_SEARCH, max(0, end - at)))
    here = block.find(b"\xff")
    while here >= 0:
        found = _parsed(block[here : here + 4])
        if found:
            after = at + here + found.size
            if after >= end or _parsed(source.read(after, 4)):
                return at + here, found
        here = block.find(b"\xff", here + 1)
    return at, None


def _info(data: bytes, first: _Frame) -> tuple[str, int | None]:
    at = 4 + first.side_info
    if data[at : at + 4] in (b"Xing", b"Info"):
        return "Xing", number(data, at + 8, 4) if number(data, at + 4, 4) & 1 else None
    if data[36:40] == b"VBRI":
        return "VBRI", number(data, 50, 4)
    return "", None


def _frames_end(source: Source, at: int, end: int) -> int:
    """Return where the unbroken row of frames ends that begins at `at`."""
    window, sizes = Window(source, block=1 << 18), dict[bytes, int]()
    for _ in range(_MAX_FRAMES):
        if at >= end:
            return end
        head = window.get(at, 4)
        size = sizes.get(head)
        if size is None:
            found = _parsed(head)
            size = sizes[head] = found.size if found else 0
        if not size:
            return at
        at += size
    return end


def _id3(build: Builder, window: Window, at: int, size: int) -> None:
    build.part("ID3v2", at, size, header=10)
    tag = tag_head(window.get(at, 10))
    if tag is None or tag.unsynchronised:
        return  # offsets inside an unsynchronised tag are not offsets of the file
    for frame in frames(window.get, at + 10, at + size, tag):
        if not build.part(f"ID3v2/{frame.ident}", frame.at, frame.size, header=frame.header):
            return
