"""Paired measurements: baseline and candidate in turn, in one run, so that a busy machine slows both."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["both_sides", "environment", "in_turn", "paired", "write_result"]

T = TypeVar("T")

_RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("c2pa-python", "click", "cryptography", "msgspec", "numpy", "pillow", "scipy")


def paired(baseline: Callable[[], Any], candidate: Callable[[], Any], *, runs: int) -> dict[str, Any]:
    """Time two calls in turn and compare them pair by pair.

    The order changes from pair to pair, so that neither side always finds the caches that the other one left.

    Args:
        baseline: What to compare with.
        candidate: What is measured.
        runs: Number of pairs.

    Returns:
        The median of the paired ratios, the quartiles of these ratios, and the median seconds of both sides.
    """
    baseline()
    candidate()
    first, second = [], []
    for run in range(runs):
        order = ((baseline, first), (candidate, second))
        for call, times in order if run % 2 else order[::-1]:
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
    ratios = sorted(b / a for a, b in zip(first, second, strict=True))
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "ratio": round(middle, 3),
        "ratio_quartiles": [round(low, 3), round(high, 3)],
        "seconds_baseline": round(statistics.median(first), 6),
        "seconds": round(statistics.median(second), 6),
        "pairs": runs,
    }


def in_turn(things: Iterable[T], group: Callable[[T], str]) -> list[T]:
    """Return the things, one of each group in turn, so that a large group doesn't crowd out the rest."""
    groups: dict[str, list[T]] = {}
    for thing in things:
        groups.setdefault(group(thing), []).append(thing)
    turns = [(turn, thing) for members in groups.values() for turn, thing in enumerate(members)]
    return [thing for _, thing in sorted(turns, key=lambda t: t[0])]


def both_sides(
    things: Iterable[T], made: Callable[[T], bool], group: Callable[[T], str], count: int
) -> list[T]:
    """Return up to `count` things of either class, those that were made first, the groups of each in turn."""
    sides: dict[bool, list[T]] = {True: [], False: []}
    for thing in things:
        sides[made(thing)].append(thing)
    return [thing for side in sides.values() for thing in in_turn(side, group)[:count]]


def environment() -> dict[str, Any]:
    """Return what a reader needs to judge the figures, and nothing that names the machine."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "load_at_start": round(os.getloadavg()[0], 2),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def write_result(name: str, measured: dict[str, Any]) -> Path:
    """Write one result as JSON and return where it is."""
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{name}.json"
    path.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return path
