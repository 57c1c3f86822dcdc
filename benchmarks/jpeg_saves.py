"""Hit rates of `image.saves`: photographs shrunk until no earlier trace is left, then saved once and twice.

    python -m benchmarks.jpeg_saves FOLDER [--pictures 40] [--out jpeg_saves.json]

FOLDER holds JPEG photographs of two megapixels or more, straight from cameras. The figures in the docstring
of `detectors/image/saves.py` come from this script on two public collections.
"""

from __future__ import annotations

import argparse
import io
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from detectors.image._saves import MIN_FIT, MIN_GAIN, NAMED_FIT, EarlierSave, earlier_save

FIRST = (50, 60, 70, 75, 80, 85, 90, 95, 98)
LAST = (60, 70, 75, 80, 85, 90, 95, 98)


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates of the check image.saves")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = random.Random(1)
    files = sorted(p for p in options.folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg"))
    rng.shuffle(files)
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    used = 0
    for path in files:
        picture = shrunk(path, rng)
        if picture is None:
            continue
        used += 1
        measure(picture, rows)
        if used == options.pictures:
            break
    result = {
        case: {"cases": n, "reported": seen, "quality named": named, "right within 2": right}
        for case, (n, seen, named, right) in sorted(rows.items())
    }
    for case, numbers in result.items():
        print(f"{case:24s}", *(f"{name} {number}" for name, number in numbers.items()), sep="  ")
    if options.out:
        options.out.write_text(
            json.dumps({"pictures": used, "cases": result}, indent=1) + "\n", encoding="utf-8"
        )


def shrunk(path: Path, rng: random.Random) -> Image.Image | None:
    """Return the photograph at 35 to 60 % of its size, or None where it is too small or broken."""
    try:
        picture = Image.open(path).convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    if picture.width * picture.height < 1_500_000:
        return None
    scale = rng.uniform(0.35, 0.6)
    size = (int(picture.width * scale), int(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS).crop((0, 0, min(1600, size[0]), min(1200, size[1])))


def measure(picture: Image.Image, rows: dict[str, list[int]]) -> None:
    """Add one picture's cases to the rows."""
    for last in LAST:
        count(rows["saved once"], found(saved(picture, last)), None, last)
    for first in FIRST:
        once = Image.open(io.BytesIO(saved(picture, first)))
        case = "above 90" if first > 90 else "up to 90"
        count(rows[f"lossless, first {case}"], earlier_save(np.asarray(once), None), first, 101)
        for last in LAST:
            if first == last:
                continue
            gap = last - first
            case = (
                "above 90"
                if first > 90
                else "coarser by 10"
                if gap >= 10
                else "coarser"
                if gap > 0
                else "finer"
            )
            count(rows[f"twice, first {case}"], found(saved(once, last)), first, last)


def saved(picture: Image.Image, quality: int) -> bytes:
    """Return the picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def found(data: bytes) -> EarlierSave | None:
    """Return what the estimator says of a JPEG file."""
    picture = Image.open(io.BytesIO(data))
    steps = tuple(int(v) for v in picture.quantization[0])  # type: ignore[attr-defined]
    return earlier_save(np.asarray(picture.convert("RGB")), steps)


def count(row: list[int], save: EarlierSave | None, first: int | None, last: int) -> None:
    """Add one case: cases, reported, quality named, right within two points."""
    if save is None:
        return
    seen = save.gain >= MIN_GAIN and save.fit >= MIN_FIT
    named = seen and save.fit >= NAMED_FIT and save.quality < last
    right = named and first is not None and abs(save.quality - first) <= 2
    for place, value in enumerate((True, seen, named, right)):
        row[place] += value


if __name__ == "__main__":
    main()
