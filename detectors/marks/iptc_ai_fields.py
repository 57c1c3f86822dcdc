"""IPTC fields that name the AI system and its prompt.

## What it measures
Whether XMP holds one of the fields that version 2025.1 of the IPTC Photo Metadata Standard added: the AI system used
and its version, the prompt, and who wrote the prompt.

## Why it matters
These fields say more than "made by a model": which one, and what it was asked to do. Agencies and picture desks fill
them in on purpose.

## Known problems
They are new and rare. They are typed or set by software, can be added by hand, and are lost wherever XMP is removed.
A field may describe a small step, such as an enlargement, and not the whole picture.

## How to read it
Read them together with the digital source type (`marks.iptc_source_type`), which says whether all or a part was
made. The contact fields of the same standard name whom to ask.

## References
IPTC Photo Metadata Standard 2025.1, "AI System Used", "AI System Version Used", "AI Prompt Information" and "AI
Prompt Writer Name".
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import cut, declared, place, quoted
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="IPTC fields about AI",
    kinds=("image", "video"),
    basis="declared",
    needs=("metadata",),
)

_SYSTEM = "aisystemused"
_OTHERS = ("aisystemversionused", "aipromptinformation", "aipromptwritername")


def run(view: View) -> Finding:
    """Look for the fields of 2025.1 with any content."""
    found = [e for e in fields(view, _SYSTEM, *_OTHERS, standards=("XMP",)) if e.value.strip("\0 ")]
    if not found:
        return nothing_found()
    system = next(fields(view, _SYSTEM, standards=("XMP",)), None)
    if system is None:
        summary = f"Its {place(found[0])} describes the use of an AI system."
    else:
        summary = (
            f'Its {place(system)} names "{cut(system.value.strip(), 80)}" as an AI system that was used.'
        )
    return declared(summary, [quoted(entry) for entry in found])
