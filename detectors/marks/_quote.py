"""How the marks quote what they found, with the sentences that all of them share."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.check import NAMED_TOOL, reported
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding, Measurement, PointsTo

__all__ = ["DECLARATION", "cut", "declared", "fact", "place", "quoted"]

DECLARATION = "Metadata can be edited or copied from another file, so this is a declaration, not proof."
"""The caveat that every mark in plain metadata carries."""

_LIMIT = 300
_MOST_QUOTES = 8

_KIND_OF_FIELD = {"PNG": "PNG text chunk", "ID3": "ID3 tag", "RIFF": "RIFF chunk", "Vorbis": "Vorbis comment"}


def cut(text: str, limit: int = _LIMIT) -> str:
    """Return `text` in at most `limit` characters; a cut is shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(entry: Entry, text: str | None = None) -> Measurement:
    """Return the quotation of an entry: where it stands, and its value or the telling part of it.

    Args:
        entry: The metadata value.
        text: The part to quote; by default the beginning of the value.
    """
    name = f"{cut(entry.where, 120)}: {cut(entry.name, 80)}"
    return Measurement(name=name, value=cut(entry.value if text is None else text))


def fact(name: str, value: str) -> Measurement:
    """Return one value that was read out of a mark, cut to a length that a report can show."""
    return Measurement(name=name, value=cut(value))


def place(entry: Entry) -> str:
    """Return where an entry stands, for a sentence: `PNG text chunk "parameters"`."""
    field = _KIND_OF_FIELD.get(entry.standard, f"{entry.standard} field")
    return f'{field} "{cut(entry.name, 60)}"'


def declared(
    summary: str,
    because: Iterable[Measurement],
    *,
    tool: str | None = None,
    points_to: PointsTo = "generated",
    caveats: tuple[str, ...] = (),
) -> Finding:
    """Return the finding of a mark in plain metadata; the shared caveat comes first.

    Args:
        summary: One plain sentence that names the tool and the place.
        because: What was found and where.
        tool: What the mark names, for the headline; None where it names no single tool.
        points_to: `generated`, `edited`, or `nothing` where the mark takes no side.
        caveats: What else could mislead.
    """
    named = (fact(NAMED_TOOL, tool),) if tool else ()
    return reported(
        summary,
        points_to=points_to,
        because=(*tuple(because)[:_MOST_QUOTES], *named),
        caveats=(DECLARATION, *caveats),
    )
