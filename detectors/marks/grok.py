"""The pair of fields that xAI's Grok writes: a signature and a UUID.

## What it measures
Whether the description begins with `Signature:` and a long base64 text while the artist is a UUID. The pair is looked
for in EXIF, and in the places where conversion programs move it: XMP, PNG text and IPTC.

## Why it matters
Pictures that Grok makes on X carry neither Content Credentials nor a source type in many cases. This pair is then
their only mark.

## Known problems
X removes it when a picture is posted; only the file from the download button has it. xAI does not document it and
publishes no key, so the signature cannot be tested here. The pair was described by third parties from sample files.
Newer pictures may carry Content Credentials instead (`marks.c2pa_generator`).

## How to read it
Neither field makes sense in a photograph: no photographer is called by a UUID. The UUID is the picture's number at
xAI. Ask the sender where the file was downloaded.

## References
wiltodelta, remove-ai-watermarks, `docs/watermarking-landscape.md`, on GitHub (description of the fields).
"""

from __future__ import annotations

import re

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, quoted
from detectors.marks._text import UUID
from detectors.view import View
from provenance.metadata.entry import Standard
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Grok signature pair",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_SIGNATURE = re.compile(r"Signature: ?[A-Za-z0-9+/=]{64}")
_ARTIST = re.compile(UUID)
_PAIRS: tuple[tuple[Standard, str, str], ...] = (
    ("EXIF", "imagedescription", "artist"),
    ("XMP", "description", "creator"),
    ("PNG", "description", "author"),
    ("IPTC", "caption-abstract", "by-line"),
    ("IPTC", "caption", "by-line"),
)


def run(view: View) -> Finding:
    """Look for both fields within one standard."""
    for standard, description, artist in _PAIRS:
        signed = next(
            (e for e in fields(view, description, standards=(standard,)) if _is_signed(e.value)), None
        )
        named = next((e for e in fields(view, artist, standards=(standard,)) if _is_uuid(e.value)), None)
        if signed and named:
            summary = f"Its {standard} description and author fields hold the signature pair of xAI's Grok."
            return declared(summary, (quoted(signed), quoted(named)), tool="Grok")
    return nothing_found()


def _is_signed(value: str) -> bool:
    return _SIGNATURE.match(value) is not None


def _is_uuid(value: str) -> bool:
    return _ARTIST.fullmatch(value.strip("\0 ")) is not None
