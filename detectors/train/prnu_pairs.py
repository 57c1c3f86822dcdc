"""Comparisons of pictures with the fingerprints of known cameras: what `image.prnu` is calibrated and measured on.

Cameras are enrolled on flat fields, and their other pictures are compared as they are, saved again, scaled and cropped.
Every photograph of any other camera in the corpus is a comparison that must not match.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detectors.image._prnu.fingerprint import Enrolment
from detectors.image._prnu.frame import Box, central, luma_of
from detectors.image._prnu.matching import compare, find
from detectors.image._prnu.residual import intensity, residual
from detectors.image._prnu.score import score_of
from provenance.errors import UsageError

__all__ = ["CONDITIONS", "Device", "Pair", "collect", "read_devices"]

REPO = "polimi-ispl/prnu-python"
"""Repository with flat fields and pictures of six cameras; the file names tell the cameras apart."""

CONDITIONS = ("as_is", "jpeg75", "half", "crop1024", "crop512")
"""What is done to the pictures of the six cameras."""

_NAME = re.compile(r"(ff|nat)-jpg.*(Nikon_D[0-9]+s?_[0-9])")
_SIDE = 3072
_SMALLEST = 500
_ROTATIONS = 4

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One camera of the six."""

    name: str
    """Model and number."""

    flat: tuple[Path, ...]
    """Flat fields, to enrol it with."""

    pictures: tuple[Path, ...]
    """Natural pictures, never used to enrol it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One comparison."""

    camera: str
    """Whose fingerprint."""

    taken_with: str
    """Which of the six took the picture, or `elsewhere`."""

    source: str
    """Repository of the picture."""

    picture: str
    """File name of the picture."""

    condition: str
    """One of `CONDITIONS`."""

    pce: float
    """Peak-to-correlation energy."""

    score: float
    """Score of it."""


def read_devices(corpus: Path) -> tuple[tuple[Device, ...], tuple[tuple[str, Path], ...]]:
    """Return the six cameras, and the photographs (repository, path) of all others.

    Raises:
        UsageError: There is no manifest.
    """
    try:
        with (corpus / "manifest.csv").open(newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if row["label"] == "real"]
    except (OSError, KeyError, ValueError) as cause:
        raise UsageError(f"There is no readable manifest.csv in {corpus.name}.") from cause
    found: dict[str, dict[str, list[Path]]] = {}
    for row in rows:
        named = _NAME.search(row["file"]) if row["repo"] == REPO else None
        if named:
            found.setdefault(named[2], {"ff": [], "nat": []})[named[1]].append(corpus / row["path"])
    devices = tuple(
        Device(name=name, flat=tuple(sorted(kinds["ff"])), pictures=tuple(sorted(kinds["nat"])))
        for name, kinds in sorted(found.items())
    )
    return devices, tuple((row["repo"], corpus / row["path"]) for row in rows if row["repo"] != REPO)


def collect(corpus: Path, cache: Path) -> Iterator[Pair]:
    """Compare, and keep every comparison in `cache` (JSON Lines); what is there already is not done again.

    Args:
        corpus: Corpus folder.
        cache: Folder for fingerprints and comparisons, outside of any checkout.
    """
    cache.mkdir(parents=True, exist_ok=True)
    devices, others = read_devices(corpus)
    prints = [(device, *_enrolled(device, cache)) for device in devices]
    jobs: list[tuple[str, str, Path, tuple[str, ...]]] = [
        (d.name, REPO, path, CONDITIONS) for d in devices for path in d.pictures
    ]
    jobs += [("elsewhere", repo, path, ("as_is",)) for repo, path in others]
    for taken_with, repo, path, conditions in jobs:
        for condition in conditions:
            kept = cache / "pairs" / f"{path.stem[:60]}-{condition}.jsonl"
            if not kept.exists():
                made = _pairs(prints, path, condition, taken_with, repo)
                kept.parent.mkdir(exist_ok=True)
                kept.write_text("".join(json.dumps(asdict(pair)) + "\n" for pair in made), encoding="utf-8")
            yield from (Pair(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines())


def _enrolled(device: Device, cache: Path) -> tuple[tuple[int, int], NDArray[np.float16]]:
    kept = cache / f"{device.name}.npz"
    if not kept.exists():
        frames = [_read(path) for path in device.flat[:1]]
        enrolment = Enrolment(frames[0].shape[1], frames[0].shape[0])
        for path in device.flat:
            enrolment.add(_read(path))
        np.savez(kept, size=frames[0].shape[:2], pattern=enrolment.fingerprint())
    with np.load(kept, allow_pickle=False) as arrays:
        height, width = arrays["size"].tolist()
        return (width, height), arrays["pattern"]


def _pairs(prints: list[Any], path: Path, condition: str, taken_with: str, repo: str) -> list[Pair]:
    try:
        picture = _read(path)
    except (OSError, ValueError, SyntaxError):
        return []
    if min(picture.shape[:2]) < _SMALLEST:
        return []
    picture = _delivered(picture, condition)
    box = central(picture.shape[1], picture.shape[0], _SIDE)
    luma = luma_of(picture, box)
    noise = residual(luma) * intensity(luma)
    made = []
    for number, (device, size, pattern) in enumerate(prints):
        aligned = condition in ("as_is", "jpeg75")
        # Searching is slow: the own camera and the two that follow have to do.
        own = next((n for n, p in enumerate(prints) if p[0].name == taken_with), number)
        if not aligned and (number - own) % len(prints) > 2:
            continue
        pce, tried = _best(noise, box, size, pattern, aligned=aligned)
        made.append(Pair(camera=device.name, taken_with=taken_with, source=repo, picture=path.name,
                         condition=condition, pce=round(pce, 3), score=round(score_of(pce, tried), 4)))  # fmt: skip
    return made


def _best(
    noise: NDArray[np.float32],
    box: Box,
    size: tuple[int, int],
    pattern: NDArray[np.float16],
    *,
    aligned: bool,
) -> tuple[float, int]:
    """Return the best energy and how many places were tried; pictures of other sizes lie in the middle."""
    if not aligned:
        peak = find(noise, pattern.astype(np.float32))
        return peak.pce, peak.places * _ROTATIONS
    height, width = (min(a, b) for a, b in zip(noise.shape, pattern.shape, strict=True))
    inside = central(size[0], size[1], _SIDE)
    x, y = (inside.x, inside.y) if (inside.w, inside.h) == (box.w, box.h) else (0, 0)
    whole = central(*size, 4096)
    at = (max(0, y - whole.y), max(0, x - whole.x))
    part = pattern[at[0] : at[0] + height, at[1] : at[1] + width].astype(np.float32)
    return compare(noise[: part.shape[0], : part.shape[1]], part).pce, 2


def _delivered(picture: Picture, condition: str) -> Picture:
    height, width = picture.shape[:2]
    if condition.startswith("crop"):
        # Off the middle and off the grid of blocks, the same on every run.
        side, y, x = int(condition[4:]), height // 3 + 5, width // 3 + 3
        return picture[min(y, height - side) :, min(x, width - side) :][:side, :side]
    if condition == "half":
        small = Image.fromarray(picture).resize((width // 2, height // 2), Image.Resampling.LANCZOS)
        return _saved(small, 90)
    return _saved(Image.fromarray(picture), 75) if condition == "jpeg75" else picture


def _saved(image: Image.Image, quality: int) -> Picture:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def _read(path: Path) -> Picture:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
