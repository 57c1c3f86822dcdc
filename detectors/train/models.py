"""Fitting of the model kinds, and their conversion to the arrays that are evaluated at run time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.ensemble import Discriminant, Line, Trees

__all__ = ["fit_discriminant", "fit_line", "fit_trees"]


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


def fit_discriminant(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    *,
    ridge: float = 0.004,
) -> Discriminant:
    """Return Fisher's discriminant on standardised features and their magnitudes, by weighted least squares.

    Args:
        features: Rows.
        labels: 1 for generated.
        weights: Weight of each row.
        ridge: Added to the covariance of the standardised features.
    """
    share = weights / weights.sum()
    wide = features.astype(np.float64)
    mean = share @ wide
    scale = np.sqrt(share @ (wide - mean) ** 2) + 1e-6
    draft = Discriminant(mean, scale, np.zeros(2 * features.shape[1]))
    terms = draft.terms(features)
    square = (terms * share[:, None]).T @ terms + ridge * np.eye(terms.shape[1])
    aim = terms.T @ (share * np.where(labels == 1, 1.0, -1.0))
    return replace(draft, weight=np.linalg.solve(square, aim))


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
