"""Hit rates and false alarms of `image.resampling`.

    python -m benchmarks.resampling CORPUS [--part alarms|whole|parts|cost] [--out benchmarks/results/resampling.json]

False alarms: photographs of sources that played no part in writing the check, as they are and after every delivery.
Hits on whole pictures and on parts: camera photographs of those sources, changed in size here and then saved.
"""

from __future__ import annotations

import argparse
import io
import json
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.copymove import luma_of
from benchmarks.edits import encoded, overlap
from benchmarks.measuring import paired
from benchmarks.photographs import CONDITIONS, delivered, rate, untouched
from detectors.image._resampling import (
    Peak,
    Resampled,
    block_side,
    factors_of,
    line_sums,
    resampled_parts,
    whole_peak,
)

RESULTS = Path(__file__).parent / "results" / "resampling.json"
CAMERAS = ("nikon-natural", "camera-mixed", "exiv2-testdata")
"""Sources whose files are as cameras wrote them."""
FACTORS = (0.6, 0.75, 0.9, 1.1, 1.2, 1.33, 1.5, 1.7, 2.0)
PART_FACTORS = (0.8, 1.2, 1.4, 1.8)
SIDE = 1000
PART = 400
HIT = 0.1  # overlap from which a part counts as found
RESIZERS = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
SAVES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "without loss": lambda p: p,
    "JPEG 98": lambda p: encoded(p, quality=98, subsampling=0),
    "JPEG 95": lambda p: encoded(p, quality=95),
    "JPEG 85": lambda p: encoded(p, quality=85),
    "JPEG 75": lambda p: encoded(p, quality=75),
    "WebP 80": lambda p: encoded(p, "WEBP", quality=80),
}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check image.resampling")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), action="append")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    result: dict[str, Any] = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for part in options.part or PARTS:
        result[part] = PARTS[part](options.corpus)
        print(json.dumps(result[part], indent=1), flush=True)
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def alarms(corpus: Path) -> dict[str, Any]:
    """Return how many untouched photographs have a part reported, and how many a period as a whole."""
    edited: dict[str, list[bool]] = defaultdict(list)
    resized: dict[str, list[bool]] = defaultdict(list)
    flagged = []
    for source, path, picture in untouched(corpus):
        for condition in CONDITIONS:
            arrived = delivered(picture, condition, path)
            if arrived is None or min(arrived.size) < 256:
                continue
            whole, parts = look(arrived)
            for name in ("all", condition, f"source {source}"):
                edited[name].append(bool(parts))
                resized[name].append(whole is not None)
            if parts:
                flagged.append(f"{condition} {path}")
    return {
        "parts": {name: rate(sum(held), len(held)) for name, held in edited.items()},
        "whole": {name: rate(sum(held), len(held)) for name, held in resized.items()},
        "flagged": flagged,
    }


def whole(corpus: Path) -> dict[str, Any]:
    """Return how often a change of size of the whole picture is found, and its factor named."""
    pictures = middles(corpus)
    rows = {}
    for factor in FACTORS:
        for name, save in SAVES.items():
            found = named = part = 0
            for index, picture in enumerate(pictures):
                size = (round(picture.width * factor), round(picture.height * factor))
                peak, parts = look(save(picture.resize(size, RESIZERS[index % 3])))
                found += peak is not None
                part += bool(parts)
                named += peak is not None and any(
                    abs(f / factor - 1) < 0.02 for f in factors_of(peak.frequency)
                )
            rows[f"x{factor}, {name}"] = {
                **rate(found, len(pictures)),
                "factor named": named,
                "part reported": part,
            }
    return rows


def parts(corpus: Path) -> dict[str, Any]:
    """Return how often a pasted part of another size is found, and how well its box fits."""
    pictures = middles(corpus)
    rows = {}
    for factor in PART_FACTORS:
        for name, save in SAVES.items():
            overlaps = []
            for index, picture in enumerate(pictures):
                rng = random.Random(f"{factor} {index}")
                donor = pictures[(index + 1) % len(pictures)]
                cut = round(PART / factor)
                u, v, x, y = (rng.randrange(SIDE - edge) for edge in (cut, cut, PART, PART))
                pasted = donor.crop((u, v, u + cut, v + cut)).resize((PART, PART), RESIZERS[index % 3])
                edited = picture.copy()
                edited.paste(pasted, (x, y))
                boxes = [(p.x, p.y, p.w, p.h) for p in look(save(edited))[1]]
                overlaps.append(max((overlap((x, y, PART, PART), box) for box in boxes), default=0.0))
            hits = [o for o in overlaps if o > HIT]
            mean = round(float(np.mean(hits)), 2) if hits else None
            rows[f"x{factor}, {name}"] = {**rate(len(hits), len(overlaps)), "mean IoU": mean}
    return rows


def cost(_: Path) -> dict[str, Any]:
    """Return the time on a made-up JPEG of 12 megapixels, beside that of decoding it."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (188, 250, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    held = io.BytesIO()
    noisy = np.clip(smooth + rng.integers(-4, 5, smooth.shape), 0, 255).astype(np.uint8)
    Image.fromarray(noisy).save(held, "JPEG", quality=90)
    luma = luma_of(Image.open(held))

    def check() -> None:
        sums = line_sums(luma)
        resampled_parts(sums, block_side(luma.shape), whole=whole_peak(sums))

    return paired(lambda: Image.open(held).convert("RGB"), check, runs=5)


def look(picture: Image.Image) -> tuple[Peak | None, list[Resampled]]:
    """Return what the check would report."""
    luma = luma_of(picture)
    sums = line_sums(luma)
    peak = whole_peak(sums)
    return peak, resampled_parts(sums, block_side(luma.shape), whole=peak)


def middles(corpus: Path) -> list[Image.Image]:
    """Return the middles of camera photographs, none of which has a period by itself."""
    found = []
    for source, _, picture in untouched(corpus):
        if source in CAMERAS and min(picture.size) >= SIDE:
            x, y = (picture.width - SIDE) // 16 * 8, (picture.height - SIDE) // 16 * 8
            middle = picture.crop((x, y, x + SIDE, y + SIDE))
            if look(middle)[0] is None:
                found.append(middle)
    return found


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "alarms": alarms,
    "whole": whole,
    "parts": parts,
    "cost": cost,
}


if __name__ == "__main__":
    main()
