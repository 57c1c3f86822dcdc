"""Hit rates and false alarms of `image.copymove`.

    python -m benchmarks.copymove CORPUS [--part alarms|public|made] [--out benchmarks/results/copymove.json]

False alarms: photographs of sources that played no part in writing the check, as they are and after every delivery.
Hits: the public copy-moves with masks (NoSo), the public ones without, and copies made here on held-out photographs,
shifted, turned or scaled. Time is measured beside Pillow's decoding of the same JPEG of 12 megapixels.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.measuring import paired
from benchmarks.photographs import CONDITIONS, delivered, rate, untouched
from detectors.image._copymove.search import Copy, find_copies

RESULTS = Path(__file__).parent / "results" / "copymove.json"
KINDS = ("shifted", "turned", "scaled")
HIT = 0.1  # overlap with the truth from which a copy counts as found
Mask = NDArray[np.bool_]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check image.copymove")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), action="append")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    result: dict[str, Any] = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for part in options.part or PARTS:
        result[part] = PARTS[part](options.corpus)
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def alarms(corpus: Path) -> dict[str, Any]:
    """Return how many untouched photographs are flagged, by delivery and by source."""
    ways: dict[str, list[bool]] = defaultdict(list)
    sources: dict[str, list[bool]] = defaultdict(list)
    flagged_paths = []
    for source, path, picture in untouched(corpus):
        for condition in CONDITIONS:
            arrived = delivered(picture, condition, path)
            if arrived is None:
                continue
            flagged = bool(look(arrived, condition in LOSSLESS))
            ways[condition].append(flagged)
            sources[source].append(flagged)
            if flagged:
                flagged_paths.append(f"{condition} {path}")
    everything = [flagged for held in ways.values() for flagged in held]
    rows = {"all": everything, **ways, **{f"source {s}": held for s, held in sources.items()}}
    table = {name: rate(sum(held), len(held)) for name, held in rows.items()}
    for name, row in table.items():
        print(f"{name:34s} {row['hits']} of {row['of']} flagged", flush=True)
    return {"rates": table, "flagged": flagged_paths}


def public(corpus: Path) -> dict[str, Any]:
    """Return what is found of the public copy-moves: with masks by delivery, without masks as they are."""
    with (corpus / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if r["label"] == "tampered"]
    overlaps: dict[str, list[float]] = defaultdict(list)
    for row in (r for r in rows if r["generator"] == "noso-copymove" and r["mask"]):
        truth = np.asarray(Image.open(corpus / row["mask"]).convert("L")) > 127
        picture = Image.open(corpus / row["path"]).convert("RGB")
        for condition in CONDITIONS:
            overlaps[condition].append(overlap_after(picture, truth, condition, row["path"]))
    listed = [r["path"] for r in rows if r["generator"] == "cmfd-pm"]
    found = {Path(path).name: len(look(Image.open(corpus / path).convert("RGB"), False)) for path in listed}
    print(json.dumps(found, indent=1), flush=True)
    return {"NoSo": {name: scores(held) for name, held in overlaps.items()}, "without masks, copies": found}


def made(corpus: Path) -> dict[str, Any]:
    """Return what is found of copies made on held-out photographs, by kind and delivery."""
    overlaps: dict[str, list[float]] = defaultdict(list)
    wanted = ("corel-bsds", "nikon-photoblog", "camera-mixed", "sr-benchmarks-png")
    material = [(path, picture) for source, path, picture in untouched(corpus) if source in wanted]
    random.Random(5).shuffle(material)
    for index, (path, picture) in enumerate(material[:36]):
        rng = random.Random(path)
        picture.thumbnail((2000, 2000))
        edited = forged(picture, KINDS[index % 3], rng)
        if edited is None:
            continue
        for condition in CONDITIONS:
            overlap = overlap_after(edited[0], edited[1], condition, path)
            overlaps[f"{KINDS[index % 3]}, {condition}"].append(overlap)
    return {name: scores(held) for name, held in sorted(overlaps.items())}


def cost(_: Path) -> dict[str, Any]:
    """Return the time on a made-up JPEG of 12 megapixels, beside that of decoding it."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (188, 250, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    noisy = np.clip(smooth + rng.integers(-12, 13, smooth.shape), 0, 255).astype(np.uint8)
    noisy[1500:2100, 2400:3200] = noisy[300:900, 500:1300]
    held = io.BytesIO()
    Image.fromarray(noisy).save(held, "JPEG", quality=90)
    luma = luma_of(Image.open(held))
    return paired(lambda: Image.open(held).convert("RGB"), lambda: find_copies(luma, None), runs=5)


