"""NovelAI's own fields, stored in the file.

## What it measures
Whether the file says that it comes from NovelAI: a text field `Software` that reads exactly `NovelAI`, or a comment
with NovelAI's settings as JSON (`uc`, `sampler`, `steps`, in newer files a `signed_hash`). The copy that NovelAI
hides in the alpha channel is read by `marks.stealth_payload`.

## Why it matters
NovelAI is a paid service for drawn and photo-like pictures. It writes these fields into every PNG that is downloaded.

## Known problems
Platforms remove the fields. They can be added by hand. `signed_hash` is a signature by NovelAI, but this check does
not test it, because the key is not published for that use.

## How to read it
The quoted comment holds the prompt. Compare it with what the picture shows. Where the fields are gone, the hidden
copy may still be there: see `marks.stealth_payload`.

## References
NovelAI, novelai-image-metadata (scripts that read and verify the fields), on GitHub.
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name, fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import parse_object
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="NovelAI fields",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_SETTINGS = frozenset({"uc", "sampler", "steps"})


def run(view: View) -> Finding:
    """Look for NovelAI's name as software, and for its settings."""
    found = [e for e in fields(view, "software", "comment", "usercomment") if _is_novelai(e)]
    if not found:
        return nothing_found()
    beside = fields(view, "source", "description", "title", standards=("PNG",))
    summary = f"Its {place(found[0])} says that it was made with NovelAI."
    return declared(summary, [quoted(entry) for entry in (*found, *beside)], tool="NovelAI")


def _is_novelai(entry: Entry) -> bool:
    if field_name(entry) == "software":
        return entry.value.strip("\0 ").casefold() == "novelai"
    held = parse_object(entry.value)
    if held is None:
        return False
    return held.get("Software") == "NovelAI" or held.keys() >= _SETTINGS
