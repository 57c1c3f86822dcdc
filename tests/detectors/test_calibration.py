"""Figures of calibration, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import calibration as cal


def scores(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_auc_counts_ties_half() -> None:
    # Pairs: (2,1) won, (2,2) tied, (0,1) lost, (0,2) lost.
    assert cal.auc(scores(2, 0), scores(1, 2)) == pytest.approx(1.5 / 4)


def test_cllr_of_no_information_is_one_bit() -> None:
    assert cal.cllr(scores(0, 0), scores(0)) == pytest.approx(1.0)


def test_cllr_of_one_ban_each_way() -> None:
    # log2(1 + 1/10) for both classes.
    assert cal.cllr(scores(1.0), scores(-1.0)) == pytest.approx(0.13750352, abs=1e-7)


def test_cllr_punishes_confident_errors() -> None:
    assert cal.cllr(scores(-2.0), scores(2.0)) == pytest.approx(np.log2(101))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29 with Wilson's method.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_of_newcombe(hits: int, of: int, low: float, high: float) -> None:
    assert cal.wilson(hits, of) == pytest.approx((low, high), abs=6e-5)


def test_wilson_without_trials_says_nothing() -> None:
    assert cal.wilson(0, 0) == (0.0, 1.0)


def test_threshold_lets_through_no_more_than_the_rate() -> None:
    other = np.arange(100, dtype=float)
    threshold = cal.threshold_at(other, 0.01)
    assert (other > threshold).sum() == 1


def test_found_at_counts_above_the_threshold() -> None:
    other = np.arange(100, dtype=float)
    assert cal.found_at(scores(97, 98, 99, 100), other, 0.01) == pytest.approx(0.5)


def test_equal_error_rate_of_one_swap_in_four() -> None:
    assert cal.eer(scores(1, 3, 4, 5), scores(-2, -1, 0, 2)) == pytest.approx(0.25)


def test_pool_adjacent_violators_by_hand() -> None:
    found = cal.pool_adjacent_violators(scores(1, 3, 2, 4), scores(1, 1, 3, 1))
    assert found.tolist() == [1, 2.25, 2.25, 4]


@settings(max_examples=40)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_pooled_values_never_fall_and_keep_their_sum(values: list[float]) -> None:
    found = cal.pool_adjacent_violators(np.array(values), np.ones(len(values)))
    assert (np.diff(found) >= -1e-12).all()
    assert found.sum() == pytest.approx(sum(values), abs=1e-9)


def test_cap_is_the_rule_of_three_where_none_scores_as_high() -> None:
    target = np.concatenate([np.full(50, 10.0), np.full(50, -10.0)])
    assert cal.supported_cap(target, np.zeros(600)) == pytest.approx(np.log10(0.5 * 600 / 3))


def test_cap_pays_for_an_alarm() -> None:
    target = np.concatenate([np.full(50, 10.0), np.full(50, -10.0)])
    other = np.concatenate([np.zeros(599), [20.0]])
    # The 95 % upper bound of a Poisson count of one is 4.744.
    assert cal.supported_cap(target, other) == pytest.approx(np.log10(0.5 * 600 / 4.744), abs=1e-3)


def test_logistic_finds_the_line_of_two_normal_classes() -> None:
    # For N(1, 1) against N(-1, 1) the log ratio is 2 x, in natural logarithms.
    quantiles = np.linspace(-7, 7, 1401)
    weights = np.exp(-(quantiles**2) / 2)
    slope, intercept = cal.fit_logistic(quantiles + 1, quantiles - 1, weights=(weights, weights))
    assert slope == pytest.approx(2 / np.log(10), rel=0.01)
    assert intercept == pytest.approx(0, abs=1e-6)


def test_calibration_is_bounded_and_holds_back_below_the_moderate_threshold() -> None:
    line = cal.Calibration(slope=1, intercept=0, highest=1.5, lowest=-0.7, moderate_from=1.2)
    assert [line.log10_lr(s) for s in (-9, 0.5, 1.1, 1.3, 9)] == [-0.7, 0.5, 0.99, 1.3, 1.5]


def test_a_line_survives_its_weights_file():
    line = cal.Calibration(slope=0.5, intercept=-0.25, highest=1.5, lowest=-1.0, moderate_from=2.0)
    assert cal.Calibration.unpacked(line.packed()) == line