def look(picture: Image.Image, lossless: bool) -> list[Copy]:
    """Return the copies that the check would report."""
    return find_copies(luma_of(picture), np.asarray(picture) if lossless else None)


def luma_of(picture: Image.Image) -> NDArray[np.float32]:
    """Return what `ImageView.luma` returns."""
    return np.asarray(picture.convert("RGB")).astype(np.float32) @ np.array(
        [0.299, 0.587, 0.114], dtype=np.float32
    )


def overlap_after(picture: Image.Image, truth: Mask, condition: str, path: str) -> float:
    """Return the intersection over union of what is found after a delivery with what was edited."""
    arrived = delivered(picture, condition, path)
    if arrived is None:
        return 0.0
    # The same delivery moves the mask; only its geometry counts.
    mask = Image.fromarray(truth.astype(np.uint8) * 255).convert("RGB")
    moved = delivered(mask, condition, path) or mask
    copies = look(arrived, condition in LOSSLESS)
    if not copies:
        return 0.0
    seen = np.logical_or.reduce([c.source | c.copy for c in copies])
    there = np.asarray(moved.convert("L").resize(seen.shape[::-1], Image.Resampling.NEAREST)) > 127
    return float((seen & there).sum() / max(1, (seen | there).sum()))


def scores(overlaps: list[float]) -> dict[str, Any]:
    """Return how many were found and how well."""
    hits = [o for o in overlaps if o > HIT]
    row = {**rate(len(hits), len(overlaps)), "mean IoU": round(float(np.mean(hits)), 2) if hits else None}
    print(row, flush=True)
    return row


def forged(picture: Image.Image, kind: str, rng: random.Random) -> tuple[Image.Image, Mask] | None:
    """Copy a textured part of the picture to another place; return the result and a mask of both places."""
    side = int(min(picture.size) * rng.uniform(0.12, 0.35))
    for _ in range(30):
        x, y = (rng.randrange(edge - side) for edge in picture.size)
        part = picture.crop((x, y, x + side, y + side))
        if np.asarray(part.convert("L")).std() > 12:
            break
    shape = Image.new("L", part.size, 0)
    ImageDraw.Draw(shape).ellipse((0, 0, side - 1, side - 1), fill=255)
    change = CHANGES[kind](rng)
    pasted, outline = change(part), change(shape)
    w, h = pasted.size
    for _ in range(200):
        u, v = rng.randrange(max(1, picture.width - w)), rng.randrange(max(1, picture.height - h))
        if max(abs(u - x), abs(v - y)) > side:
            break
    else:
        return None
    edited, truth = picture.copy(), Image.new("L", picture.size, 0)
    edited.paste(pasted, (u, v), outline.filter(ImageFilter.GaussianBlur(1)))
    truth.paste(255, (x, y), shape)
    truth.paste(255, (u, v), outline)
    return edited, np.asarray(truth) > 127


def turned(rng: random.Random) -> Callable[[Image.Image], Image.Image]:
    """Return a turn by 5 to 40 degrees to either side."""
    angle = rng.choice((-1, 1)) * rng.uniform(5, 40)
    return lambda part: part.rotate(angle, Image.Resampling.BICUBIC, expand=True)


def scaled(rng: random.Random) -> Callable[[Image.Image], Image.Image]:
    """Return a change of size to 0.75 to 0.92 or 1.08 to 1.4."""
    factor = rng.choice((rng.uniform(0.75, 0.92), rng.uniform(1.08, 1.4)))
    return lambda part: part.resize((round(part.width * factor),) * 2, Image.Resampling.BICUBIC)


LOSSLESS = ("as_is", "screenshot")
CHANGES: dict[str, Callable[[random.Random], Callable[[Image.Image], Image.Image]]] = {
    "shifted": lambda rng: lambda part: part,
    "turned": turned,
    "scaled": scaled,
}
PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "alarms": alarms,
    "public": public,
    "made": made,
    "cost": cost,
}


if __name__ == "__main__":
    main()
