"""A newsroom's own false alarms: measured on its own files, kept here, and put beside every result.

A profile is one small JSON file in `ASSAY_PROFILE_DIR` or the user's data folder. It holds no picture, no name and no
hash of a file, only ratios and counts.
"""

from __future__ import annotations

import math
import os
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec

from detectors.calibration import wilson
from detectors.wording import band
from provenance.atomic import write_atomic
from provenance.errors import UnreadableError, UsageError
from provenance.model.assessment import Axis
from provenance.model.finding import Finding, Measurement

__all__ = ["DEFAULT", "Entry", "Medium", "Profile", "ProfileStore", "bounded", "load_profile", "with_profile"]

DEFAULT = "default"
"""Name of the profile that is used where none is named."""

FOUND_SHARE = 0.2
"""Share of targets that a check is taken to find at the ratio in question; see `Entry.bound`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
_LARGEST = 4 << 20

Medium = Literal["image", "audio"]
"""What a profile is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one check, or the sum on one question, said about the newsroom's own files."""

    versions: int
    """Versions that were measured: files times deliveries."""

    flagged: int
    """Versions on which it found something, with a ratio of 2 or more where it gives one."""

    ratios: tuple[float, ...] = ()
    """log10 likelihood ratios, ascending; empty for checks without one."""

    version: str = ""
    """Version of the check; empty for a sum."""

    def as_high(self, log10_lr: float) -> int:
        """Return how many of the versions score as high."""
        return len(self.ratios) - bisect_left(self.ratios, log10_lr - 1e-9)

    def bound(self, log10_lr: float) -> float:
        """Return the ratio that these files leave of `log10_lr`.

        A likelihood ratio is the share found over the share of false alarms. Where the newsroom's own files score as
        high more often than the ratio allows, theirs is the share that counts; a fifth stands for the share found,
        the floor to which the detectors are held. Files that never score so high take nothing away.
        """
        alarms = self.as_high(log10_lr)
        if log10_lr <= 0 or alarms == 0:
            return log10_lr
        return min(log10_lr, max(0.0, math.log10(FOUND_SHARE * self.versions / alarms)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What `assay calibrate` measured."""

    name: str
    """Name that the newsroom gave it."""

    medium: Medium
    """What the files were."""

    made: str
    """Date, ISO 8601."""

    files: int
    """How many files were measured."""

    conditions: tuple[str, ...]
    """Deliveries."""

    checks: dict[str, Entry] = field(default_factory=dict)
    """By check id."""

    axes: dict[str, Entry] = field(default_factory=dict)
    """By question."""

    software: str = ""
    """Version of Assay."""


class ProfileStore:
    """The profiles of one folder.

    Args:
        folder: Where they are; `ASSAY_PROFILE_DIR` or the user's data folder where left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder()

    def find(self, name: str, medium: Medium) -> Profile | None:
        """Return a profile, or None where there is none.

        Raises:
            UnreadableError: Its file is damaged.
        """
        path = self._path(name, medium)
        return _read(path) if path.is_file() else None

    def profiles(self) -> tuple[tuple[Profile, ...], tuple[str, ...]]:
        """Return the profiles by file name, and one sentence on each file that cannot be read."""
        found, problems = [], []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                found.append(_read(path))
            except UnreadableError as error:
                problems.append(error.message)
        return tuple(found), tuple(problems)

    def add(self, profile: Profile, *, replace_it: bool = False) -> Path:
        """Write a profile, whole or not at all, and return where.

        Raises:
            UsageError: The name cannot be used or is taken, or the folder cannot be written to.
        """
        path = self._path(profile.name, profile.medium)
        if path.exists() and not replace_it:
            raise UsageError(
                f"There is a profile called {profile.name}.", hint="Take another name, or --replace."
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise UsageError(f"The folder {self.folder} cannot be made: {cause.strerror}.") from cause
        write_atomic(path, msgspec.json.encode(profile), overwrite=True)
        return path

    def remove(self, name: str) -> None:
        """Remove the profiles of a name, of both media.

        Raises:
            UsageError: There is none.
        """
        paths = [path for medium in ("image", "audio") if (path := self._path(name, medium)).is_file()]
        if not paths:
            raise UsageError(
                f"There is no profile called {name}.", hint="`assay calibrate --list` names them."
            )
        for path in paths:
            path.unlink()

    def _path(self, name: str, medium: Medium) -> Path:
        if not _NAME.match(name):
            raise UsageError(
                f"A profile cannot be called {name!r}.",
                hint="Use up to 40 letters, digits, dots, dashes and underscores.",
            )
        return self.folder / f"{name}.{medium}.json"


def load_profile(name: str | None, kind: str) -> Profile | None:
    """Return the profile that results on a medium are put beside, or None where there is none.

    Args:
        name: Name of a profile; None for none. One that is not there counts as none, since not every medium has one.
        kind: Medium of the file.

    Raises:
        UnreadableError: Its file is damaged.
    """
    if name is None or kind not in ("image", "audio"):
        return None
    return ProfileStore().find(name, "image" if kind == "image" else "audio")


def with_profile(profile: Profile, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with the newsroom's own rates beside them, and no ratio above what these allow.

    A check whose version has changed since is left as it is.
    """
    return tuple(_beside(profile, finding) for finding in findings)


def bounded(profile: Profile, axis: Axis, question: str, findings: Sequence[Finding]) -> Axis:
    """Return an axis with no ratio above what the newsroom's own files allow.

    Args:
        profile: What was measured on them.
        axis: Sum on a question.
        question: Which question.
        findings: What it is the sum of; where a check has changed since the profile was made, that no longer counts.
    """
    entry = profile.axes.get(question)
    measured = {f.check: f.version for f in findings if f.check in profile.checks}
    stale = any(profile.checks[check].version != version for check, version in measured.items())
    if entry is None or axis.log10_lr is None or stale:
        return axis
    ratio = round(entry.bound(axis.log10_lr), 4)
    return replace(axis, log10_lr=ratio, strength=band(ratio))


def _beside(profile: Profile, finding: Finding) -> Finding:
    entry = profile.checks.get(finding.check)
    told = finding.basis == "measured" and finding.outcome == "reported" and finding.summary
    if entry is None or not told or entry.version != finding.version or entry.versions == 0:
        return finding
    if finding.log10_lr is None:
        beside = _row("your own files on which this check found something", entry.flagged, entry, profile)
        return replace(finding, because=(*finding.because, beside))
    row = _row("your own files that score as high", entry.as_high(finding.log10_lr), entry, profile)
    ratio = round(entry.bound(finding.log10_lr), 4)
    caveats = finding.caveats
    if band(ratio) != band(finding.log10_lr):
        caveats = (
            *caveats,
            "Your own files score this high more often than usual, so the result was brought down.",
        )
    return replace(
        finding, because=(*finding.because, row), log10_lr=ratio, strength=band(ratio), caveats=caveats
    )


def _row(name: str, count: int, entry: Entry, profile: Profile) -> Measurement:
    low, high = (100 * share for share in wilson(count, entry.versions))
    unit = (
        f"of {entry.versions:,} versions of {profile.files:,} files, {low:.1f} to {high:.1f} % by chance"
        f" (calibration {profile.name} of {profile.made})"
    )
    return Measurement(name=name, value=count, unit=unit)


def _default_folder() -> Path:
    named = os.environ.get("ASSAY_PROFILE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("assay", appauthor=False) / "profiles"


def _read(path: Path) -> Profile:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("too large")
        return msgspec.json.decode(path.read_bytes(), type=Profile)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as cause:
        raise UnreadableError(
            f"The profile {path.name} is damaged.", hint="Remove it, and run `assay calibrate` again."
        ) from cause
