"""Midjourney's job number in the description.

## What it measures
Whether a description ends in `Job ID:` and a UUID, as in the files that Midjourney's website hands out, together
with one more sign of Midjourney: parameters of its prompts (`--v 6`, `--ar 16:9`), the same UUID as the picture's
global id, or a digital source type that says a trained model made it. The word "midjourney" in a caption is no sign.

## Why it matters
Midjourney is behind many photo-like pictures that go round. Its downloads carry the prompt and the number of the job,
which Midjourney itself can look up.

## Known problems
Only downloads from the website have it, not pictures taken from its chat rooms. Platforms remove it. It can be added
by hand.

## How to read it
The description is the prompt as it was typed. The author field often holds the account's name. The job number can be
opened on midjourney.com by those who may see the picture; Midjourney can tell more on request.

## References
Peter Kaminski, "How to use exiftool to retrieve the image prompt from a Midjourney PNG file".
IPTC, "Midjourney and Shutterstock sign up to use of IPTC Digital Source Type", 2023.
"""

from __future__ import annotations

import re

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, fact, place, quoted
from detectors.marks._text import UUID
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Midjourney job number",
    kinds=("image", "video"),
    basis="declared",
    needs=("metadata",),
)

_JOB = re.compile(rf"\bJob ID: ({UUID})\s*$")
_PARAMETER = re.compile(
    r"(?:^|\s)--(?:v|ar|aspect|s|stylize|style|niji|chaos|c|weird|raw|q|quality|seed|no|profile|sref|iw|tile) ?"
)
_TAIL = 20_000


def run(view: View) -> Finding:
    """Look for a job number at the end of a description, and for a second sign."""
    places = ("description", "imagedescription", "caption-abstract", "caption", "comment", "desc")
    for entry in fields(view, *places):
        text = entry.value[-_TAIL:]
        job = _JOB.search(text)
        if job and (_PARAMETER.search(text) or _second_sign(view, job[1])):
            authors = fields(view, "author", "creator", "artist", "by-line")
            because = (quoted(entry), fact("Job number", job[1]), *(quoted(author) for author in authors))
            return declared(
                f"Its {place(entry)} holds a prompt and a job number of Midjourney.",
                because,
                tool="Midjourney",
            )
    return nothing_found()


def _second_sign(view: View, job: str) -> bool:
    same_id = any(job.casefold() in e.value.casefold() for e in fields(view, "digimageguid"))
    return same_id or any("trainedAlgorithmicMedia" in e.value for e in fields(view, "digitalsourcetype"))
