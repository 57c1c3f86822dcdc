"""From scores to likelihood ratios, and the figures that say how good they are.

Scores of two classes go in, *target* being the proposition that is tested (a generator, an edit) and *other* its
alternative (a camera, no edit). Everything is computed from held-out sources by the caller's care; nothing here can
know that.

Sources: Brümmer, du Preez, doi:10.1016/j.csl.2005.08.001 (Cllr, logistic calibration); Zadrozny, Elkan,
doi:10.1145/775047.775151 (pool adjacent violators); Wilson, doi:10.1080/01621459.1927.10502953; Hanley,
Lippman-Hand, doi:10.1001/jama.1983.03330370053031 (rule of three).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

__all__ = [
    "Calibration",
    "auc",
    "cllr",
    "eer",
    "fit_logistic",
    "found_at",
    "pool_adjacent_violators",
    "supported_cap",
    "threshold_at",
    "wilson",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A straight line from score to log10 likelihood ratio, bounded by the data behind it."""

    slope: float
    """log10 LR per unit of score."""

    intercept: float
    """log10 LR at score 0."""

    highest: float
    """Largest log10 LR that the number of calibration files supports."""

    lowest: float
    """Smallest one."""

    moderate_from: float
    """Score below which log10 LR stays under 1, so that every large source keeps its promised false alarms."""

    @classmethod
    def unpacked(cls, values: Scores) -> Calibration:
        """Return the line whose fields, in their order, are in an array of a weights file."""
        slope, intercept, highest, lowest, moderate_from = (float(value) for value in values)
        return cls(
            slope=slope, intercept=intercept, highest=highest, lowest=lowest, moderate_from=moderate_from
        )

    def packed(self) -> Scores:
        """Return the fields in their order, as a weights file holds them."""
        import numpy as np

        return np.array([self.slope, self.intercept, self.highest, self.lowest, self.moderate_from])

    def log10_lr(self, score: float) -> float:
        """Return the base-10 logarithm of the likelihood ratio of a score."""
        value = min(max(self.slope * score + self.intercept, self.lowest), self.highest)
        return min(value, 0.99) if score < self.moderate_from else value


def fit_logistic(
    target: Scores, other: Scores, *, weights: tuple[Any, Any] | None = None
) -> tuple[float, float]:
    """Return slope and intercept of the log10 likelihood ratio as a line of the score.

    Logistic regression with both classes weighing the same, by Newton steps.

    Args:
        target: Scores of the class that is tested.
        other: Scores of the other class.
        weights: Weight of each score of both; within a class only ratios matter. None for even ones.
    """
    import numpy as np

    wt, wo = weights if weights is not None else (np.ones(len(target)), np.ones(len(other)))
    x = np.concatenate([target, other])
    y = np.concatenate([np.ones(len(target)), np.zeros(len(other))])
    w = np.concatenate([np.asarray(wt) / np.sum(wt), np.asarray(wo) / np.sum(wo)]) / 2
    middle, spread = float(x.mean()), float(x.std()) or 1.0
    design = np.stack([(x - middle) / spread, np.ones_like(x)], axis=1)
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -35, 35)))
        # The small ridge keeps separable scores from running to infinity.
        gradient = design.T @ (w * (y - p)) - 1e-6 * beta
        curvature = (design * (w * p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            break
    slope = float(beta[0]) / spread
    return float(slope / np.log(10)), float((beta[1] - slope * middle) / np.log(10))


def pool_adjacent_violators(values: Scores, weights: Scores) -> Scores:
    """Return the closest non-decreasing sequence to `values` in weighted least squares."""
    import numpy as np

    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (v1, w1, n1), (v2, w2, n2) = blocks[-2:]
            blocks[-2:] = [((v1 * w1 + v2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    return np.repeat([b[0] for b in blocks], [b[2] for b in blocks])


def supported_cap(target: Scores, other: Scores) -> float:
    """Return the largest log10 LR that the files support.

    With n files of the other class of which none scores as high as a share TPR of the target class, no more than
    LR <= TPR * n / 3 is supported (rule of three). Where k > 0 do, 3 gives way to the 95 % upper bound of a Poisson
    count of k. The best bound over all thresholds counts.
    """
    import numpy as np
    from scipy.special import gammaincinv

    thresholds = np.unique(target)
    found = 1 - np.searchsorted(np.sort(target), thresholds, side="left") / len(target)
    alarms = len(other) - np.searchsorted(np.sort(other), thresholds, side="left")
    bounds = found * len(other) / np.maximum(gammaincinv(alarms + 1, 0.95), 3.0)
    return float(np.log10(max(bounds.max(), 1.0)))


def cllr(target: Scores, other: Scores) -> float:
    """Return the cost of log10 likelihood ratios in bits: 0 perfect, 1 no better than saying nothing."""
    import numpy as np

    scale = np.log(10)
    missed = np.logaddexp(0, -scale * np.asarray(target)).mean()
    alarmed = np.logaddexp(0, scale * np.asarray(other)).mean()
    return float((missed + alarmed) / (2 * np.log(2)))


def auc(target: Scores, other: Scores) -> float:
    """Return the chance that a target scores above another, ties counting half."""
    import numpy as np

    ranked = np.sort(other)
    below = np.searchsorted(ranked, target, side="left")
    upto = np.searchsorted(ranked, target, side="right")
    return float((below + upto).mean() / (2 * len(other)))


def eer(target: Scores, other: Scores) -> float:
    """Return the rate at which misses and false alarms are equal (mean of both where they cross)."""
    import numpy as np

    thresholds = np.unique(np.concatenate([target, other]))
    misses = np.searchsorted(np.sort(target), thresholds, side="left") / len(target)
    alarms = 1 - np.searchsorted(np.sort(other), thresholds, side="left") / len(other)
    best = int(np.abs(misses - alarms).argmin())
    return float((misses[best] + alarms[best]) / 2)


def threshold_at(other: Scores, rate: float) -> float:
    """Return the lowest threshold at which at most a share `rate` of `other` scores above it."""
    import numpy as np

    ranked = np.sort(other)[::-1]
    return float(ranked[min(int(np.floor(rate * len(ranked))), len(ranked) - 1)])


def found_at(target: Scores, other: Scores, rate: float) -> float:
    """Return the share of `target` above the threshold that lets through a share `rate` of `other`."""
    return float((target > threshold_at(other, rate)).mean())


def wilson(hits: int, of: int, *, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's interval of a rate, 95 % unless told otherwise; (0, 1) for no trials."""
    if of == 0:
        return 0.0, 1.0
    rate, square = hits / of, z * z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = z * ((rate * (1 - rate) + square / (4 * of)) / of) ** 0.5 / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
