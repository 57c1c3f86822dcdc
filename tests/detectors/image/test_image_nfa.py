"""The binomial tail against scipy's, and where scipy's has underflown."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom

from detectors.image._nfa import log10_binomial_tail


@pytest.mark.parametrize(
    ("n", "k", "p"),
    [(100, 3, 1 / 64), (187500, 3100, 1 / 64), (5000, 2600, 0.5), (50, 50, 0.01), (7, 7, 0.5)],
)
def test_tail_is_the_binomial_one(n, k, p):
    assert log10_binomial_tail(n, k, p) == pytest.approx(binom.logsf(k - 1, n, p) / math.log(10), rel=1e-6)


def test_tail_does_not_underflow():
    assert -60000 < log10_binomial_tail(187500, 60000, 1 / 64) < -50000


@pytest.mark.parametrize(("n", "k"), [(0, 0), (10, 0), (64, 1)])
def test_nothing_beyond_expectation_is_no_surprise(n, k):
    assert log10_binomial_tail(n, k, 1 / 64) == 0


def test_more_hits_than_tries_cannot_be():
    assert log10_binomial_tail(3, 4, 0.5) == -math.inf
