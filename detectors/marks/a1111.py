"""Settings of Stable Diffusion web UI, Forge or SwarmUI, stored in the file.

## What it measures
Whether the file carries the line of settings that Stable Diffusion web UI (AUTOMATIC1111), Forge and tools that
follow them write beside a generated picture: the prompt, then `Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: …`.
In PNG it stands in a text chunk called `parameters`, in JPEG, WebP and AVIF in the EXIF field UserComment. SwarmUI
writes JSON with `sui_image_params` in the same places. The line `Postprocess upscaler: …` is read too: it says that
an existing picture was enlarged by a model.

## Why it matters
The programs write these settings on their own, so that a picture can be made again. A file that still has them
usually came straight from the generator, or from a site that keeps metadata, and shows the prompt word for word.

## Known problems
Most platforms and messengers remove these fields, so nothing found says nothing. Anybody can add the text to a
photograph by hand. Other tools (Fooocus, Civitai, scripts) write the same line, so it names a format and not one
program. Pictures that were only enlarged or partly painted over carry it as well.

## How to read it
The report quotes the line and where it stands. Read the prompt: does it describe what the picture shows? Ask the
sender for the original file and for earlier versions. Search for the prompt and the picture; many generated
pictures were first published with their settings.

## References
AUTOMATIC1111, stable-diffusion-webui, `modules/images.py` and "PNG info" in its wiki.
SwarmUI, `docs/Image Metadata Format.md`.
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import parse_object
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Stable Diffusion web UI settings",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_COMPANIONS = ("Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Model", "Model hash")
_TAIL = 100_000
_LONGEST_LINE = 4_000


def run(view: View) -> Finding:
    """Look for generator settings in the fields where these programs put them."""
    for entry in fields(view, "parameters", "usercomment", "comment", "imagedescription", "model"):
        if finding := _swarm(entry) or _web_ui(entry):
            return finding
    for entry in fields(view, "postprocessing", "extras", "parameters"):
        if "Postprocess upscaler: " in entry.value[:_LONGEST_LINE]:
            return declared(
                f"Its {place(entry)} says that Stable Diffusion web UI enlarged or restored it with a model.",
                (quoted(entry),),
                points_to="edited",
                tool="Stable Diffusion web UI",
            )
    return nothing_found()


def _swarm(entry: Entry) -> Finding | None:
    held = parse_object(entry.value) if '"sui_image_params"' in entry.value else None
    if held is None or not isinstance(held.get("sui_image_params"), dict):
        return None
    return declared(
        f"Its {place(entry)} holds the settings of the generator SwarmUI.", (quoted(entry),), tool="SwarmUI"
    )


def _web_ui(entry: Entry) -> Finding | None:
    for line in reversed(entry.value[-_TAIL:].splitlines()):
        found = _settings(line[:_LONGEST_LINE])
        if found:
            names = ", ".join(("Steps", *found))
            summary = f"Its {place(entry)} holds Stable Diffusion web UI settings ({names})."
            quotes = (quoted(entry, line), quoted(entry))
            return declared(
                summary,
                quotes if entry.value[:300] != line[:300] else quotes[:1],
                tool="Stable Diffusion web UI",
            )
    return None


def _settings(line: str) -> tuple[str, ...]:
    """Return which settings a line holds, or nothing where it is no line of settings."""
    if not line.startswith("Steps: "):
        return ()
    held = dict(part.split(": ", 1) for part in line.split(", ") if ": " in part)
    if not held.get("Steps", "").isdigit():
        return ()
    companions = tuple(name for name in _COMPANIONS if held.get(name))
    return companions if len(companions) >= 2 else ()
