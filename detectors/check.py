"""What a check file declares about itself, and the helper that builds its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from provenance.model.finding import (
    Artefact,
    Basis,
    Finding,
    Measurement,
    PointsTo,
    Region,
    Strength,
)

__all__ = [
    "HIDDEN_TOOL",
    "NAMED_TOOL",
    "CheckInfo",
    "Cost",
    "Kind",
    "Need",
    "Question",
    "not_applicable",
    "nothing_found",
    "reported",
]

NAMED_TOOL = "Tool"
"""Name of the measurement that says which tool a declaration names; the headline quotes it."""

HIDDEN_TOOL = "Tool named by the hidden mark"
"""The same for a mark that lies in the pixels and not in metadata."""

Kind = Literal["image", "audio", "video", "document"]
"""Media that a check looks at."""

Need = Literal["metadata", "container", "pixels", "samples", "credentials"]
"""What of the view a check uses; tells readers and the runner what it costs to prepare."""

Question = Literal["generated", "edited"]
"""The two questions that the measurements of a file are summed up on."""

Cost = Literal["cheap", "moderate", "heavy"]
"""Cheap: milliseconds, no decoding. Moderate: within a few decodes. Heavy: beyond that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInfo:
    """The `INFO` of a check file. Only literals: the catalogue reads it without importing the file."""

    title: str
    """Name of the check in a few words."""

    kinds: tuple[Kind, ...]
    """Media it looks at; on others the runner answers `not_applicable` for it."""

    basis: Basis
    """What its findings rest on."""

    needs: tuple[Need, ...] = ()
    """What of the view it uses."""

    cost: Cost = "cheap"
    """How expensive it is."""

    types: tuple[str, ...] = ()
    """Media types it is limited to; empty for all of its kinds."""

    answers: tuple[Question, ...] = ()
    """Questions that its measurements help to answer; the bench runs these checks for a question."""


def reported(
    summary: str,
    *,
    points_to: PointsTo = "nothing",
    because: tuple[Measurement, ...] = (),
    log10_lr: float | None = None,
    strength: Strength = "none",
    regions: tuple[Region, ...] = (),
    artefacts: tuple[Artefact, ...] = (),
    caveats: tuple[str, ...] = (),
) -> Finding:
    """Return a finding of the check that calls this; the runner adds its id, version and basis.

    Args:
        summary: One plain sentence, or an empty string where the check looked and found nothing.
        points_to: The proposition that the finding speaks to.
        because: The values that the summary rests on.
        log10_lr: Calibrated likelihood ratio; never a guess.
        strength: Band of `log10_lr`.
        regions: Where it was found.
        artefacts: Pictures for the report.
        caveats: What could mislead here.
    """
    return Finding(
        check="",
        version="",
        basis="measured",
        points_to=points_to,
        log10_lr=log10_lr,
        strength=strength,
        summary=summary,
        because=because,
        regions=regions,
        artefacts=artefacts,
        caveats=caveats,
    )


def nothing_found() -> Finding:
    """Return the finding of a check that looked and found nothing; never evidence of anything."""
    return reported("")


def not_applicable(reason: str) -> Finding:
    """Return the finding of a check that cannot speak about this file.

    Args:
        reason: One plain sentence.
    """
    return Finding(check="", version="", basis="measured", outcome="not_applicable", reason=reason)
