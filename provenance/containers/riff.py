"""RIFF chunks: WebP, WAV (also RF64 and BW64, EBU Tech 3306) and AVI with its OpenDML continuation."""

from __future__ import annotations

from provenance.containers.build import Builder, Window, printable
from provenance.containers.part import Container, Part
from provenance.source import Source

__all__ = ["measure_riff", "walk_riff"]

_UNKNOWN = 0xFFFFFFFF
_LISTS = frozenset({b"INFO", b"hdrl", b"strl", b"odml", b"exif", b"adtl"})
"""List types that are descended into; the frames in `movi` are not."""

_ROOTS = (b"RIFF", b"RF64", b"BW64")


def walk_riff(source: Source) -> Container:
    """Return the chunks of a RIFF file, e.g. `RIFF`, `RIFF/fmt`, `RIFF/LIST(INFO)`, `RIFF/LIST(INFO)/ISFT`.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    end = _Walk(build).file()
    build.width, build.height, build.seconds = _measured(build)
    return build.done(end)


def measure_riff(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return what the header chunks state, reading nothing after the chunk that holds the media data."""
    build = Builder(source)
    _Walk(build, stop=(b"data", b"movi", b"VP8X", b"VP8 ", b"VP8L")).file()
    return _measured(build)


class _Walk:
    def __init__(self, build: Builder, *, stop: tuple[bytes, ...] = ()) -> None:
        self.build = build
        self.window = Window(build.source)
        self.stop = stop
        self.stopped = False
        self.data_size: int | None = None

    def file(self) -> int:
        """Walk every top-level chunk that belongs to the file and return where they end."""
        at, first = 0, True
        while at + 12 <= self.build.size and not self.stopped and not self.build.full:
            head = self.window.get(at, 12)
            if head[:4] not in _ROOTS or not (first or head[8:12] == b"AVIX"):
                break
            size = self._root_size(at, head)
            end = min(at + 8 + size, self.build.size)
            if at + 8 + size > self.build.size and size != _UNKNOWN:
                self.build.problem(f"The file states {at + 8 + size:,} bytes but has {self.build.size:,}.")
            path = "RIFF" if first else "RIFF(AVIX)"
            self.build.part(path, at, end - at, header=12)
            self.chunks(at + 12, end, path, depth=1)
            at, first = end + (size & 1 if end < self.build.size else 0), False
        return at

    def chunks(self, at: int, end: int, parent: str, *, depth: int) -> None:
        """Walk the chunks between `at` and `end`."""
        while at + 8 <= end and not self.stopped:
            head = self.window.get(at, 12)
            ident, size = head[:4], int.from_bytes(head[4:8], "little")
            if size == _UNKNOWN and ident == b"data":
                size = self._data_size(end - at - 8)
            if at + 8 + size > end:
                self.build.problem(
                    f"The {printable(ident)} chunk at byte {at:,} goes beyond the end of its parent."
                )
                size = end - at - 8
            is_list = ident == b"LIST" and size >= 4
            name = f"LIST({_name(head[8:12])})" if is_list else _name(ident)
            if not self.build.part(f"{parent}/{name}", at, 8 + size, header=12 if is_list else 8):
                return
            if ident in self.stop or (is_list and head[8:12] in self.stop):
                self.stopped = True
            elif is_list and head[8:12] in _LISTS:
                self._list(at + 12, at + 8 + size, f"{parent}/{name}", depth)
            at += 8 + size + (size & 1)
        if 0 < end - at < 8:
            self.build.problem(f"{end - at} bytes at {at:,} are too few for a chunk.")

    def _list(self, at: int, end: int, path: str, depth: int) -> None:
        if depth < self.build.limits.max_depth:
            self.chunks(at, end, path, depth=depth + 1)
        else:
            self.build.problem(f"Lists are nested deeper than {self.build.limits.max_depth} levels.")

    def _root_size(self, at: int, head: bytes) -> int:
        size = int.from_bytes(head[4:8], "little")
        if head[:4] != b"RIFF" and size == _UNKNOWN:
            ds64 = self.window.get(at + 12, 36)
            if ds64[:4] == b"ds64" and len(ds64) == 36:
                size = int.from_bytes(ds64[8:16], "little")
                self.data_size = int.from_bytes(ds64[16:24], "little")
        elif size == _UNKNOWN:
            self.build.problem("The file states no size, as a stream that was cut off or piped does.")
        return size

    def _data_size(self, rest: int) -> int:
        if self.data_size is None:
            self.build.problem("The data chunk states no size, as a stream that was cut off or piped does.")
            return rest
        return self.data_size


def _name(ident: bytes) -> str:
    return printable(ident.rstrip(b" "))


def _first(build: Builder, path: str) -> Part | None:
    return next((p for p in build.parts if p.path == path), None)


def _body(build: Builder, path: str, size: int) -> bytes:
    part = _first(build, path)
    return build.source.read(part.body, min(size, part.body_size)) if part else b""


def _measured(build: Builder) -> tuple[int | None, int | None, float | None]:
    kind = build.source.media_type
    if kind == "image/webp":
        return (*_webp_size(build), None)
    if kind == "audio/wav":
        return None, None, _wav_seconds(build)
    return _avi(build)


def _webp_size(build: Builder) -> tuple[int | None, int | None]:
    data = _body(build, "RIFF/VP8X", 10)
    if len(data) == 10:
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    data = _body(build, "RIFF/VP8", 10)
    if len(data) == 10 and data[3:6] == b"\x9d\x01\x2a":
        width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        return width & 0x3FFF or None, height & 0x3FFF or None
    data = _body(build, "RIFF/VP8L", 5)
    if len(data) == 5 and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None, None


def _wav_seconds(build: Builder) -> float | None:
    fmt, data = _body(build, "RIFF/fmt", 16), _first(build, "RIFF/data")
    if len(fmt) < 16 or data is None:
        return None
    code, rate = int.from_bytes(fmt[:2], "little"), int.from_bytes(fmt[4:8], "little")
    fact = _body(build, "RIFF/fact", 4)
    # Compressed codings state their number of samples apart; for PCM the bytes say it.
    if code not in (1, 3, 0xFFFE) and len(fact) == 4 and rate:
        samples = int.from_bytes(fact, "little")
        if samples not in (0, _UNKNOWN):
            return samples / rate
    per_second = int.from_bytes(fmt[8:12], "little")
    return data.body_size / per_second if per_second else None


def _avi(build: Builder) -> tuple[int | None, int | None, float | None]:
    head = _body(build, "RIFF/LIST(hdrl)/avih", 40)
    if len(head) < 40:
        return None, None, None
    width, height = int.from_bytes(head[32:36], "little"), int.from_bytes(head[36:40], "little")
    frames = int.from_bytes(head[16:20], "little")
    # Beyond one gigabyte the OpenDML header has the true count.
    total = int.from_bytes(_body(build, "RIFF/LIST(hdrl)/LIST(odml)/dmlh", 4), "little")
    seconds = max(frames, total) * int.from_bytes(head[:4], "little") / 1e6
    return width or None, height or None, seconds or None
