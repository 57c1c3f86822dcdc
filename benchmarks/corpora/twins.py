"""Twins of recordings, made locally: the same speech through a neural codec, to train the score of synthesised voices.

A twin keeps the speaker, the words, the room and the silence of its recording. What tells the two apart is how the
sound was made, and not how clean a collection is.

The codec is Lyra 2 (SoundStream: Zeghidour et al., IEEE/ACM TASLP 30, 2022), run from the three model files of a
snapshot of `google/lyra`. With `--speak`, the speech engines installed on the machine also read sentences aloud.
Nothing is fetched, and the same recordings give the same twins.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

__all__ = [
    "COLUMNS",
    "RATE",
    "Lyra",
    "Recording",
    "draw",
    "main",
    "read_recordings",
    "sentence",
    "speech_crop",
    "speech_crops",
    "spread",
    "write_clip",
    "write_manifest",
]

COLUMNS = (
    *("path", "label", "system", "repo", "file", "commit", "crop"),
    *("samplerate", "seconds", "bandwidth_hz", "pair", "sha256"),
)
RATE = 16_000
_FRAME = RATE // 50  # Lyra's 20 ms, and the frame of the search for speech
_READ_S = 60  # no crop starts later than this
_SHORTEST_S = 2.0
_LEFT_OUT = ("Jakobovski/free-spoken-digit-dataset",)
_MODELS = ("soundstream_encoder", "quantizer", "lyragan")
_STAGES = {"copy:Lyra 3k": 16, "copy:Lyra 6k": 30, "copy:Lyra 9k": 46, "copy:Lyra unquantised": 0}
_ALL_STAGES = 46
_PACES = ((1, 1), (1, 1), (9, 8), (6, 5))  # stretched for the codec, and back
_WEIGHTS = Path("lyra", "model_coeffs")
_ENGINES = {
    "espeak-ng": ("eSpeak NG", "en-us", "en-gb", "en-gb-scotland", "en-us+f2", "en-gb+f4", "en-us+m3"),
    "flite": ("Flite", "kal16", "awb", "rms", "slt"),
    "text2wave": ("Festival", "kal_diphone"),
}
_WHO = (
    "The harbour office",
    "Our neighbour",
    "The young conductor",
    "A reporter from the north",
    "My sister",
)
_WHAT = (
    "found the missing letters",
    "asked for a second opinion",
    "closed the old bridge",
    "sang without a pause",
)
_WHERE = ("behind the town hall", "in the middle of the market", "on the last page of the book")
_WHEN = ("late on Thursday evening", "before anybody else had noticed", "when the rain had finally stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording of a corpus that is laid out."""

    corpus: Path
    """Folder of the corpus."""
    path: str
    """Where the file is in that folder."""
    repo: str
    """Repository it comes from; its twin stays in the same fold."""
    commit: str
    """Commit of that repository."""
    pair: str
    """Identity of the recording, shared by all its twins."""


