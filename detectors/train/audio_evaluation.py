"""Figures of scored windows of speech: by delivery condition, family, system, recording source, and in pairs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal

__all__ = ["VoiceScores", "moderate_from", "voice_figures"]

_FEW = 5
_DRAWS, _SEED = 400, 20261123
_ENOUGH = 150
"""Versions of recordings from which on a source's own rate is held to the promise (50 clips in three conditions)."""


@dataclass(frozen=True, slots=True)
class VoiceScores:
    """One entry per version of a clip."""

    score: NDArray[np.float64]
    """Mean score over its windows."""

    synthetic: NDArray[np.bool_]
    """Label."""

    source: NDArray[np.str_]
    """System, or collection of recordings."""

    family: NDArray[np.str_]
    """Kind of system; empty for recordings."""

    repo: NDArray[np.str_]
    """Repository."""

    pair: NDArray[np.str_]
    """Same for a recording and its re-syntheses; empty where there is none."""

    condition: NDArray[np.str_]
    """Delivery condition."""

    def part(self, mask: NDArray[np.bool_]) -> VoiceScores:
        """Return the entries that `mask` selects."""
        return VoiceScores(*(getattr(self, f.name)[mask] for f in fields(self)))


def voice_figures(scores: VoiceScores, line: cal.Calibration) -> dict[str, Any]:
    """Return all figures as JSON-ready data; slices with fewer than five of a class are left out.

    Families and systems are set against all recordings, and again against those of their own repositories.
    """
    recorded = scores.part(~scores.synthetic)
    return {
        "all": _slice(scores, line),
        "conditions": _each(scores, line, scores.condition, sorted(set(scores.condition.tolist()))),
        "families": _against(scores, line, scores.family),
        "systems": _against(scores, line, scores.source),
        "within_repositories": _within(scores),
        "pairs": _pairs(scores),
        "other_repositories": _redrawn(scores),
        "recordings": {
            name: _alarms(recorded.part(recorded.source == name), line)
            for name in sorted(set(recorded.source.tolist()))
        },
    }


def moderate_from(scores: VoiceScores, line: cal.Calibration, *, rate: float = 0.01) -> float:
    """Return the score from which on a ratio may be called moderate.

    It is the first that log10 LR 1 allows and that at most `rate` of the versions of every source with enough of
    them exceed: half of what is promised, since sources that nobody has seen do worse.
    """
    floors = [(1 - line.intercept) / line.slope]
    recorded = scores.part(~scores.synthetic)
    for name in set(recorded.source.tolist()):
        mine = recorded.score[recorded.source == name]
        if len(mine) >= _ENOUGH:
            floors.append(float(np.nextafter(cal.threshold_at(mine, rate), np.inf)))
    return max(floors)


def _each(
    scores: VoiceScores, line: cal.Calibration, key: NDArray[np.str_], names: list[str]
) -> dict[str, Any]:
    slices = {name: _slice(scores.part(key == name), line) for name in names}
    return {name: found for name, found in slices.items() if found}


def _against(scores: VoiceScores, line: cal.Calibration, key: NDArray[np.str_]) -> dict[str, Any]:
    found = {}
    for name in sorted(set(key[scores.synthetic].tolist())):
        mine = scores.synthetic & (key == name)
        if figures := _slice(scores.part(~scores.synthetic | mine), line):
            near = np.isin(scores.repo, np.unique(scores.repo[mine])) & ~scores.synthetic
            figures["equal_error_rate_in_its_repositories"] = _eer(scores, mine, near)
            found[name or "other"] = figures
    return found


def _eer(scores: VoiceScores, target: NDArray[np.bool_], other: NDArray[np.bool_]) -> float | None:
    if min(target.sum(), other.sum()) < _FEW:
        return None
    return _short(cal.eer(scores.score[target], scores.score[other]))


