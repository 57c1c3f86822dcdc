"""Meta's wording for pictures from Meta AI.

## What it measures
Whether a field for credit, source or software consists of the words that Meta uses for its own generator: `Imagined
with AI`, `Imagined with Meta AI`, `Made with Meta AI` or `Meta AI`.

## Why it matters
Meta AI is built into WhatsApp, Instagram and Facebook, so its pictures travel fast and without any other origin.

## Known problems
Meta documents the visible words and the IPTC digital source type (`marks.iptc_source_type`), but publishes no list of
its metadata fields. Most files from Meta AI carry the source type only. The words can be added by hand, and
Meta's own platforms remove metadata when a picture is downloaded again.

## How to read it
Look for the visible mark in the lower left corner, and for the digital source type. A field `FBMD…` in the IPTC
instructions is no sign of AI: Facebook puts it into every photograph.

## References
Meta, "Labeling AI-Generated Images on Facebook, Instagram and Threads", 2024.
IPTC, "Meta announces support for IPTC metadata in generative AI images", 2024.
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
    title="Meta's AI wording",
    kinds=("image", "video"),
    basis="declared",
    needs=("metadata",),
)

_WORDINGS = frozenset(
    {
        ("imagined", "with", "ai"),
        ("imagined", "with", "meta", "ai"),
        ("imagine", "with", "meta", "ai"),
        ("made", "with", "meta", "ai"),
        ("meta", "ai"),
    }
)
_PLACES = ("credit", "creditline", "source", "software", "creatortool")
_LONGEST = 100


def run(view: View) -> Finding:
    """Look for fields that consist of Meta's wording and nothing else."""
    for entry in fields(view, *_PLACES):
        if words(entry.value[:_LONGEST]) in _WORDINGS:
            return declared(
                f"Its {place(entry)} says that it was made with Meta AI.", (quoted(entry),), tool="Meta AI"
            )
    return nothing_found()
