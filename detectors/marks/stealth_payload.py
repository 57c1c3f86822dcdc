"""Generator settings hidden in the lowest bits of the picture.

## What it measures
Whether the lowest bits of the alpha channel, or of the colours, hold a text in the layout called "stealth pnginfo":
a signature (`stealth_pnginfo`, `stealth_pngcomp`, `stealth_rgbinfo` or `stealth_rgbcomp`), a length and the settings,
plain or compressed. The eye cannot see it.

## Why it matters
NovelAI writes such a copy into its pictures, and an extension of Stable Diffusion web UI does the same. It survives
what removes ordinary metadata, for example an upload to a chat service that keeps the pixels as they are.

## Known problems
Any change of the pixels destroys it: a resize, a crop on the left side, JPEG, a screenshot. The layout is public, so
the text can be added by hand to any picture. Pictures in other modes than RGB and RGBA are not searched.

## How to read it
The report quotes the beginning of the hidden text, which usually holds the prompt. It was put there by software, not
by chance: a signature of fifteen bytes does not arise by itself. Ask how the sender came by the file.

## References
ashen-sensored, sd_webui_stealth_pnginfo, on GitHub.
NovelAI, novelai-image-metadata, on GitHub.
"""

from __future__ import annotations

from detectors.check import HIDDEN_TOOL, CheckInfo, not_applicable, nothing_found, reported
from detectors.marks._quote import fact
from detectors.marks._stealth import read_payload
from detectors.marks._text import parse_object
from detectors.view import ImageView, View
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Settings hidden in the pixels",
    kinds=("image",),
    basis="declared",
    needs=("pixels",),
    cost="moderate",
    types=("image/png", "image/webp"),
)

_CAVEAT = "The layout is public and anybody can hide such a text, so this is a declaration, not proof."


def run(view: View) -> Finding:
    """Read the first columns of the picture and follow the signature if there is one."""
    if not isinstance(view, ImageView):
        return not_applicable("Only still pictures can hold this text.")
    payload = read_payload(view.image)
    if payload is None:
        return nothing_found()
    held = parse_object(payload.text or "") or {}
    tool = "NovelAI" if held.get("Software") == "NovelAI" else "an image generator"
    text = payload.text if payload.text is not None else "(the signature stands, the text is damaged)"
    return reported(
        f"The lowest bits of its {payload.channel} channel hide the settings of {tool}.",
        points_to="generated",
        because=(
            fact(f"Text hidden after the signature {payload.signature}", text),
            fact(HIDDEN_TOOL, tool),
        ),
        caveats=(_CAVEAT,),
    )
