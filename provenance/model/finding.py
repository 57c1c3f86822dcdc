"""What one check found: the unit that every result is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

__all__ = [
    "Artefact",
    "Basis",
    "Finding",
    "Measurement",
    "Outcome",
    "PointsTo",
    "Region",
    "Strength",
]

Basis = Literal["signed", "declared", "matched", "measured"]
"""What a finding rests on: a signature, the file's own word, an original on record, a measurement."""

Outcome = Literal["reported", "not_applicable", "failed"]
"""Whether the check looked and answered, could not apply, or broke; the latter two carry a reason."""

PointsTo = Literal["generated", "edited", "recompressed", "recaptured", "camera", "origin", "nothing"]
"""The proposition that the finding speaks to; `nothing` where it is a plain fact."""

Strength = Literal["none", "weak", "moderate", "strong"]
"""Band of the likelihood ratio, in words (see docs: what the result means)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value that a finding rests on, with the range it usually has."""

    name: str
    """What was measured or quoted, in plain words."""

    value: str | float | int | bool | None
    """The value. Text quoted from the file is hostile until escaped."""

    unit: str | None = None
    """Unit of the value; None for counts, texts and ratios."""

    usual: str | None = None
    """What the value usually is in camera originals, in plain words; None where nothing is known."""


class Region(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A box in the picture, a stretch of time, or (in clips) a box during a stretch of time.

    A msgspec struct rather than a dataclass, because unused fields are left out of the JSON.
    """

    x: int | None = None
    """Left edge in stored pixels, origin at the top left."""
    y: int | None = None
    """Top edge in stored pixels."""
    w: int | None = None
    """Width in pixels."""
    h: int | None = None
    """Height in pixels."""
    start: float | None = None
    """Start in seconds from the beginning."""
    end: float | None = None
    """End in seconds from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A picture that shows what a check saw. Its bytes travel in reports, not in JSON."""

    name: str
    """Short file-name-like identifier, unique within the finding, e.g. `heatmap`."""

    title: str
    """What the picture shows, as a caption."""

    legend: str
    """How to read it, including what an untouched file looks like."""

    alt: str
    """Text alternative for those who do not see the picture."""

    media_type: str = "image/png"
    """Media type of `data`."""

    data: bytes = b""
    """The encoded picture; empty where it was dropped for JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's answer about one file.

    "Could not check" is data: `outcome` says `not_applicable` or `failed`, `reason` says why, and neither
    ever counts as a clean result.
    """

    check: str
    """Stable id of the check: the path of its file, e.g. `image.structure`."""

    version: str
    """Version of the check: a hash of its code and weights."""

    basis: Basis
    """What the finding rests on."""

    outcome: Outcome = "reported"
    """Whether the check answered."""

    points_to: PointsTo = "nothing"
    """The proposition that the finding speaks to."""

    log10_lr: float | None = None
    """Calibrated base-10 logarithm of the likelihood ratio; None where there is no calibration."""

    strength: Strength = "none"
    """Band of `log10_lr`; `none` for facts and declarations."""

    summary: str = ""
    """One plain sentence; empty where nothing was found."""

    because: tuple[Measurement, ...] = ()
    """The values that the summary rests on."""

    regions: tuple[Region, ...] = ()
    """Where in the picture (boxes) or recording (spans) it was found."""

    artefacts: tuple[Artefact, ...] = ()
    """Pictures for the report."""

    caveats: tuple[str, ...] = ()
    """What could mislead here, one sentence each."""

    reason: str | None = None
    """Why the check did not apply or failed; None where it reported."""
