"""Hit rates and false alarms of `audio.splice` on collections that its weights have not seen.

    python -m benchmarks.audio_splice --corpus DIR [--corpus DIR ...] [--splices 100] [--most 25] [--only as_is]
        [--out FILE]

The collections are those that `benchmarks/protocols/audio-splice.json` holds out. False alarms: each recording as it is
and after deliveries. Hits: two recordings of different rooms, brought to 16 kHz and the same loudness, joined at
pauses with a fade of 10 ms, half of them as an insert into the other; and the same cut anywhere, in speech or not.
Beside them what is harder or not looked for: two recordings of one collection, a second of silence put in, two
seconds taken out, and conversations made by script, which are no joins. Everything is drawn from one seed.
"""

from __future__ import annotations

import argparse
import collections
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.audio.splice import run
from detectors.sound.wav import as_wav
from detectors.train.audio_delivery import deliver
from detectors.train.conversations import converse
from detectors.train.splices import RATE, Recording, join, join_as_they_are, level, read_plan, read_recordings
from detectors.view import make_view
from provenance.source import open_source

PROTOCOL = Path(__file__).parent / "protocols" / "audio-splice.json"
DELIVERIES = ("as_is", "mp3_64", "aac_64", "opus_24")
CLOSE = 0.5

Wave = NDArray[np.float32]


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check audio.splice")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--splices", type=int, default=100)
    parser.add_argument("--most", type=int, default=25, help="recordings of one collection")
    parser.add_argument("--only", choices=DELIVERIES, action="append", help="deliveries; default: all")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    chains = options.only or list(DELIVERIES)
    rng = np.random.default_rng(4)
    recordings = read_recordings(
        options.corpus, repos=read_plan(PROTOCOL).held_out, most=options.most, rng=rng
    )
    result = {
        "recordings": len(recordings),
        "collections": dict(sorted(collections.Counter(r.repo for r in recordings).items())),
        "untouched": alarms(recordings, chains, rng),
        "joins": {
            case: hits(case, made, chains, rng)
            for case, made in cases(recordings, options.splices, rng).items()
        },
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def alarms(
    recordings: Sequence[Recording], chains: Sequence[str], rng: np.random.Generator
) -> dict[str, Any]:
    """Return how many untouched recordings are flagged after each delivery, and in which collections."""
    found = {}
    for name in chains:
        flagged = [r.repo for r in recordings if places(deliver(r.wave, name, rng))]
        found[name] = {"flagged": len(flagged), "where": dict(sorted(collections.Counter(flagged).items()))}
        print(f"{name:10s} {len(flagged)} of {len(recordings)} flagged {found[name]['where']}", flush=True)
    return found


def cases(
    recordings: Sequence[Recording], count: int, rng: np.random.Generator
) -> dict[str, list[tuple[Wave, list[float]]]]:
    """Return recordings with the times of their joins, by kind."""
    few = count // 2
    return {
        "at pauses": [join(recordings, rng, insert=k % 2 == 1) for k in range(count)],
        "anywhere": [join(recordings, rng, insert=k % 2 == 1, at_pause=False) for k in range(few)],
        "one collection": [_neighbours(recordings, rng) for _ in range(few)],
        "a second of silence put in": [_silenced(recordings, rng) for _ in range(few)],
        "two seconds taken out": [_shortened(recordings, rng) for _ in range(few)],
        "conversation, no join": [(converse(recordings, rng), []) for _ in range(few)],
    }


def hits(
    case: str, made: Sequence[tuple[Wave, list[float]]], chains: Sequence[str], rng: np.random.Generator
) -> dict[str, Any]:
    """Return how many joined recordings are flagged, and how many with a place within half a second of a join."""
    found = {}
    for name in chains if case == "at pauses" else chains[:1]:
        told = [places(deliver(wave, name, rng)) for wave, _ in made]
        near = [
            any(abs(a - j) <= CLOSE for a in t for j in joins)
            for t, (_, joins) in zip(told, made, strict=True)
        ]
        found[name] = {"cases": len(made), "flagged": sum(map(bool, told)), "within 0.5 s": sum(near)}
        print(f"{case:28s} {name:10s} {found[name]}", flush=True)
    return found


def _neighbours(recordings: Sequence[Recording], rng: np.random.Generator) -> tuple[Wave, list[float]]:
    """Return two recordings of one collection, one after the other."""
    first = recordings[int(rng.integers(len(recordings)))]
    others = [r for r in recordings if r.repo == first.repo and r.name != first.name] or [first]
    return join_as_they_are(first, others[int(rng.integers(len(others)))])


def _long(recordings: Sequence[Recording], rng: np.random.Generator) -> tuple[Wave, int]:
    """Return a recording of seven seconds or more, and a place in its middle."""
    some = [r for r in recordings if len(r.wave) >= 7 * RATE]
    wave = level(some[int(rng.integers(len(some)))].wave)
    return wave, int(rng.integers(2 * RATE, len(wave) - 4 * RATE))


def _silenced(recordings: Sequence[Recording], rng: np.random.Generator) -> tuple[Wave, list[float]]:
    wave, at = _long(recordings, rng)
    silence = np.zeros(RATE, dtype=np.float32)
    return np.concatenate((wave[:at], silence, wave[at:])), [at / RATE, at / RATE + 1]


def _shortened(recordings: Sequence[Recording], rng: np.random.Generator) -> tuple[Wave, list[float]]:
    wave, at = _long(recordings, rng)
    return np.concatenate((wave[:at], wave[at + 2 * RATE :])), [at / RATE]


def places(wave: NDArray[np.float32]) -> list[float]:
    """Return the places that the check reports as joins, in seconds."""
    with open_source(as_wav(wave)) as source:
        finding = run(make_view(source))
    if finding.points_to != "edited":
        return []
    return [((r.start or 0.0) + (r.end or 0.0)) / 2 for r in finding.regions]


if __name__ == "__main__":
    main()
