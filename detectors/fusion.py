"""From several findings on one question to one likelihood ratio, calibrated together.

Scores of checks that look at the same pixels depend on each other, so they may be neither multiplied nor compared.
What counts here is which checks found something; a logistic regression on labelled files of sources that it had not
seen gave each a weight (`python -m detectors.train image.edited`). The table is shipped beside this file as JSON.

Source: N. Brümmer et al., "Fusion of heterogeneous speaker recognition systems", doi:10.1109/TASL.2007.902870.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from detectors.catalogue import built_in_checks, fits
from detectors.check import Question
from detectors.wording import band
from provenance.model.assessment import Axis
from provenance.model.finding import Finding, Region
from provenance.sniff import kind_of

__all__ = ["Fusion", "axes", "found", "fuse", "load_fusion", "read_fusion"]

_TABLES = Path(__file__).parent / "fusions"

_NOT_RUN = (
    "The checks that are calibrated together on this question did not all run, so there is no sum of them."
)
_DEPENDENT = "Several checks measured this, and their scores have not been calibrated together."
_NONE_CALIBRATED = "No calibrated check answers this question for this file."
_NONE_APPLIED = "No check of this question could speak about this file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """Weights of the checks that answer one question for one medium."""

    weights: dict[str, float]
    """log10 LR that a finding of each check adds, by check id."""

    intercept: float
    """log10 LR where none of them found anything."""

    highest: float
    """Largest log10 LR that the files behind the weights support."""

    lowest: float
    """Smallest one."""

    versions: dict[str, str]
    """Version of each check that the weights were fitted with."""


def axes(findings: Sequence[Finding], media_type: str) -> tuple[Axis, Axis]:
    """Sum up the measured findings on the questions `generated` and `edited`.

    Where a table of checks that were calibrated together is shipped, it decides. Elsewhere one calibrated finding is
    the answer, and several are none.

    Args:
        findings: What the checks said, in any order.
        media_type: Type of the file; checks that do not look at it are not missed.
    """
    measured = [f for f in findings if f.basis == "measured"]
    return _axis(measured, media_type, "generated"), _axis(measured, media_type, "edited")


def found(finding: Finding, question: Question) -> bool:
    """Return whether a check found something on a question: it answered, said so, and points there."""
    return finding.outcome == "reported" and bool(finding.summary) and finding.points_to == question


def fuse(
    fusion: Fusion, findings: Sequence[Finding], question: Question, *, needed: Collection[str] | None = None
) -> Axis:
    """Return the sum of the findings on a question.

    Args:
        fusion: The table of the medium.
        findings: What the checks said, in any order.
        question: Which question.
        needed: Checks of the table that must have run; all of them where left out.

    Returns:
        The axis; without a number, and with the reason, where a check of the table broke or did not run.
    """
    said = {f.check: f for f in findings if f.check in fusion.weights}
    needed = fusion.weights if needed is None else needed
    if any(check not in said for check in needed) or any(f.outcome == "failed" for f in said.values()):
        return Axis(reason=_NOT_RUN)
    if all(f.outcome == "not_applicable" for f in said.values()):
        return Axis(reason=_NONE_APPLIED)
    hits = [f for f in findings if f.check in said and found(f, question)]
    total = fusion.intercept + sum(fusion.weights[f.check] for f in hits)
    ratio = round(min(max(total, fusion.lowest), fusion.highest), 4)
    regions: tuple[Region, ...] = tuple(dict.fromkeys(r for f in hits for r in f.regions))
    return Axis(log10_lr=ratio, strength=band(ratio), regions=regions)


def load_fusion(medium: str, question: Question) -> Fusion | None:
    """Return the shipped table of a medium and a question, or None where there is none."""
    return _load(_TABLES / f"{medium}.{question}.json")


def read_fusion(data: bytes) -> Fusion:
    """Return the table in a JSON file as `detectors.train` writes it; other keys are its card."""
    held: dict[str, Any] = json.loads(data)
    return Fusion(
        weights={str(k): float(v) for k, v in held["weights"].items()},
        intercept=float(held["intercept"]),
        highest=float(held["highest"]),
        lowest=float(held["lowest"]),
        versions={str(k): str(v) for k, v in held["versions"].items()},
    )


def _axis(measured: Sequence[Finding], media_type: str, question: Question) -> Axis:
    table = load_fusion(kind_of(media_type), question)
    if table is not None:
        looking = {check.id for check in built_in_checks() if fits(check, media_type)}
        return fuse(table, measured, question, needed=looking & table.weights.keys())
    calibrated = [f for f in measured if f.points_to == question and f.log10_lr is not None]
    if len(calibrated) == 1:
        only = calibrated[0]
        return Axis(log10_lr=only.log10_lr, strength=band(only.log10_lr), regions=only.regions)
    return Axis(reason=_DEPENDENT if calibrated else _NONE_CALIBRATED)


@lru_cache(maxsize=8)
def _load(path: Path) -> Fusion | None:
    return read_fusion(path.read_bytes()) if path.is_file() else None
