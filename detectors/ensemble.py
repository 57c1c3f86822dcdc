"""Trained models at run time: boosted trees, a line, and what is taken off before; evaluated with numpy from arrays.

Weights are `.npz` files read with `allow_pickle=False`. scikit-learn made them (see `detectors.train`), and a test
holds that this evaluation equals its own; it is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Levels", "Line", "Trees", "load_arrays", "pack", "unpack"]


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted regression trees, all nodes in one table; a leaf points to itself."""

    feature: NDArray[np.int16]
    """Column that a node asks about; 0 in leaves."""

    threshold: NDArray[np.float64]
    """A row goes left where its value is at most this."""

    left: NDArray[np.int32]
    """Index of the left child, or of the node itself in leaves."""

    right: NDArray[np.int32]
    """Index of the right child."""

    value: NDArray[np.float64]
    """What a leaf adds; 0 elsewhere."""

    root: NDArray[np.int32]
    """Index of each tree's first node."""

    depth: NDArray[np.int16]
    """Shape (1,): most questions on any way down."""

    base: NDArray[np.float64]
    """Shape (1,): what every row starts with."""

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row, shape (len(rows),)."""
        import numpy as np

        at = np.broadcast_to(self.root, (len(rows), len(self.root))).copy()
        wide = rows.astype(np.float64)
        for _ in range(int(self.depth[0])):
            asked = np.take_along_axis(wide, self.feature[at].astype(np.intp), axis=1)
            at = np.where(asked <= self.threshold[at], self.left[at], self.right[at])
        return np.asarray(self.base[0] + self.value[at].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Line:
    """A weighted sum of standardised features."""

    mean: NDArray[np.float64]
    """Mean of each feature in training."""

    scale: NDArray[np.float64]
    """Standard deviation of each feature in training."""

    weight: NDArray[np.float64]
    """Weight of each standardised feature."""

    base: NDArray[np.float64]
    """Shape (1,): what every row starts with."""

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log-odds of each row; features are cut at four standard deviations."""
        import numpy as np

        standard = np.clip((rows.astype(np.float64) - self.mean) / self.scale, -4, 4)
        return np.asarray(self.base[0] + (standard * self.weight).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Levels:
    """What is taken off each feature: the part that a few levels (contrast, noise, colour) explain anyway.

    Sharp pictures differ from soft ones in nearly every feature. Where a corpus has more sharp pictures on one side,
    a model learns that and fails on the next source. What is left after a quadratic fit on the levels does not
    have that to learn from.
    """

    column: NDArray[np.int16]
    """Columns that are levels."""

    mean: NDArray[np.float64]
    """Mean of each level in training."""

    scale: NDArray[np.float64]
    """Standard deviation of each level in training."""

    coefficient: NDArray[np.float64]
    """Shape (terms, features); the terms are 1, the levels, and their products in the order of `triu_indices`."""

    def terms(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the terms of the quadratic fit, shape (len(rows), terms); levels are cut at ten deviations."""
        import numpy as np

        levels = np.clip((rows[:, self.column].astype(np.float64) - self.mean) / self.scale, -10, 10)
        first, second = np.triu_indices(levels.shape[1])
        ones = np.ones((len(rows), 1))
        return np.concatenate([ones, levels, levels[:, first] * levels[:, second]], axis=1)

    def take_off(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the rows less what the levels explain, same shape."""
        import numpy as np

        return np.asarray(rows - self.terms(rows) @ self.coefficient, dtype=np.float32)


Part = TypeVar("Part", Trees, Line, Levels)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a weights file, never unpickling anything."""
    import numpy as np

    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def pack(prefix: str, part: Trees | Line | Levels) -> dict[str, NDArray[Any]]:
    """Return the arrays of a part under names that begin with `prefix`."""
    return {f"{prefix}.{f.name}": getattr(part, f.name) for f in fields(part)}


def unpack(prefix: str, kind: type[Part], arrays: dict[str, NDArray[Any]]) -> Part:
    """Return the part whose arrays have names that begin with `prefix`.

    Raises:
        KeyError: An array is missing.
    """
    names = [f.name for f in fields(kind)]
    return kind(*(arrays[f"{prefix}.{name}"] for name in names))
