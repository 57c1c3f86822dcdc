"""Training of the score "pictures from a generator against photographs from a camera".

Features of a corpus under random deliveries; a discriminant and boosted trees that weigh every source alike; their sum,
calibrated on scores of sources that the models had not seen; figures for every slice.
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
from detectors.ensemble import Discriminant, Trees, pack
from detectors.image._features import NAMES
from detectors.image._patches import LARGEST, SMALLEST
from detectors.train.corpus import FINAL, Item, Protocol
from detectors.train.evaluation import Scored, figures, merge_crops, moderate_threshold
from detectors.train.extraction import Table
from detectors.train.models import fit_discriminant, fit_trees
from detectors.train.sources import source_rows

__all__ = ["train_synthesis"]

_LOWEST = -0.99
"""No ratio speaks for a camera more than weakly: a generator that nobody has seen may score like one."""

_WHOLE_SOURCE = 80
"""Rows from which on a source counts fully."""

_SHARES = (0.7, 0.3)
"""Shares of discriminant and trees in the score, in standard deviations of each out of source
(docs/research/image-synthesis.md)."""

_ROUNDS = 80
"""Rounds of boosting; the discriminant carries most."""


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
    discriminant: Discriminant
    trees: Trees

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the scores of both parts, shape (rows, 2)."""
        return np.stack([self.discriminant.score(features), self.trees.score(features)], axis=1)


def train_synthesis(
    items: Sequence[Item], table: Table, protocol: Protocol, out: Path, *, final: bool
) -> dict[str, Any]:
    """Fit, calibrate and evaluate; write `synthesis.npz` and `synthesis.card.json` into `out`; return the card.

    Args:
        items: Pictures, in the order of `read_corpus`.
        table: Their features.
        protocol: Folds and conditions.
        out: Folder for the two files.
        final: Whether to score the final fold. Once, when nothing is left to decide.
    """
    rows = _rows(items, table)
    development = rows.part(rows.fold != FINAL)
    parts = _out_of_source(development, protocol)
    share = np.array(_SHARES) / np.maximum(parts.std(axis=0), 1e-3)
    unseen = _scored(development, parts @ share)
    calibration = _calibrate(unseen)
    whole = _fit(development, protocol)
    out.mkdir(parents=True, exist_ok=True)
    weights = out / "synthesis.npz"
    arrays: dict[str, Any] = _arrays(whole, share, development, unseen, calibration)
    np.savez_compressed(weights, **arrays)
    card = {
        "check": "image.synthesis",
        "propositions": ["pictures from a generator", "photographs from a camera"],
        "seed": protocol.seed,
        "protocol": {"name": protocol.name, "sha256": protocol.sha256},
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "crops": {"smallest": SMALLEST, "largest": LARGEST},
        "features": len(NAMES),
        "calibration": {
            "slope": calibration.slope,
            "intercept": calibration.intercept,
            "highest_log10_lr": calibration.highest,
            "lowest_log10_lr": calibration.lowest,
            "moderate_from_score": calibration.moderate_from,
            "on": "scores of development sources by models that had not seen them",
        },
        "out_of_source": {
            **figures(unseen, calibration),
            "folds": _folds(development, parts, share),
        },
        "sources": source_rows((items[i] for i in sorted(set(table.item.tolist()))), "pictures"),
        "libraries": {
            "python": platform.python_version(),
            **{n: version(n) for n in ("numpy", "scipy", "scikit-learn", "pillow")},
        },
    }
    if final:
        last = rows.part(rows.fold == FINAL)
        card["final"] = figures(_scored(last, whole.scores(last.features) @ share), calibration)
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


def _fit(rows: _Rows, protocol: Protocol) -> _Model:
    weights, labels = _weights(rows, protocol.weights), rows.generated.astype(int)
    return _Model(
        fit_discriminant(rows.features, labels, weights),
        fit_trees(rows.features, labels, weights, seed=protocol.seed, rounds=_ROUNDS, leaves=8, rate=0.12)[1],
    )


def _weights(rows: _Rows, more: dict[str, float]) -> NDArray[np.float64]:
    """Return weights under which sources count alike but for `more`, small ones less, and both classes the same."""
    counts = Counter(rows.source.tolist())
    each = {s: more.get(s, 1.0) / max(n, _WHOLE_SOURCE) for s, n in counts.items()}
    weights = np.array([each[s] for s in rows.source.tolist()])
    for label in (True, False):
        weights[rows.generated == label] /= weights[rows.generated == label].sum()
    return weights


def _out_of_source(rows: _Rows, protocol: Protocol) -> NDArray[np.float64]:
    """Return both scores of every development fold by models of the other folds, shape (rows, 2)."""
    scores = np.full((len(rows.features), 2), np.nan)
    for fold in sorted(set(rows.fold.tolist())):
        held = rows.fold == fold
        scores[held] = _fit(rows.part(~held), protocol).scores(rows.features[held])
    return scores


def _scored(rows: _Rows, score: NDArray[np.float64]) -> Scored:
    return merge_crops(score, rows.sample, rows.generated, rows.source, rows.condition)


def _folds(
    rows: _Rows, parts: NDArray[np.float64], share: NDArray[np.float64]
) -> dict[str, dict[str, float]]:
    """Return the area under the curve of the score and of its parts in each fold by itself."""
    kinds = {"auc": parts @ share, "discriminant": parts[:, 0], "trees": parts[:, 1]}
    found: dict[str, dict[str, float]] = {}
    for fold in sorted(set(rows.fold.tolist())):
        held = rows.fold == fold
        found[fold] = {}
        for kind, score in kinds.items():
            scored = _scored(rows.part(held), score[held])
            target, other = scored.score[scored.generated], scored.score[~scored.generated]
            found[fold][kind] = round(cal.auc(target, other), 4)
    return found


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


def _arrays(
    model: _Model, share: NDArray[np.float64], rows: _Rows, unseen: Scored, line: cal.Calibration
) -> dict[str, NDArray[Any]]:
    low, high = np.percentile(rows.features, [0.5, 99.5], axis=0).astype(np.float32)
    outside = ((rows.features < low) | (rows.features > high)).mean(axis=1)
    return {
        **pack("discriminant", model.discriminant),
        **pack("trees", model.trees),
        "share": share,
        "range.low": low,
        "range.high": high,
        "range.most": np.percentile(outside, [99.0]),
        "cameras": np.sort(unseen.score[~unseen.generated]).astype(np.float32),
        "calibration": line.packed(),
    }
