"""InvokeAI's own fields, stored in the file.

## What it measures
Whether a PNG carries a text chunk that InvokeAI writes: `invokeai_metadata`, `invokeai_graph` or `invokeai_workflow`
(since version 3), `sd-metadata` (version 2) or `Dream` (version 1, a command line such as `"a cat" -s 50 -S 42`).

## Why it matters
InvokeAI is a free generator that runs on one's own computer. It writes these chunks on its own, with prompt, model
and seed, so that a picture can be made again.

## Known problems
Platforms and image editors remove text chunks. They can be added by hand. InvokeAI can also change photographs
(painting over a part, enlarging); the chunk then looks much the same.

## How to read it
Read the quoted prompt and see whether it describes the picture. `init_image` or `image` in the settings means that
an existing picture was the starting point. Ask the sender for it.

## References
InvokeAI, `invokeai/app/services/image_files/image_files_disk.py`, on GitHub.
"""

from __future__ import annotations

import re

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name, fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import parse_object
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="InvokeAI fields",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_JSON_KEYS = ("invokeai_metadata", "invokeai_workflow", "invokeai_graph", "sd-metadata")
_STEPS = re.compile(r"\s-s ?\d")
_SEED = re.compile(r"\s-S ?\d")


def run(view: View) -> Finding:
    """Look for the chunks of the three generations of InvokeAI."""
    found = [e for e in fields(view, *_JSON_KEYS, "dream", standards=("PNG",)) if _is_invokeai(e)]
    if not found:
        return nothing_found()
    summary = f"Its {place(found[0])} holds the settings of the generator InvokeAI."
    return declared(summary, [quoted(entry) for entry in found], tool="InvokeAI")


def _is_invokeai(entry: Entry) -> bool:
    if field_name(entry) == "dream":
        text = entry.value[:20_000]
        return bool(_STEPS.search(text) and _SEED.search(text))
    return entry.truncated or bool(parse_object(entry.value))
