"""Hit rates and false alarms of `audio.container` on recordings of any folder with a manifest.

    python -m benchmarks.audio_history --corpus DIR [--corpus DIR ...] [--most 20] [--wide 6] [--out FILE]

Flagged as they are: recordings by collection; the history of most is unknown, those of `PLAIN` are known to come from
recorders without a lossy step. Made: recordings of 44.1 and 48 kHz without an edge of their own, at most so many of
one collection, through a codec, a lower rate or fewer bits and back into a WAV; and MP3 and M4A files of 192 kbit/s,
from the recording itself and from its copy at 64 kbit/s. A cause counts as named where the sentence lists it, among
others or alone.
"""

from __future__ import annotations

import argparse
import collections
import csv
import io
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, firwin, kaiserord, resample_poly, sosfilt

from benchmarks.measuring import environment
from detectors.audio.container import run
from detectors.container.wav import run as run_wav
from detectors.view import make_view
from provenance.source import open_source

Wave = NDArray[np.float32]

PLAIN = ("MycroftAI/Precise-Community-Data", "deeplyinc/Korean-Read-Speech-Corpus",
         "Picovoice/speech-to-intent-benchmark", "OlaWod/FreeVC-demo 48000")  # fmt: skip
CODECS = {
    "MP3 64k": ("libmp3lame", "mp3", 64),
    "MP3 128k": ("libmp3lame", "mp3", 128),
    "MP3 192k": ("libmp3lame", "mp3", 192),
    "MP3 320k": ("libmp3lame", "mp3", 320),
    "AAC 64k": ("aac", "adts", 64),
    "AAC 128k": ("aac", "adts", 128),
    "AAC 192k": ("aac", "adts", 192),
    "Opus 24k": ("libopus", "ogg", 24),
    "Opus 64k": ("libopus", "ogg", 64),
}
FILES = {"MP3": ("libmp3lame", "mp3"), "M4A": ("aac", "ipod")}
LOWER = (8000, 16_000, 22_050, 32_000)
LEAST = 2.0


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check audio.container")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--most", type=int, default=20, help="recordings of one collection and rate")
    parser.add_argument("--wide", type=int, default=6, help="recordings of one collection to change")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    flagged: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    wide: dict[str, list[tuple[Wave, int]]] = collections.defaultdict(list)
    for name, path in rows(options.corpus, options.most):
        data = path.read_bytes()
        told = bool(report(data))
        flagged[name][0] += told
        flagged[name][1] += 1
        wave, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        if rate >= 44_100 and not told and len(wide[name]) < options.wide:
            wide[name].append((wave[: 8 * rate, 0].copy(), rate))
    plain = [counts for name, counts in flagged.items() if name.startswith(PLAIN)]
    result = {
        "recordings as they are": {k: f"{a} of {b} flagged" for k, (a, b) in sorted(flagged.items())},
        "of plain recorders": f"{sum(a for a, _ in plain)} of {sum(b for _, b in plain)} flagged",
        "made from": {name: len(waves) for name, waves in sorted(wide.items()) if waves},
        "made": made([pair for _, waves in sorted(wide.items()) for pair in waves]),
        "environment": environment(),
    }
    print(json.dumps(result, indent=1))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def made(wide: list[tuple[Wave, int]]) -> dict[str, str]:
    """Return how many are flagged after each history, and for how many the sentence lists the true cause."""
    told: dict[str, str] = {}
    for name, codec in CODECS.items():
        told[f"{name} in WAV"] = counted(
            [stored(decoded(coded(w, r, *codec)), 48_000) for w, r in wide], "lossy codec"
        )
    told["G.711 telephone line in WAV"] = counted([stored(line(w, r), r) for w, r in wide], "telephone line")
    for lower in LOWER:
        named = f"{lower:,} samples"
        for how, through in (("steep", steep), ("gradual", resampled)):
            files = [stored(through(through(w, r, lower), lower, r), r) for w, r in wide]
            told[f"{lower} Hz and back, {how} filter"] = counted(files, named)
    other = [(w, r, 48_000 if r == 44_100 else 44_100) for w, r in wide]
    told["44.1 to 48 kHz or back (no edge to be told)"] = counted(
        [stored(resampled(w, r, new), new) for w, r, new in other]
    )
    for name, (encoder, container) in FILES.items():
        told[f"{name} 192k from the recording (none to be told)"] = counted(
            [coded(w, r, encoder, container, 192) for w, r in wide]
        )
        twice = [decoded(coded(w, r, encoder, container, 64)) for w, r in wide]
        told[f"{name} 192k from {name} 64k"] = counted(
            [coded(w, 48_000, encoder, container, 192) for w in twice]
        )
    for bits, subtype in ((8, "PCM_16"), (16, "PCM_24")):
        coarse = [(np.round(w * 2 ** (bits - 1)) / 2 ** (bits - 1), r) for w, r in wide]
        for kind in ("WAV", "FLAC"):
            for how, gain in (("", 1.0), (", made quieter after", 0.7)):
                files = [stored(gain * w, r, kind, subtype) for w, r in coarse]
                told[f"{bits} bits in {subtype} {kind}{how}"] = counted(files, "use only")
    return told


