"""Fitting of the voice score: models that hardly learn which repository a clip came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.audio._dense import Dense
from detectors.ensemble import Line, Trees
from detectors.train.audio_dense import Course, fit_dense
from detectors.train.models import fit_line, fit_trees

__all__ = ["Columns", "VoiceModel", "even_weights", "fit_binned_trees", "fit_voice"]

_LEVELS = 48
_WHOLE_CLASS = 60
_WHOLE_SYSTEM = 6
_COPY = 0.5
_STRENGTH = 0.03


@dataclass(frozen=True, slots=True)
class VoiceModel:
    """A line, trees and dense networks; their log-odds are added, each over its spread in training."""

    line: Line
    """Logistic regression."""

    trees: Trees
    """Gradient boosting."""

    dense: Dense
    """Small dense networks."""

    share: NDArray[np.float64]
    """Weights of the three, shape (3,)."""

    def parts(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each part for each row, shape (3, rows)."""
        return np.stack([part.score(features) for part in (self.line, self.trees, self.dense)])

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the score of each row."""
        return np.asarray(self.share @ self.parts(features))


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

    line: NDArray[np.intp]
    """Those of the line."""

    trees: NDArray[np.intp]
    """Those of the trees."""

    dense: NDArray[np.intp]
    """Those of the dense networks."""


def fit_voice(
    features: NDArray[np.float32],
    synthetic: NDArray[np.bool_],
    weights: NDArray[np.float64],
    columns: Columns,
    course: Course,
    *,
    seed: int,
) -> VoiceModel:
    """Return the model of the shipped score.

    Args:
        features: Rows of all features.
        synthetic: Labels.
        weights: From `even_weights`.
        columns: Which features each part sees.
        course: How the dense networks learn.
        seed: Seed of everything random.
    """
    labels = synthetic.astype(int)
    low, high = np.percentile(features, [1, 99], axis=0)
    clipped = np.clip(features, low, high).astype(np.float32)
    alone = np.zeros_like(clipped)  # a constant gets no weight
    alone[:, columns.line] = clipped[:, columns.line]
    line = fit_line(alone, labels, weights, strength=_STRENGTH)[1]
    trees = fit_binned_trees(features[:, columns.trees], labels, weights, seed=seed)
    trees = replace(trees, feature=columns.trees[trees.feature].astype(trees.feature.dtype))
    dense = fit_dense(clipped, synthetic, weights, columns.dense, course, seed=seed)
    draft = VoiceModel(line, trees, dense, np.ones(3))
    return replace(draft, share=1 / draft.parts(features).std(axis=1))


def fit_binned_trees(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    *,
    seed: int,
    rounds: int = 400,
    leaves: int = 8,
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
