"""Time and memory of all audio checks on one hour of sound: `python -m benchmarks.audio_speed [--minutes 60]`.

The hour is made in code (pulse trains in syllables over the noise of a room), or repeats a recording of speech
(`--speech FILE`), without which the score of the voice does not apply. It is WAV of 44.1 kHz in two channels, and
examined in a process of its own, so that the peak of its memory is that of the examination. Each check is timed
after the survey that all of them share.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.measuring import environment
from detectors.sound import read_mono

__all__ = ["main", "make_hour"]

OUT = Path(__file__).parent / "results" / "audio_speed.json"
RATE = 44_100


def _peak() -> float:
    """Return this process's own high-water mark in MiB (Linux only); ru_maxrss would begin at that of its parent."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Make the recording, examine it and write the result."""
    parser = argparse.ArgumentParser(description="Time and memory of the audio checks")
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--speech", type=Path, help="recording of speech to repeat")
    given = parser.parse_args()
    minutes = given.minutes
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.wav"
        if given.speech:
            repeat_speech(path, minutes, given.speech)
        else:
            make_hour(path, minutes)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            result = pool.apply(examine, (str(path),))
    result = {
        "minutes": minutes,
        "speech": "repeated" if given.speech else "made",
        **result,
        "environment": environment(),
    }
    OUT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


def make_hour(path: Path, minutes: int) -> None:
    """Write a recording of two channels, minute by minute."""
    rng = np.random.default_rng(7)
    count = 60 * RATE
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as out:
        for _ in range(minutes):
            pitch = 110 + 40 * np.sin(np.arange(count) / 30_000 + rng.uniform(0, 6))
            pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
            voice = np.convolve(pulses, np.hanning(60) * np.sin(np.arange(60) / 4), "same")
            gate = np.repeat(rng.random(60 * 5) < 0.7, RATE // 5).astype(float)
            mono = 0.1 * voice * np.convolve(gate, np.ones(800) / 800, "same") + 0.001 * rng.standard_normal(
                count
            )
            out.write(np.clip(np.stack((mono, 0.8 * mono), axis=1), -1, 1).astype(np.float32))


def repeat_speech(path: Path, minutes: int, speech: Path) -> None:
    """Write a recording of two channels that repeats another one, each time a little louder or quieter."""
    rng = np.random.default_rng(7)
    wave = read_mono(speech, RATE, max_seconds=600)
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as out:
        written = 0
        while written < 60 * RATE * minutes:
            part = wave[: 60 * RATE * minutes - written] * float(rng.uniform(0.7, 1.0))
            out.write(np.clip(np.stack((part, 0.8 * part), axis=1), -1, 1).astype(np.float32))
            written += len(part)


def examine(path: str) -> dict[str, Any]:
    """Run the survey and every audio check in this process, and return seconds of its processor and peak memory."""
    from detectors.runner import run_checks, select
    from detectors.view import AudioView, make_view
    from provenance.source import open_source

    before = _peak()
    seconds: dict[str, float] = {}
    outcomes = {}
    with open_source(path) as source:
        view = make_view(source)
        assert isinstance(view, AudioView)
        at = time.process_time()
        _ = view.survey
        seconds["survey"] = round(time.process_time() - at, 2)
        for check in select(["audio"], plugins=False):
            at = time.process_time()
            (finding,) = run_checks(view, [check])
            seconds[check.id] = round(time.process_time() - at, 2)
            outcomes[check.id] = finding.outcome
    peak = _peak()
    return {
        "processor seconds": seconds,
        "processor seconds in all": round(sum(seconds.values()), 1),
        "outcomes": outcomes,
        "memory at start in MiB": round(before),
        "peak memory in MiB": round(peak),
    }


if __name__ == "__main__":
    main()