class Lyra:
    """Lyra 2 as a way to copy sound.

    Args:
        folder: Holds the three `.tflite` files of the model.

    Raises:
        SystemExit: `ai-edge-litert` or a model file is missing.
    """

    def __init__(self, folder: Path) -> None:
        try:
            from ai_edge_litert.interpreter import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
                Interpreter,
            )
        except ImportError as error:
            raise SystemExit("ai-edge-litert is missing: pip install ai-edge-litert") from error
        missing = [name for name in _MODELS if not (folder / f"{name}.tflite").is_file()]
        if missing:
            raise SystemExit(f"{folder} lacks {missing[0]}.tflite: lay out a snapshot of google/lyra")
        self._interpreter = Interpreter
        self._folder = folder

    def copy(self, sound: Sound, stages: int) -> Sound:
        """Return the sound after the codec.

        Args:
            sound: Mono at 16 kHz, between -1 and 1.
            stages: Stages of the residual quantiser, four bits each in 20 ms; none passes the features on as they are.

        Returns:
            The copy, aligned with the sound and cut to whole frames.
        """
        import numpy as np

        encoder, quantizer, decoder = map(self._load, _MODELS)  # afresh, for they keep state between frames
        encode = quantizer.get_signature_runner("encode")
        decode = quantizer.get_signature_runner("decode")
        made = []
        for frame in sound[: len(sound) // _FRAME * _FRAME].reshape(-1, 1, _FRAME):
            features = _invoke(encoder, frame)
            if stages:
                found = encode(input_frames=features, num_quantizers=np.array(stages, np.int32))
                codes = np.array(found["output_0"], np.int32).reshape(_ALL_STAGES, 1, 1)
                codes[stages:] = -1  # the decoder's mark for a stage that was not sent
                features = decode(encoding_indices=codes)["output_0"]
            made.append(_invoke(decoder, features.reshape(1, 1, -1))[0])
        return np.concatenate(made) if made else sound[:0]

    def _load(self, name: str) -> Any:
        model = self._interpreter(model_path=str(self._folder / f"{name}.tflite"), num_threads=1)
        model.allocate_tensors()
        return model


def _invoke(model: Any, given: Any) -> Any:
    model.set_tensor(model.get_input_details()[0]["index"], given)
    model.invoke()
    return model.get_tensor(model.get_output_details()[0]["index"]).copy()


def draw(pair: str, purpose: str, count: int) -> int:
    """Return a number below `count` that depends on the recording and the purpose only."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{pair}".encode()).digest()[:8]) % count


def read_recordings(corpora: Iterable[Path], repos: Sequence[str] = ()) -> list[Recording]:
    """Return the recordings of these corpora that are long enough, each once.

    Args:
        corpora: Folders with a `manifest.csv`.
        repos: Only these repositories, if any are given.
    """
    found: dict[str, Recording] = {}
    for corpus in corpora:
        with (corpus / "manifest.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                repo = row["repo"]
                if row["label"] != "recorded" or float(row["seconds"]) < _SHORTEST_S or repo in _LEFT_OUT:
                    continue
                if repos and repo not in repos:
                    continue
                pair = f"twin-{row['sha256'][:12]}"
                found[pair] = Recording(
                    corpus=corpus, path=row["path"], repo=repo, commit=row["commit"], pair=pair
                )
    return list(found.values())


def spread(recordings: Iterable[Recording], count: int) -> list[Recording]:
    """Return up to `count` recordings, one of each repository in turn, so that no large one crowds out the rest."""
    repos: dict[str, list[Recording]] = {}
    for recording in sorted(recordings, key=lambda each: (draw(each.pair, "order", 1 << 32), each.pair)):
        repos.setdefault(recording.repo, []).append(recording)
    turns = zip_longest(*(repos[repo] for repo in sorted(repos)))
    return [each for each in chain.from_iterable(turns) if each][:count]


def speech_crop(sound: Sound, seconds: float) -> tuple[int, int]:
    """Return start and end, in samples, of a crop that begins where speech begins.

    A frame of 20 ms is speech if it is within 25 dB of the loud ones and 6 dB above the quiet ones; speech begins
    where seven of ten frames are. If there is no such place, or too little follows it, the crop ends with the sound.
    """
    import numpy as np

    wanted = min(len(sound), round(seconds * RATE))
    power = np.square(sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)).mean(axis=1)
    if len(power) < 10:
        return 0, wanted
    quiet, loud = np.percentile(power, (10, 95))
    busy = np.convolve(power > max(4 * quiet, loud / 316), np.ones(10), "valid")
    first = int(np.argmax(busy >= 7)) - 5  # a tenth of a second of what was before
    start = max(0, min(first * _FRAME, len(sound) - wanted))
    return start, start + wanted


def main() -> None:
    """Make the twins and write their manifest."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora.twins", description=main.__doc__)
    parser.add_argument("--snapshots", type=Path, required=True, help="holds google+lyra/, laid out")
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="may be repeated")
    parser.add_argument("--repo", action="append", default=[], help="only this repository; may be repeated")
    parser.add_argument("--count", type=int, default=900, help="recordings to copy")
    parser.add_argument("--earlier", type=Path, help="Lyra 1.2, laid out, for a second twin of each")
    parser.add_argument("--speak", type=int, default=0, help="sentences an engine installed here reads aloud")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    codec = Lyra(options.snapshots / "google+lyra" / _WEIGHTS)
    second = Lyra(options.earlier / _WEIGHTS) if options.earlier else None
    recordings = spread(read_recordings(options.corpus, options.repo), options.count)
    copies = [_twins(codec, recordings, options.out)]
    copies += [_earlier(second, recordings, options.out)] if second else []
    write_manifest(chain(*copies, _spoken(options.speak, options.out)), options.out)


