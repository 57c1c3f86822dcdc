"""Sizes, durations, dates and numbers in words that do not depend on the machine's locale."""

from __future__ import annotations

import math
from datetime import UTC, datetime

__all__ = [
    "bytes_words",
    "count_words",
    "date_words",
    "day_words",
    "duration_words",
    "number_words",
    "ratio_words",
]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def bytes_words(count: int) -> str:
    """Return a size such as `1.2 MB (1,234,567 bytes)`, in decimal units."""
    if count < 1000:
        return f"{count} bytes"
    scaled = float(count)
    unit = ""
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 (the last unit is used below)
        scaled /= 1000
        if scaled < 999.95:
            break
    return f"{scaled:.1f} {unit} ({count:,} bytes)"


def count_words(count: int, singular: str, plural: str | None = None) -> str:
    """Return `1 file`, `2 files`, `no files`."""
    name = singular if count == 1 else plural or f"{singular}s"
    return f"{count:,} {name}" if count else f"no {name}"


def duration_words(seconds: float) -> str:
    """Return a duration or a place in a recording such as `3.2 s`, `1 min 3.5 s` or `1 h 0 min 3.5 s`."""
    if not math.isfinite(seconds) or seconds < 0:
        return "unknown"
    if seconds < 60:
        return f"{_plain(seconds, 2)} s"
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    head = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return f"{head} {_plain(rest / 10, 1)} s"


def _plain(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_words(text: str) -> str:
    """Return an RFC 3339 time as `5 August 2026, 14:03:07 UTC`.

    What is no such time is returned as it stands, so the answer is hostile until escaped. A time without
    a zone keeps its figures and says so.
    """
    try:
        moment = datetime.fromisoformat(text)
        zone = "UTC" if moment.tzinfo else "(no time zone stated)"
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return text
    return f"{_day(moment)}, {moment:%H:%M:%S} {zone}"


def day_words(text: str) -> str:
    """Return the day of an RFC 3339 time as `5 August 2026`, in UTC; what is no such time, as it stands."""
    try:
        moment = datetime.fromisoformat(text)
        return _day(moment.astimezone(UTC) if moment.tzinfo else moment)
    except (ValueError, OverflowError):
        return text


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def number_words(value: str | float | bool | None) -> str:
    """Return a measured value as text: four significant digits, thousands grouped, yes and no."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        decimals = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
        text = f"{value:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.3e}" if math.isfinite(value) else "not a number"


def ratio_words(log10_lr: float) -> str:
    """Return a likelihood ratio as `about 25` or, below one, as `about 1 in 25`, two digits at most."""
    ratio = 10 ** min(abs(log10_lr), 12)
    digits = max(0, math.floor(math.log10(ratio)) - 1)
    rounded = round(ratio, -digits) if digits else round(ratio, 1)
    figure = f"{rounded:,.1f}".rstrip("0").rstrip(".") if rounded < 10 else f"{rounded:,.0f}"
    return f"about {figure}" if log10_lr >= 0 else f"about 1 in {figure}"
