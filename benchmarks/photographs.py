"""Untouched photographs for measuring false alarms, from sources that played no part in writing the checks."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from detectors.bench import protocol as bench
from detectors.calibration import wilson
from detectors.train.delivery import deliver

__all__ = ["CONDITIONS", "DEVELOPED_ON", "delivered", "rate", "untouched"]

CONDITIONS = bench.CONDITIONS["image"]
"""Deliveries, as `detectors.train.delivery` knows them."""

DEVELOPED_ON = ("clothing-crowdsourced", "imagenet-flickr")
"""Sources on which thresholds were chosen; they are never quoted. So were pictures of `camera-mixed` from one of its
two repositories, and part of the buildings."""

_HELD_OUT = {
    ("corel-bsds", "BIDS/BSDS500"): 40,
    ("nikon-photoblog", "Crytoma/photography"): 20,
    ("nikon-natural", "polimi-ispl/prnu-python"): 10,
    ("camera-mixed", "ianare/exif-samples"): 15,
    ("immich-assets", "immich-app/test-assets"): 10,
    ("exiv2-testdata", "Exiv2/exiv2"): 6,
    ("sr-benchmarks-png", "jbhuang0604/SelfExSR"): 20,
    ("urban100-sr-png", "jbhuang0604/SelfExSR"): 33,
    ("jpegcopymove-dataset", "michalsorel/jpegcopymove"): 10,
    ("noso-original", "michalsorel/jpegcopymove"): 12,
}
_BUILDINGS = "urban100-sr-png"


def untouched(corpus: Path) -> Iterator[tuple[str, str, Image.Image]]:
    """Yield source, path and picture of the photographs that are quoted.

    Args:
        corpus: Folder with `manifest.csv`, as `detectors.train` reads it.
    """
    with (corpus / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for (source, repo), most in _HELD_OUT.items():
        paths = [r["path"] for r in rows if (r["label"], r["generator"], r["repo"]) == ("real", source, repo)]
        paths.sort(key=lambda path: hashlib.sha256(path.encode()).hexdigest())
        if source == _BUILDINGS:
            paths = paths[31::2]  # the others served to choose thresholds
        for path in paths[:most]:
            picture = _opened(corpus / path)
            if picture is not None:
                yield source, path, picture


def delivered(picture: Image.Image, condition: str, path: str) -> Image.Image | None:
    """Return a picture after a delivery, the same on every run, or None where it gets too small."""
    seed = int(hashlib.sha256(f"{path} {condition}".encode()).hexdigest()[:8], 16)
    return deliver(picture, condition, np.random.default_rng(seed))


def rate(hits: int, of: int) -> dict[str, object]:
    """Return a count with the interval of its rate."""
    low, high = wilson(hits, of)
    return {"hits": hits, "of": of, "interval": [round(low, 4), round(high, 4)]}


def _opened(path: Path) -> Image.Image | None:
    try:
        return Image.open(path).convert("RGB")
    except OSError:  # a type that Pillow does not read
        return None
