"""Fooocus's own fields, stored in the file.

## What it measures
Whether the file says that it comes from Fooocus: a PNG text chunk `fooocus_scheme`, the name `Fooocus` with a version
as EXIF Software, or settings in which the version or the metadata scheme is Fooocus's.

## Why it matters
Fooocus is a free generator that needs no technical knowledge, and makes photo-like pictures. Where its user switched
metadata on, it writes the prompt, the model and the seed into the file.

## Known problems
Metadata is off by default in Fooocus, so most of its pictures have none. Platforms remove it. It can be added by
hand. Fooocus can also change photographs: remove things, exchange faces, extend the frame.

## How to read it
Read the quoted prompt and see whether it describes the picture. Ask the sender whether a photograph was the
starting point.

## References
Fooocus, `modules/meta_parser.py` and `modules/private_logger.py`, on GitHub.
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name, fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import contains_words, parse_object, words
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Fooocus fields",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_NAMES = (("fooocus",), ("ruinedfooocus",))
_LONGEST_NAME = 100


def run(view: View) -> Finding:
    """Look for the scheme chunk, the software name, and settings that name Fooocus."""
    places = ("fooocus_scheme", "software", "parameters", "usercomment", "comment")
    found = [e for e in fields(view, *places) if _is_fooocus(e)]
    if not found:
        return nothing_found()
    beside = [e for e in fields(view, "parameters", "usercomment") if e not in found]
    summary = f"Its {place(found[0])} says that it was made with the generator Fooocus."
    return declared(summary, [quoted(entry) for entry in (*found, *beside)], tool="Fooocus")


def _is_fooocus(entry: Entry) -> bool:
    name = field_name(entry)
    if name == "fooocus_scheme":
        return entry.value.strip("\0 ").casefold() in ("fooocus", "a1111")
    if name == "software":
        return _names_it(entry.value)
    held = parse_object(entry.value)
    if held is not None:
        said = (held.get("version"), held.get("metadata_scheme"), held.get("software"))
        return any(isinstance(value, str) and _names_it(value) for value in said)
    last_line = entry.value[-4_000:].rsplit("\n", 1)[-1]
    return last_line.startswith("Steps: ") and ", Version: Fooocus v" in last_line


def _names_it(text: str) -> bool:
    said = words(text[:_LONGEST_NAME])
    return any(contains_words(said, name) for name in _NAMES)
