"""Fitting of the weights that several checks get in the sum on one question (`detectors.fusion`), and its card.

A logistic regression on what was found gives each check its weight, so that two checks that see the same trace do not
count it twice. Figures of the card are from tables fitted without the source.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal
from detectors.bench.survey import checks_for, versions_of
from detectors.check import Question
from detectors.fusion import Fusion, found
from detectors.runner import run_checks
from detectors.view import make_view
from provenance.errors import UsageError
from provenance.model.finding import Finding
from provenance.source import open_source

__all__ = ["Version", "fit_fusion", "kept_versions", "look", "write_fusion"]

_CAP = 2.0
_WEAK, _MODERATE = 0.99, 1.0
_ENOUGH, _PROMISED = 50, 0.02
"""No source with this many untouched versions has a larger share of them at "moderate"."""


@dataclass(frozen=True, slots=True)
class Version:
    """What the checks found in one version of one photograph or recording."""

    original: str
    """Path in the corpus."""

    source: str
    """Repository that it came from."""

    kind: str
    """Kind of edit; empty for none."""

    chain: str
    """How it was saved and delivered."""

    found: tuple[str, ...]
    """Checks that found something."""

    silent: tuple[str, ...]
    """Checks that could not answer."""


def look(data: bytes, question: Question, *, name: str, source: str, kind: str, chain: str) -> Version:
    """Return what the checks of a question found in a file.

    Args:
        data: The file.
        question: Which question.
        name: Path of the original in the corpus.
        source: Repository of the original.
        kind: Kind of edit; empty for none.
        chain: How it was saved and delivered.
    """
    with open_source(data, name=Path(name).name) as opened:
        findings: Sequence[Finding] = run_checks(make_view(opened), checks_for(question, plugins=False))
    return Version(
        original=name,
        source=source,
        kind=kind,
        chain=chain,
        found=tuple(f.check for f in findings if found(f, question)),
        silent=tuple(f.check for f in findings if f.outcome != "reported"),
    )


def kept_versions(
    kept: Path, originals: Iterable[str], measure: Callable[[str], Iterable[Version]]
) -> Iterator[Version]:
    """Yield the versions of each original, measured now or by an earlier run.

    Args:
        kept: File with what earlier runs measured; grows.
        originals: Names, in the order to measure.
        measure: Called with each name that is not in the file.
    """
    done: dict[str, list[Version]] = defaultdict(list)
    if kept.is_file():
        for line in kept.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            version = Version(**{**row, "found": tuple(row["found"]), "silent": tuple(row["silent"])})
            done[version.original].append(version)
    kept.parent.mkdir(parents=True, exist_ok=True)
    for name in originals:
        if name not in done:
            done[name] = list(measure(name))
            with kept.open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(v)) + "\n" for v in done[name])
        yield from done[name]


def write_fusion(
    medium: str,
    question: Question,
    collect: Callable[[Path], Iterable[Version]],
    out: Path,
    *,
    cache: Path,
    what: str,
    limits: str,
) -> dict[str, Any]:
    """Measure, fit, and write `MEDIUM.QUESTION.json`, which is the table and its card in one.

    Args:
        medium: What the files are.
        question: Which question.
        collect: Yields the versions; called with the file in which to keep them.
        out: Folder for the table.
        cache: Folder for measured versions.
        what: What the weights are for.
        limits: What the figures do not cover.

    Returns:
        What was written.
    """
    checks = versions_of(question, medium, plugins=False)
    setup = hashlib.sha256(json.dumps(checks, sort_keys=True).encode()).hexdigest()[:12]
    versions = list(collect(cache / f"{medium}-{question}-{setup}.jsonl"))
    table = fit_fusion(versions, checks)
    recipe = f"python -m detectors.train {medium}.{question} --corpus DIR"
    card = {"recipe": recipe, "what": what, **_card(versions, checks), "limits": limits}
    held = {**asdict(table), "card": card}
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(held, indent=1) + "\n"
    (out / f"{medium}.{question}.json").write_text(text, encoding="utf-8")
    return held


def fit_fusion(versions: Sequence[Version], checks: dict[str, str]) -> Fusion:
    """Return the table that these versions support.

    Both classes and all sources weigh the same. No check gets a negative weight: that one found nothing more, where
    another did, is no sign that nothing was edited.

    Args:
        versions: Versions of the originals.
        checks: Version of each check by id, in the order of the table.

    Raises:
        UsageError: No check found anything.
    """
    from sklearn.linear_model import LogisticRegression

    names = list(checks)
    rows = np.array([[name in v.found for name in names] for v in versions], dtype=np.float64)
    edited = np.array([bool(v.kind) for v in versions])
    weights = _even(versions, edited)
    used = [i for i in range(len(names)) if rows[:, i].any()]
    if not used:
        raise UsageError("No check found anything in any version, so there is nothing to weigh.")
    while True:
        model = LogisticRegression(C=10.0, max_iter=500)
        model.fit(rows[:, used], edited, sample_weight=weights)
        if model.coef_[0].min() >= 0 or len(used) == 1:
            break
        del used[int(model.coef_[0].argmin())]
    scale = float(np.log(10))
    given = dict.fromkeys(names, 0.0)
    given |= {names[i]: round(float(w) / scale, 4) for i, w in zip(used, model.coef_[0], strict=True)}
    intercept = round(float(model.intercept_[0]) / scale, 4)
    total = intercept + rows @ np.array(list(given.values()))
    # Each original counts once against the checks, however many versions of it there are.
    worst: dict[str, float] = {}
    for v, t in zip(versions, total, strict=True):
        if not v.kind:
            worst[v.original] = max(t, worst.get(v.original, -np.inf))
    highest = min(_CAP, cal.supported_cap(total[edited], np.array(list(worst.values()))))
    if not _keeps_promise(versions, np.minimum(total, highest)):
        highest = min(highest, _WEAK)
    return Fusion(
        weights=given, intercept=intercept, highest=round(highest, 4), lowest=intercept, versions=checks
    )  # fmt: skip


def _keeps_promise(versions: Sequence[Version], ratios: NDArray[np.float64]) -> bool:
    """Return whether "moderate" is as rare in the untouched versions of every large source as was promised."""
    by_source: dict[str, list[float]] = defaultdict(list)
    for version, ratio in zip(versions, ratios.tolist(), strict=True):
        if not version.kind:
            by_source[version.source].append(ratio)
    large = [np.array(mine) for mine in by_source.values() if len(mine) >= _ENOUGH]
    return all((mine >= _MODERATE).mean() <= _PROMISED for mine in large)


def _even(versions: Sequence[Version], edited: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights that let both classes and, within a class, all sources count the same."""
    keys = [(v.source, bool(v.kind)) for v in versions]
    counts = {key: keys.count(key) for key in set(keys)}
    weights = np.array([1.0 / counts[key] for key in keys])
    for side in (True, False):
        weights[edited == side] /= weights[edited == side].sum()
    return weights * len(versions) / 2


