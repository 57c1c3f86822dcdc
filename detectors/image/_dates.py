"""Dates in EXIF, XMP and IPTC as comparable times. EXIF has no time zone, so none is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from provenance.metadata.entry import Entry, Metadata

__all__ = ["ZONES", "Stated", "stated"]

ZONES = timedelta(hours=26)
"""Two clocks on Earth never differ by more; smaller differences can be time zones."""

_DAY = timedelta(days=1)
_DATE = re.compile(r"\s{0,3}(\d{4})[:\-]?(\d{2})[:\-]?(\d{2})(?!\d)(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One date that the file states."""

    entry: Entry
    """Where it stands."""
    time: datetime
    """The time without zone; midnight where only a day is stated."""
    exact: bool
    """Whether a time of day is stated."""

    def apart(self, other: Stated) -> timedelta:
        """Return how far two times are apart at the least; a day without time of day lasts 24 hours."""
        first, second = sorted((self, other), key=lambda s: s.time)
        gap = second.time - first.time - (timedelta() if first.exact else _DAY)
        return max(gap, timedelta())


def stated(metadata: Metadata, name: str) -> Stated | None:
    """Return the first usable date of the entries called `name`; the year 1900 and zeros are unset clocks."""
    for entry in metadata.all(name):
        found = _DATE.match(entry.value[:40])
        if not found:
            continue
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        try:
            time = datetime(year, month, day, hour, minute, min(second, 59))
        except ValueError:
            continue
        if year > 1900:
            return Stated(entry=entry, time=time, exact=found.group(4) is not None)
    return None
