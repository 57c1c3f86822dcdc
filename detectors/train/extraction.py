"""Features of a corpus under many delivery conditions, computed once and kept in a folder.

The work is cut into parts of fixed content, so that it can be stopped, taken up again and shared by two processes
without changing one number.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.image._features import NAMES, extract
from detectors.image._patches import group_means, take_patches
from detectors.train.corpus import FINAL, Item, Protocol
from detectors.train.delivery import deliver

__all__ = ["Table", "conditions_of", "extract_parts", "load_parts"]

_PART = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of features and what each belongs to; all arrays have one entry per row."""

    features: NDArray[np.float32]
    """Shape (rows, features)."""

    item: NDArray[np.int64]
    """Index into the list of items."""

    condition: NDArray[np.str_]
    """Delivery condition."""

    sample: NDArray[np.int64]
    """Number of the version of a picture; the groups of one version share it."""


def conditions_of(item: Item, protocol: Protocol) -> tuple[str, ...]:
    """Return the conditions under which a picture is measured.

    Those of the final fold are measured under all; in development as it is, after two chains drawn at random, and
    under one more condition, evenly over the pictures.
    """
    if item.fold == FINAL:
        return protocol.conditions
    others = protocol.conditions[1:]
    return "as_is", "random_1", "random_2", others[_seed(protocol, item, "condition") % len(others)]


def extract_parts(
    folder: Path, items: Sequence[Item], protocol: Protocol, cache: Path, *, share: tuple[int, int] = (0, 1)
) -> Iterator[Path]:
    """Compute the parts that are missing in `cache`, yielding each file when it is written.

    Args:
        folder: Corpus folder.
        items: Pictures, in the order of `read_corpus`.
        protocol: The protocol.
        cache: Where the parts are kept.
        share: Which of how many processes this one is.
    """
    cache.mkdir(parents=True, exist_ok=True)
    number, of = share
    for first in range(0, len(items), _PART):
        target = cache / f"part-{first // _PART:04d}.npz"
        if first // _PART % of == number and not target.exists():
            rows = [row for i in range(first, min(first + _PART, len(items)))
                    for row in _measure(folder, i, items[i], protocol)]  # fmt: skip
            _write(target, rows)
            yield target


def load_parts(cache: Path) -> Table:
    """Return all rows in `cache`, in the order of the items."""
    parts = []
    for path in sorted(cache.glob("part-*.npz")):
        with np.load(path, allow_pickle=False) as part:
            parts.append((part["features"], part["item"], part["condition"]))
    features, item, condition = (np.concatenate(column) for column in zip(*parts, strict=True))
    keys = {
        key: n for n, key in enumerate(dict.fromkeys(zip(item.tolist(), condition.tolist(), strict=True)))
    }
    sample = np.array([keys[key] for key in zip(item.tolist(), condition.tolist(), strict=True)])
    return Table(features, item, condition, sample)


def _measure(
    folder: Path, index: int, item: Item, protocol: Protocol
) -> Iterator[tuple[int, str, NDArray[np.float32]]]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(folder / item.path) as opened:
                picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return  # HEIC without a decoder and the broken files that some collections keep on purpose
    for condition in conditions_of(item, protocol):
        seed = _seed(protocol, item, condition)
        arrived = deliver(picture, condition, np.random.default_rng(seed))
        if arrived is None:
            continue
        patches, textured = take_patches(np.asarray(arrived), seed=seed)
        if textured >= len(patches) // 2:
            for row in group_means(patches, extract):
                yield index, condition, row


def _write(target: Path, rows: Sequence[tuple[int, str, NDArray[np.float32]]]) -> None:
    draft = target.with_suffix(".draft.npz")
    np.savez(
        draft,
        features=np.array([r[2] for r in rows], dtype=np.float32).reshape(len(rows), len(NAMES)),
        item=np.array([r[0] for r in rows], dtype=np.int64),
        condition=np.array([r[1] for r in rows], dtype="U12"),
    )
    draft.replace(target)


def _seed(protocol: Protocol, item: Item, purpose: str) -> int:
    text = f"{protocol.seed}:{item.path}:{purpose}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big")
