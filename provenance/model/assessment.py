"""The whole answer about one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from provenance.model.asset import Asset
from provenance.model.credentials import Credentials
from provenance.model.finding import Finding, Region, Strength

__all__ = ["Assessment", "Axis", "Conclusion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Sum of the measured findings of one medium on one question."""

    log10_lr: float | None = None
    """Calibrated base-10 logarithm of the likelihood ratio; None with a reason."""
    strength: Strength = "none"
    """Band of `log10_lr`."""
    regions: tuple[Region, ...] = ()
    """Where, for local manipulation."""
    reason: str | None = None
    """Why there is no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The words for the first screen."""

    headline: str
    """At most two sentences."""
    next_steps: tuple[str, ...] = ()
    """At most three things to do, most useful first."""
    limits: tuple[str, ...] = ()
    """What this result cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that `examine` says about one file; the JSON is its fields in this order."""

    asset: Asset
    """Which file."""
    provenance: Credentials
    """Who vouches for it."""
    declared: tuple[Finding, ...] = ()
    """What it says about itself outside a signature."""
    matched: tuple[Finding, ...] = ()
    """Originals on record that it resembles."""
    measured: tuple[Finding, ...] = ()
    """What can be measured in it."""
    generated: Axis = Axis()
    """From a generator, against from a camera or a microphone."""
    edited: Axis = Axis()
    """Altered locally after capture, against not."""
    assessment: Conclusion = Conclusion(headline="")
    """The words."""
    expected: tuple[str, ...] = ()
    """Signers that the caller expected (`--expect-signer`)."""
    expectation_met: bool | None = None
    """Whether one of them signed, trusted; None where none was expected."""
    tool: dict[str, Any] = field(default_factory=dict)
    """Versions, weights, trust lists, and whether the network was allowed."""
    seconds: float = 0.0
    """Wall time of the examination."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, declared first."""
        return self.declared + self.matched + self.measured
