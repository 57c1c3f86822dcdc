"""Fitting of the model kinds, and their conversion to the arrays that are evaluated at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.ensemble import Levels, Line, Trees

__all__ = ["fit_discriminant", "fit_levels", "fit_line", "fit_trees"]

_WHOLE_SOURCE = 160
"""Rows from which on a source counts fully."""


def fit_trees(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    *,
    seed: int,
    rounds: int = 250,
    leaves: int = 12,
    rate: float = 0.06,
) -> tuple[Any, Trees]:
    """Return a histogram gradient boosting model of scikit-learn, and the same as arrays.

    Runs on one thread, so that no sum depends on the machine's number of cores.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        max_iter=rounds, learning_rate=rate, max_leaf_nodes=leaves, min_samples_leaf=25, l2_regularization=5.0,
        max_features=0.15, early_stopping=False, random_state=seed,
    )  # fmt: skip
    with threadpool_limits(1):
        model.fit(features, labels, sample_weight=weights * (len(weights) / weights.sum()))
    return model, _as_arrays(model)


def fit_line(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    *,
    strength: float = 0.003,
) -> tuple[Any, Line]:
    """Return a ridge-penalised logistic regression on standardised features, and the same as arrays."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    wide = features.astype(np.float64)
    mean, scale = wide.mean(axis=0), np.maximum(wide.std(axis=0), 1e-6)
    model = LogisticRegression(C=strength, max_iter=300)
    with threadpool_limits(1):
        standard = np.clip((wide - mean) / scale, -4, 4)
        model.fit(standard, labels, sample_weight=weights * (len(weights) / weights.sum()))
    return model, Line(mean, scale, model.coef_[0].copy(), model.intercept_.copy())


def fit_levels(
    features: NDArray[np.float32],
    columns: NDArray[np.intp],
    weights: NDArray[np.float64],
    *,
    ridge: float = 0.1,
) -> Levels:
    """Return the weighted quadratic fit of all features on the levels in `columns`, blind to the labels."""
    levels = features[:, columns].astype(np.float64)
    draft = Levels(
        columns.astype(np.int16), levels.mean(axis=0), np.maximum(levels.std(axis=0), 1e-6), np.zeros((0, 0))
    )
    terms = draft.terms(features)
    weighed = terms * (weights * (len(weights) / weights.sum()))[:, None]
    square = weighed.T @ terms + ridge * np.eye(terms.shape[1])
    return replace(draft, coefficient=np.linalg.solve(square, weighed.T @ features.astype(np.float64)))


def fit_discriminant(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    sources: NDArray[np.str_],
    blocks: Sequence[NDArray[np.intp]],
    *,
    between: float = 100.0,
    ridge: float = 0.01,
) -> Line:
    """Return the sum of linear discriminants, one per block of columns, that are wary of single sources.

    Each is Fisher's discriminant between the means of the sources' means, its scatter being that within sources plus
    `between` times that of the sources of one class about each other: a direction in which the sources of one
    class disagree is no direction to separate the classes by. Sources count alike, small ones less.

    Args:
        features: Rows.
        labels: 1 for generated.
        sources: Source of each row.
        blocks: Columns of each discriminant; the others get no weight.
        between: Weight of the scatter between sources.
        ridge: Added to the scatter of standardised features.
    """
    wide = features.astype(np.float64)
    mean, scale = wide.mean(axis=0), np.maximum(wide.std(axis=0), 1e-6)
    standard = np.clip((wide - mean) / scale, -4, 4)
    weight = np.zeros(features.shape[1])
    for block in blocks:
        part = standard[:, block]
        direction = _direction(part, labels, sources, between=between, ridge=ridge)
        weight[block] = direction / max(float((part @ direction).std()), 1e-9)
    return Line(mean, scale, weight, np.zeros(1))


def _direction(
    rows: NDArray[np.float64],
    labels: NDArray[np.int_],
    sources: NDArray[np.str_],
    *,
    between: float,
    ridge: float,
) -> NDArray[np.float64]:
    size = rows.shape[1]
    within, total = np.zeros((size, size)), 0.0
    means: dict[int, list[NDArray[np.float64]]] = {0: [], 1: []}
    counts: dict[int, list[float]] = {0: [], 1: []}
    for source in np.unique(sources):
        mine = sources == source
        label, weight = int(labels[mine][0]), min(1.0, mine.sum() / _WHOLE_SOURCE)
        within += weight * np.cov(rows[mine].T, bias=True)
        total += weight
        means[label].append(rows[mine].mean(axis=0))
        counts[label].append(weight)
    scatter, centres = np.zeros((size, size)), []
    for label in (0, 1):
        share = np.array(counts[label])[:, None] / sum(counts[label])
        centre = (np.array(means[label]) * share).sum(axis=0)
        apart = (np.array(means[label]) - centre) * np.sqrt(share)
        scatter += apart.T @ apart / 2
        centres.append(centre)
    return np.linalg.solve(within / total + between * scatter + ridge * np.eye(size), centres[1] - centres[0])


def _as_arrays(model: Any) -> Trees:
    nodes = [stage[0].nodes for stage in model._predictors]
    starts = np.cumsum([0, *(len(n) for n in nodes)])[:-1]
    table = np.concatenate(nodes)
    shift = np.repeat(starts, [len(n) for n in nodes])
    itself = np.arange(len(table))
    leaf = table["is_leaf"].astype(bool)
    return Trees(
        feature=np.where(leaf, 0, table["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf, 0.0, table["num_threshold"]),
        left=np.where(leaf, itself, table["left"] + shift).astype(np.int32),
        right=np.where(leaf, itself, table["right"] + shift).astype(np.int32),
        value=np.where(leaf, table["value"], 0.0),
        root=starts.astype(np.int32),
        depth=np.array([table["depth"].max()], dtype=np.int16),
        base=np.asarray(model._baseline_prediction, dtype=np.float64).reshape(-1)[:1].copy(),
    )