def counted(files: list[bytes], cause: str = "") -> str:
    """Return how many of the files are flagged and, of these, how many sentences list the cause."""
    sentences = [report(data) for data in files]
    told = f"{sum(map(bool, sentences))} of {len(files)} flagged"
    return told + (f", {sum(cause in s for s in sentences)} name it" if cause else "")


def rows(folders: list[Path], most: int) -> list[tuple[str, Path]]:
    """Return recordings with the name of their collection and rate."""
    groups: dict[str, list[Path]] = collections.defaultdict(list)
    for folder in folders:
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (
                    row["label"] == "recorded"
                    and row["path"].endswith(("wav", "flac"))
                    and float(row["seconds"] or 0) >= LEAST
                ):
                    groups[f"{row['repo']} {row['samplerate']}"].append(folder / row["path"])
    return [(name, path) for name, paths in sorted(groups.items()) for path in sorted(paths)[:most]]


def report(data: bytes) -> str:
    """Return the sentences on an earlier codec, rate or depth, of this check and of that of the container."""
    with open_source(data) as source:
        view = make_view(source)
        found = [run(view)]
        if source.media_type == "audio/wav":
            found.append(run_wav(view))
    return " ".join(f.summary for f in found if f.points_to == "recompressed" or "use only" in f.summary)


def stored(wave: Wave, rate: int, kind: str = "WAV", subtype: str = "PCM_16") -> bytes:
    """Return the samples as a file."""
    held = io.BytesIO()
    soundfile.write(held, np.clip(wave, -1, 1), rate, format=kind, subtype=subtype)
    return held.getvalue()


def resampled(wave: Wave, old: int, new: int) -> Wave:
    """Return the samples at another rate, through a filter that falls gradually."""
    shared = int(np.gcd(old, new))
    return np.asarray(resample_poly(wave, new // shared, old // shared), dtype=np.float32)


def steep(wave: Wave, old: int, new: int) -> Wave:
    """Return the samples at another rate, through a filter that falls by 80 dB within 5 % of the lower half rate."""
    shared = int(np.gcd(old, new))
    up, down = new // shared, old // shared
    lower = min(old, new) / 2
    taps, beta = kaiserord(80.0, 0.05 * lower / (old * up / 2))
    filter_ = firwin(taps | 1, 0.975 * lower, window=("kaiser", beta), fs=old * up)
    return np.asarray(resample_poly(wave, up, down, window=filter_), dtype=np.float32)


def line(wave: Wave, rate: int) -> Wave:
    """Return the samples after 8,000 a second in mu-law, 300 to 3,400 Hz, and back."""
    slow = steep(wave, rate, 8000)
    slow = np.asarray(
        sosfilt(butter(4, (300, 3400), "bandpass", fs=8000, output="sos"), slow), dtype=np.float32
    )
    held = io.BytesIO()
    soundfile.write(held, np.clip(slow, -1, 1), 8000, format="WAV", subtype="ULAW")
    held.seek(0)
    return steep(soundfile.read(held, dtype="float32")[0], 8000, rate)


def coded(wave: Wave, rate: int, codec: str, container: str, kilobits: int) -> bytes:
    """Return a file of a codec, at 48 kHz."""
    held = io.BytesIO()
    with av.open(held, "w", format=container) as out:
        track: Any = out.add_stream(codec, rate=48_000, layout="mono")
        track.bit_rate = 1000 * kilobits
        frame = av.AudioFrame.from_ndarray(resampled(wave, rate, 48_000)[None], format="fltp", layout="mono")
        frame.sample_rate = 48_000
        size = track.codec_context.frame_size or 1024
        shaper = av.AudioResampler(track.codec_context.format, "mono", 48_000, frame_size=size)
        for part in [*shaper.resample(frame), *shaper.resample(None)]:
            out.mux(track.encode(part))
        out.mux(track.encode(None))
    return held.getvalue()


def decoded(data: bytes) -> Wave:
    """Return the samples of a file, at 48 kHz."""
    shaper = av.AudioResampler("flt", "mono", 48_000)
    with av.open(io.BytesIO(data), "r") as opened:
        parts = [p.to_ndarray().reshape(-1) for f in opened.decode(audio=0) for p in shaper.resample(f)]
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
