"""FLAC without what is not allowed: of the metadata blocks only those that playing needs are copied."""

from __future__ import annotations

from provenance.containers.build import number
from provenance.privacy.copying import Job, refused
from provenance.privacy.id3 import kept_id3, tail_start
from provenance.privacy.policy import is_rendering

__all__ = ["strip_flac"]

_KINDS = {"STREAMINFO": 0, "SEEKTABLE": 3}
_COMMENT, _LAST = 4, 0x80
_SYNC = (b"\xff\xf8", b"\xff\xf9")
"""What a frame begins with: blocks of fixed or of varying size."""


def strip_flac(job: Job) -> None:
    """Write the stream description, the seek table, the allowed comments and the frames.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The stream has no description or no frames.
    """
    blocks: dict[int, bytes] = {}
    tag = b""
    for part in job.container.parts:
        if part.path in _KINDS:
            blocks.setdefault(_KINDS[part.path], job.body(part))
        elif part.path == "VORBIS_COMMENT":
            comments = _comments(job, job.body(part))
            if comments:
                blocks.setdefault(_COMMENT, comments)
        elif part.path == "ID3v2":
            tag = kept_id3(job.whole(part), job.policy, job.limits, manifest=job.keep_manifest)
    frames = next((p for p in job.container.parts if p.path == "frames"), None)
    if 0 not in blocks or frames is None or job.source.read(frames.offset, 2) not in _SYNC:
        raise refused(job.source, "its stream is damaged")
    job.write(tag + b"fLaC")
    for index, (kind, body) in enumerate(sorted(blocks.items()), start=1):
        last = _LAST if index == len(blocks) else 0
        job.write(bytes([kind | last]) + len(body).to_bytes(3, "big") + body)
    job.copy(frames.offset, tail_start(job.source, frames.offset, frames.end) - frames.offset)


def _comments(job: Job, data: bytes) -> bytes:
    """Return a comment block without vendor that holds the allowed comments; empty where none is left."""
    size = number(data, 0, 4, "little")
    at, kept = 8 + size, list[bytes]()
    for _ in range(min(number(data, 4 + size, 4, "little"), job.limits.max_entries)):
        size = number(data, at, 4, "little")
        comment = data[at + 4 : at + 4 + size]
        if len(comment) < size:
            break
        name = comment.partition(b"=")[0].decode("utf-8", "replace").strip()
        if is_rendering("Vorbis", name) or job.policy.allows("Vorbis", name):
            kept.append(data[at : at + 4 + size])
        at += 4 + size
    return bytes(4) + len(kept).to_bytes(4, "little") + b"".join(kept) if kept else b""
