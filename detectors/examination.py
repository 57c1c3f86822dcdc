"""`examine` and `detect`: one file in, one answer out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from os import PathLike

from detectors.assess import conclude
from detectors.fusion import axes
from detectors.profiles import DEFAULT, bounded, load_profile, with_profile
from detectors.runner import run_checks, select
from detectors.versions import tool_info
from detectors.view import View, make_view
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.model.assessment import Assessment
from provenance.model.finding import Finding
from provenance.sniff import kind_of
from provenance.source import Source, SourceLike, open_source
from provenance.trust.bundle import Trust, load_trust
from provenance.verification import not_read, signed_by, verify

__all__ = ["CREDENTIALS", "detect", "examine", "examine_view"]

CREDENTIALS = "credentials"
"""Stands for the reading of credentials among the ids of checks; no check can be called so."""


def examine(
    source: SourceLike | Source,
    *,
    trust: Trust | None = None,
    expect: Sequence[str] = (),
    checks: Sequence[str] | None = None,
    manifest: str | PathLike[str] | None = None,
    online: bool = False,
    plugins: bool = True,
    calibration: str | None = DEFAULT,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Assessment:
    """Say who vouches for a file, what it declares, what can be measured, and what none of it can tell.

    Args:
        source: A path (`-` for standard input), bytes, or a binary file object.
        trust: Trust lists in force; by default those installed.
        expect: Signers of whom one should have signed it.
        checks: Check ids or families to run; None for all.
        manifest: A sidecar with its credentials.
        online: Whether credentials may be fetched from where the file says. Off, nothing is sent.
        plugins: Whether checks of third parties take part.
        calibration: Profile of your own false alarms, made by `assay calibrate`; None for none.
        name: What to call the file in results.
        limits: What to refuse before anything is decoded.

    Raises:
        UnreadableError: The file cannot be opened.
        UnsupportedTypeError: The file is of no known type.
        LimitError: The file is too large.
        UsageError: `checks` names none.
    """
    with open_source(source, name=name, limits=limits) as opened:
        opened.start_hashing()
        return examine_view(
            make_view(opened),
            trust=trust,
            expect=expect,
            checks=checks,
            manifest=manifest,
            online=online,
            plugins=plugins,
            calibration=calibration,
        )


def detect(
    source: SourceLike | Source,
    *,
    checks: Sequence[str] | None = None,
    plugins: bool = True,
    calibration: str | None = DEFAULT,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Finding, ...]:
    """Run the checks alone, without asking for credentials.

    Args:
        source: A path (`-` for standard input), bytes, or a binary file object.
        checks: Check ids or families to run; None for all.
        plugins: Whether checks of third parties take part.
        calibration: Profile of your own false alarms, made by `assay calibrate`; None for none.
        name: What to call the file.
        limits: What to refuse before anything is decoded.

    Raises:
        UnreadableError: The file cannot be opened.
        UnsupportedTypeError: The file is of no known type.
        LimitError: The file is too large.
        UsageError: `checks` names none.
    """
    with open_source(source, name=name, limits=limits) as opened:
        findings = run_checks(make_view(opened), select(checks, plugins=plugins))
        profile = load_profile(calibration, kind_of(opened.media_type))
        return with_profile(profile, findings) if profile is not None else findings


def examine_view(
    view: View,
    *,
    trust: Trust | None = None,
    expect: Sequence[str] = (),
    checks: Sequence[str] | None = None,
    manifest: str | PathLike[str] | None = None,
    online: bool = False,
    plugins: bool = True,
    calibration: str | None = DEFAULT,
    thumbnails: bool = False,
    skip: Mapping[str, str] | None = None,
    on_check: Callable[[str], None] | None = None,
) -> Assessment:
    """Examine an opened view; see `examine`. The command line also skips checks that ended a worker.

    Args:
        view: The opened file.
        trust: Trust lists in force; by default those installed.
        expect: Signers of whom one should have signed it.
        checks: Check ids or families to run; None for all.
        manifest: A sidecar with its credentials.
        online: Whether credentials may be fetched.
        plugins: Whether checks of third parties take part.
        calibration: Profile of your own false alarms; None for none.
        thumbnails: Whether to fill in the pictures that the manifests carry.
        skip: Checks that must not run, with the reason; `credentials` stands for reading those.
        on_check: Called with each check id before it runs, and with `credentials` before those are read.
    """
    started = time.perf_counter()
    chosen = select(checks, plugins=plugins)
    lists = load_trust() if trust is None else trust
    if skip and CREDENTIALS in skip:
        credentials = not_read(skip[CREDENTIALS], trust=lists)
    else:
        if on_check is not None:
            on_check(CREDENTIALS)
        credentials = verify(
            view.source, trust=lists, manifest=manifest, online=online, thumbnails=thumbnails
        )
    view.credentials = credentials
    findings = run_checks(view, chosen, skip=skip, on_check=on_check)
    kind = kind_of(view.source.media_type)
    generated, edited = axes(findings, view.source.media_type)
    profile = load_profile(calibration, kind)
    if profile is not None:
        findings = with_profile(profile, findings)
        generated = bounded(profile, generated, "generated", findings)
        edited = bounded(profile, edited, "edited", findings)
    met = signed_by(credentials, expect) if expect else None
    return Assessment(
        asset=view.asset,
        provenance=credentials,
        declared=tuple(f for f in findings if f.basis == "declared"),
        matched=tuple(f for f in findings if f.basis == "matched"),
        measured=tuple(f for f in findings if f.basis == "measured"),
        generated=generated,
        edited=edited,
        assessment=conclude(
            credentials,
            findings,
            generated=generated,
            edited=edited,
            expect=expect,
            kind=kind,
        ),
        expected=tuple(expect),
        expectation_met=met,
        tool=tool_info(credentials.trust_lists, findings=findings, online=online, profile=profile),
        seconds=round(time.perf_counter() - started, 3),
    )
