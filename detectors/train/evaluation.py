"""Figures of a scored set: by delivery condition, by generator, by camera source, and for the calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal

__all__ = ["Scored", "figures", "merge_crops"]

_ENOUGH = 100
"""Photographs from which on a camera source's own rate is held to the promise."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One entry per version of a picture."""

    score: NDArray[np.float64]
    """Score of the version."""

    generated: NDArray[np.bool_]
    """Label."""

    source: NDArray[np.str_]
    """Generator or camera source."""

    condition: NDArray[np.str_]
    """Delivery condition."""

    def part(self, mask: NDArray[np.bool_]) -> Scored:
        """Return the entries that `mask` selects."""
        return Scored(self.score[mask], self.generated[mask], self.source[mask], self.condition[mask])


def merge_crops(
    score: NDArray[np.float64],
    sample: NDArray[np.int64],
    generated: NDArray[np.bool_],
    source: NDArray[np.str_],
    condition: NDArray[np.str_],
) -> Scored:
    """Return one entry per version, its score the mean over its crops."""
    _, first, which = np.unique(sample, return_index=True, return_inverse=True)
    mean = np.bincount(which, score) / np.bincount(which)
    return Scored(mean, generated[first], source[first], condition[first])


def figures(scored: Scored, calibration: cal.Calibration) -> dict[str, Any]:
    """Return all figures as JSON-ready data; slices that lack a class or files are left out."""
    conditions = sorted(set(scored.condition.tolist()))
    cameras = scored.part(~scored.generated)
    return {
        "all": _slice(scored, calibration),
        "conditions": {
            name: found
            for name in conditions
            if (found := _slice(scored.part(scored.condition == name), calibration))
        },
        "generators": {
            name: _slice(_against(scored, name), calibration)
            for name in sorted(set(scored.source[scored.generated].tolist()))
        },
        "cameras": {
            name: _alarms(cameras.part(cameras.source == name), calibration)
            for name in sorted(set(cameras.source.tolist()))
        },
    }


def moderate_threshold(scored: Scored, line: cal.Calibration, *, rate: float = 0.02) -> float:
    """Return the score from which on a ratio may be called moderate.

    It is the first that log10 LR 1 allows and that at most `rate` of the photographs of every source with
    enough of them exceed, over all conditions together.
    """
    floors = [(1 - line.intercept) / line.slope]
    cameras = scored.part(~scored.generated)
    for name in set(cameras.source.tolist()):
        mine = cameras.score[cameras.source == name]
        if len(mine) >= _ENOUGH:
            floors.append(float(np.nextafter(cal.threshold_at(mine, rate), np.inf)))
    return max(floors)


def _against(scored: Scored, generator: str) -> Scored:
    return scored.part(~scored.generated | (scored.source == generator))


def _slice(scored: Scored, line: cal.Calibration) -> dict[str, Any]:
    target, other = scored.score[scored.generated], scored.score[~scored.generated]
    if min(len(target), len(other)) < 3:
        return {}
    ratios = np.array([line.log10_lr(float(s)) for s in scored.score])
    alarms = int((ratios[~scored.generated] >= 1).sum())
    return {
        "generated": len(target),
        "photographs": len(other),
        "auc": _short(cal.auc(target, other)),
        "found_at_1_percent": _short(cal.found_at(target, other, 0.01)),
        "found_at_5_percent": _short(cal.found_at(target, other, 0.05)),
        "equal_error_rate": _short(cal.eer(target, other)),
        "cllr": _short(cal.cllr(ratios[scored.generated], ratios[~scored.generated])),
        "found_at_moderate": _short(float((ratios[scored.generated] >= 1).mean())),
        "false_alarms_at_moderate": _rate(alarms, len(other)),
    }


def _alarms(cameras: Scored, line: cal.Calibration) -> dict[str, Any]:
    ratios = np.array([line.log10_lr(float(s)) for s in cameras.score])
    return {
        "versions": len(ratios),
        "false_alarms_at_moderate": _rate(int((ratios >= 1).sum()), len(ratios)),
        "false_alarms_at_weak": _rate(int((ratios >= np.log10(2)).sum()), len(ratios)),
    }


def _rate(hits: int, of: int) -> dict[str, Any]:
    low, high = cal.wilson(hits, of)
    return {"count": hits, "of": of, "rate": _short(hits / of), "wilson_95": [_short(low), _short(high)]}


def _short(value: float) -> float:
    return round(value, 4)
