"""Generator named in a software field.

## What it measures
Whether a field that names software or a device (EXIF Software, Make and Model, XMP CreatorTool, the history of edits,
PNG Software, the encoder fields of sound and video, the producer of a PDF) names a known generator. Names are matched
as whole words: "Adobe" or "Canon" never count, and neither does a generator in a caption or a title. Names that other
products share (Firefly, Imagen, Gemini, Sora) count only with the word that makes them unmistakable.

## Why it matters
Many services and programs sign their work in one of these fields and nowhere else.

## Known problems
Platforms remove the fields and any editor overwrites them. They can be added by hand. A program that only touched the
file last (an enlargement, for example) may stand there. New generators are not on the list.

## How to read it
The quoted field says which one. A generator as maker of the camera is no accident; as last entry of a history of
edits it may have changed a photograph. Ask for the original.

## References
Exif 3.0 (CIPA DC-008), tags Software, Make and Model.
XMP Specification Part 2, `xmp:CreatorTool` and `stEvt:softwareAgent`.
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name, fields
from detectors.marks._generators import generator_in
from detectors.marks._quote import declared, place, quoted
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Generator as software",
    kinds=("image", "audio", "video", "document"),
    basis="declared",
    needs=("metadata",),
)

_SOFTWARE = (
    "software", "processingsoftware", "make", "model", "creatortool", "originatingprogram", "producer",
    "encoder", "encoded-by", "encodedby", "tsse", "tenc", "isft", "©too", "©swr", "©enc", "©mak", "©mod",
)  # fmt: skip
_HISTORY = "softwareagent"


def run(view: View) -> Finding:
    """Look through the fields; those of the file itself come before those of its history."""
    candidates = (*fields(view, *_SOFTWARE, _HISTORY), *fields(view, "creator", standards=("PDF",)))
    found = [(entry, name) for entry in candidates if (name := generator_in(entry.value))]
    if not found:
        return nothing_found()
    found.sort(key=lambda each: field_name(each[0]) == _HISTORY)
    entry, name = found[0]
    in_history = field_name(entry) == _HISTORY
    return declared(
        f"Its {place(entry)} names the generator {name} as software.",
        [quoted(each) for each, _ in found],
        points_to="edited" if in_history else "generated",
        tool=name,
    )
