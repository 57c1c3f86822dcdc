"""JPEG XL without what is not allowed: of the boxes only those that hold the picture are copied."""

from __future__ import annotations

from provenance.privacy.copying import Job, refused, require_whole

__all__ = ["strip_jxl"]

_PICTURE = frozenset({"JXL", "ftyp", "jxlc", "jxlp", "jxll", "jxli"})
"""Signature, brand, codestream, level and index. The data to rebuild a JPEG (`jbrd`) hold its metadata."""


def strip_jxl(job: Job) -> None:
    """Write the boxes of the picture; a bare codestream has nothing beside it.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: The row of boxes is damaged.
    """
    require_whole(job)
    if job.source.read(0, 2) == b"\xff\x0a":
        job.copy(0, job.source.size)
        return
    parts = [p for p in job.container.parts if "/" not in p.path]
    if not any(p.path in ("jxlc", "jxlp") for p in parts):
        raise refused(job.source, "its row of boxes is damaged")
    for part in parts:
        if part.path.strip() in _PICTURE or (part.path == "jumb" and job.keep_manifest):
            job.copy(part.offset, part.size)
