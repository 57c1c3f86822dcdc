"""Programs and platforms that left their name or their habits in the file.

## What it measures
Fields that name software (EXIF Software, XMP CreatorTool and the history of edits, IPTC, PNG text, JPEG
comments), and blocks that only certain programs write: Photoshop's resources, settings of Camera Raw and
Lightroom, the number that Facebook and Instagram put into IPTC fields.

## Why it matters
It tells which way a picture came: straight from a camera, through an editing program, or from a platform.
A sender who says "straight from my phone" and a file that names an editing program do not go together.

## Known problems
Platforms remove most of these fields, anybody can write or copy them, and their absence says nothing. Many
cameras put their firmware version into the same field; such values are not reported.

## How to read it
Traces of editing are common: nearly every published photograph was developed, cropped or toned in one of
these programs. They do not say what was changed. A history in XMP lists steps; read it.

## References
CIPA DC-008 (EXIF 3.0), tag Software. ISO 16684-1 (XMP), `xmp:CreatorTool`, `xmpMM:History`. Adobe Photoshop
File Formats Specification, image resource blocks. For the `FBMD` number: P. Peccatte's question on
stackoverflow.com/questions/31120222.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detectors.check import CheckInfo, nothing_found, reported
from detectors.programs import Program, kind_words, program_in
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Programs named in the picture file",
    kinds=("image",),
    basis="measured",
    needs=("metadata",),
    cost="cheap",
)

_FIELDS = frozenset(
    {
        "software", "processingsoftware", "creatortool", "softwareagent", "originatingprogram", "comment",
        "imageeditingsoftware", "metadataeditingsoftware", "rawdevelopingsoftware", "xmptk", "instructions",
    }
)  # fmt: skip
_TRACKED = ("SpecialInstructions", "photoshop:Instructions")
_MOST = 12
_QUOTE = 80
_ORDER = ("editor", "developer", "organiser", "platform", "library")

_Trace = tuple[Program, Entry]


def run(view: View) -> Finding:
    """List the programs that the file names."""
    traces = list(_traces(view.metadata.entries))
    shown = [t for t in traces if t[0].kind in _ORDER]
    if not shown:
        return nothing_found()
    shown.sort(key=lambda t: _ORDER.index(t[0].kind))
    first = shown[0][0]
    named = dict.fromkeys(t[0] for t in shown if t[0] not in (_PHOTOSHOP_BLOCKS, _CAMERA_RAW))
    others = [p for p in named if p.kind != first.kind]
    return reported(
        _sentence(first) + (f" It also names {_listed(p.name for p in others[:3])}." if others else ""),
        points_to="edited" if first.kind == "editor" else "nothing",
        because=_quoted(shown),
        caveats=("Such traces are common and can be removed, copied or written by anybody.",),
    )


def _sentence(program: Program) -> str:
    if program.name == _PHOTOSHOP_BLOCKS.name:
        return "The file holds data blocks as Adobe Photoshop writes them; other programs and agencies write them too."
    if program.name == _FACEBOOK.name:
        return (
            "The file carries the tracking number that Facebook and Instagram put into downloaded pictures."
        )
    if program.name == _CAMERA_RAW.name:
        return "The file carries settings of Adobe Camera Raw or Lightroom, which develop raw photographs."
    return f"The file names {program.name}, {kind_words(program.kind)}."


def _traces(entries: Iterable[Entry]) -> Iterator[_Trace]:
    """Yield (program, entry) for every trace."""
    for entry in entries:
        if entry.name in _TRACKED and entry.value.startswith("FBMD"):
            yield _FACEBOOK, entry
        elif entry.name.startswith("8BIM 0x") and entry.name in _STATE:
            yield _PHOTOSHOP_BLOCKS, entry
        elif entry.name.startswith("crs:") and entry.name.endswith(
            ("Version", "HasSettings", "AlreadyApplied")
        ):
            yield _CAMERA_RAW, entry
        elif entry.name == "photoshop:History":
            yield Program("Adobe Photoshop", "editor"), entry
        elif entry.name.startswith("APP12") and entry.value.startswith("Ducky"):
            yield _SAVE_FOR_WEB, entry
        elif entry.name.replace("/", ":").rsplit(":", 1)[-1].casefold() in _FIELDS:
            program = program_in(entry.value)
            # People write comments as well; only encoders sign there.
            if program is not None and (entry.name != "Comment" or program.kind in ("library", "editor")):
                yield program, entry


_FACEBOOK = Program("Facebook or Instagram (tracking number)", "platform")
_PHOTOSHOP_BLOCKS = Program("Photoshop (data blocks)", "organiser")
_CAMERA_RAW = Program("Adobe Camera Raw or Lightroom", "developer")
_SAVE_FOR_WEB = Program("Adobe's Save for Web", "editor")

_STATE = frozenset({"8BIM 0x03ED", "8BIM 0x0406", "8BIM 0x040C", "8BIM 0x0421"})
"""Resources that hold a document's state: resolution, JPEG quality, thumbnail, version. IPTC needs none of them."""


def _quoted(traces: list[_Trace]) -> tuple[Measurement, ...]:
    rows: dict[tuple[str, str], Measurement] = {}
    for program, entry in traces:
        text = " ".join(entry.value.split())
        short = text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
        name = f"{program.name}: {entry.standard} {entry.name[:_QUOTE]}"
        rows.setdefault((name, short), Measurement(name=name, value=short))
    return tuple(rows.values())[:_MOST]


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1]
