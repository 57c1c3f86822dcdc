"""A kernel machine at run time: how alike a window is to some windows of the training, each with a weight."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kernel"]


@dataclass(frozen=True, slots=True)
class Kernel:
    """A weighted sum of Gaussian likenesses to landmarks.

    Source: C. Williams, M. Seeger, "Using the Nyström method to speed up kernel machines", NIPS 2000.
    """

    column: NDArray[np.int16]
    """Columns of the rows that it looks at."""

    mean: NDArray[np.float64]
    """Mean of each column in training."""

    scale: NDArray[np.float64]
    """Standard deviation of each column in training."""

    landmark: NDArray[np.float16]
    """Standardised rows of the training, shape (landmarks, columns)."""

    gamma: NDArray[np.float64]
    """Shape (1,): how fast likeness falls with the squared distance."""

    weight: NDArray[np.float64]
    """Weight of each landmark."""

    base: NDArray[np.float64]
    """Shape (1,): what every row starts with."""

    def standard(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the columns in standard deviations, cut at four."""
        return np.clip((rows[:, self.column].astype(np.float64) - self.mean) / self.scale, -4, 4)

    def likeness(self, standard: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the likeness of standardised rows to each landmark, shape (rows, landmarks), 0 to 1."""
        marks = self.landmark.astype(np.float64)
        far = (standard**2).sum(axis=1)[:, None] + (marks**2).sum(axis=1) - 2 * standard @ marks.T
        return np.asarray(np.exp(-self.gamma[0] * np.maximum(far, 0)))

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        return np.asarray(self.base[0] + self.likeness(self.standard(rows)) @ self.weight)

    def packed(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays under names that begin with `prefix`."""
        return {f"{prefix}.{f.name}": getattr(self, f.name) for f in fields(self)}

    @classmethod
    def unpacked(cls, prefix: str, arrays: dict[str, NDArray[Any]]) -> Kernel:
        """Return the kernel machine whose arrays have names that begin with `prefix`.

        Raises:
            KeyError: An array is missing.
        """
        return cls(*(arrays[f"{prefix}.{f.name}"] for f in fields(cls)))
