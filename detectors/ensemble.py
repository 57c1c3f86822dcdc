"""Trained models at run time: boosted trees, a line, a discriminant; evaluated with numpy from arrays.

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

__all__ = ["Discriminant", "Line", "Trees", "load_arrays", "pack", "unpack"]


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
class Discriminant:
    """A weighted sum of standardised features and of their magnitudes.

    The magnitudes let a feature count that is unusual in either direction.
    """

    mean: NDArray[np.float64]
    """Mean of each feature in training."""

    scale: NDArray[np.float64]
    """Standard deviation of each feature in training."""

    weight: NDArray[np.float64]
    """Weights of the standardised features, then of their magnitudes, shape (2 * features,)."""

    def terms(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return standardised features, cut at six standard deviations, and their magnitudes less a usual one."""
        import numpy as np

        standard = np.clip((rows.astype(np.float64) - self.mean) / self.scale, -6, 6)
        return np.concatenate([standard, np.abs(standard) - 0.8], axis=1)

    def score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the weighted sum of each row, shape (len(rows),)."""
        import numpy as np

        return np.asarray((self.terms(rows) * self.weight).sum(axis=1))


Part = TypeVar("Part", Trees, Line, Discriminant)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a weights file, never unpickling anything."""
    import numpy as np

    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def pack(prefix: str, part: Trees | Line | Discriminant) -> dict[str, NDArray[Any]]:
    """Return the arrays of a part under names that begin with `prefix`."""
    return {f"{prefix}.{f.name}": getattr(part, f.name) for f in fields(part)}


def unpack(prefix: str, kind: type[Part], arrays: dict[str, NDArray[Any]]) -> Part:
    """Return the part whose arrays have names that begin with `prefix`.

    Raises:
        KeyError: An array is missing.
    """
    names = [f.name for f in fields(kind)]
    return kind(*(arrays[f"{prefix}.{name}"] for name in names))
