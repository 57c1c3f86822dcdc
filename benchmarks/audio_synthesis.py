"""What `audio.synthesis` says about the final fold of its protocol: found, alarms, abstained, time.

    python -m benchmarks.audio_synthesis CORPUS [CORPUS ...] [--clips 100] [--conditions as_is telephone]

The figures by system, recording source and condition stand in the card beside the weights; they come from
`python -m detectors.train audio.synthesis --final`. This script adds what only the whole check has: gates, the
delivery test, several windows, and the time for ten minutes of speech.
"""

from __future__ import annotations

import argparse
import io
import re
import time
import wave
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import both_sides, environment, write_result
from detectors.calibration import wilson
from detectors.catalogue import find_check
from detectors.runner import run_check
from detectors.sound import read_mono
from detectors.train.audio_corpus import Clip, VoiceProtocol, read_clips, read_voice_protocol, seed_of
from detectors.train.audio_delivery import deliver
from detectors.train.corpus import FINAL
from detectors.view import make_view
from provenance.errors import AssayError
from provenance.model.finding import Finding
from provenance.source import open_source

PROTOCOL = Path(__file__).parent / "protocols" / "audio-synthesis.json"
RATE = 16000
LONGEST = 20.0


def main() -> None:
    """Run the check on the final fold and write `results/audio_synthesis.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--clips", type=int, default=100, help="how many of each class")
    parser.add_argument("--conditions", nargs="+", default=["as_is", "telephone"])
    options = parser.parse_args()
    protocol = read_voice_protocol(PROTOCOL)
    clips = [c for c in read_clips(options.corpora, protocol) if c.fold == FINAL]
    kept = both_sides(clips, lambda c: c.synthetic, lambda c: c.repo, options.clips)
    conditions = {name: _measure(kept, name, protocol) for name in options.conditions}
    found = {"conditions": conditions, "time": _time(kept), "environment": environment()}
    write_result("audio_synthesis", found)


def _measure(clips: Sequence[Clip], condition: str, protocol: VoiceProtocol) -> dict[str, Any]:
    said = {True: Counter[str](), False: Counter[str]()}
    reasons: Counter[str] = Counter()
    for clip in clips:
        try:
            sound = read_mono(clip.file, RATE, max_seconds=LONGEST)
        except AssayError:
            continue
        rng = np.random.default_rng(seed_of(protocol, clip, f"bench:{condition}"))
        finding = _examine(deliver(sound, condition, rng))
        if finding.outcome != "reported":
            said[clip.synthetic]["abstained"] += 1
            reasons[re.sub(r"\d[\d.]*", "N", (finding.reason or "")[:60])] += 1
        elif (finding.log10_lr or 0) > 0:
            said[clip.synthetic][finding.strength] += 1
        else:
            said[clip.synthetic]["none" if finding.strength == "none" else "towards a recording"] += 1
    sides = {"synthetic": said[True], "recorded": said[False]}
    return {
        **{name: _shares(counts) for name, counts in sides.items()},
        "reasons": dict(reasons.most_common()),
    }


def _examine(sound: NDArray[np.float32]) -> Finding:
    with open_source(_wav(sound)) as source:
        return run_check(find_check("audio.synthesis"), make_view(source))


def _wav(sound: NDArray[np.float32]) -> bytes:
    stream = io.BytesIO()
    peak = max(1.0, float(np.abs(sound).max()) / 0.99)
    with wave.open(stream, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound / peak * 32767).astype("<i2").tobytes())
    return stream.getvalue()


def _shares(counts: Counter[str]) -> dict[str, Any]:
    total = sum(counts.values())
    return {
        name: {"count": n, "of": total, "wilson_95": [round(v, 4) for v in wilson(n, total)]}
        for name, n in sorted(counts.items())
    }


def _time(clips: Sequence[Clip]) -> dict[str, float]:
    """Return seconds of one core for ten minutes of recordings in a row, decoding and gates included."""
    parts: list[NDArray[np.float32]] = []
    for clip in clips:
        if not clip.synthetic and sum(len(p) for p in parts) < 600 * RATE:
            parts.append(read_mono(clip.file, RATE, max_seconds=LONGEST))
    sound = np.resize(np.concatenate(parts), 600 * RATE)
    _examine(sound[: 10 * RATE])
    started = time.process_time()
    _examine(sound)
    spent = time.process_time() - started
    return {"seconds_of_sound": 600.0, "seconds_of_one_core": round(spent, 1)}


if __name__ == "__main__":
    main()
