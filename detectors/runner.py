"""Running checks over one view: a check that breaks costs itself, not the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from detectors.catalogue import BUILT_IN, Check, CheckError, all_checks, find_check, fits
from detectors.view import View
from provenance.errors import AssayError, UnsupportedTypeError
from provenance.model.finding import Finding
from provenance.model.serial import decode, encode

__all__ = ["run_check", "run_checks", "select"]


def select(ids: Sequence[str] | None = None, *, plugins: bool = True) -> tuple[Check, ...]:
    """Return the checks called for.

    Args:
        ids: Check ids or families (`image`); None for all.
        plugins: Whether checks of third parties take part.

    Raises:
        UsageError: An id names no check.
    """
    everything = all_checks(plugins=plugins)
    if ids is None:
        return everything
    chosen: list[Check] = []
    for wanted in ids:
        family = [c for c in everything if c.id.split(".", 1)[0] == wanted]
        chosen += family or [find_check(wanted, plugins=plugins)]
    return tuple(dict.fromkeys(chosen))


def run_checks(
    view: View,
    checks: Iterable[Check],
    *,
    skip: Mapping[str, str] | None = None,
    on_check: Callable[[str], None] | None = None,
) -> tuple[Finding, ...]:
    """Run the checks that speak about the medium of `view`, in order.

    Args:
        view: The opened file.
        checks: Which ones.
        skip: Checks that must not run, with the reason; they answer `failed`.
        on_check: Called with each id before its check runs.
    """
    found = []
    for check in checks:
        try:
            if not fits(check, view.source.media_type):
                continue
        except CheckError as error:  # a third party's file that is no check must not cost the others
            found.append(_failed(check, error.message))
            continue
        if skip and check.id in skip:
            found.append(_failed(check, skip[check.id]))
            continue
        if on_check is not None:
            on_check(check.id)
        with _one_thread(check):
            found.append(run_check(check, view))
    return tuple(found)


def run_check(check: Check, view: View) -> Finding:
    """Run one check and stamp its finding with id, version and basis; never raises for what the file holds."""
    try:
        finding = check.load()(view)
        # What a check returns has to survive the way to the process that shows it: one that does not costs itself.
        sent = encode(finding)
        if check.origin != BUILT_IN:
            finding = decode(Finding, sent)
        return replace(finding, check=check.id, version=check.version, basis=check.info.basis)
    except UnsupportedTypeError as error:
        return replace(_failed(check, error.message), outcome="not_applicable")
    except AssayError as error:
        return _failed(check, error.message)
    except Exception as error:  # hostile files find bugs; this one's costs one check
        return _failed(check, f"It broke on this file ({type(error).__name__}: {error}).")


def _one_thread(check: Check) -> AbstractContextManager[object]:
    """Keep numpy's linear algebra on one thread while a check measures.

    The order of sums is then the same on every run and machine, and threads of our own are not fought by others.
    """
    if not {"pixels", "samples"} & set(check.info.needs):
        return nullcontext()
    import numpy  # noqa: F401  # only what is loaded can be limited
    from threadpoolctl import threadpool_limits

    limited: AbstractContextManager[object] = threadpool_limits(1)
    return limited


def _failed(check: Check, reason: str) -> Finding:
    try:
        version, basis = check.version, check.info.basis
    except CheckError:
        version, basis = "", "measured"
    return Finding(check=check.id, version=version, basis=basis, outcome="failed", reason=reason)
