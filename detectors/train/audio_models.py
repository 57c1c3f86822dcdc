"""Fitting of the voice score: models that hardly learn which repository a clip came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.audio._kernel import Kernel
from detectors.ensemble import Line, Trees
from detectors.train.models import fit_line, fit_trees

__all__ = ["Columns", "VoiceModel", "even_weights", "fit_binned_trees", "fit_kernel", "fit_voice"]

_LEVELS = 48
_WHOLE_CLASS = 60
_WHOLE_SYSTEM = 6
_COPY = 0.5
_STRENGTH = 0.03


@dataclass(frozen=True, slots=True)
class VoiceModel:
    """A line, trees and two kernel machines; their log-odds are added, each over its spread in training."""

    columns: NDArray[np.int16]
    """Columns of the features that they see."""

    line: Line
    """Logistic regression."""

    trees: Trees
    """Gradient boosting."""

    wide: Kernel
    """Logistic regression on likenesses to landmarks."""

    narrow: Kernel
    """The same on features of the telephone band only."""

    share: NDArray[np.float64]
    """Weights of the four, shape (4,)."""

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row of all features."""
        mine = features[:, self.columns]
        parts = [p.score(mine) for p in (self.line, self.trees, self.wide, self.narrow)]
        return np.asarray(self.share @ np.stack(parts))


def even_weights(
    synthetic: NDArray[np.bool_],
    repo: NDArray[np.str_],
    source: NDArray[np.str_],
    copied: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return weights under which a repository says little about the label.

    Within a repository both classes weigh the same, or the root of their size where they have fewer than 60 rows;
    within its synthetic clips all systems weigh the same. Copies of our own count half. Over all, both classes
    weigh the same.
    """
    weights = np.zeros(len(synthetic))
    for name in np.unique(repo):
        for label in (True, False):
            mine = (repo == name) & (synthetic == label)
            if not mine.any():
                continue
            rows = np.ones(mine.sum())
            if label:
                _, which, count = np.unique(source[mine], return_inverse=True, return_counts=True)
                rows = 1 / np.maximum(count, _WHOLE_SYSTEM)[which]
            weights[mine] = rows / rows.sum() * min(1.0, mine.sum() / _WHOLE_CLASS) ** 0.5
    weights[copied] *= _COPY
    for label in (True, False):
        weights[synthetic == label] /= weights[synthetic == label].sum()
    return weights


@dataclass(frozen=True, slots=True)
class Columns:
    """Which features each part of the model sees."""

    trees: NDArray[np.intp]
    """Those of the trees; the others see some of these."""

    line: NDArray[np.bool_]
    """Which of them the line sees."""

    wide: NDArray[np.bool_]
    """Which the first kernel machine sees."""

    narrow: NDArray[np.bool_]
    """Which the second sees."""


def fit_voice(
    features: NDArray[np.float32],
    synthetic: NDArray[np.bool_],
    weights: NDArray[np.float64],
    columns: Columns,
    *,
    seed: int,
) -> VoiceModel:
    """Return the model of the shipped score.

    Args:
        features: Rows of all features.
        synthetic: Labels.
        weights: From `even_weights`.
        columns: Which features are used.
        seed: Seed of everything random.
    """
    mine, labels = features[:, columns.trees], synthetic.astype(int)
    low, high = np.percentile(mine, [1, 99], axis=0)
    clipped = np.clip(mine, low, high).astype(np.float32)
    clipped[:, ~columns.line] = 0.0  # a constant gets no weight
    line = fit_line(clipped, labels, weights, strength=_STRENGTH)[1]
    trees = fit_binned_trees(mine, labels, weights, seed=seed)
    wide = fit_kernel(mine, labels, weights, np.flatnonzero(columns.wide), seed=seed)
    narrow = fit_kernel(mine, labels, weights, np.flatnonzero(columns.narrow), seed=seed, landmarks=800)
    spreads = [float(part.score(mine).std()) for part in (line, trees, wide, narrow)]
    return VoiceModel(columns.trees.astype(np.int16), line, trees, wide, narrow, 1 / np.array(spreads))


def fit_kernel(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    columns: NDArray[np.intp],
    *,
    seed: int,
    gamma: float = 0.8,
    landmarks: int = 1200,
) -> Kernel:
    """Return a logistic regression on Gaussian likenesses to rows drawn at random (Nyström's method).

    Args:
        features: Rows.
        labels: 1 for synthetic.
        weights: Weight of each row.
        columns: Which columns of them it looks at.
        seed: Seed of the draw.
        gamma: Fall of the likeness per squared standard deviation, mean over the columns.
        landmarks: How many rows are drawn.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    mine = features[:, columns].astype(np.float64)
    mean, scale = mine.mean(axis=0), np.maximum(mine.std(axis=0), 1e-6)
    draft = Kernel(
        columns.astype(np.int16), mean, scale, np.zeros((0, len(columns)), np.float16),
        np.array([gamma / len(columns)]), np.zeros(0), np.zeros(1),
    )  # fmt: skip
    standard = draft.standard(features)
    drawn = np.random.default_rng(seed).choice(len(standard), min(landmarks, len(standard)), replace=False)
    draft = replace(draft, landmark=standard[np.sort(drawn)].astype(np.float16))
    with threadpool_limits(1):
        values, vectors = np.linalg.eigh(draft.likeness(draft.landmark.astype(np.float64)))
        whiten = vectors / np.sqrt(np.maximum(values, 1e-9))
        model = LogisticRegression(C=3.0, max_iter=300)
        even = weights * (len(weights) / weights.sum())
        model.fit(draft.likeness(standard) @ whiten, labels, sample_weight=even)
    return replace(draft, weight=whiten @ model.coef_[0], base=model.intercept_.copy())


def fit_binned_trees(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    *,
    seed: int,
    rounds: int = 160,
    leaves: int = 5,
) -> Trees:
    """Return boosted trees that ask only about 48 quantiles of each feature.

    Features are cut into levels here, because scikit-learn takes minutes for weighted quantiles of hundreds of them.
    """
    places = np.linspace(2, 98, _LEVELS)
    edges = [np.unique(np.percentile(column, places).astype(np.float32)) for column in features.T]
    levels = np.stack(
        [np.searchsorted(e, column) for e, column in zip(edges, features.T, strict=True)], axis=1
    )
    trees = fit_trees(
        levels.astype(np.float32), labels, weights, seed=seed, rounds=rounds, leaves=leaves, rate=0.1
    )[1]
    threshold = trees.threshold.copy()
    for node in np.flatnonzero(trees.left != np.arange(len(trees.left))):
        mine = edges[trees.feature[node]]
        # A row's level is the number of edges below it: at most k exactly where the row is at most edge k.
        threshold[node] = mine[min(int(threshold[node]), len(mine) - 1)]
    return replace(trees, threshold=threshold)
