"""How a PNG file is put together: order and names of its chunks, checksums, and what follows the end.

## What it measures
The chunks in file order, those that only certain programs write, whether each checksum matches its chunk, how
the picture data are cut into chunks, and bytes behind the end.

## Why it matters
Cameras do not write PNG: such a file is a screenshot, an export or a conversion. Chunks of one program show
which; a wrong checksum shows that bytes were changed by hand or damaged.

## Known problems
Most programs use the same library and write the same chunks. Optimisers and platforms drop everything but the
picture. Private chunks are allowed and often harmless.

## How to read it
As facts about the last program that wrote the file.

## References
W3C, Portable Network Graphics (PNG) Specification, third edition.
"""

from __future__ import annotations

import zlib
from itertools import pairwise

from detectors.check import CheckInfo, not_applicable, reported
from detectors.container._facts import CAVEAT, problem_rows, trailing
from detectors.view import View
from provenance.containers.part import Part
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the PNG file was written",
    kinds=("image",),
    basis="measured",
    needs=("container",),
    cost="cheap",
    types=("image/png",),
)

_HABITS = {
    "iDOT": "Apple's systems write for screenshots and exports",
    "CgBI": "Apple's developer tools write for iPhone apps",
    "vpAg": "ImageMagick writes",
    "caNv": "ImageMagick writes",
    "prVW": "Adobe Fireworks writes",
    "mkBF": "Adobe Fireworks writes",
    "mkTS": "Adobe Fireworks writes",
    "npTc": "Android's developer tools write",
}
"""Chunks that only one program is known for."""

_STANDARD = frozenset(
    {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI",
        "tEXt", "zTXt", "iTXt", "bKGD", "hIST", "pHYs", "sPLT", "eXIf", "tIME", "acTL", "fcTL", "fdAT", "caBX",
        "oFFs", "pCAL", "sCAL", "gIFg", "gIFt", "gIFx", "sTER",
    }
)  # fmt: skip
_BLOCK = 1 << 20
_MOST_CHECKED = 1 << 28


def run(view: View) -> Finding:
    """Describe the chunks of the file."""
    chunks = view.container.parts
    if not chunks or chunks[0].path != "IHDR":
        return not_applicable("The file does not begin with a complete PNG header.")
    habits = dict.fromkeys(_HABITS[p.path] for p in chunks if p.path in _HABITS)
    unknown = sorted({p.path for p in chunks if p.path not in _STANDARD and p.path not in _HABITS})
    wrong = _wrong_checksums(view, chunks)
    end_words, end_rows = trailing(view)
    sentences = [
        f"The file holds a chunk that {next(iter(habits))}." if habits else "",
        f"The checksum of {_counted(wrong)} does not match the content: it was changed by hand or damaged."
        if wrong
        else "",
        "The picture data are interrupted by other chunks, which the standard forbids."
        if _interrupted(chunks)
        else "",
        end_words,
        "The file breaks rules of its format; it may be cut short or damaged."
        if view.container.problems
        else "",
    ]
    data = [p.body_size - 4 for p in chunks if p.path == "IDAT"]
    rows = (
        Measurement(name="order of chunks", value=_order(chunks)),
        Measurement(
            name="chunks outside the standard", value=", ".join(unknown[:12]) or "none", usual="none"
        ),
        Measurement(name="chunks of picture data", value=len(data)),
        Measurement(
            name="largest of them", value=max(data, default=0), unit="bytes", usual="8,192 to 65,536, or all"
        ),
        Measurement(name="chunks with a wrong checksum", value=wrong, usual="0"),
    )
    return reported(
        " ".join(s for s in sentences if s),
        because=(*rows, *end_rows, *problem_rows(view)),
        caveats=(CAVEAT,),
    )


def _counted(chunks: int) -> str:
    return "one chunk" if chunks == 1 else f"each of {chunks} chunks"


def _order(chunks: tuple[Part, ...]) -> str:
    names: list[str] = []
    for chunk in chunks:
        if not names or names[-1] != chunk.path:
            names.append(chunk.path)
        if len(names) == 30:
            return " ".join(names) + " …"
    return " ".join(names)


def _interrupted(chunks: tuple[Part, ...]) -> bool:
    starts = sum(b.path == "IDAT" and a.path != "IDAT" for a, b in pairwise(chunks))
    return starts > 1


def _wrong_checksums(view: View, chunks: tuple[Part, ...]) -> int:
    """Return how many complete chunks have a CRC that does not fit, within the first 256 MiB."""
    wrong, left = 0, _MOST_CHECKED
    for chunk in chunks:
        length = chunk.body_size - 4
        if length < 0 or chunk.size > left or chunk.size != 12 + _stated(view, chunk):
            continue
        left -= chunk.size
        at, rest, crc = chunk.offset + 4, length + 4, 0
        while rest > 0:
            block = view.source.read(at, min(_BLOCK, rest))
            if not block:
                break
            crc = zlib.crc32(block, crc)
            at, rest = at + len(block), rest - len(block)
        wrong += crc != int.from_bytes(view.source.read(chunk.end - 4, 4), "big")
    return wrong


def _stated(view: View, chunk: Part) -> int:
    return int.from_bytes(view.source.read(chunk.offset, 4), "big")
