"""Training of the score "pictures from a generator against photographs from a camera".

Features of a corpus under random deliveries, less what sharpness and noise level explain; a model that weighs every
source alike; a calibration on scores of sources that the model had not seen; figures for every slice.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal
from detectors.ensemble import Levels, Line, Trees, pack
from detectors.image._features import NAMES
from detectors.image._patches import GROUP, GROUPS, SIDE
from detectors.train.corpus import FINAL, Item, Protocol
from detectors.train.evaluation import Scored, figures, merge_groups, moderate_threshold
from detectors.train.extraction import Table
from detectors.train.models import fit_discriminant, fit_levels, fit_line, fit_trees

__all__ = ["MODELS", "train_synthesis"]

MODELS = ("discriminant", "logistic", "trees")
"""Kinds of model; the first is the default."""

_BLOCKS = ("dct.", "cooc.colour.", "wavelet.", "intensity.", "channels.")
"""Beginnings of the names of each discriminant's features: those that hold out of source
(docs/research/image-synthesis.md)."""

_LEVELS = (
    "dct.quiet.7", "dct.quiet.14", "dct.level",
    "wavelet.luma.0.axis.mean", "wavelet.luma.1.axis.mean", "wavelet.luma.2.axis.mean",
    "wavelet.rg.0.axis.mean", "wavelet.rg.2.axis.mean", "wavelet.bg.0.axis.mean",
    "intensity.quiet.level",
)  # fmt: skip
"""Levels whose share in every other feature is taken off."""

_LOWEST = -0.99
"""No ratio speaks for a camera more than weakly: a generator that nobody has seen may score like one."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of features with their labels."""

    features: NDArray[np.float32]
    generated: NDArray[np.bool_]
    source: NDArray[np.str_]
    fold: NDArray[np.str_]
    condition: NDArray[np.str_]
    sample: NDArray[np.int64]

    def part(self, mask: NDArray[np.bool_]) -> _Rows:
        """Return the rows that `mask` selects."""
        return _Rows(
            self.features[mask], self.generated[mask], self.source[mask], self.fold[mask],
            self.condition[mask], self.sample[mask],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Model:
    levels: Levels
    part: Line | Trees

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.part.score(self.levels.take_off(features))


def train_synthesis(
    items: Sequence[Item], table: Table, protocol: Protocol, out: Path, *, model: str, final: bool
) -> dict[str, Any]:
    """Fit, calibrate and evaluate; write `synthesis.npz` and `synthesis.card.json` into `out`; return the card.

    Args:
        items: Pictures, in the order of `read_corpus`.
        table: Their features.
        protocol: Folds and conditions.
        out: Folder for the two files.
        model: One of `MODELS`.
        final: Whether to score the final fold. Once, when nothing is left to decide.
    """
    rows = _rows(items, table)
    development = rows.part(rows.fold != FINAL)
    unseen = _out_of_source(development, model, protocol.seed)
    calibration = _calibrate(unseen)
    whole = _fit(development, model, protocol.seed)
    out.mkdir(parents=True, exist_ok=True)
    weights = out / "synthesis.npz"
    arrays: dict[str, Any] = _arrays(whole, development, unseen, calibration)
    np.savez_compressed(weights, **arrays)
    card = {
        "check": "image.synthesis",
        "propositions": ["pictures from a generator", "photographs from a camera"],
        "model": model,
        "seed": protocol.seed,
        "protocol": {"name": protocol.name, "sha256": protocol.sha256},
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "patches": {"side": SIDE, "group": GROUP, "groups": GROUPS},
        "features": list(NAMES),
        "levels": list(_LEVELS),
        "calibration": {
            "slope": calibration.slope,
            "intercept": calibration.intercept,
            "highest_log10_lr": calibration.highest,
            "lowest_log10_lr": calibration.lowest,
            "moderate_from_score": calibration.moderate_from,
            "on": "scores of development sources by models that had not seen them",
        },
        "out_of_source": figures(unseen, calibration),
        "sources": _sources(items, table),
        "libraries": {
            "python": platform.python_version(),
            **{n: version(n) for n in ("numpy", "scipy", "scikit-learn", "pillow")},
        },
    }
    if final:
        last = rows.part(rows.fold == FINAL)
        scored = _scored(last, whole.score(last.features))
        card["final"] = figures(scored, calibration)
        if protocol.also_without:
            rest = scored.part(~np.isin(scored.source, protocol.also_without))
            card["final_without"] = {"left_out": list(protocol.also_without), **figures(rest, calibration)}
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (out / "synthesis.card.json").write_text(text + "\n", encoding="utf-8")
    return card


def _rows(items: Sequence[Item], table: Table) -> _Rows:
    def each(values: list[Any]) -> NDArray[Any]:
        return np.array(values)[table.item]

    return _Rows(
        table.features,
        each([i.generated for i in items]),
        each([i.source for i in items]),
        each([i.fold for i in items]),
        table.condition,
        table.sample,
    )


def _fit(rows: _Rows, model: str, seed: int) -> _Model:
    weights, labels = _weights(rows), rows.generated.astype(int)
    columns = np.array([NAMES.index(name) for name in _LEVELS])
    levels = fit_levels(rows.features, columns, weights)
    rest = levels.take_off(rows.features)
    if model == "trees":
        return _Model(levels, fit_trees(rest, labels, weights, seed=seed)[1])
    if model == "logistic":
        return _Model(levels, fit_line(rest, labels, weights)[1])
    blocks = [np.array([i for i, name in enumerate(NAMES) if name.startswith(b)]) for b in _BLOCKS]
    line = fit_discriminant(rest, labels, rows.source, blocks)
    return _Model(levels, line)


def _weights(rows: _Rows, whole: int = 160) -> NDArray[np.float64]:
    """Return weights under which sources count alike, small ones less, and both classes the same."""
    counts = Counter(rows.source.tolist())
    weights = np.array([1 / max(counts[s], whole) for s in rows.source.tolist()])
    for label in (True, False):
        weights[rows.generated == label] /= weights[rows.generated == label].sum()
    return weights


def _out_of_source(rows: _Rows, model: str, seed: int) -> Scored:
    """Return scores of every development fold by a model of the other folds."""
    score = np.full(len(rows.features), np.nan)
    for fold in sorted(set(rows.fold.tolist())):
        held = rows.fold == fold
        score[held] = _fit(rows.part(~held), model, seed).score(rows.features[held])
    return _scored(rows, score)


def _scored(rows: _Rows, score: NDArray[np.float64]) -> Scored:
    return merge_groups(score, rows.sample, rows.generated, rows.source, rows.condition)


def _calibrate(unseen: Scored) -> cal.Calibration:
    counts = Counter(unseen.source.tolist())
    weight = np.array([1 / max(counts[s], 50) for s in unseen.source.tolist()])
    target, other = unseen.generated, ~unseen.generated
    slope, intercept = cal.fit_logistic(
        unseen.score[target], unseen.score[other], weights=(weight[target], weight[other])
    )
    generated, photographs = unseen.score[target], unseen.score[other]
    draft = cal.Calibration(
        slope=slope,
        intercept=intercept,
        highest=cal.supported_cap(generated, photographs),
        lowest=max(-cal.supported_cap(-photographs, -generated), _LOWEST),
        moderate_from=0.0,
    )
    return replace(draft, moderate_from=moderate_threshold(unseen, draft))


def _arrays(model: _Model, rows: _Rows, unseen: Scored, line: cal.Calibration) -> dict[str, NDArray[Any]]:
    kind = "trees" if isinstance(model.part, Trees) else "line"
    low, high = np.percentile(rows.features, [0.5, 99.5], axis=0).astype(np.float32)
    outside = ((rows.features < low) | (rows.features > high)).mean(axis=1)
    return {
        **pack("levels", model.levels),
        **pack(kind, model.part),
        "range.low": low,
        "range.high": high,
        "range.most": np.percentile(outside, [99.0]),
        "cameras": np.sort(unseen.score[~unseen.generated]).astype(np.float32),
        "calibration": np.array([line.slope, line.intercept, line.highest, line.lowest, line.moderate_from]),
    }


def _sources(items: Sequence[Item], table: Table) -> list[dict[str, Any]]:
    """Return each source with its fold, number of pictures, and one hash over the hashes of its files."""
    used: dict[tuple[str, str, str], list[str]] = {}
    for index in sorted(set(table.item.tolist())):
        item = items[index]
        used.setdefault((item.fold, item.source, item.repo), []).append(item.sha256)
    return [
        {"fold": fold, "source": source, "repository": repo, "pictures": len(hashes),
         "sha256": hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()}
        for (fold, source, repo), hashes in sorted(used.items())
    ]  # fmt: skip
