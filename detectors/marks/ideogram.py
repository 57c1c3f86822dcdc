"""Ideogram named as the camera maker.

## What it measures
Whether the EXIF field Make, which usually names the maker of the camera, or a software field reads `Ideogram AI`.

## Why it matters
Ideogram makes photo-like pictures with readable lettering: posters, signs, shop fronts, slogans. Its downloads carry
this one field.

## Known problems
Any conversion or upload that drops EXIF removes it, and it can be added by hand. Newer downloads carry Content
Credentials instead, which `marks.c2pa_generator` reads.

## How to read it
No camera is made by Ideogram, so the field does not stand there by accident. Ask the sender for the original file
and where the picture was first published.

## References
Ideogram: https://ideogram.ai/
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import words
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Ideogram tag",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_NAMES = frozenset({("ideogram", "ai"), ("ideogram",)})
_LONGEST = 100


def run(view: View) -> Finding:
    """Look for the name in the fields for maker and software."""
    for entry in fields(view, "make", "software", "creatortool"):
        if words(entry.value[:_LONGEST]) in _NAMES:
            return declared(
                f"Its {place(entry)} names the generator Ideogram.", (quoted(entry),), tool="Ideogram"
            )
    return nothing_found()
