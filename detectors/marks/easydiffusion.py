"""Easy Diffusion's own fields, stored in the file.

## What it measures
Whether the file carries the settings of Easy Diffusion: PNG text chunks `use_stable_diffusion_model`, `prompt` and
`num_inference_steps`, or the same under readable names (`Stable Diffusion model`, `Prompt`, `Steps`); in JPEG and
WebP the same keys as JSON in the EXIF user comment.

## Why it matters
Easy Diffusion is a free generator for one's own computer that is installed with a click. Its user can have the
settings written into the pictures.

## Known problems
The option is not always on. Platforms remove the fields, and they can be added by hand. Easy Diffusion can also
change photographs.

## How to read it
Read the quoted prompt and compare it with the picture. `init_image` among the settings means that an existing
picture was the starting point.

## References
Easy Diffusion, `ui/easydiffusion/utils/save_utils.py`, on GitHub.
"""

from __future__ import annotations

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import fields
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import parse_object
from detectors.view import View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Easy Diffusion fields",
    kinds=("image",),
    basis="declared",
    needs=("metadata",),
)

_MODEL = ("use_stable_diffusion_model", "stable diffusion model")
_BESIDE = ("prompt", "seed", "steps", "num_inference_steps", "guidance_scale", "guidance scale")


def run(view: View) -> Finding:
    """Look for the settings as single PNG chunks and as JSON in the user comment."""
    model = next(fields(view, *_MODEL, standards=("PNG",)), None)
    beside = tuple(fields(view, *_BESIDE, standards=("PNG",)))
    if model is not None and len(beside) >= 2:
        summary = f"Its {place(model)} and others hold the settings of the generator Easy Diffusion."
        return declared(summary, [quoted(entry) for entry in (model, *beside)], tool="Easy Diffusion")
    for entry in fields(view, "usercomment"):
        keys = {key.casefold() for key in parse_object(entry.value) or ()}
        if keys & set(_MODEL) and len(keys & set(_BESIDE)) >= 2:
            summary = f"Its {place(entry)} holds the settings of the generator Easy Diffusion."
            return declared(summary, (quoted(entry),), tool="Easy Diffusion")
    return nothing_found()
