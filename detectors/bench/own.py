"""From a newsroom's own files, measured after usual deliveries, to its profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detectors.bench.figures import Record
from detectors.check import Question
from detectors.profiles import Entry, Medium, Profile
from detectors.wording import BANDS

__all__ = ["make_profile"]

_MOST_RATIOS = 50_000
_WEAK = BANDS[-1][0]


def make_profile(
    measured: Mapping[Question, Sequence[Record]],
    *,
    name: str,
    medium: Medium,
    made: str,
    software: str,
    versions: Mapping[str, str],
) -> Profile:
    """Return the profile of files that are known to be neither generated nor edited.

    Args:
        measured: Versions by the question that they were measured for.
        name: Name of the profile.
        medium: What the files are.
        made: Date, ISO 8601.
        software: Version of Assay.
        versions: Version of each check.
    """
    records = [record for mine in measured.values() for record in mine]
    checks = sorted({a.check for r in records for a in r.measured.answers})
    return Profile(
        name=name,
        medium=medium,
        made=made,
        files=len({r.name for r in records if r.measured.state == "measured"}),
        conditions=tuple(dict.fromkeys(r.condition for r in records)),
        checks={check: _check(check, records, versions.get(check, "")) for check in checks},
        axes={question: _axis(mine) for question, mine in measured.items()},
        software=software,
    )


def _check(check: str, records: Sequence[Record], version: str) -> Entry:
    said = [a for r in records for a in r.measured.answers if a.check == check]
    return Entry(
        versions=len(said),
        flagged=sum(a.found for a in said),
        ratios=_ascending([a.log10_lr for a in said]),
        version=version,
    )


def _axis(records: Sequence[Record]) -> Entry:
    usable = [r.measured for r in records if r.measured.state == "measured"]
    ratios = _ascending([m.log10_lr for m in usable])
    return Entry(versions=len(usable), flagged=sum(r >= _WEAK for r in ratios), ratios=ratios)


def _ascending(ratios: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(sorted(round(r, 3) for r in ratios if r is not None)[-_MOST_RATIOS:])
