"""Small dense networks over the features of a window at run time, in plain numpy.

They are trained with PyTorch (`detectors/train/audio_dense.py`), which nobody needs who only examines files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dense"]


@dataclass(frozen=True, slots=True)
class Dense:
    """Networks of one shape, trained from different beginnings; the answer is their mean."""

    column: NDArray[np.int16]
    """Columns of the rows that they look at."""

    mean: NDArray[np.float32]
    """Mean of each column in training."""

    scale: NDArray[np.float32]
    """Standard deviation of each column in training."""

    weights: tuple[NDArray[np.float32], ...]
    """Of each layer, shape (networks, in, out); the last has one output."""

    biases: tuple[NDArray[np.float32], ...]
    """Of each layer, shape (networks, 1, out)."""

    def standard(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the columns in standard deviations, cut at four."""
        return np.asarray(np.clip((rows[:, self.column] - self.mean) / self.scale, -4, 4))

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        held = self.standard(rows)[None]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            held = np.maximum(held @ weight + bias, 0)
        return np.asarray((held @ self.weights[-1] + self.biases[-1])[..., 0].mean(axis=0), dtype=np.float64)

    def packed(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays under names that begin with `prefix`; weights as half floats."""
        held: dict[str, NDArray[Any]] = {
            f"{prefix}.column": self.column, f"{prefix}.mean": self.mean, f"{prefix}.scale": self.scale
        }  # fmt: skip
        for number, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            held[f"{prefix}.weight.{number}"] = weight.astype(np.float16)
            held[f"{prefix}.bias.{number}"] = bias
        return held

    @classmethod
    def unpacked(cls, prefix: str, arrays: dict[str, NDArray[Any]]) -> Dense:
        """Return the networks whose arrays have names that begin with `prefix`.

        Raises:
            KeyError: An array is missing.
        """
        layers = range(sum(name.startswith(f"{prefix}.weight.") for name in arrays))
        return cls(
            arrays[f"{prefix}.column"], arrays[f"{prefix}.mean"], arrays[f"{prefix}.scale"],
            tuple(arrays[f"{prefix}.weight.{n}"].astype(np.float32) for n in layers),
            tuple(arrays[f"{prefix}.bias.{n}"] for n in layers),
        )  # fmt: skip
