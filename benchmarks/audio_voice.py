"""How often the gates of the score of voices refuse one voice, several at once, music, and music under a voice.

    python -m benchmarks.audio_voice --corpus DIR [--corpus DIR ...] [--most 4] [--mixtures 80] [--out FILE]

Voices are recorded and synthetic clips of at least three seconds, as they are and after one delivery each, taken in
turn. Mixtures are made of two clips of different repositories, the shorter one's length, at 0, -3 or -6 dB. Whole
repositories go to one of two halves by a hash of their name: the threshold for two pitches at once is chosen on the
half `choose` and its figures are quoted on the half `quote`. The other thresholds were chosen by looking at samples
of the first corpus, so their figures flatter.
"""

from __future__ import annotations

import argparse
import collections
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy import signal

from benchmarks.measuring import environment
from detectors.audio._overlap import overlap
from detectors.audio._versions import trim
from detectors.audio._voice import MOST_OVERLAP, refusal, voice_of
from detectors.sound import read_mono
from detectors.sound.survey import take_survey
from detectors.train.audio_delivery import deliver
from provenance.errors import AssayError
from provenance.source import open_source

__all__ = ["main"]

Wave = NDArray[np.float32]

OUT = Path(__file__).parent / "results" / "audio_voice.json"
RATE = 16_000
LEAST_SECONDS = 3.0
MOST_SECONDS = 12
LEVELS = (0.0, -3.0, -6.0)
BEDS = (0.0, -10.0, -20.0)
DELIVERIES = ("mp3_64", "opus_24", "telephone", "noise_10", "room", "mp3_32", "messenger")
REASONS = {"voiced speech": "too little voiced speech", "clipped": "clipped", "sound ends": "narrow band",
           "music or noise": "music or noise", "Two pitches": "two pitches at once"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of a corpus."""

    path: Path
    repo: str
    label: str

    @property
    def half(self) -> str:
        """`choose` or `quote`, the same for a whole repository."""
        return "choose" if number("speakers " + self.repo) % 2 else "quote"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gates say of one sound."""

    group: str
    half: str
    delivery: str
    reason: str
    overlap: float
    repo: str = ""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Refusals of the gates before the score of voices")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--most", type=int, default=4, help="clips of one repository and label")
    parser.add_argument("--mixtures", type=int, default=80, help="mixtures of each half")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    clips = list(read(options.corpus, options.most))
    voices = [c for c in clips if c.label != "nonspeech"]
    answers = [*alone(voices), *mixed(voices, options.mixtures), *others(clips)]
    result = {**summary(answers), "environment": environment()}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


def read(folders: list[Path], most: int, *, most_seconds: float = 60.0) -> Iterator[Clip]:
    """Return clips of every repository and label, in the order of a hash of their path; all that is not speech."""
    groups: dict[tuple[str, str], list[Clip]] = collections.defaultdict(list)
    for folder in folders:
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                seconds = float(row["seconds"] or 0)
                if row["label"] != "uncertain" and LEAST_SECONDS <= seconds <= most_seconds:
                    clip = Clip(folder / row["path"], row["repo"], row["label"])
                    groups[clip.repo, clip.label].append(clip)
    for (_, label), clips in sorted(groups.items()):
        clips.sort(key=lambda c: number(c.path.name))
        yield from clips[: 40 if label == "nonspeech" else most]