def write_manifest(rows: Iterable[dict[str, Any]], out: Path) -> None:
    """Write `manifest.csv` into a folder while the clips that its rows name are made, and say how many there are."""
    out.mkdir(parents=True, exist_ok=True)
    made = 0
    with (out / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        manifest = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        manifest.writeheader()
        for row in rows:
            manifest.writerow(row)
            file.flush()
            made += 1
    print(f"{made} clips")


def _twins(codec: Lyra, recordings: Iterable[Recording], out: Path) -> Iterator[dict[str, Any]]:
    for recording, sound, known in speech_crops(recordings):
        system = list(_STAGES)[draw(recording.pair, "system", len(_STAGES))]
        yield write_clip(codec.copy(sound, _STAGES[system]), out, system=system, **known)


def _earlier(codec: Lyra, recordings: Iterable[Recording], out: Path) -> Iterator[dict[str, Any]]:
    """Copy by other weights; half of the voices slowed for the codec, so that its frames fall elsewhere."""
    from scipy.signal import resample_poly

    stages = tuple(_STAGES.values())
    for recording, sound, known in speech_crops(recordings):
        kept = stages[draw(recording.pair, "1.2q", len(stages))]
        pace = _PACES[draw(recording.pair, "1.2u", len(_PACES))]
        slow = codec.copy(resample_poly(sound, *pace).astype("float32"), kept)
        system = "copy:Lyra 1.2" if pace[0] == pace[1] else "copy:Lyra 1.2 slowed"
        yield write_clip(resample_poly(slow, *pace[::-1]).astype("float32"), out, system=system, **known)


def speech_crops(recordings: Iterable[Recording]) -> Iterator[tuple[Recording, Sound, dict[str, str]]]:
    """Yield a crop with speech of each recording that libsndfile reads, and the columns that name it."""
    import soundfile

    for recording in recordings:
        try:
            sound = _read(recording.corpus / recording.path)
        except soundfile.LibsndfileError:
            continue
        start, end = speech_crop(sound, 4 + draw(recording.pair, "seconds", 201) / 100)
        if end - start < _SHORTEST_S * RATE:
            continue
        crop = f"{start / RATE:.3f}-{end / RATE:.3f}"
        known = {"repo": recording.repo, "file": recording.path, "commit": recording.commit, "crop": crop}
        yield recording, sound[start:end], known | {"pair": recording.pair}


def _spoken(count: int, out: Path) -> Iterator[dict[str, Any]]:
    for engine, (system, *voices) in _ENGINES.items():
        if not shutil.which(engine):
            continue
        for number in range(count):
            voice = voices[number % len(voices)]
            speed = 80 + draw(f"{voice}-{number}", engine, 51)  # per cent
            with tempfile.TemporaryDirectory() as folder:
                text, made = Path(folder) / "text", Path(folder) / "made.wav"
                text.write_text(sentence(number), encoding="utf-8")
                command = _command(engine, voice, speed, str(text), str(made))
                subprocess.run(command, check=True, capture_output=True, timeout=60)
                repo = f"local/{system.lower().replace(' ', '-')}"
                yield write_clip(
                    _read(made), out, system=system, repo=repo, file=f"{voice}-{number}", pair=""
                )


def sentence(number: int) -> str:
    """Return one of 180 English sentences; neighbours differ in every part."""
    parts = (options[number % len(options)] for options in (_WHO, _WHAT, _WHERE))
    return f"{' '.join(parts)} {_WHEN[number // 60 % len(_WHEN)]}."


def _command(engine: str, voice: str, speed: int, text: str, made: str) -> tuple[str, ...]:
    stretch = f"{100 / speed:.2f}"
    if engine == "espeak-ng":
        return (engine, "-v", voice, "-s", str(175 * speed // 100), "-f", text, "-w", made)
    if engine == "flite":
        return (engine, "-voice", voice, "--setf", f"duration_stretch={stretch}", "-f", text, "-o", made)
    change = f"(begin (voice_{voice}) (Parameter.set 'Duration_Stretch {stretch}))"
    return (engine, "-eval", change, "-o", made, text)


def _read(path: Path) -> Sound:
    """Return the first minute as mono at 16 kHz."""
    import numpy as np
    import soundfile
    from scipy.signal import resample_poly

    with soundfile.SoundFile(path) as file:
        rate = file.samplerate
        sound = file.read(_READ_S * rate, dtype="float32", always_2d=True).mean(axis=1)
    step = gcd(rate, RATE)
    made: Sound = np.asarray(resample_poly(sound, RATE // step, rate // step), np.float32)
    return made


def write_clip(sound: Sound, out: Path, **known: str) -> dict[str, Any]:
    """Write one clip as 16-bit PCM and return its row."""
    import numpy as np
    import soundfile

    identity = hashlib.sha256("\0".join(known.values()).encode()).hexdigest()[:12]
    folder = "".join(c if c.isalnum() else "_" for c in known["system"])
    path = out / "spoof" / folder / f"{known['repo'].replace('/', '__')}-{identity}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    peak = max(1.0, float(np.abs(sound).max(initial=0.0)))
    soundfile.write(path, sound / peak, RATE, "PCM_16")
    measured = {"samplerate": RATE, "seconds": round(len(sound) / RATE, 3), "bandwidth_hz": RATE // 2}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"path": str(path.relative_to(out)), "label": "synthetic", **known, **measured, "sha256": digest}


if __name__ == "__main__":
    main()
