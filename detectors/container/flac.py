"""How a FLAC file is put together: encoder, format, and blocks.

## What it measures
The encoder's name, the format that the stream states, whether it carries the checksum of its sound, the order
of its blocks, and bytes behind the end.

## Why it matters
Recorders hardly write FLAC: such a file was encoded by a program, and the program leaves its name.

## Known problems
FLAC is lossless, so nothing is known about what the sound was before. Programs that cannot go back to the
start of the file leave the checksum empty.

## How to read it
As facts about the last program that wrote the file.

## References
RFC 9639 (FLAC).
"""

from __future__ import annotations

from detectors.check import CheckInfo, not_applicable, reported
from detectors.container._facts import (
    CAVEAT,
    best_program,
    problem_rows,
    program_rows,
    program_sentence,
    trailing,
)
from detectors.view import View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the FLAC file was written",
    kinds=("audio",),
    basis="measured",
    needs=("metadata", "container"),
    cost="cheap",
    types=("audio/flac",),
)

_WRITERS = ("vendor", "encoder", "encoded_by", "encoded-by", "software", "encoding")


def run(view: View) -> Finding:
    """Describe the blocks of the file and what they name."""
    info = next((p for p in view.container.parts if p.path == "STREAMINFO"), None)
    if info is None or info.body_size < 34:
        return not_applicable("The file has no complete stream information.")
    data = view.source.read(info.body, 34)
    packed = int.from_bytes(data[10:18], "big")
    entries = [e for e in view.metadata.entries if e.standard == "Vorbis" and e.name.casefold() in _WRITERS]
    program = best_program(entries)
    end_words, end_rows = trailing(view)
    sentences = [
        program_sentence(program) if program else "",
        end_words,
        "The file breaks rules of its format; it may be cut short or damaged."
        if view.container.problems
        else "",
    ]
    blocks = [p.path for p in view.container.parts if "/" not in p.path]
    return reported(
        " ".join(s for s in sentences if s),
        points_to="edited" if program and program.kind == "editor" else "nothing",
        because=(
            Measurement(name="sample rate", value=packed >> 44, unit="Hz", usual="44,100 or 48,000"),
            Measurement(name="channels", value=(packed >> 41 & 7) + 1),
            Measurement(name="bits a sample", value=(packed >> 36 & 31) + 1, usual="16 or 24"),
            Measurement(name="carries the checksum of its sound", value=any(data[18:34]), usual="true"),
            Measurement(name="order of blocks", value=" ".join(blocks[:24])),
            *program_rows(entries),
            *end_rows,
            *problem_rows(view),
        ),
        caveats=(CAVEAT,),
    )
