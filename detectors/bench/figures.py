"""From measured versions to figures: for all, by delivery, by generator, by camera or recording source, by check.

Everything is computed on the ratios that a reader is shown, caps included, so it is what a user gets and not what a
score could reach. Versions without a ratio are left out of the figures about ratios, and their share is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal
from detectors.bench.survey import Measured
from detectors.wording import BANDS

__all__ = ["Record", "curves", "figures"]

_FEWEST = 5
"""Versions of each class below which a slice has no rates."""

_POINTS = 200
"""Most points of a curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One version of one labelled file."""

    name: str
    """Path below the labelled folder."""

    target: bool
    """Whether it is of the class that is looked for."""

    source: str
    """Generator, camera source or recording source."""

    condition: str
    """Delivery."""

    measured: Measured
    """What came out."""


def figures(records: Sequence[Record]) -> dict[str, Any]:
    """Return every figure as JSON-ready data.

    Args:
        records: Versions; those that were not delivered or could not be read are counted and left out.
    """
    usable = [r for r in records if r.measured.state == "measured"]
    conditions = list(dict.fromkeys(r.condition for r in records))
    others = [r for r in usable if not r.target]
    targets = [r for r in usable if r.target]
    return {
        "versions": len(records),
        "undelivered": sum(r.measured.state == "undelivered" for r in records),
        "unreadable": sum(r.measured.state == "unreadable" for r in records),
        "seconds_median": _short(float(np.median([r.measured.seconds for r in usable]))) if usable else None,
        "all": _slice(usable),
        "conditions": {name: _slice([r for r in usable if r.condition == name]) for name in conditions},
        "targets": {
            name: _slice([r for r in targets if r.source == name] + others) for name in _sources(targets)
        },
        "others": {name: _alarms([r for r in others if r.source == name]) for name in _sources(others)},
        "checks": {name: _check(name, usable) for name in _checks(usable)},
    }


def curves(records: Sequence[Record]) -> dict[str, list[tuple[float, float]]]:
    """Return the points of the plots, each an (x, y) list.

    `roc`: false alarms against found. `tippett_target`, `tippett_other`: log10 LR against the share of versions above
    it. `reliability`: log10 LR as said against log10 LR as observed, from pooled neighbours.
    """
    target, other = (_ratios([r for r in records if r.target is side]) for side in (True, False))
    if min(len(target), len(other)) < _FEWEST:
        return {}
    return {
        "roc": _thinned(_roc(target, other)),
        "tippett_target": _thinned(_above(target)),
        "tippett_other": _thinned(_above(other)),
        "reliability": _reliability(target, other),
    }


def _slice(records: Sequence[Record]) -> dict[str, Any]:
    targets, others = ([r for r in records if r.target is side] for side in (True, False))
    target, other = _ratios(targets), _ratios(others)
    row: dict[str, Any] = {
        "targets": len(targets),
        "others": len(others),
        "abstained_targets": _rate(len(targets) - len(target), len(targets)),
        "abstained_others": _rate(len(others) - len(other), len(others)),
    }
    if min(len(target), len(other)) < _FEWEST:
        return row
    row |= {
        "auc": _short(cal.auc(target, other)),
        "equal_error_rate": _short(cal.eer(target, other)),
        "cllr": _short(cal.cllr(target, other)),
        "found_at_1_percent": _short(cal.found_at(target, other, 0.01)),
        "found_at_5_percent": _short(cal.found_at(target, other, 0.05)),
    }
    for floor, strength, _ in reversed(BANDS):
        # Of all versions, abstentions included: that is what happens to a reader's file.
        row[f"found_{strength}"] = _rate(int((target >= floor).sum()), len(targets))
        row[f"alarms_{strength}"] = _rate(int((other >= floor).sum()), len(others))
    return row


def _alarms(records: Sequence[Record]) -> dict[str, Any]:
    ratios = _ratios(records)
    row: dict[str, Any] = {
        "others": len(records),
        "abstained": _rate(len(records) - len(ratios), len(records)),
    }
    for floor, strength, _ in reversed(BANDS):
        row[f"alarms_{strength}"] = _rate(int((ratios >= floor).sum()), len(records))
    return row


def _check(name: str, records: Sequence[Record]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, side in (("targets", True), ("others", False)):
        said = [a for r in records if r.target is side for a in r.measured.answers if a.check == name]
        row[f"found_{key}"] = _rate(sum(a.found for a in said), len(said))
        row[f"no_answer_{key}"] = _rate(sum(a.outcome != "reported" for a in said), len(said))
    return row


def _ratios(records: Iterable[Record]) -> NDArray[np.float64]:
    return np.array(
        [r.measured.log10_lr for r in records if r.measured.log10_lr is not None], dtype=np.float64
    )


def _sources(records: Sequence[Record]) -> list[str]:
    return sorted({r.source for r in records})


def _checks(records: Sequence[Record]) -> list[str]:
    return sorted({a.check for r in records for a in r.measured.answers})


def _roc(target: NDArray[np.float64], other: NDArray[np.float64]) -> list[tuple[float, float]]:
    thresholds = np.unique(np.concatenate([target, other]))[::-1]
    points = [(float((other >= t).mean()), float((target >= t).mean())) for t in thresholds]
    return [(0.0, 0.0), *points]


def _above(ratios: NDArray[np.float64]) -> list[tuple[float, float]]:
    values = np.unique(ratios)
    points = [(float(v), float((ratios >= v).mean())) for v in values]
    return [*points, (float(values[-1]), 0.0)]


def _reliability(target: NDArray[np.float64], other: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return said and observed log10 LR of each pool that holds both classes, as an isotonic fit finds them."""
    ratios = np.concatenate([target, other])
    order = np.argsort(ratios, kind="stable")
    label = np.concatenate([np.ones(len(target)), np.zeros(len(other))])[order]
    weight = np.where(label == 1, 0.5 / len(target), 0.5 / len(other))
    values, start = np.unique(ratios[order], return_index=True)
    share = np.add.reduceat(label * weight, start) / np.add.reduceat(weight, start)
    pooled = cal.pool_adjacent_violators(share, np.add.reduceat(weight, start))
    points = []
    for value in np.unique(pooled):
        if 0 < value < 1:
            said = float(np.mean(values[pooled == value]))
            points.append((_short(said), _short(math.log10(value / (1 - value)))))
    return points


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    keep = np.unique(np.linspace(0, len(points) - 1, min(_POINTS, len(points))).astype(int))
    return [(_short(points[i][0]), _short(points[i][1])) for i in keep]


def _rate(hits: int, of: int) -> dict[str, Any]:
    low, high = cal.wilson(hits, of)
    rate = _short(hits / of) if of else None
    return {"count": hits, "of": of, "rate": rate, "wilson_95": [_short(low), _short(high)]}


def _short(value: float) -> float:
    return round(value, 4)
