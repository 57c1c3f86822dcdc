"""Hit rates and false alarms of `image.grid` on photographs of any folder.

    python -m benchmarks.jpeg_grid FOLDER [--pictures 50] [--splices 24] [--out jpeg_grid.json]

False alarms: each photograph as it is and after the usual deliveries. Hits: a square of another photograph, compressed
before, pasted at a foreign grid and saved without loss or as JPEG. The figures in `detectors/image/grid.py` come from
this script on public photographs of three collections.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.edits import Box, cut, encoded, overlap
from detectors.image._zero import foreign_regions, grid_votes, main_grid
from detectors.image.grid import MAX_LOG10_NFA, WHOLE

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check image.grid")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=50)
    parser.add_argument("--splices", type=int, default=24)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = sorted(p for p in options.folder.rglob("*") if p.suffix.lower() in ENDINGS)
    random.Random(1).shuffle(files)
    pictures = [cut(path) for path in files[: options.pictures]]
    result = {
        "pictures": len(pictures),
        "alarms": alarms(pictures),
        "splices": splices(pictures, options.splices),
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def alarms(pictures: list[Image.Image]) -> dict[str, dict[str, int]]:
    """Return how many untouched pictures are flagged after each delivery."""
    found = {}
    for name, deliver in DELIVERIES.items():
        flagged = sum(bool(boxes(deliver(picture))) for picture in pictures)
        found[name] = {"pictures": len(pictures), "flagged": flagged}
        print(f"{name:22s} {flagged} of {len(pictures)} flagged", flush=True)
    return found


def splices(pictures: list[Image.Image], count: int) -> list[dict[str, object]]:
    """Return how many pasted squares are found, by way of saving and quality of the donor."""
    rows: list[dict[str, object]] = []
    for way, save in SAVES.items():
        for quality in (75, 85, 92):
            rng = random.Random(f"{way} {quality}")
            overlaps = [paste(rng, pictures, quality, save) for _ in range(count)]
            hits = [o for o in overlaps if o > 0.1]
            mean = round(float(np.mean(hits)), 2) if hits else None
            rows.append(
                {"saved": way, "donor quality": quality, "cases": count, "found": len(hits), "mean IoU": mean}
            )
            print(rows[-1], flush=True)
    return rows


def paste(
    rng: random.Random, pictures: list[Image.Image], quality: int, save: Callable[[Image.Image], Image.Image]
) -> float:
    """Paste one square and return the best overlap of a reported box with it."""
    side = rng.choice((96, 128, 192))
    wide = [p for p in pictures if min(p.size) > side + 16]
    host = encoded(rng.choice(wide), quality=rng.choice((80, 90, 95)))
    donor = encoded(rng.choice(wide), quality=quality)
    u, v = (rng.randrange(edge - side) for edge in donor.size)
    x, y = (rng.randrange(edge - side) for edge in host.size)
    x += (x - u) % 8 == 0 and (
        y - v
    ) % 8 == 0  # one paste in 64 would keep the grid, and then nothing is to be found
    host.paste(donor.crop((u, v, u + side, v + side)), (x, y))
    return max((overlap((x, y, side, side), box) for box in boxes(save(host))), default=0.0)


def boxes(picture: Image.Image) -> list[Box]:
    """Return the boxes that the check would report."""
    luma = np.asarray(picture).astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    votes = grid_votes(luma)
    found = [r for r in foreign_regions(votes, main_grid(votes)) if r.log10_nfa < MAX_LOG10_NFA]
    return [(r.x, r.y, r.w, r.h) for r in found if r.w * r.h < WHOLE * luma.size]


def moved(picture: Image.Image) -> Image.Image:
    """Return the picture without its first columns and rows, so that its grid begins elsewhere."""
    return picture.crop((3, 5, *picture.size))


SAVES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "without loss": lambda p: p,
    "JPEG 100": lambda p: encoded(p, quality=100, subsampling=0),
    "JPEG 98": lambda p: encoded(p, quality=98, subsampling=0),
    "JPEG 95": lambda p: encoded(p, quality=95, subsampling=0),
}

DELIVERIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda p: p,
    "JPEG 95": lambda p: encoded(p, quality=95),
    "JPEG 85": lambda p: encoded(p, quality=85),
    "JPEG 75": lambda p: encoded(p, quality=75),
    "JPEG 60": lambda p: encoded(p, quality=60),
    "half size, JPEG 85": lambda p: encoded(p.resize((p.width // 2, p.height // 2)), quality=85),
    "WebP 80": lambda p: encoded(p, "WEBP", quality=80),
    "cropped, no loss": moved,
    "cropped, JPEG 90": lambda p: encoded(moved(p), quality=90),
    "75, cropped, 98": lambda p: encoded(moved(encoded(p, quality=75)), quality=98),
}


if __name__ == "__main__":
    main()