def _within(scores: VoiceScores) -> dict[str, Any]:
    """Return the equal error rate in each repository that has both classes, and their mean."""
    rates = {}
    for name in sorted(set(scores.repo.tolist())):
        mine = scores.repo == name
        rate = _eer(scores, mine & scores.synthetic, mine & ~scores.synthetic)
        if rate is not None:
            rates[name] = rate
    mean = _short(float(np.mean(list(rates.values())))) if rates else None
    return {"mean_equal_error_rate": mean, "equal_error_rates": rates}


def _redrawn(scores: VoiceScores) -> dict[str, Any]:
    """Return 95 % ranges of the rates of each condition when the repositories are drawn again with replacement."""
    repos, which = np.unique(scores.repo, return_inverse=True)
    members = [np.flatnonzero(which == number) for number in range(len(repos))]
    rng = np.random.default_rng(_SEED)
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(_DRAWS):
        drawn = np.concatenate([members[number] for number in rng.integers(len(repos), size=len(repos))])
        for name in np.unique(scores.condition[drawn]).tolist():
            rows = drawn[scores.condition[drawn] == name]
            target, other = (scores.score[rows[scores.synthetic[rows] == made]] for made in (True, False))
            if min(len(target), len(other)) >= _FEW:
                rates = cal.eer(target, other), cal.found_at(target, other, 0.01)
                found.setdefault(name, []).append(rates)
    ranges = {name: np.percentile(rates, [2.5, 97.5], axis=0).T for name, rates in sorted(found.items())}
    names = ("equal_error_rate", "found_at_1_percent")
    return {
        name: dict(zip(names, [[_short(low), _short(high)] for low, high in both.tolist()], strict=True))
        for name, both in ranges.items()
    }


def _pairs(scores: VoiceScores) -> dict[str, Any]:
    """Return in how many pairs under one condition the synthetic clip scores above the recording."""
    won = {name: [0, 0] for name in sorted(set(scores.condition.tolist()))}
    for name in np.unique(scores.pair[scores.pair != ""]):
        pair = scores.pair == name
        for condition, count in won.items():
            mine = pair & (scores.condition == condition)
            made, taken = scores.score[mine & scores.synthetic], scores.score[mine & ~scores.synthetic]
            if len(made) and len(taken):
                count[0] += int((made > taken.mean()).sum())
                count[1] += len(made)
    return {name: _rate(*count) for name, count in won.items() if count[1]}


def _slice(scores: VoiceScores, line: cal.Calibration) -> dict[str, Any]:
    target, other = scores.score[scores.synthetic], scores.score[~scores.synthetic]
    if min(len(target), len(other)) < _FEW:
        return {}
    ratios = np.array([line.log10_lr(float(s)) for s in scores.score])
    made, taken = ratios[scores.synthetic], ratios[~scores.synthetic]
    return {
        "synthetic": len(target),
        "recorded": len(other),
        "equal_error_rate": _short(cal.eer(target, other)),
        "auc": _short(cal.auc(target, other)),
        "cllr": _short(cal.cllr(made, taken)),
        "found_at_1_percent": _short(cal.found_at(target, other, 0.01)),
        "found_at_5_percent": _short(cal.found_at(target, other, 0.05)),
        "found_at_weak": _short(float((made >= np.log10(2)).mean())),
        "found_at_moderate": _short(float((made >= 1).mean())),
        "false_alarms_at_weak": _rate(int((taken >= np.log10(2)).sum()), len(taken)),
        "false_alarms_at_moderate": _rate(int((taken >= 1).sum()), len(taken)),
    }


def _alarms(recorded: VoiceScores, line: cal.Calibration) -> dict[str, Any]:
    ratios = np.array([line.log10_lr(float(s)) for s in recorded.score])
    return {
        "versions": len(ratios),
        "false_alarms_at_weak": _rate(int((ratios >= np.log10(2)).sum()), len(ratios)),
        "false_alarms_at_moderate": _rate(int((ratios >= 1).sum()), len(ratios)),
    }


def _rate(hits: int, of: int) -> dict[str, Any]:
    low, high = cal.wilson(hits, of)
    return {"count": hits, "of": of, "rate": _short(hits / of), "wilson_95": [_short(low), _short(high)]}


def _short(value: float) -> float:
    return round(value, 4)
