"""Features of a corpus under many delivery conditions, computed once and kept in a folder.

The work is cut into parts of fixed content, so that it can be stopped, taken up again, shared by two processes and
extended by further sources without changing one number.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.image._features import NAMES, extract
from detectors.image._patches import take_crops
from detectors.train.corpus import FINAL, Item, Protocol
from detectors.train.delivery import deliver

__all__ = ["Table", "conditions_of", "extract_parts", "load_parts"]

_PART = 50
_CROPS = 2
_ALWAYS = ("as_is", "jpeg75", "half_q85")


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
    """Number of the version of a picture; the crops of one version share it."""


def conditions_of(item: Item, protocol: Protocol) -> tuple[str, ...]:
    """Return the conditions under which a picture is measured.

    In development: as it is, after a chain drawn at random, and after q75, half size or one of the other conditions,
    each for a third of the pictures. In the final fold: as it is, after q75, half size and one of the others.
    """
    number = _seed(protocol, item, "condition")
    others = [c for c in protocol.conditions if c not in _ALWAYS]
    another = others[number // 3 % len(others)]
    if item.fold == FINAL:
        return *_ALWAYS, another
    return "as_is", "random", (*_ALWAYS[1:], another)[number % 3]


def extract_parts(
    items: Sequence[Item], protocol: Protocol, cache: Path, *, share: tuple[int, int] = (0, 1)
) -> Iterator[Path]:
    """Compute the parts that are missing in `cache`, yielding each file when it is written.

    Args:
        items: Pictures, in the order of `read_corpus`.
        protocol: The protocol.
        cache: Where the parts are kept.
        share: Which of how many processes this one is.
    """
    cache.mkdir(parents=True, exist_ok=True)
    number, of = share
    for n, part in enumerate(_parts(items)):
        target = cache / _file_name(part, protocol)
        if n % of == number and not target.exists():
            _write(
                target, [row for index, item in enumerate(part) for row in _measure(index, item, protocol)]
            )
            yield target


def load_parts(items: Sequence[Item], protocol: Protocol, cache: Path) -> Table:
    """Return all rows of the items whose parts lie in `cache`, in the order of the items."""
    parts, first = [], 0
    for part in _parts(items):
        path = cache / _file_name(part, protocol)
        if path.exists():
            with np.load(path, allow_pickle=False) as held:
                parts.append((held["features"], held["item"] + first, held["condition"]))
        first += len(part)
    features, item, condition = (np.concatenate(column) for column in zip(*parts, strict=True))
    pairs = list(zip(item.tolist(), condition.tolist(), strict=True))
    numbers = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
    return Table(features, item, condition, np.array([numbers[pair] for pair in pairs]))


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    for _, group in groupby(items, key=lambda i: (i.repo, i.source)):
        source = list(group)
        for first in range(0, len(source), _PART):
            yield source[first : first + _PART]


def _file_name(part: Sequence[Item], protocol: Protocol) -> str:
    lines = [f"{protocol.seed} {NAMES}", *(f"{i.sha256} {i.path} {conditions_of(i, protocol)}" for i in part)]
    return f"part-{hashlib.sha256('|'.join(lines).encode()).hexdigest()[:20]}.npz"


def _measure(index: int, item: Item, protocol: Protocol) -> Iterator[tuple[int, str, NDArray[np.float32]]]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(item.folder / item.path) as opened:
                if opened.mode in ("P", "L", "1"):
                    return  # the check refuses palettes and pictures without colour
                picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return  # HEIC without a decoder and the broken files that some collections keep on purpose
    for condition in conditions_of(item, protocol):
        seed = _seed(protocol, item, condition)
        arrived = deliver(picture, condition, np.random.default_rng(seed))
        if arrived is None:
            continue
        crops, textured = take_crops(np.asarray(arrived), count=_CROPS, seed=seed)
        if textured >= len(crops) / 2 and (crops.max(axis=3) > crops.min(axis=3)).any():
            for row in extract(crops):
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
