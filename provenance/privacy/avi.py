"""AVI without what is not allowed: its indices hold file offsets, so chunks become `JUNK` of the same size."""

from __future__ import annotations

from provenance.containers.part import Part
from provenance.privacy.copying import Job, refused
from provenance.privacy.patches import Patches

__all__ = ["strip_avi"]

_MEDIA = frozenset({"avih", "strh", "strf", "indx", "vprp", "dmlh", "idx1", "LIST(movi)"})
_LISTS = frozenset({"LIST(hdrl)", "LIST(strl)", "LIST(odml)"})
_INFO = "LIST(INFO)"


def strip_avi(job: Job) -> None:
    """Write a copy of the same length, up to the end of the last list, in which all other chunks are zeros.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: There is no list of frames, or chunks go beyond the file.
    """
    parts = job.container.parts
    if job.container.problems or not any(p.name == "LIST(movi)" for p in parts):
        raise refused(job.source, "its row of chunks is damaged")
    patches, at = Patches(), 0
    named = job.policy.names("RIFF")
    for part in parts:
        if part.offset < at or part.name.startswith("RIFF"):
            continue
        if part.name in _LISTS or (part.name == _INFO and named):
            continue
        if not _stays(job, part):
            patches.zero(part.offset, part.size)
            patches.put(part.offset, b"JUNK" + (part.size - 8).to_bytes(4, "little"))
        at = part.end
    patches.write(job, job.container.end)


def _stays(job: Job, part: Part) -> bool:
    if part.name in _MEDIA or job.policy.allows("RIFF", part.name):
        return True
    return part.name == "C2PA" and job.keep_manifest
