"""The labelled files of a corpus folder, cut to even sources and dealt to folds by a protocol."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.bench.manifest import drawn, read_manifest
from provenance.errors import UsageError

__all__ = ["Item", "Protocol", "read_corpus", "read_protocol"]

FINAL = "final"
"""Name of the fold that is scored once, after everything else is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture of the corpus."""

    folder: Path
    """Corpus folder."""

    path: str
    """Path below the corpus folder, with forward slashes."""

    generated: bool
    """Whether a generator made it."""

    source: str
    """Generator or camera source; figures are given for each."""

    repo: str
    """Repository that it came from; held out as a whole."""

    sha256: str
    """SHA-256 of the file, hexadecimal."""

    fold: str
    """Fold of the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Which sources train, which test, and under which conditions."""

    name: str
    """Name of the protocol file."""

    seed: int
    """Seed of everything random."""

    conditions: tuple[str, ...]
    """Delivery conditions that are reported."""

    caps: dict[str, int]
    """Most pictures per source, by label and fold."""

    folds: dict[str, str]
    """Fold of each repository, by `ai:repo` or `real:repo`, and of single generators, by `ai_generators:name`."""

    left_out: tuple[str, ...]
    """Sources that take no part."""

    weights: dict[str, float]
    """How much a source counts in training where that is not once."""

    merged: dict[str, str]
    """Name of the one source that all generators of a repository count as, where each has a few pictures."""

    sha256: str
    """SHA-256 of the protocol file."""


def read_protocol(path: Path) -> Protocol:
    """Return the protocol in a JSON file.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        data = path.read_bytes()
        raw: dict[str, Any] = json.loads(data)
        folds = {
            f"{kind}:{name}": fold
            for fold, sides in (*raw["development"].items(), (FINAL, raw["final"]))
            for kind in ("ai", "ai_generators", "real")
            for name in sides.get(kind, ())
        }
        return Protocol(
            name=raw["name"],
            seed=raw["seed"],
            conditions=tuple(raw["conditions"]),
            caps=raw["caps"],
            folds=folds,
            left_out=tuple(raw["left_out"]),
            weights=raw["weights"],
            merged=raw["merged"],
            sha256=hashlib.sha256(data).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise UsageError(f"The protocol {path.name} cannot be read: {cause!r}") from cause


def read_corpus(folders: Sequence[Path], protocol: Protocol) -> tuple[Item, ...]:
    """Return the pictures that take part, source by source.

    Within a source the order is that of a hash of the path, which nobody chose.

    Args:
        folders: Corpus folders, each with its `manifest.csv`.
        protocol: Folds, caps and what is left out.

    Raises:
        UsageError: There is no manifest.
    """
    sources: dict[tuple[str, str], list[Item]] = defaultdict(list)
    seen: set[str] = set()
    for folder in folders:
        for row in read_manifest(folder):
            item = _item(folder, row, protocol)
            if item is not None and item.sha256 not in seen:
                seen.add(item.sha256)
                sources[item.repo, item.source].append(item)
    return tuple(
        item
        for key in sorted(sources)
        for item in drawn(
            sources[key], lambda i: i.path, seed=protocol.seed, most=_cap(sources[key][0], protocol)
        )
    )


def _item(folder: Path, row: dict[str, str], protocol: Protocol) -> Item | None:
    label, source, repo = row["label"], row["generator"], row["repo"]
    fold = protocol.folds.get(f"ai_generators:{source}") or protocol.folds.get(f"{label}:{repo}")
    if fold is None or source in protocol.left_out:
        return None
    return Item(
        folder=folder,
        path=row["path"],
        generated=label == "ai",
        source=protocol.merged.get(repo, source) if label == "ai" else f"{source} ({repo})",
        repo=repo,
        # Tiles cut from a sheet come without a hash.
        sha256=row["sha256"] or hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest(),
        fold=fold,
    )


def _cap(item: Item, protocol: Protocol) -> int:
    label = "ai" if item.generated else "real"
    return protocol.caps[f"final_{label}" if item.fold == FINAL else label]
