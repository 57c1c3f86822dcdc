"""Whether the gate "too little voiced speech" is too strict: its seconds against those of another tracker of pitch.

    python -m benchmarks.audio_voicing --corpus DIR [--corpus DIR ...] [--most 1] [--out FILE]

The other one is DIO with StoneMask of WORLD (M. Morise, H. Kawahara, H. Katayose, AES 35th conference, 2009), of the
extra `bench`, 65 to 400 Hz. Clips are recorded and synthetic, of 3 to 6 s, so many of each repository and label.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyworld

from benchmarks.audio_voice import read
from benchmarks.measuring import environment
from detectors.audio._voice import LEAST_VOICED, voice_of
from detectors.sound import read_mono
from detectors.sound.survey import take_survey
from provenance.errors import AssayError
from provenance.source import open_source

__all__ = ["main"]

OUT = Path(__file__).parent / "results" / "audio_voicing.json"
RATE = 16_000
MOST_SECONDS = 6.0


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Voiced seconds of the gates against WORLD")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--most", type=int, default=1, help="clips of one repository and label")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    rows: dict[str, list[tuple[float, float, float]]] = {"recorded": [], "synthetic": []}
    for clip in read(options.corpus, options.most, most_seconds=MOST_SECONDS):
        if clip.label in rows:
            try:
                rows[clip.label].append(measured(clip.path))
            except AssayError as cause:
                print(clip.path.name, cause)
    result = {**{label: told(found) for label, found in rows.items()}, "environment": environment()}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


def measured(path: Path) -> tuple[float, float, float]:
    """Return the length of a clip, and its voiced seconds for the gates and for WORLD."""
    with open_source(path) as source:
        survey = take_survey(source)
    wave = read_mono(path, RATE).astype(np.float64)
    pitch, times = pyworld.dio(wave, RATE, f0_floor=65.0, f0_ceil=400.0, frame_period=10.0)
    pitch = pyworld.stonemask(wave, pitch, times, RATE)
    return survey.seconds, voice_of(survey).seconds, float(np.count_nonzero(pitch)) / 100


def told(found: list[tuple[float, float, float]]) -> dict[str, Any]:
    """Return means, and how many clips have too little by either measure."""
    table = np.array(found)
    ours, theirs = (table[:, column] < LEAST_VOICED for column in (1, 2))
    means = table.mean(axis=0).round(2).tolist()
    return {
        "clips": len(table),
        "mean seconds: whole, voiced, voiced by WORLD": means,
        "too little by both": int(np.sum(ours & theirs)),
        "too little only by ours": int(np.sum(ours & ~theirs)),
        "too little only by WORLD": int(np.sum(~ours & theirs)),
    }


if __name__ == "__main__":
    main()
