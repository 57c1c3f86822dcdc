"""One labelled file after one delivery: which checks found something, what the sum is, how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from detectors.bench.deliveries import delivered
from detectors.catalogue import Check, CheckError
from detectors.check import Question
from detectors.fusion import axes, found
from detectors.runner import run_checks, select
from detectors.view import make_view
from detectors.wording import BANDS
from provenance.errors import AssayError
from provenance.model.finding import Finding, Outcome
from provenance.source import Source, open_source

__all__ = ["Answer", "Measured", "checks_for", "measure", "versions_of"]


_WEAK = BANDS[-1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one check said."""

    check: str
    """Its id."""

    outcome: Outcome
    """Whether it answered."""

    found: bool
    """Whether it found something on the question; with a ratio of its own, whether that is weak at least."""

    log10_lr: float | None = None
    """Its own ratio, where it gives one on the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out for one version of a file."""

    state: Literal["measured", "undelivered", "unreadable"]
    """`undelivered`: the delivery leaves nothing to measure (too small, too short, or no encoder)."""

    log10_lr: float | None = None
    """Ratio of the question's axis; None where it abstained."""

    reason: str = ""
    """Why there is none."""

    answers: tuple[Answer, ...] = ()
    """What each check of the question said."""

    seconds: float = 0.0
    """Wall time of the checks, without the delivery."""


def checks_for(question: Question, *, plugins: bool = True) -> tuple[Check, ...]:
    """Return the checks that help to answer a question.

    Args:
        question: Which question.
        plugins: Whether checks of third parties take part.
    """
    return tuple(c for c in select(plugins=plugins) if _answers(c, question))


def versions_of(question: Question, medium: str, *, plugins: bool = True) -> dict[str, str]:
    """Return the version of every check that helps to answer a question about a medium."""
    return {c.id: c.version for c in checks_for(question, plugins=plugins) if medium in c.info.kinds}


def measure(
    source: Source,
    *,
    condition: str,
    question: Question,
    seed: int,
    plugins: bool = True,
    skip: Mapping[str, str] | None = None,
    on_check: Callable[[str], None] | None = None,
) -> Measured:
    """Deliver a file and run the checks of a question on what arrives.

    Args:
        source: The opened file.
        condition: A delivery, see `detectors.bench.protocol.CONDITIONS`.
        question: Which question.
        seed: Seed of what the delivery draws; together with the file's hash it decides all of it.
        plugins: Whether checks of third parties take part.
        skip: Checks that must not run, with the reason.
        on_check: Called with each id before its check runs.
    """
    try:
        arrived = delivered(source, condition, seed=seed)
    except AssayError as error:
        return Measured(state="unreadable", reason=error.message)
    if arrived is None:
        return Measured(state="undelivered", reason=f"The delivery {condition} leaves nothing to measure.")
    if arrived is source:
        return _run(source, question, plugins, skip, on_check)
    with open_source(arrived, name=source.name, limits=source.limits) as opened:
        return _run(opened, question, plugins, skip, on_check)


def _run(
    source: Source,
    question: Question,
    plugins: bool,
    skip: Mapping[str, str] | None,
    on_check: Callable[[str], None] | None,
) -> Measured:
    started = time.perf_counter()
    checks = checks_for(question, plugins=plugins)
    findings = run_checks(make_view(source), checks, skip=skip, on_check=on_check)
    axis = axes(findings, source.media_type)[0 if question == "generated" else 1]
    return Measured(
        state="measured",
        log10_lr=axis.log10_lr,
        reason=axis.reason or "",
        answers=tuple(_answer(f, question) for f in findings),
        seconds=round(time.perf_counter() - started, 4),
    )


def _answer(finding: Finding, question: Question) -> Answer:
    return Answer(
        check=finding.check,
        outcome=finding.outcome,
        found=found(finding, question) and (finding.log10_lr is None or finding.log10_lr >= _WEAK),
        log10_lr=finding.log10_lr if finding.points_to == question else None,
    )


def _answers(check: Check, question: Question) -> bool:
    try:
        return question in check.info.answers
    except CheckError:  # a third party's file that is no check
        return False
