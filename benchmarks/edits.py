"""What the benchmarks of checks that mark edited parts share: photographs, deliveries, and the count of both.

A folder stands for one source, so that false alarms can be told by source.
"""

from __future__ import annotations

import argparse
import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from detectors.bench import protocol as bench
from detectors.check import not_applicable
from detectors.train.delivery import deliver_file
from detectors.view import View, make_view
from provenance.model.finding import Finding
from provenance.source import open_source

__all__ = [
    "CONDITIONS",
    "Box",
    "Delivery",
    "Pasted",
    "Run",
    "alarms",
    "cut",
    "encoded",
    "measure",
    "overlap",
    "photographs",
    "saved",
]

SIDE = 1024
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
LARGEST = 16_000_000

CONDITIONS = bench.CONDITIONS["image"]
"""Deliveries of untouched photographs, see `detectors.train.delivery`; `as_is` is the file itself."""

Box = tuple[int, int, int, int]
Run = Callable[[View], Finding]
Pasted = tuple[bytes, Box]
Delivery = Callable[[Path], bytes]
Paste = Callable[[random.Random, list[Path]], Pasted | None]


def measure(
    name: str,
    run: Run,
    types: Sequence[str],
    cases: dict[str, Paste],
    *,
    more: dict[str, Delivery] | None = None,
) -> None:
    """Measure a check as the command line asks: false alarms, then pasted parts found.

    Args:
        name: The check's id.
        run: The check.
        types: Media types that it looks at.
        cases: By name, how to make a file with a pasted part.
        more: By name, ways of delivery that matter to this check, besides the usual ones.
    """
    parser = argparse.ArgumentParser(description=f"Hit rates and false alarms of the check {name}")
    parser.add_argument("folders", type=Path, nargs="+", help="one folder a source of photographs")
    parser.add_argument("--pictures", type=int, default=50, help="most pictures of a source")
    parser.add_argument("--pastes", type=int, default=40, help="files with a pasted part in each case")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    sources = {folder.name: photographs(folder, options.pictures) for folder in options.folders}
    files = [path for paths in sources.values() for path in paths]
    result = {
        "check": name,
        "pictures": {source: len(paths) for source, paths in sources.items()},
        "untouched": alarms(run, types, sources, more or {}),
        "pasted": [hits(run, case, make, files, options.pastes) for case, make in cases.items()],
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def photographs(folder: Path, count: int) -> list[Path]:
    """Return up to `count` pictures of a folder that can be decoded, drawn with a fixed seed."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    random.Random(1).shuffle(files)
    kept: list[Path] = []
    for path in files:
        if len(kept) == count:
            break
        try:
            with Image.open(path) as picture:
                if picture.mode in ("RGB", "L") and picture.width * picture.height < LARGEST:
                    picture.load()
                    kept.append(path)
        except (OSError, SyntaxError):
            continue
    return kept


def alarms(
    run: Run, types: Sequence[str], sources: dict[str, list[Path]], more: dict[str, Delivery]
) -> list[dict[str, object]]:
    """Return how many untouched pictures are flagged after each delivery, by source."""
    rows: list[dict[str, object]] = []
    for condition in (*CONDITIONS, *more):
        for source, paths in sources.items():
            row = {"condition": condition, "source": source, "pictures": 0, "not_applicable": 0, "flagged": 0}
            for number, path in enumerate(paths):
                data = more[condition](path) if condition in more else _delivered(path, condition, number)
                if data is None:
                    continue
                finding = _look(run, types, data)
                row["pictures"] += 1  # type: ignore[operator]
                row["not_applicable"] += finding.outcome == "not_applicable"  # type: ignore[operator]
                row["flagged"] += bool(finding.regions)  # type: ignore[operator]
            rows.append(row)
            print(row, flush=True)
    return rows


def hits(run: Run, case: str, make: Paste, files: list[Path], count: int) -> dict[str, object]:
    """Return how many pasted parts are found in one case, and how well their boxes fit."""
    rng = random.Random(case)
    made = looked = 0
    overlaps: list[float] = []
    for _ in range(4 * count):
        if made == count:
            break
        pasted = make(rng, files)
        if pasted is None:
            continue
        made += 1
        finding = _look(run, (), pasted[0])
        looked += finding.outcome != "not_applicable"
        boxes: list[Box] = [(r.x, r.y, r.w, r.h) for r in finding.regions]
        overlaps.append(max((overlap(pasted[1], box) for box in boxes), default=0.0))
    found = [o for o in overlaps if o > 0.1]
    mean = round(float(np.mean(found)), 2) if found else None
    row: dict[str, object] = {
        "case": case, "pasted": made, "applicable": looked, "found": len(found), "overlap": mean
    }  # fmt: skip
    print(row, flush=True)
    return row


def _delivered(path: Path, condition: str, number: int) -> bytes | None:
    if condition == "as_is":
        return path.read_bytes()
    return deliver_file(cut(path), condition, np.random.default_rng(number))


def _look(run: Run, types: Sequence[str], data: bytes) -> Finding:
    with open_source(data, name="picture") as source:
        if types and source.media_type not in types:
            return not_applicable("This check does not look at files of this type.")
        return run(make_view(source))


def cut(path: Path) -> Image.Image:
    """Return the middle of a photograph, at most `SIDE` pixels a side, on the grid of the file."""
    picture = Image.open(path).convert("RGB")
    x, y = (max(0, side - SIDE) // 16 * 8 for side in picture.size)
    return picture.crop((x, y, min(x + SIDE, picture.width), min(y + SIDE, picture.height)))


def saved(picture: Image.Image, kind: str = "JPEG", **options: int) -> bytes:
    """Return the file that a save makes."""
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def encoded(picture: Image.Image, kind: str = "JPEG", **options: int) -> Image.Image:
    """Return the picture after one save."""
    return Image.open(io.BytesIO(saved(picture, kind, **options))).convert("RGB")


def overlap(a: Box, b: Box) -> float:
    """Return the intersection of two boxes over their union."""
    w = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    h = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    return w * h / (a[2] * a[3] + b[2] * b[3] - w * h)