def number(text: str) -> int:
    """Return a number that nobody chose."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def alone(clips: list[Clip]) -> Iterator[Answer]:
    """Ask the gates about single voices."""
    for index, clip in enumerate(clips):
        delivery = DELIVERIES[index % len(DELIVERIES)]
        try:
            yield ask(clip.path, clip.label, clip.half, "as is", clip.repo)
            wave = read_mono(clip.path, RATE, max_seconds=MOST_SECONDS)
        except AssayError as cause:
            print(clip.path.name, cause)
            continue
        yield ask(
            delivered(wave, delivery, number(clip.path.name)), clip.label, clip.half, delivery, clip.repo
        )


def mixed(clips: list[Clip], most: int) -> Iterator[Answer]:
    """Ask the gates about two voices at once."""
    for half in ("choose", "quote"):
        rng = np.random.default_rng(number(half))
        pool = [c for c in clips if c.half == half]
        made = 0
        while made < most:
            one, two = (pool[i] for i in rng.integers(0, len(pool), 2))
            if one.repo == two.repo:
                continue
            level = LEVELS[made % len(LEVELS)]
            delivery = ("as is", *DELIVERIES)[made // len(LEVELS) % (len(DELIVERIES) + 1)]
            first, second = (trim(read_mono(c.path, RATE, max_seconds=MOST_SECONDS)) for c in (one, two))
            wave = together(first, second, level)
            made += 1
            yield ask(delivered(wave, delivery, made), f"two voices at {level:g} dB", half, delivery)


def others(clips: list[Clip]) -> Iterator[Answer]:
    """Ask the gates about music and other sounds, alone and under a voice, and about noise."""
    voices = [c for c in clips if c.label == "recorded"]
    rng = np.random.default_rng(1)
    for index, clip in enumerate(c for c in clips if c.label == "nonspeech"):
        yield ask(clip.path, "music and other sounds", clip.half, "as is")
        voice = voices[int(rng.integers(len(voices)))]
        bed = BEDS[index % len(BEDS)]
        wave = together(
            trim(read_mono(voice.path, RATE, max_seconds=MOST_SECONDS)), read_mono(clip.path, RATE), bed
        )
        yield ask(wave, f"voice over music at {bed:g} dB", clip.half, "as is")
    for pole in (0.0, 0.9, 0.99):
        noise = signal.lfilter([1.0], [1.0, -pole], rng.standard_normal(10 * RATE)).astype(np.float32)
        yield ask(0.1 * noise / noise.std(), "noise", "quote", f"pole {pole}")


def together(one: Wave, two: Wave, level: float) -> Wave:
    """Return the sum of two sounds, as long as the shorter, the second so many dB against the first."""
    length = min(len(one), len(two))
    parts = [w[:length] / max(float(np.sqrt(np.mean(w[:length] ** 2))), 1e-6) for w in (one, two)]
    wave = (parts[0] + 10 ** (level / 20) * parts[1]) * 0.07
    return np.asarray(wave / max(1.0, float(np.abs(wave).max())), dtype=np.float32)


def delivered(wave: Wave, delivery: str, seed: int) -> Wave:
    """Return the sound after a delivery; `room` is a strong reverberation of 0.3 to 0.7 s."""
    rng = np.random.default_rng(seed)
    if delivery != "room":
        return deliver(wave, delivery.replace(" ", "_"), rng)
    length = int(RATE * rng.uniform(0.3, 0.7))
    tail = rng.normal(0, 1, length) * np.exp(-6.9 * np.arange(length) / length)
    tail[: RATE // 300] = 0.0
    tail *= 10 ** (rng.uniform(-6, 3) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    wet = signal.fftconvolve(wave, tail)[: len(wave)]
    return np.asarray(wet / max(1.0, float(np.abs(wet).max())), dtype=np.float32)


def ask(sound: Path | Wave, group: str, half: str, delivery: str, repo: str = "") -> Answer:
    """Return what the gates say of a file or of samples at 16 kHz."""
    if isinstance(sound, np.ndarray):
        held = io.BytesIO()
        soundfile.write(held, sound, RATE, format="WAV", subtype="PCM_16")
        data: Path | bytes = held.getvalue()
    else:
        data = sound
    with open_source(data) as source:
        survey = take_survey(source)
    why = refusal(survey, voice_of(survey)) or ""
    reason = next((name for part, name in REASONS.items() if part in why), why)
    return Answer(group, half, delivery, reason, overlap([w.samples for w in survey.windows]), repo)


def summary(answers: list[Answer]) -> dict[str, Any]:
    """Return the counts."""
    single = [a for a in answers if a.group in ("recorded", "synthetic")]
    mixtures = [a for a in answers if a.group.startswith("two voices")]
    chosen = [a.overlap for a in single if a.half == "choose" and passed(a)]
    return {
        "two pitches at once": {
            "threshold as shipped": MOST_OVERLAP,
            "value that 1 % of single voices of the half `choose` exceed": round(
                float(np.quantile(chosen, 0.99)), 4
            ),
            "all sounds": by_half(single, mixtures),
            "sounds that the other gates let pass": {
                **by_half([a for a in single if passed(a)], [a for a in mixtures if passed(a)]),
                "voices over music, both halves": grouped(
                    [a for a in answers if a.group.startswith("voice over") and passed(a)], "group"
                ),
            },
        },
        "refusals": {
            f"{group}, {'as is' if plain else 'delivered'}": refusals(
                [a for a in answers if a.group == group and (a.delivery == "as is") == plain]
            )
            for group in sorted({a.group for a in answers})
            for plain in (True, False)
            if any(a.group == group and (a.delivery == "as is") == plain for a in answers)
        },
        "refusals by collection, as is": {
            name: refusals([a for a in answers if a.delivery == "as is" and f"{a.group} {a.repo}" == name])
            for name in sorted({f"{a.group} {a.repo}" for a in answers if a.repo})
        },
    }


def passed(answer: Answer) -> bool:
    """Return whether no other gate refuses the sound."""
    return answer.reason in ("", "two pitches at once")


def by_half(single: list[Answer], mixtures: list[Answer]) -> dict[str, Any]:
    """Return how many single voices and mixtures exceed the shipped threshold, in detail for the half `quote`."""
    told = {
        f"{what}, half {half}": above([a for a in answers if a.half == half and a.group.startswith(starts)])
        for half in ("choose", "quote")
        for what, starts, answers in (("recorded", "recorded", single), ("synthetic", "synthetic", single),
                                      ("mixtures", "two voices", mixtures))
    }  # fmt: skip
    single, mixtures = ([a for a in answers if a.half == "quote"] for answers in (single, mixtures))
    return {
        **told,
        "single voices, half quote, by delivery": grouped(single, "delivery"),
        "mixtures, half quote, by delivery": grouped(mixtures, "delivery"),
        "mixtures, half quote, by level": grouped(mixtures, "group"),
    }


def above(answers: list[Answer]) -> str:
    """Return how many exceed the shipped threshold."""
    return f"{sum(a.overlap > MOST_OVERLAP for a in answers)} of {len(answers)}"


def grouped(answers: list[Answer], field: str) -> dict[str, str]:
    """Return `above` for each value of a field."""
    names = sorted({str(getattr(a, field)) for a in answers})
    return {name: above([a for a in answers if getattr(a, field) == name]) for name in names}


def refusals(answers: list[Answer]) -> dict[str, int]:
    """Return how many were asked about and refused, by reason."""
    counts = collections.Counter(a.reason for a in answers if a.reason)
    return {"asked": len(answers), **dict(sorted(counts.items()))}


if __name__ == "__main__":
    main()
