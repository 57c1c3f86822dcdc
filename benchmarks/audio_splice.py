"""Hit rates and false alarms of `audio.splice` on recordings of any folder with a manifest.

    python -m benchmarks.audio_splice --corpus DIR [--corpus DIR ...] [--splices 150] [--most 40] [--dev] [--out FILE]

False alarms: each recording as it is and after deliveries. Hits: two recordings of different collections, brought to
16 kHz and the same loudness, joined at pauses with a fade of 10 ms, half of them as an insert into the other. The
numbers in `detectors/audio/_background.py` were chosen on the collections of `DEV` (`--dev`); all others are held out.
Everything is drawn from one seed.
"""

from __future__ import annotations

import argparse
import collections
import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from detectors.audio.splice import run
from detectors.sound import read_mono
from detectors.train.audio_delivery import deliver
from detectors.view import make_view
from provenance.source import open_source

Wave = NDArray[np.float32]

RATE = 16_000
DELIVERIES = ("as_is", "mp3_64", "opus_24")
DEV = (
    "FastDiff/FastDiff.github.io", "MobileSpeech/MobileSpeech.github.io", "jim-schwoebel/sample_voice_data",
    "mindslab-ai/univnet", "jik876/hifi-gan-demo", "coqui-ai/TTS", "budydeveloper/tts-clone-dataset",
    "styletts2/styletts2.github.io", "e1tts/e1tts.github.io", "janvainer/speedyspeech",
    "bigvgan-demo/bigvgan-demo.github.io",
)  # fmt: skip
LEAST = 4.0
LONGEST = 40.0
CLOSE = 0.5


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check audio.splice")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--splices", type=int, default=150)
    parser.add_argument("--most", type=int, default=40, help="recordings of one collection")
    parser.add_argument(
        "--dev", action="store_true", help="on the collections that the numbers were chosen on"
    )
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(4)
    recordings = load(options.corpus, dev=options.dev, most=options.most, rng=rng)
    result = {
        "recordings": len(recordings),
        "collections": dict(sorted(collections.Counter(r["repo"] for r in recordings).items())),
        "untouched": alarms(recordings, rng),
        "splices": hits(recordings, options.splices, rng),
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def load(folders: list[Path], *, dev: bool, most: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return recordings of at least four seconds with their samples, at most `most` of a collection."""
    by_repo: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for folder in folders:
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (
                    row["label"] == "recorded"
                    and (row["repo"] in DEV) == dev
                    and float(row["seconds"] or 0) >= LEAST
                ):
                    by_repo[row["repo"]].append({**row, "file": folder / row["path"]})
    chosen = []
    for _repo, rows in sorted(by_repo.items()):
        rng.shuffle(rows)
        chosen += rows[:most]
    for row in chosen:
        row["wave"] = read_mono(row["file"], RATE, max_seconds=LONGEST)
    return chosen


def alarms(recordings: list[dict[str, Any]], rng: np.random.Generator) -> dict[str, Any]:
    """Return how many untouched recordings are flagged after each delivery, and in which collections."""
    found = {}
    for name in DELIVERIES:
        flagged = [r["repo"] for r in recordings if places(deliver(r["wave"], name, rng))]
        found[name] = {"flagged": len(flagged), "where": dict(sorted(collections.Counter(flagged).items()))}
        print(f"{name:10s} {len(flagged)} of {len(recordings)} flagged {found[name]['where']}", flush=True)
    return found


def hits(recordings: list[dict[str, Any]], count: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return how many joined recordings are flagged, and how many with a place within half a second of a join."""
    cases = [case(recordings, rng, insert=k % 2 == 1) for k in range(count)]
    found = {}
    for name in DELIVERIES:
        told = [places(deliver(wave, name, rng)) for wave, _ in cases]
        near = [
            any(abs(a - j) <= CLOSE for a in t for j in joins)
            for t, (_, joins) in zip(told, cases, strict=True)
        ]
        found[name] = {"cases": count, "flagged": sum(map(bool, told)), "within 0.5 s": sum(near)}
        print(f"{name:10s} {found[name]}", flush=True)
    return found


def places(wave: Wave) -> list[float]:
    """Return the places that the check reports as joins, in seconds."""
    held = io.BytesIO()
    soundfile.write(held, wave, RATE, format="WAV", subtype="PCM_16")
    with open_source(held.getvalue()) as source:
        finding = run(make_view(source))
    if finding.points_to != "edited":
        return []
    return [((r.start or 0.0) + (r.end or 0.0)) / 2 for r in finding.regions]


def case(
    recordings: list[dict[str, Any]], rng: np.random.Generator, *, insert: bool
) -> tuple[Wave, list[float]]:
    """Return a joined recording and the times of its joins."""
    while True:
        first, second = (recordings[int(i)] for i in rng.choice(len(recordings), 2, replace=False))
        if room(first) != room(second):
            break
    host, guest = level(first["wave"]), level(second["wave"])
    if insert and len(host) >= 8 * RATE:
        size = min(len(guest), int(rng.uniform(2, 8) * RATE))
        start = int(rng.integers(0, len(guest) - size + 1))
        part = guest[pause(guest, start) if start else 0 :][:size]
        at = pause(host, int(rng.uniform(3, len(host) / RATE - 3) * RATE))
        joined = fade(fade(host[:at], part), host[at:])
        return joined, [at / RATE, (at + len(part)) / RATE]
    at = pause(host, int(rng.uniform(min(3, len(host) / RATE - 1), min(len(host) / RATE, 12)) * RATE))
    start = pause(guest, int(rng.uniform(0, max(0.2, len(guest) / RATE - 3)) * RATE))
    return fade(host[:at], guest[start:][: 12 * RATE]), [at / RATE]


def room(row: dict[str, Any]) -> str:
    """Return what stands for the room; LJSpeech and VCTK recur in many collections."""
    folder = row["path"].split("/")[2]
    return "studio" if "LJ" in folder or "VCTK" in folder else f"{row['repo']} {folder}"


def level(wave: Wave) -> Wave:
    """Return the recording with its loud parts at one tenth of full scale."""
    loud = np.percentile(np.sqrt(np.convolve(wave * wave, np.full(400, 1 / 400), "same")), 95)
    return (wave * (0.1 / max(float(loud), 1e-4))).astype(np.float32)


def pause(wave: Wave, at: int) -> int:
    """Return the quietest place within half a second of `at`."""
    start, stop = max(1600, at - 8000), min(len(wave) - 1600, at + 8000)
    if stop - start < 400:
        return at
    power = np.convolve(wave * wave, np.ones(320) / 320, "same")[start:stop:80]
    return start + 80 * int(np.argmin(power))


def fade(first: Wave, second: Wave, size: int = 160) -> Wave:
    """Join two waves with a linear fade."""
    ramp = np.linspace(0, 1, size, dtype=np.float32)
    middle = first[-size:] * (1 - ramp) + second[:size] * ramp
    return np.concatenate((first[:-size], middle, second[size:]))


if __name__ == "__main__":
    main()
