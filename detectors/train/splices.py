"""Recordings joined by script, with the times of the joins: what `audio.splice` is measured and calibrated on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.bench.manifest import read_manifest
from detectors.sound import read_mono
from provenance.errors import UnreadableError

__all__ = [
    "RATE",
    "Recording",
    "SplicePlan",
    "join",
    "join_as_they_are",
    "level",
    "read_plan",
    "read_recordings",
]

Wave = NDArray[np.float32]

RATE = 16_000
"""Rate of all recordings here, in Hz."""

_LEAST = 4.0
_LONGEST = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SplicePlan:
    """Which collections the search is trained on, and on which it is measured."""

    folds: dict[str, tuple[str, ...]]
    """Collections of training, in groups that are left out together."""

    held_out: tuple[str, ...]
    """Collections that whatever is quoted comes from."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a corpus."""

    name: str
    """Path below its corpus folder."""

    repo: str
    """Repository that it came from."""

    room: str
    """What stands for the room it was made in."""

    wave: Wave
    """Samples at 16 kHz."""


def read_plan(path: Path) -> SplicePlan:
    """Return the plan in a protocol file.

    Raises:
        UnreadableError: It is no such file.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        folds = {name: tuple(repos) for name, repos in held["folds"].items()}
        return SplicePlan(folds=folds, held_out=tuple(held["held_out"]))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as cause:
        raise UnreadableError(f"{path.name} is no protocol of splices: {cause}") from cause


def read_recordings(
    folders: Iterable[Path], *, repos: Collection[str], most: int, rng: np.random.Generator
) -> tuple[Recording, ...]:
    """Return recordings of at least four seconds.

    Args:
        folders: Corpus folders with their manifests.
        repos: Collections to take.
        most: Most recordings of one collection.
        rng: Decides which.

    Raises:
        UsageError: There is no manifest.
    """
    by_repo: dict[str, list[tuple[Path, dict[str, str]]]] = defaultdict(list)
    for folder in folders:
        for row in read_manifest(folder):
            long = float(row["seconds"] or 0) >= _LEAST
            if row["label"] == "recorded" and long and row["repo"] in repos:
                by_repo[row["repo"]].append((folder, row))
    found = []
    for _, mine in sorted(by_repo.items()):
        rng.shuffle(mine)
        for folder, row in mine[:most]:
            samples = read_mono(folder / row["path"], RATE, max_seconds=_LONGEST)
            found.append(Recording(row["path"], row["repo"], _room(row), samples))
    return tuple(found)


def join(
    recordings: Sequence[Recording],
    rng: np.random.Generator,
    *,
    insert: bool,
    at_pause: bool = True,
    fade: int = 160,
) -> tuple[Wave, list[float]]:
    """Return two recordings of different rooms, joined at the same loudness, and the times of the joins.

    Args:
        recordings: Where to draw from.
        rng: Source of all random choices.
        insert: Whether to put a part of the second into the first, where that is long enough.
        at_pause: Whether to cut in the quietest place within half a second, or anywhere.
        fade: Samples of the linear fade.
    """
    while True:
        first, second = (recordings[int(i)] for i in rng.choice(len(recordings), 2, replace=False))
        if first.room != second.room:
            break
    host, guest = level(first.wave), level(second.wave)
    cut = _pause if at_pause else _anywhere
    if insert and len(host) >= 8 * RATE:
        size = min(len(guest), int(rng.uniform(2, 8) * RATE))
        start = int(rng.integers(0, len(guest) - size + 1))
        part = guest[cut(guest, start) if start else 0 :][:size]
        at = cut(host, int(rng.uniform(3, len(host) / RATE - 3) * RATE))
        joined = _fade(_fade(host[:at], part, fade), host[at:], fade)
        return joined, [at / RATE, (at + len(part)) / RATE]
    at = cut(host, int(rng.uniform(min(3, len(host) / RATE - 1), min(len(host) / RATE, 12)) * RATE))
    start = cut(guest, int(rng.uniform(0, max(0.2, len(guest) / RATE - 3)) * RATE))
    return _fade(host[:at], guest[start:][: 12 * RATE], fade), [at / RATE]


def join_as_they_are(first: Recording, second: Recording) -> tuple[Wave, list[float]]:
    """Return two whole recordings one after the other, at the loudness that they have, and the time of the join."""
    return _fade(first.wave, second.wave), [len(first.wave) / RATE]


def level(wave: Wave) -> Wave:
    """Return the recording with its loud parts at one tenth of full scale."""
    loud = np.percentile(np.sqrt(np.convolve(wave * wave, np.full(400, 1 / 400), "same")), 95)
    return (wave * (0.1 / max(float(loud), 1e-4))).astype(np.float32)


def _pause(wave: Wave, at: int) -> int:
    """Return the quietest place within half a second of `at`."""
    start, stop = max(1600, at - 8000), min(len(wave) - 1600, at + 8000)
    if stop - start < 400:
        return at
    power = np.convolve(wave * wave, np.ones(320) / 320, "same")[start:stop:80]
    return start + 80 * int(np.argmin(power))


def _anywhere(wave: Wave, at: int) -> int:
    return max(1600, min(at, len(wave) - 1600))


def _fade(first: Wave, second: Wave, size: int = 160) -> Wave:
    """Join two waves with a linear fade."""
    ramp = np.linspace(0, 1, size, dtype=np.float32)
    middle = first[-size:] * (1 - ramp) + second[:size] * ramp
    return np.concatenate((first[:-size], middle, second[size:]))


def _room(row: dict[str, str]) -> str:
    """Return what stands for the room; LJSpeech and VCTK recur in many collections."""
    folder = row["path"].split("/")[2]
    return "studio" if "LJ" in folder or "VCTK" in folder else f"{row['repo']} {folder}"
