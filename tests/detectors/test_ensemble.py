"""Our evaluation of trained models equals scikit-learn's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors.ensemble import Discriminant, Line, Trees, load_arrays, pack, unpack
from detectors.train.models import fit_discriminant, fit_line, fit_trees


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    features = rng.normal(size=(400, 6)).astype(np.float32)
    return features, (features[:, 0] * features[:, 1] + features[:, 2] > 0).astype(int)


def test_trees_equal_those_of_sklearn(rows: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = rows
    model, trees = fit_trees(features, labels, np.ones(len(labels)), seed=1, rounds=20)
    assert trees.score(features) == pytest.approx(model.decision_function(features), abs=1e-9)


def test_line_equals_that_of_sklearn(rows: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = rows
    model, line = fit_line(features, labels, np.ones(len(labels)))
    standard = np.clip((features - line.mean) / line.scale, -4, 4)
    assert line.score(features) == pytest.approx(model.decision_function(standard), abs=1e-9)


def test_discriminant_points_where_that_of_sklearn_does(rows: tuple[np.ndarray, np.ndarray]) -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    features, labels = rows
    ours = fit_discriminant(
        features, labels, np.where(labels == 1, 1, (labels == 1).sum() / (labels == 0).sum()), ridge=1e-9
    )
    theirs = LinearDiscriminantAnalysis(priors=[0.5, 0.5]).fit(ours.terms(features), labels)
    assert np.corrcoef(ours.score(features), theirs.decision_function(ours.terms(features)))[0, 1] > 0.99


def test_a_discriminant_sees_what_is_unusual_in_either_direction() -> None:
    features = np.random.default_rng(1).normal(size=(600, 3)).astype(np.float32)
    labels = (np.abs(features[:, 1]) > 0.8).astype(int)
    score = fit_discriminant(features, labels, np.ones(600)).score(features)
    assert np.mean((score > np.median(score)) == labels) > 0.8


def test_training_twice_gives_the_same_numbers(rows: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = rows
    scored = [
        fit_trees(features, labels, np.ones(len(labels)), seed=1, rounds=10)[1].score(features)
        for _ in range(2)
    ]
    assert np.array_equal(*scored)


def test_weights_survive_their_file(tmp_path: Path, rows: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = rows
    _, trees = fit_trees(features, labels, np.ones(len(labels)), seed=1, rounds=5)
    _, line = fit_line(features, labels, np.ones(len(labels)))
    discriminant = fit_discriminant(features, labels, np.ones(len(labels)))
    np.savez(tmp_path / "w.npz", **pack("trees", trees), **pack("line", line), **pack("d", discriminant))
    held = load_arrays(tmp_path / "w.npz")
    assert np.array_equal(unpack("trees", Trees, held).score(features), trees.score(features))
    assert np.array_equal(unpack("line", Line, held).score(features), line.score(features))
    assert np.array_equal(unpack("d", Discriminant, held).score(features), discriminant.score(features))


def test_a_pickled_object_in_a_weights_file_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", bad=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_arrays(tmp_path / "w.npz")
