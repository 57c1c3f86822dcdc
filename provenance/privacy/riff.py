"""WebP and WAV without what is not allowed: chunks are dropped and the sizes written anew. AVI: see `avi`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.containers.build import number
from provenance.containers.part import Part
from provenance.privacy.avi import strip_avi
from provenance.privacy.copying import Job, refused
from provenance.privacy.exif import kept_exif
from provenance.privacy.icc import kept_icc
from provenance.privacy.id3 import kept_id3
from provenance.privacy.xmp import kept_xmp

__all__ = ["strip_riff"]

_WEBP = frozenset({"VP8", "VP8L", "ALPH", "ANIM"})
_FRAME_PARTS = (b"VP8 ", b"VP8L", b"ALPH")
_FRAME_HEAD = 16
_WAV = {"fmt": 128, "fact": 64, "data": 1 << 63}
"""Chunks that describe or hold the sound, with the most bytes that each can need."""

_EXIF_FLAG, _XMP_FLAG, _ICC_FLAG = 0x08, 0x04, 0x20
_BEXT = {
    "Description": (0, 256), "Originator": (256, 32), "OriginatorReference": (288, 32), "OriginationDate": (320, 10),
    "OriginationTime": (330, 8),
}  # fmt: skip
_BEXT_FIXED = 602
_MOST = 0xFFFFFFFF
_LONG = (b"RF64", b"BW64")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """One chunk of the copy: bytes of our own, or a range of the source."""

    ident: bytes
    data: bytes = b""
    at: int = 0
    size: int = 0

    @property
    def length(self) -> int:
        return self.size or len(self.data)


def strip_riff(job: Job) -> None:
    """Write the chunks that draw the picture or hold the sound, and the allowed fields.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The row of chunks is damaged, or sound is spread over several chunks.
    """
    if job.source.media_type == "video/x-msvideo":
        strip_avi(job)
        return
    chunks = list(_webp(job) if job.source.media_type == "image/webp" else _wav(job))
    total = 4 + sum(8 + c.length + (c.length & 1) for c in chunks)
    head = job.source.read(0, 12)
    if head[:4] in _LONG:
        total += 36
        job.write(head[:4] + _MOST.to_bytes(4, "little") + head[8:12])
        _write(job, _sizes(job, chunks, total))
    elif total > _MOST:
        raise refused(job.source, "it is too long for its format")
    else:
        job.write(b"RIFF" + total.to_bytes(4, "little") + head[8:12])
    for chunk in chunks:
        _write(job, chunk, open_ended=head[:4] in _LONG)


def _write(job: Job, chunk: _Chunk, *, open_ended: bool = False) -> None:
    length = _MOST if open_ended and chunk.ident == b"data" else chunk.length
    job.write(chunk.ident + length.to_bytes(4, "little") + chunk.data)
    job.copy(chunk.at, chunk.size)
    job.write(bytes(chunk.length & 1))


def _top(job: Job) -> Iterator[Part]:
    return (p for p in job.container.parts if p.path.count("/") == 1)


def _copied(job: Job, part: Part) -> _Chunk:
    return _Chunk(ident=job.source.read(part.offset, 4), at=part.body, size=part.body_size)


def _webp(job: Job) -> Iterator[_Chunk]:
    if job.container.problems:
        raise refused(job.source, "its row of chunks is damaged")
    parts, packets = list(_top(job)), list[bytes]()
    exif = profile = b""
    for part in parts:
        if part.name == "EXIF" and not exif:
            exif = kept_exif(job.body(part), job.policy, job.limits)
        elif part.name == "ICCP" and not profile:
            profile = kept_icc(job.body(part))
        elif part.name == "XMP":
            packets.append(job.body(part))
    xmp = kept_xmp(packets, job.policy, job.limits)
    for part in parts:
        if part.name == "VP8X" and part.body_size >= 10:
            head = bytearray(job.source.read(part.body, 10))
            for flag, block in ((_EXIF_FLAG, exif), (_XMP_FLAG, xmp), (_ICC_FLAG, profile)):
                head[0] = head[0] | flag if block else head[0] & ~flag
            yield _Chunk(ident=b"VP8X", data=bytes(head))
            if profile:
                yield _Chunk(ident=b"ICCP", data=profile)
        elif part.name == "ANMF":
            yield _frame(job, part)
        elif part.name in _WEBP or (part.name == "C2PA" and job.keep_manifest):
            yield _copied(job, part)
    if exif:
        yield _Chunk(ident=b"EXIF", data=exif)
    if xmp:
        yield _Chunk(ident=b"XMP ", data=xmp)


def _frame(job: Job, part: Part) -> _Chunk:
    """Return a frame of an animation; one with chunks that draw nothing is put together anew."""
    at, ranges, foreign = part.body + _FRAME_HEAD, [(part.body, _FRAME_HEAD)], False
    while at + 8 <= part.end:
        head = job.source.read(at, 8)
        step = 8 + number(head, 4, 4, "little") + (head[4] & 1)
        if head[:4] in _FRAME_PARTS:
            ranges.append((at, min(step, part.end - at)))
        else:
            foreign = True
        at += step
    if not foreign:
        return _copied(job, part)
    job.spend(part.size)
    return _Chunk(ident=b"ANMF", data=b"".join(job.source.read(start, size) for start, size in ranges))


def _wav(job: Job) -> Iterator[_Chunk]:
    sounds, texts = 0, _texts(job)
    for part in _top(job):
        name = part.name
        if name in _WAV and part.body_size <= _WAV[name]:
            sounds += name == "data"
            yield _copied(job, part)
        elif name == "LIST(wavl)":
            raise refused(job.source, "its sound is spread over several chunks")
        elif name == "LIST(INFO)":
            if part.offset in texts:
                yield _Chunk(ident=b"LIST", data=b"INFO" + b"".join(texts[part.offset]))
        elif name == "bext":
            yield from _broadcast(job, part)
        elif name in ("id3", "ID3"):
            tag = kept_id3(job.body(part), job.policy, job.limits, manifest=job.keep_manifest)
            yield from (_Chunk(ident=b"id3 ", data=data) for data in [tag] if data)
        elif name == "_PMX":
            xmp = kept_xmp([job.body(part)], job.policy, job.limits)
            yield from (_Chunk(ident=b"_PMX", data=data) for data in [xmp] if data)
        elif (name == "C2PA" and job.keep_manifest) or job.policy.allows("RIFF", name):
            yield _copied(job, part)
    if sounds != 1:
        raise refused(job.source, "it has no sound, or its sound is spread over several chunks")


def _texts(job: Job) -> dict[int, list[bytes]]:
    """Return the allowed chunks of INFO lists by where their list begins."""
    texts: dict[int, list[bytes]] = {}
    whole: Part | None = None
    for part in job.container.parts if job.policy.names("RIFF") else ():
        if part.name == "LIST(INFO)":
            whole = part
        elif whole and part.offset < whole.end and job.policy.allows("RIFF", part.name):
            texts.setdefault(whole.offset, []).append(job.whole(part) + bytes(part.size & 1))
    return texts


def _broadcast(job: Job, part: Part) -> Iterator[_Chunk]:
    """Yield a broadcast extension (EBU Tech 3285) of the allowed fields, or nothing."""
    data = job.body(part)
    fixed = bytearray(_BEXT_FIXED)
    for name, (at, size) in _BEXT.items():
        if job.policy.allows("RIFF", f"bext:{name}"):
            fixed[at : at + size] = data[at : at + size].ljust(size, b"\0")
    history = data[_BEXT_FIXED:] if job.policy.allows("RIFF", "bext:CodingHistory") else b""
    if any(fixed) or history:
        yield _Chunk(ident=b"bext", data=bytes(fixed) + history)


def _sizes(job: Job, chunks: list[_Chunk], total: int) -> _Chunk:
    """Return the chunk of 64-bit sizes (EBU Tech 3306) for the copy."""
    old = next((p for p in _top(job) if p.name == "ds64"), None)
    samples = job.source.read(old.body + 16, 8) if old else b""
    sound = next((c.length for c in chunks if c.ident == b"data"), 0)
    data = total.to_bytes(8, "little") + sound.to_bytes(8, "little") + samples.ljust(8, b"\0") + bytes(4)
    return _Chunk(ident=b"ds64", data=data)
