"""Google's credit line for AI pictures, and its statements about SynthID.

## What it measures
Whether the credit line is one of those that Google writes: `Made with Google AI`, `Edited with Google AI` and older
forms. And whether its Content Credentials state that Google's invisible watermark SynthID was put in.

## Why it matters
Gemini and other Google products write `Made with Google AI` into what they generate. Google Photos writes
`Edited with Google AI` after edits such as Magic Editor, also on photographs.

## Known problems
Platforms remove the credit, and it can be added by hand. "Edited" covers small repairs as well as new content.
SynthID itself cannot be read here: only Google's own services can do that, so the statement is quoted and not tested.

## How to read it
"Made" means generated as a whole; "Edited" means that a photograph may be underneath, so ask for the one before. To
test for SynthID, upload a file that may leave your house to the Gemini app or Google's SynthID Detector.

## References
Google, "How we're increasing transparency for gen AI content with the C2PA", 2024.
Google Photos help, "AI info" (credit and digital source type of edited pictures).
IPTC Photo Metadata Standard, "Credit Line".
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, fact, place, quoted
from detectors.marks._text import contains_words, words
from detectors.view import View
from provenance.model.finding import Finding, Measurement, PointsTo

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Google's AI credit",
    kinds=("image", "video"),
    basis="declared",
    needs=("metadata", "credentials"),
)

_CREDITS: dict[tuple[str, ...], PointsTo] = {
    ("made", "with", "google", "ai"): "generated",
    ("edited", "with", "google", "ai"): "edited",
    ("ai", "generated", "with", "google"): "generated",
    ("ai", "generated", "with", "google", "photos"): "edited",
}
_LONGEST = 100
_SYNTHID = "Only Google's own services can read SynthID; the statement was not tested here."


def run(view: View) -> Finding:
    """Look for the exact credit lines and for statements about SynthID."""
    statements = tuple(_synthid(view))
    caveats = (_SYNTHID,) if statements else ()
    for entry in fields(view, "credit", "creditline"):
        points_to = _CREDITS.get(words(entry.value[:_LONGEST]))
        if points_to:
            made = "made" if points_to == "generated" else "edited"
            summary = f"Its {place(entry)} says that it was {made} with Google's AI tools."
            return declared(
                summary, (quoted(entry), *statements), points_to=points_to, caveats=caveats, tool="Google AI"
            )
    if statements:
        summary = "Its Content Credentials state that Google's watermark SynthID was put in."
        return declared(summary, statements, caveats=caveats, tool="Google AI")
    return nothing_found()


def _synthid(view: View) -> Iterator[Measurement]:
    for manifest in view.credentials.manifests if view.credentials else ():
        for action in manifest.actions:
            if contains_words(words((action.description or "")[:1_000]), ("synthid",)):
                yield fact(f"C2PA action {action.action}", action.description or "")
