"""How a WebP file is put together: coding, chunks, and what follows the end.

## What it measures
Whether the picture is coded with or without loss, which chunks stand in the file, whether the extended header
fits them, and bytes behind the end.

## Why it matters
Cameras hardly write WebP: such a file mostly comes from a website or a conversion, and was another file
before.

## Known problems
Nearly all programs use the same library. Whatever the original carried is mostly gone.

## How to read it
As facts about the last program that wrote the file.

## References
RFC 9649 (WebP Image Format).
"""

from __future__ import annotations

from detectors.check import CheckInfo, not_applicable, reported
from detectors.container._facts import CAVEAT, problem_rows, trailing
from detectors.view import View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the WebP file was written",
    kinds=("image",),
    basis="measured",
    needs=("container",),
    cost="cheap",
    types=("image/webp",),
)

_FLAGS = ((0x20, "ICCP"), (0x10, "ALPH"), (0x08, "EXIF"), (0x04, "XMP"), (0x02, "ANIM"))


def run(view: View) -> Finding:
    """Describe the chunks of the file."""
    names = [p.path.removeprefix("RIFF/") for p in view.container.parts if p.path.count("/") == 1]
    present = {n.strip() for n in names}
    if not present & {"VP8", "VP8L", "ANMF"}:
        return not_applicable("The file has no readable picture chunk.")
    promised = _promised(view)
    missing = [n for n in promised if n != "ALPH" and n not in present]
    end_words, end_rows = trailing(view)
    sentences = [
        f"Its header promises {' and '.join(missing)} data that are not there; programs that remove them do this."
        if missing
        else "",
        end_words,
        "The file breaks rules of its format; it may be cut short or damaged."
        if view.container.problems
        else "",
    ]
    coding = "animation" if "ANMF" in present else "without loss" if "VP8L" in present else "with loss"
    return reported(
        " ".join(s for s in sentences if s),
        because=(
            Measurement(name="coding", value=coding),
            Measurement(name="chunks", value=" ".join(names[:24]) + (" …" if len(names) > 24 else "")),
            Measurement(name="data that the header promises", value=", ".join(promised) or "none"),
            *end_rows,
            *problem_rows(view),
        ),
        caveats=(CAVEAT,),
    )


def _promised(view: View) -> list[str]:
    for part in view.container.parts:
        if part.path == "RIFF/VP8X" and part.body_size >= 1:
            flags = view.source.read(part.body, 1)
            return [name for bit, name in _FLAGS if flags and flags[0] & bit]
    return []
