"""Samsung's record of an edit with Galaxy AI, behind the end of the picture.

## What it measures
Whether the bytes after the end of a JPEG hold the record of Samsung's photo editor (`PhotoEditor_Re_Edit_Data`) with
a `genAIType` other than zero, which means that a generative tool was used.

## Why it matters
Generative Edit and its like move, remove and invent things in photographs, on phones that millions carry. The record
lets the phone undo the edit, and so gives it away.

## Known problems
Most apps drop everything after the end of the picture. Samsung does not document the record; its meaning was worked
out by third parties from files of Galaxy S23 to S25. A zero or a missing record says nothing. The bytes can be added
by hand.

## How to read it
The photograph itself may well come from the camera: ask for the version before the edit, which the phone's gallery
can restore. Newer phones add Content Credentials and a visible mark as well.

## References
wiltodelta, remove-ai-watermarks, `docs/watermarking-landscape.md`, on GitHub (description of the record).
"""

from __future__ import annotations

import re

from detectors.check import CheckInfo, nothing_found
from detectors.marks._quote import declared, fact
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Samsung Galaxy AI edit record",
    kinds=("image",),
    basis="declared",
    needs=("container",),
    types=("image/jpeg",),
)

_RECORD = b"PhotoEditor_Re_Edit_Data"
_TYPE = re.compile(rb'genAIType\\?"\s{0,4}:\s{0,4}(-?\d{1,6})')
_MOST = 4 * 2**20


def run(view: View) -> Finding:
    """Search what follows the picture; of a long tail only its end, where Samsung's directory stands."""
    trailing = view.container.trailing
    if trailing <= 0:
        return nothing_found()
    size = min(trailing, _MOST)
    tail = view.source.read(view.container.end + trailing - size, size)
    found = _TYPE.search(tail) if _RECORD in tail else None
    if found is None or int(found[1]) == 0:
        return nothing_found()
    at = view.container.end + trailing - size + found.start()
    return declared(
        "A record of Samsung's photo editor after the end of the picture says that a generative tool edited it.",
        (fact(f"Record PhotoEditor_Re_Edit_Data, byte {at}", f"genAIType: {int(found[1])}"),),
        points_to="edited",
        tool="Samsung's photo editor",
    )
