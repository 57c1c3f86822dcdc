"""Recordings joined by script, with the times of the joins: what `audio.splice` is measured and calibrated on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.bench.manifest import read_manifest
from detectors.sound import read_mono

__all__ = ["CHOSEN_ON", "Recording", "join", "read_recordings"]

Wave = NDArray[np.float32]

_RATE = 16_000
_LEAST = 4.0
_LONGEST = 40.0

CHOSEN_ON = (
    "FastDiff/FastDiff.github.io", "MobileSpeech/MobileSpeech.github.io", "jim-schwoebel/sample_voice_data",
    "mindslab-ai/univnet", "jik876/hifi-gan-demo", "coqui-ai/TTS", "budydeveloper/tts-clone-dataset",
    "styletts2/styletts2.github.io", "e1tts/e1tts.github.io", "janvainer/speedyspeech",
    "bigvgan-demo/bigvgan-demo.github.io",
)  # fmt: skip
"""Collections on which the numbers of the check were chosen; whatever is quoted comes from others."""


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


def read_recordings(
    folders: Iterable[Path], *, chosen_on: bool, most: int, rng: np.random.Generator
) -> tuple[Recording, ...]:
    """Return recordings of at least four seconds.

    Args:
        folders: Corpus folders with their manifests.
        chosen_on: Whether to take the collections in `CHOSEN_ON`, or all others.
        most: Most recordings of one collection.
        rng: Decides which.

    Raises:
        UsageError: There is no manifest.
    """
    by_repo: dict[str, list[tuple[Path, dict[str, str]]]] = defaultdict(list)
    for folder in folders:
        for row in read_manifest(folder):
            long = float(row["seconds"] or 0) >= _LEAST
            if row["label"] == "recorded" and long and (row["repo"] in CHOSEN_ON) == chosen_on:
                by_repo[row["repo"]].append((folder, row))
    found = []
    for _, mine in sorted(by_repo.items()):
        rng.shuffle(mine)
        for folder, row in mine[:most]:
            samples = read_mono(folder / row["path"], _RATE, max_seconds=_LONGEST)
            found.append(Recording(row["path"], row["repo"], _room(row), samples))
    return tuple(found)


def join(
    recordings: Sequence[Recording], rng: np.random.Generator, *, insert: bool
) -> tuple[Wave, list[float]]:
    """Return a joined recording and the times of its joins."""
    while True:
        first, second = (recordings[int(i)] for i in rng.choice(len(recordings), 2, replace=False))
        if first.room != second.room:
            break
    host, guest = _level(first.wave), _level(second.wave)
    if insert and len(host) >= 8 * _RATE:
        size = min(len(guest), int(rng.uniform(2, 8) * _RATE))
        start = int(rng.integers(0, len(guest) - size + 1))
        part = guest[_pause(guest, start) if start else 0 :][:size]
        at = _pause(host, int(rng.uniform(3, len(host) / _RATE - 3) * _RATE))
        joined = _fade(_fade(host[:at], part), host[at:])
        return joined, [at / _RATE, (at + len(part)) / _RATE]
    at = _pause(host, int(rng.uniform(min(3, len(host) / _RATE - 1), min(len(host) / _RATE, 12)) * _RATE))
    start = _pause(guest, int(rng.uniform(0, max(0.2, len(guest) / _RATE - 3)) * _RATE))
    return _fade(host[:at], guest[start:][: 12 * _RATE]), [at / _RATE]


def _level(wave: Wave) -> Wave:
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


def _fade(first: Wave, second: Wave, size: int = 160) -> Wave:
    """Join two waves with a linear fade."""
    ramp = np.linspace(0, 1, size, dtype=np.float32)
    middle = first[-size:] * (1 - ramp) + second[:size] * ramp
    return np.concatenate((first[:-size], middle, second[size:]))


def _room(row: dict[str, str]) -> str:
    """Return what stands for the room; LJSpeech and VCTK recur in many collections."""
    folder = row["path"].split("/")[2]
    return "studio" if "LJ" in folder or "VCTK" in folder else f"{row['repo']} {folder}"
