"""Number of false alarms: how often chance alone would bring something as surprising.

Source: A. Desolneux, L. Moisan, J.-M. Morel, "From Gestalt Theory to Image Analysis", Springer 2008,
doi:10.1007/978-0-387-74378-3.
"""

from __future__ import annotations

import math

__all__ = ["log10_binomial_tail"]

_ENOUGH = 1e-12


def log10_binomial_tail(n: int, k: int, p: float) -> float:
    """Return log10 of the chance of at least `k` of `n` events, each of probability `p` and independent.

    Up to the expected number the chance is taken as one. Beyond, the terms fall faster than a geometric series, so
    that few of them are needed, and logarithms never underflow.
    """
    if k <= n * p:
        return 0.0
    if k > n:
        return -math.inf
    exactly = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    exactly += k * math.log(p) + (n - k) * math.log1p(-p)
    term = total = 1.0
    for more in range(k, n):
        term *= (n - more) / (more + 1) * p / (1 - p)
        total += term
        if term < _ENOUGH * total:
            break
    return min(0.0, exactly + math.log(total)) / math.log(10)