def _card(versions: Sequence[Version], checks: dict[str, str]) -> dict[str, Any]:
    judged = _held_out(versions, checks)
    kinds, chains = (sorted({getattr(v, x) for v in versions}) for x in ("kind", "chain"))
    target = np.array([t for v, t in judged if v.kind])
    other = np.array([t for v, t in judged if not v.kind])
    return {
        "originals": len({v.original for v in versions}),
        "sources": sorted({v.source for v in versions}),
        "cllr_source_held_out": round(cal.cllr(target, other), 4),
        "auc_source_held_out": round(cal.auc(target, other), 4),
        "by_kind": {kind or "untouched": _rates([t for v, t in judged if v.kind == kind]) for kind in kinds},
        "untouched_by_source": {
            source: _rates([t for v, t in judged if v.source == source and not v.kind])
            for source in sorted({v.source for v in versions})
        },
        "by_chain": {
            chain: {
                "edited": _rates([t for v, t in judged if v.chain == chain and v.kind]),
                "untouched": _rates([t for v, t in judged if v.chain == chain and not v.kind]),
            }
            for chain in chains
        },
        "found_by_check": {
            name: {
                "edited": sum(name in v.found for v in versions if v.kind),
                "untouched": sum(name in v.found for v in versions if not v.kind),
                "no_answer": sum(name in v.silent for v in versions),
            }
            for name in checks
        },
        "versions": {"edited": len(target), "untouched": len(other)},
    }


def _held_out(versions: Sequence[Version], checks: dict[str, str]) -> list[tuple[Version, float]]:
    """Return every version with its log10 LR from a table that did not see its source."""
    judged = []
    for source in sorted({v.source for v in versions}):
        table = fit_fusion([v for v in versions if v.source != source], checks)
        for v in versions:
            if v.source == source:
                total = table.intercept + sum(table.weights[name] for name in v.found)
                judged.append((v, min(max(total, table.lowest), table.highest)))
    return judged


def _rates(ratios: Sequence[float]) -> dict[str, Any]:
    values = np.array(ratios)
    row: dict[str, Any] = {"versions": len(values)}
    for name, floor in (("weak", float(np.log10(2))), ("moderate", _MODERATE)):
        hits = int((values >= floor).sum())
        row[name] = {"count": hits, "wilson_95": [round(x, 4) for x in cal.wilson(hits, len(values))]}
    return row
