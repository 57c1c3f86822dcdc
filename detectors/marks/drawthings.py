"""Draw Things' own fields, stored in the file.

## What it measures
Whether XMP names `Draw Things` as the creator tool, or holds a user comment with that app's settings as JSON (prompt
`c`, `uc`, `sampler`, `seed`, `steps`).

## Why it matters
Draw Things makes pictures on iPhones, iPads and Macs, without any service that could keep a record. What it writes
into the file is often the only trace.

## Known problems
Sharing through most apps removes XMP. It can be added by hand. The app can also change photographs.

## How to read it
The quoted comment holds the prompt (`c`). Compare it with the picture, and ask whether a photograph was the
starting point.

## References
Draw Things: https://drawthings.ai/
receyuki, stable-diffusion-prompt-reader, on GitHub (reads the same fields).
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name, fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import parse_object, words
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Draw Things fields",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_SETTINGS = frozenset({"c", "uc", "sampler", "seed", "steps"})


def run(view: View) -> Finding:
    """Look for the app's name and for its settings."""
    places = ("creatortool", "software", "usercomment")
    found = [e for e in fields(view, *places) if _is_drawthings(e)]
    if not found:
        return nothing_found()
    summary = f"Its {place(found[0])} says that it was made with the app Draw Things."
    return declared(summary, [quoted(entry) for entry in found], tool="Draw Things")


def _is_drawthings(entry: Entry) -> bool:
    if field_name(entry) == "usercomment":
        return (parse_object(entry.value) or {}).keys() >= _SETTINGS
    return words(entry.value[:100])[:2] == ("draw", "things")
