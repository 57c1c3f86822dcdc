"""Hit rates and false alarms of `audio.splice` on recordings of any folder with a manifest.

    python -m benchmarks.audio_splice --corpus DIR [--corpus DIR ...] [--splices 150] [--most 40] [--dev] [--out FILE]

False alarms: each recording as it is and after deliveries. Hits: two recordings of different collections, brought to
16 kHz and the same loudness, joined at pauses with a fade of 10 ms, half of them as an insert into the other. The
numbers in `detectors/audio/_background.py` were chosen on the collections in `detectors.train.splices` (`--dev`); all
others are held out.
Everything is drawn from one seed.
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
from detectors.train.splices import Recording, join, read_recordings
from detectors.view import make_view
from provenance.source import open_source

DELIVERIES = ("as_is", "mp3_64", "opus_24")
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
    recordings = read_recordings(options.corpus, chosen_on=options.dev, most=options.most, rng=rng)
    result = {
        "recordings": len(recordings),
        "collections": dict(sorted(collections.Counter(r.repo for r in recordings).items())),
        "untouched": alarms(recordings, rng),
        "splices": hits(recordings, options.splices, rng),
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def alarms(recordings: Sequence[Recording], rng: np.random.Generator) -> dict[str, Any]:
    """Return how many untouched recordings are flagged after each delivery, and in which collections."""
    found = {}
    for name in DELIVERIES:
        flagged = [r.repo for r in recordings if places(deliver(r.wave, name, rng))]
        found[name] = {"flagged": len(flagged), "where": dict(sorted(collections.Counter(flagged).items()))}
        print(f"{name:10s} {len(flagged)} of {len(recordings)} flagged {found[name]['where']}", flush=True)
    return found


def hits(recordings: Sequence[Recording], count: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return how many joined recordings are flagged, and how many with a place within half a second of a join."""
    cases = [join(recordings, rng, insert=k % 2 == 1) for k in range(count)]
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


def places(wave: NDArray[np.float32]) -> list[float]:
    """Return the places that the check reports as joins, in seconds."""
    with open_source(as_wav(wave)) as source:
        finding = run(make_view(source))
    if finding.points_to != "edited":
        return []
    return [((r.start or 0.0) + (r.end or 0.0)) / 2 for r in finding.regions]


if __name__ == "__main__":
    main()
