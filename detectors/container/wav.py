"""How a WAV file is put together, which programs it names, and how many bits its samples use.

## What it measures
The format and size that the header states, the order of the chunks, programs and recorders named in INFO,
broadcast (bext) and iXML chunks, the bits that the samples really use, and bytes behind the end.

## Why it matters
Recorders write broadcast chunks with their name, date and serial; editing programs and converters leave their
own name or nothing. Samples of 24 bits that only use 16 were converted from a coarser recording.

## Known problems
Most programs write a plain header without any name, so absence says nothing. Some recorders convert
internally and use fewer bits than they store. The dates come from the clock of the device.

## How to read it
As facts about the last program that wrote the file. None of them says that the sound was changed.

## References
EBU Tech 3285 (Broadcast Wave Format), EBU Tech 3306 (RF64). Microsoft, Multimedia Programming Interface and
Data Specifications 1.0. iXML 3.01.
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
from provenance.containers.part import Part
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="How the WAV file was written",
    kinds=("audio",),
    basis="measured",
    needs=("metadata", "container"),
    cost="cheap",
    types=("audio/wav",),
)

_CODINGS = {1: "PCM", 3: "floating point", 6: "A-law", 7: "mu-law", 17: "IMA ADPCM", 80: "MPEG", 85: "MP3"}
_WRITERS = ("ISFT", "bext:Originator", "bext:CodingHistory", "ITCH", "ISRC", "IENG", "xmp:CreatorTool")
_WINDOW = 1 << 16
_WINDOWS = 16


def run(view: View) -> Finding:
    """Describe the chunks of the file and what they name."""
    parts = {p.path: p for p in reversed(view.container.parts)}
    head, data = parts.get("RIFF/fmt"), parts.get("RIFF/data")
    if head is None or head.body_size < 16 or data is None:
        return not_applicable("The file has no readable format and data chunks.")
    fmt = view.source.read(head.body, min(head.body_size, 40))
    coding, channels = _number(fmt, 0, 2), _number(fmt, 2, 2)
    rate, bits = _number(fmt, 4, 4), _number(fmt, 14, 2)
    if coding == 0xFFFE and len(fmt) >= 26:
        coding = _number(fmt, 24, 2)
    entries = [e for e in view.metadata.entries if e.name in _WRITERS]
    program = best_program(entries)
    used = _used_bits(view, data, bits // 8) if coding == 1 and bits in (16, 24, 32) else None
    end_words, end_rows = trailing(view)
    sentences = [
        program_sentence(program) if program else "",
        _recorder(view) if not program else "",
        f"Its samples are stored with {bits} bits, but use only {used}." if used and bits - used >= 4 else "",
        end_words,
        "The file breaks rules of its format; it may be cut short or damaged."
        if view.container.problems
        else "",
    ]
    rows = [
        Measurement(name="coding", value=_CODINGS.get(coding, f"number {coding}")),
        Measurement(name="channels", value=channels),
        Measurement(name="sample rate", value=rate, unit="Hz", usual="44,100 or 48,000"),
        Measurement(name="bits a sample", value=bits, usual="16 or 24"),
        Measurement(name="order of chunks", value=_order(view)),
    ]
    if used:
        rows.append(
            Measurement(name="bits that the samples use", value=used, usual="all of them, or one or two less")
        )
    return reported(
        " ".join(s for s in sentences if s),
        points_to="edited" if program and program.kind == "editor" else "nothing",
        because=(*rows, *program_rows(entries), *end_rows, *problem_rows(view)),
        caveats=(CAVEAT,),
    )


def _recorder(view: View) -> str:
    """Return a sentence on the broadcast chunk, which recorders and radio stations write."""
    origin = view.metadata.first("bext:Originator")
    date = view.metadata.first("bext:OriginationDate")
    if origin is None or not origin.value.strip():
        return ""
    when = f", dated {date.value[:10]}" if date and date.value.strip() else ""
    return f'A broadcast chunk names "{" ".join(origin.value.split())[:40]}" as origin{when}.'


def _used_bits(view: View, data: Part, width: int) -> int | None:
    """Return how many bits differ from zero at the low end of the samples, seen in windows over the file."""
    import numpy as np

    size = data.body_size - data.body_size % width
    if size < 1000 * width:
        return None
    seen = 0
    step = max(_WINDOW, size // _WINDOWS)
    for at in range(0, size, step):
        start = at - at % (12 * width)  # whole samples whatever the number of channels
        raw = view.source.read(data.body + start, min(_WINDOW - _WINDOW % (12 * width), size - start))
        raw = raw[: len(raw) - len(raw) % width]
        columns = np.frombuffer(raw, np.uint8).reshape(-1, width)
        ored = np.bitwise_or.reduce(columns, axis=0) if len(columns) else columns.sum(axis=0)
        seen |= int.from_bytes(bytes(int(v) & 255 for v in ored), "little")
    if seen == 0:
        return None  # silence uses no bits, which says nothing
    lowest = (seen & -seen).bit_length() - 1
    return 8 * width - lowest


def _order(view: View) -> str:
    names = [p.path.removeprefix("RIFF/") for p in view.container.parts if p.path.count("/") == 1]
    return " ".join(names[:24]) + (" …" if len(names) > 24 else "")


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
