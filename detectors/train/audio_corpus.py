"""The labelled clips of one or more corpus folders, cut to even systems and dealt to folds by a protocol."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.bench.manifest import drawn, read_manifest, taking_turns
from detectors.train.corpus import FINAL
from provenance.errors import UsageError

__all__ = ["TWIN", "Clip", "VoiceProtocol", "read_clips", "read_voice_protocol", "seed_of"]

TWIN = "copy:"
"""How the systems begin whose clips are copies of recordings made for training (`benchmarks/corpora/twins.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One clip of speech."""

    file: Path
    """Where it lies."""

    path: str
    """Path below its corpus folder, with forward slashes."""

    synthetic: bool
    """Whether a voice was synthesised or re-synthesised."""

    source: str
    """System that made it, or collection that it was recorded for; figures are given for each."""

    family: str
    """Kind of system; empty for recordings."""

    repo: str
    """Repository that it came from; held out as a whole."""

    pair: str
    """Same for a recording and its re-syntheses; empty where there is none."""

    sha256: str
    """SHA-256 of the file, hexadecimal."""

    fold: str
    """Fold of the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceProtocol:
    """Which sources train, which test, and under which conditions."""

    name: str
    """Name of the protocol file."""

    seed: int
    """Seed of everything random."""

    conditions: tuple[str, ...]
    """Delivery conditions that are reported."""

    main: tuple[str, ...]
    """Those under which every clip of the final fold is measured."""

    shortest: float
    """Shortest clip that takes part, in seconds."""

    windows: dict[str, int]
    """Most windows per clip: `synthetic` and `recorded` in development, `final`."""

    caps: dict[str, int]
    """Most clips of one system or collection, by label, those of the final fold under `final_` and the label."""

    development: int
    """How many clips take part in development: the beginning of the list, in which sources are even."""

    course: dict[str, int]
    """How the dense networks learn, where it is not as usual."""

    folds: dict[str, str]
    """Fold of each repository."""

    families: dict[str, str]
    """Kind of each system, by the beginning of its name."""

    sha256: str
    """SHA-256 of the protocol file."""


def read_voice_protocol(path: Path) -> VoiceProtocol:
    """Return the protocol in a JSON file.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        data = path.read_bytes()
        raw: dict[str, Any] = json.loads(data)
        folds = {
            repo: fold
            for fold, repos in (*raw["development"].items(), (FINAL, raw["final"]))
            for repo in repos
        }
        return VoiceProtocol(
            name=raw["name"],
            seed=raw["seed"],
            conditions=tuple(raw["conditions"]),
            main=tuple(raw["main_conditions"]),
            shortest=float(raw["shortest_seconds"]),
            windows=raw["windows"],
            caps=raw["caps"],
            development=raw["development_clips"],
            course=raw["course"],
            folds=folds,
            families={start: family for family, starts in raw["families"].items() for start in starts},
            sha256=hashlib.sha256(data).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise UsageError(f"The protocol {path.name} cannot be read: {cause!r}") from cause


def read_clips(folders: Sequence[Path], protocol: VoiceProtocol) -> tuple[Clip, ...]:
    """Return the clips that take part, systems and collections interleaved.

    Within a source the order is that of a hash of the path, which nobody chose.

    Args:
        folders: Corpus folders, each with its `manifest.csv`.
        protocol: Folds, caps and what is left out.

    Raises:
        UsageError: There is no manifest.
    """
    sources: dict[tuple[str, str], list[Clip]] = defaultdict(list)
    seen: set[str] = set()
    for folder in folders:
        for row in read_manifest(folder):
            clip = _clip(folder, row, protocol)
            if clip is not None and clip.sha256 not in seen:
                seen.add(clip.sha256)
                sources[clip.repo, clip.source].append(clip)
    kept = [
        drawn(clips, _path, seed=protocol.seed, most=_cap(clips[0], protocol)) for clips in sources.values()
    ]
    ordered = taking_turns(kept, _path)
    development = [clip for clip in ordered if clip.fold != FINAL][: protocol.development]
    return (*development, *(clip for clip in ordered if clip.fold == FINAL))


def seed_of(protocol: VoiceProtocol, clip: Clip, purpose: str) -> int:
    """Return a seed that depends on nothing but protocol, clip and purpose."""
    text = f"{protocol.seed}:{clip.sha256}:{purpose}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big")


def _path(clip: Clip) -> str:
    return clip.path


def _clip(folder: Path, row: dict[str, str], protocol: VoiceProtocol) -> Clip | None:
    synthetic, repo = row["label"] == "synthetic", row["repo"]
    fold = protocol.folds.get(repo)
    long_enough = float(row["seconds"] or 0) >= protocol.shortest
    system = row["system"]
    if fold is None or row["label"] not in ("synthetic", "recorded") or not long_enough:
        return None
    if fold == FINAL and system.startswith(TWIN):
        return None
    starts = [start for start in protocol.families if system.startswith(start)]
    return Clip(
        file=folder / row["path"],
        path=row["path"],
        synthetic=synthetic,
        source=system if synthetic else repo,
        family=protocol.families[max(starts, key=len)] if synthetic and starts else "",
        repo=repo,
        pair=f"{repo}:{row['pair']}" if row["pair"] else "",
        sha256=row["sha256"] or hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest(),
        fold=fold,
    )


def _cap(clip: Clip, protocol: VoiceProtocol) -> int:
    label = "synthetic" if clip.synthetic else "recorded"
    return protocol.caps[f"final_{label}" if clip.fold == FINAL else label]
