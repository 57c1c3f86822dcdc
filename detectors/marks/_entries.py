"""Finding metadata entries by the last part of their name, whatever prefix a standard puts before it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.view import View
from provenance.metadata.entry import Entry, Standard

__all__ = ["field_name", "fields"]

_SEPARATORS = re.compile(r"[/:}]")


def field_name(entry: Entry) -> str:
    """Return the name of an entry without prefix, path and index, in lower case.

    `Iptc4xmpExt:DigitalSourceType`, `xmpMM:History[2]/stEvt:softwareAgent` and `TXXX:AIGC` become
    `digitalsourcetype`, `softwareagent` and `aigc`.
    """
    last = _SEPARATORS.split(entry.name)[-1]
    return last.split("[", 1)[0].strip().casefold()


def fields(view: View, *names: str, standards: tuple[Standard, ...] = ()) -> Iterator[Entry]:
    """Yield the entries called one of `names`, in file order.

    Args:
        view: The file.
        names: Names without prefix, in lower case.
        standards: Standards to look in; empty for all.
    """
    for entry in view.metadata.entries:
        if field_name(entry) in names and (not standards or entry.standard in standards):
            yield entry
