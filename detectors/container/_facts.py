"""What the container checks share: programs named in metadata, broken rules, and bytes behind the end."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.programs import Program, kind_words, program_in
from detectors.trailing import file_words
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Measurement

__all__ = ["CAVEAT", "best_program", "problem_rows", "program_rows", "program_sentence", "shown", "trailing"]

CAVEAT = "These are facts about the programs that wrote the file, not about what it shows or says."
"""The caveat that every container check carries."""

_ORDER = ("editor", "developer", "organiser", "platform", "library", "camera")
_MOST = 8

Trace = tuple[Program, Entry]


def _programs(entries: Iterable[Entry]) -> list[Trace]:
    """Return the known programs that entries name, the most telling kind first."""
    found = [(p, e) for e in entries if (p := program_in(e.value)) is not None and p.kind in _ORDER]
    return sorted(found, key=lambda t: _ORDER.index(t[0].kind))


def best_program(entries: Iterable[Entry]) -> Program | None:
    """Return the most telling program that entries name."""
    found = _programs(entries)
    return found[0][0] if found else None


def program_sentence(program: Program) -> str:
    """Return one sentence that names a program and says what its kind is."""
    if program.kind == "camera":
        return f"The file names {program.name} as its camera, phone or recorder."
    return f"The file names {program.name}, {kind_words(program.kind)}."


def program_rows(entries: Iterable[Entry]) -> tuple[Measurement, ...]:
    """Return what the entries say word for word, each text once."""
    rows = {
        (e.name, e.value): Measurement(name=f"{e.standard} {e.name[:60]}", value=shown(e.value))
        for e in entries
    }
    return tuple(rows.values())[:_MOST]


def problem_rows(view: View) -> tuple[Measurement, ...]:
    """Return the rules of the format that the file breaks."""
    return tuple(
        Measurement(name="rule of the format that is broken", value=problem, usual="none")
        for problem in view.container.problems[:5]
    )


def trailing(view: View) -> tuple[str, tuple[Measurement, ...]]:
    """Return a sentence on a file behind the end (or an empty string), and the measurement where there is any."""
    size = view.container.trailing
    if size <= 0:
        return "", ()
    head = view.source.read(view.container.end, min(size, 4096))
    words = file_words(head)
    row = Measurement(
        name="bytes behind the end of the file's own parts", value=size, unit="bytes", usual="none"
    )
    sentence = f"Behind its own end stands {words} ({size:,} bytes)." if words else ""
    return sentence, (row,)


def shown(text: str, limit: int = 80) -> str:
    """Return a text from the file on one line and of bounded length."""
    line = " ".join(text.replace("\0", " ").split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
