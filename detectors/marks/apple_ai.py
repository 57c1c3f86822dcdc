"""Apple's credit line for the Clean Up tool.

## What it measures
Whether the credit line is `Apple Photos Clean Up`, which Apple's Photos app writes into a picture from which its
Clean Up tool removed something.

## Why it matters
The tool takes people and things out of photographs and fills the gap with invented content. The photograph itself
comes from a camera; the filled part does not.

## Known problems
Many apps remove the credit when a picture is shared, and it can be added by hand. It does not say what was removed
or how much. It is also left behind when a face was only made unrecognisable.

## How to read it
Ask for the unedited photograph: the Photos app keeps it ("Revert to Original"). Look at `image.views` and at
checks that mark places in the picture.

## References
Apple, user guides of Photos for iPhone and Mac, section on Clean Up.
IPTC Photo Metadata Standard, "Credit Line" and "Digital Source Type".
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
    title="Apple's Clean Up credit",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_CREDIT = ("apple", "photos", "clean", "up")
_LONGEST = 100


def run(view: View) -> Finding:
    """Look for the exact credit line."""
    for entry in fields(view, "credit", "creditline"):
        if words(entry.value[:_LONGEST]) == _CREDIT:
            summary = f"Its {place(entry)} says that something was removed with Apple's Clean Up tool."
            return declared(summary, (quoted(entry),), points_to="edited", tool="Apple Clean Up")
    return nothing_found()
