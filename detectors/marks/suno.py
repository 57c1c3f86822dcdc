"""Suno's comment in a recording.

## What it measures
Whether a comment begins with `made with suno`, as in the files that the song generator Suno hands out (usually
followed by the time and a UUID), or a web address field points to a song on suno.com. Titles and lyrics are not
searched.

## Why it matters
Suno makes songs with singing voices, and also spoken passages, from a line of text. It writes this comment into MP3,
WAV and M4A downloads on its own.

## Known problems
Every conversion or upload may remove the comment, and it can be added by hand. Newer downloads carry Content
Credentials as well (`marks.c2pa_generator`). Udio, ElevenLabs and others are not known to write such a comment; where
one of them stands in a software field, `marks.software_tag` reports it.

## How to read it
The UUID is the song's number: suno.com/song/ followed by it opens the page, if the song is public. The time is when
Suno made the song, not when it was downloaded.

## References
Suno: https://suno.com/
Public reports of the comment and its form, e.g. in issue threads and importers on GitHub.
"""

from __future__ import annotations

import re

from detectors.check import CheckInfo, nothing_found
from detectors.marks._entries import field_name
from detectors.marks._quote import declared, place, quoted
from detectors.marks._text import UUID
from detectors.view import View
from provenance.metadata.entry import Entry
from provenance.model.finding import Finding

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Suno comment",
    kinds=("audio", "video"),
    basis="declared",
    needs=("metadata",),
)

_COMMENT = re.compile(r"made with suno(?: studio)?\s*(?:;|$)", re.IGNORECASE)
_ADDRESS = re.compile(rf"https?://(?:www\.|app\.)?suno\.(?:com|ai)/song/{UUID}/?", re.IGNORECASE)
_WORDS_OF_THE_SONG = frozenset({"title", "lyrics", "uslt", "sylt", "tit2", "©nam", "©lyr", "inam"})


def run(view: View) -> Finding:
    """Look for the comment and for the address."""
    found = [e for e in view.metadata.entries if _is_suno(e)]
    if not found:
        return nothing_found()
    summary = f"Its {place(found[0])} says that it was made with the song generator Suno."
    return declared(summary, [quoted(entry) for entry in found], tool="Suno")


def _is_suno(entry: Entry) -> bool:
    text = entry.value[:1_000].strip("\0 \r\n\t")
    if field_name(entry) in _WORDS_OF_THE_SONG:
        return False
    return bool(_COMMENT.match(text) or _ADDRESS.fullmatch(text))
