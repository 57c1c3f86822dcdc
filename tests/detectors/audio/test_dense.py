"""The dense networks of the voice score at run time."""

from __future__ import annotations

import numpy as np

from detectors.audio._dense import Dense


def two_networks() -> Dense:
    rng = np.random.default_rng(1)
    shapes = [(2, 3, 5), (2, 5, 4), (2, 4, 1)]
    return Dense(
        np.array([0, 2, 3], np.int16),
        np.array([1.0, 0.0, -1.0], np.float32),
        np.array([1.0, 2.0, 0.5], np.float32),
        tuple(rng.normal(size=s).astype(np.float16).astype(np.float32) for s in shapes),
        tuple(rng.normal(size=(2, 1, s[2])).astype(np.float32) for s in shapes),
    )


def test_the_answer_is_that_of_the_formula() -> None:
    made = two_networks()
    row = np.array([2.0, 99.0, 1.0, -1.25], np.float32)
    held = np.array([1.0, 0.5, -0.5])
    answers = []
    for n in range(2):
        x = held
        for layer in (0, 1):
            x = np.maximum(x @ made.weights[layer][n] + made.biases[layer][n, 0], 0)
        answers.append(float((x @ made.weights[2][n] + made.biases[2][n, 0])[0]))
    assert np.isclose(made.score(row[None])[0], np.mean(answers), rtol=1e-5)


def test_far_values_are_cut() -> None:
    made = two_networks()
    far, farther = np.full((1, 4), 50.0, np.float32), np.full((1, 4), 5000.0, np.float32)
    assert made.score(far)[0] == made.score(farther)[0]


def test_packing_keeps_the_answers() -> None:
    made = two_networks()
    again = Dense.unpacked("d", made.packed("d"))
    rows = np.random.default_rng(2).normal(size=(7, 4)).astype(np.float32)
    assert (made.score(rows) == again.score(rows)).all()
