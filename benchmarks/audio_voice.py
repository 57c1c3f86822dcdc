"""How often the gates of the audio checks refuse speech, and how often music and noise.

The thresholds were chosen by looking at samples of the same collections, so these figures flatter.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
from pathlib import Path

from detectors.audio._voice import refusal, voice_of
from detectors.sound.survey import take_survey
from provenance.source import open_source

__all__ = ["main"]

OUT = Path(__file__).parent / "results" / "audio_voice.json"
LEAST_SECONDS = 5.0
REASONS = ("voiced speech", "clipped", "sound ends", "music or noise")


def main() -> None:
    """Survey recordings of at least five seconds and count the refusals, by collection and reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with manifest.csv")
    corpus = parser.parse_args().corpus
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    with (corpus / "manifest.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["label"] in ("recorded", "nonspeech")]
    for row in rows:
        if float(row["seconds"] or 0) < LEAST_SECONDS:
            continue
        with open_source(corpus / row["path"]) as source:
            survey = take_survey(source)
        why = refusal(survey, voice_of(survey)) or ""
        counts[f"{row['label']} {row['repo']}"]["files"] += 1
        for reason in REASONS:
            if reason in why:
                counts[f"{row['label']} {row['repo']}"][f"refused: {reason}"] += 1
    result = {name: dict(counter) for name, counter in sorted(counts.items())}
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    print(OUT.read_text())


if __name__ == "__main__":
    main()
