"""Hit rates and false alarms of `audio.container` on recordings of any folder with a manifest.

    python -m benchmarks.audio_history --corpus DIR [--corpus DIR ...] [--most 20] [--out FILE]

Flagged as they are: recordings by collection; the history of most is unknown, those of `PLAIN` are known to come from
recorders without a lossy step. Made: recordings of 44.1 and 48 kHz without an edge of their own, through a codec or a
lower rate and back into a WAV.
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
from scipy.signal import resample_poly

from detectors.audio.container import run
from detectors.view import make_view
from provenance.source import open_source

Wave = NDArray[np.float32]

PLAIN = ("MycroftAI/Precise-Community-Data", "deeplyinc/Korean-Read-Speech-Corpus",
         "Picovoice/speech-to-intent-benchmark", "OlaWod/FreeVC-demo 48000")  # fmt: skip
CODECS = {
    "MP3 64k": ("libmp3lame", "mp3", 64),
    "MP3 128k": ("libmp3lame", "mp3", 128),
    "MP3 192k": ("libmp3lame", "mp3", 192),
    "AAC 64k": ("aac", "adts", 64),
    "AAC 128k": ("aac", "adts", 128),
    "Opus 24k": ("libopus", "ogg", 24),
    "Opus 64k": ("libopus", "ogg", 64),
}
LOWER = (8000, 16_000, 22_050, 32_000)
LEAST = 2.0


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check audio.container")
    parser.add_argument(
        "--corpus", type=Path, action="append", required=True, help="folder with manifest.csv"
    )
    parser.add_argument("--most", type=int, default=20, help="recordings of one collection and rate")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    flagged: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    wide: list[tuple[Wave, int]] = []
    for name, path in rows(options.corpus, options.most):
        data = path.read_bytes()
        told = report(data)
        flagged[name][0] += told
        flagged[name][1] += 1
        wave, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        if rate >= 44_100 and not told:
            wide.append((wave[: 15 * rate, 0].copy(), rate))
    result: dict[str, Any] = {
        "recordings as they are": {k: f"{a} of {b} flagged" for k, (a, b) in sorted(flagged.items())},
        "of plain recorders": f"{sum(flagged[k][0] for k in flagged if k.startswith(PLAIN))} of "
        f"{sum(flagged[k][1] for k in flagged if k.startswith(PLAIN))} flagged",
        "made": {},
    }
    for name, codec in CODECS.items():
        told = sum(report(stored(coded(w, r, *codec), 48_000)) for w, r in wide)
        result["made"][name] = f"{told} of {len(wide)} flagged"
    for lower in LOWER:
        told = sum(report(stored(resampled(resampled(w, r, lower), lower, r), r)) for w, r in wide)
        result["made"][f"{lower} Hz and back"] = f"{told} of {len(wide)} flagged"
    told = sum(report(stored(resampled(w, r, 48_000 if r == 44_100 else 44_100), r)) for w, r in wide)
    result["made"]["44.1 to 48 kHz or back (no edge to be told)"] = f"{told} of {len(wide)} flagged"
    print(json.dumps(result, indent=1))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def rows(folders: list[Path], most: int) -> list[tuple[str, Path]]:
    """Return recordings with the name of their collection and rate."""
    groups: dict[str, list[Path]] = collections.defaultdict(list)
    for folder in folders:
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if (
                    row["label"] == "recorded"
                    and row["path"].endswith("wav")
                    and float(row["seconds"] or 0) >= LEAST
                ):
                    groups[f"{row['repo']} {row['samplerate']}"].append(folder / row["path"])
    return [(name, path) for name, paths in sorted(groups.items()) for path in sorted(paths)[:most]]


def report(data: bytes) -> bool:
    """Return whether the check reports an earlier codec or rate."""
    with open_source(data) as source:
        return run(make_view(source)).points_to == "recompressed"


def stored(wave: Wave, rate: int) -> bytes:
    """Return the samples as a WAV of 16 bits."""
    held = io.BytesIO()
    soundfile.write(held, np.clip(wave, -1, 1), rate, format="WAV", subtype="PCM_16")
    return held.getvalue()


def resampled(wave: Wave, old: int, new: int) -> Wave:
    """Return the samples at another rate."""
    shared = int(np.gcd(old, new))
    return np.asarray(resample_poly(wave, new // shared, old // shared), dtype=np.float32)


def coded(wave: Wave, rate: int, codec: str, container: str, kilobits: int) -> Wave:
    """Return the samples after a codec, at 48 kHz."""
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
    held.seek(0)
    shaper = av.AudioResampler("flt", "mono", 48_000)
    with av.open(held) as opened:
        parts = [p.to_ndarray().reshape(-1) for f in opened.decode(audio=0) for p in shaper.resample(f)]
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
