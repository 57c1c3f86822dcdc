"""MP3 without what is not allowed: the tags around the frames go, the frames stay as they are."""

from __future__ import annotations

from provenance.privacy.copying import Job, refused
from provenance.privacy.id3 import kept_id3, tail_start

__all__ = ["strip_mp3"]


def strip_mp3(job: Job) -> None:
    """Write the frames, the Xing frame among them, after a tag with the allowed fields.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The row of frames is broken, so that sound cannot be told from tags.
    """
    parts = job.container.parts
    sound = [p for p in parts if p.path in ("Xing", "frames")]
    if not sound:
        raise refused(job.source, "no sound was found in it")
    end = sound[-1].end
    stop = tail_start(job.source, end, job.source.size)
    if stop > end and job.source.read(end, min(stop - end, job.limits.max_metadata_bytes)).strip(b"\0"):
        raise refused(job.source, f"its sound is damaged at byte {end:,}")
    for part in parts:
        if part.path == "ID3v2":
            tag = job.whole(part)
            job.write(kept_id3(tag, job.policy, job.limits, manifest=job.keep_manifest))
    for part in sound:
        job.copy(part.offset, part.size)
