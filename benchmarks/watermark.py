"""How often `marks.watermark` reads marks that the package itself wrote, and how often it speaks without one.

    python -m benchmarks.watermark FOLDER… [--unmarked FOLDER] [--pictures 100] [--out watermark.json]

Needs `invisible-watermark` with OpenCV and PyWavelets (not torch, which it imports for another method). Photographs of
the folders are marked the way the generators' programs do it, at the sizes that they make, delivered and read, by this
check and by the package's own reader with the same thresholds. `--unmarked` counts the answers on untouched pictures.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from detectors.marks._dwtdct import Pattern, best_match
from detectors.marks.watermark import PATTERNS

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
Pixels = NDArray[np.uint8]


def main() -> None:
    """Measure and print one row a case."""
    parser = argparse.ArgumentParser(description="Hit rates and false alarms of the check marks.watermark")
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--unmarked", type=Path, nargs="*", default=[])
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = listed(options.folders)
    random.Random(1).shuffle(files)
    result = {
        "marked": list(marked([path for path in files if usable(path)][: options.pictures])),
        "unmarked": unmarked(listed(options.unmarked)),
    }
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def listed(folders: list[Path]) -> list[Path]:
    """Return the pictures below the folders."""
    return sorted(p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)


def usable(path: Path) -> bool:
    """Return whether a picture can be opened and has 512 pixels a side."""
    try:
        with Image.open(path) as picture:
            return min(picture.size) >= 512
    except OSError:
        return False


def marked(files: list[Path]) -> Iterator[dict[str, object]]:
    """Yield how many marks are read, by writer, size and delivery."""
    sys.modules.setdefault("torch", ModuleType("torch"))
    for writer, (pattern, write) in WRITERS.items():
        for side in (512, 1024):
            pictures = [write(cut(path, side), pattern) for path in files]
            for name, deliver in DELIVERIES.items():
                delivered = [deliver(picture) for picture in pictures]
                row = {
                    "writer": writer,
                    "side": side,
                    "delivery": name,
                    "pictures": len(delivered),
                    "read": sum(found(picture, pattern) for picture in delivered),
                    "read by the package": sum(packaged(picture, pattern) for picture in delivered),
                }
                print(row, flush=True)
                yield row


def cut(path: Path, side: int) -> Pixels:
    """Return the middle of a photograph as a square, as large as generators make their pictures."""
    with Image.open(path) as picture:
        return np.asarray(ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.LANCZOS))


def unmarked(files: list[Path]) -> dict[str, object]:
    """Return how many untouched pictures bring an answer, and which."""
    looked, answers = 0, []
    for path in files:
        try:
            with Image.open(path) as picture:
                pixels = np.asarray(picture.convert("RGB"))
        except (OSError, ValueError, Image.DecompressionBombError):
            continue
        looked += 1
        match = best_match(pixels, PATTERNS)
        if match is not None:
            answers.append({"file": path.name, "tool": match.pattern.tool, "bits": match.matching})
    print(f"{len(answers)} answers on {looked} unmarked pictures", flush=True)
    return {"pictures": looked, "answers": answers}


def found(picture: Pixels, pattern: Pattern) -> bool:
    """Return whether the check names the tool that wrote the mark."""
    match = best_match(picture, PATTERNS)
    return match is not None and match.pattern.tool == pattern.tool


def packaged(picture: Pixels, pattern: Pattern) -> bool:
    """Return whether the package's own reader reaches the same threshold."""
    from imwatermark import WatermarkDecoder

    bits = WatermarkDecoder("bits", len(pattern.bits)).decode(
        np.ascontiguousarray(picture[..., ::-1]), "dwtDct"
    )
    return int((np.asarray(bits, dtype=int) == pattern.bits).sum()) >= pattern.least


def whole_numbers(picture: Pixels, pattern: Pattern) -> Pixels:
    """Mark as the programs of Stable Diffusion 1 and 2 do."""
    return _encoded(np.ascontiguousarray(picture[..., ::-1]), pattern)[..., ::-1]


def fractions(picture: Pixels, pattern: Pattern) -> Pixels:
    """Mark as the programs of FLUX and of Stable Diffusion XL's authors do."""
    fine = _encoded(np.ascontiguousarray(picture[..., ::-1], dtype=np.float32), pattern)[..., ::-1]
    return np.clip(fine, 0, 255).astype(np.uint8)


def fractions_swapped(picture: Pixels, pattern: Pattern) -> Pixels:
    """Mark as `diffusers` does, which hands over red for blue."""
    return np.clip(_encoded(picture.astype(np.float32), pattern).round(), 0, 255).astype(np.uint8)


def _encoded(pixels: NDArray[np.generic], pattern: Pattern) -> NDArray[np.generic]:
    from imwatermark import WatermarkEncoder

    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", pattern.bits)
    return np.asarray(encoder.encode(pixels, "dwtDct"))


def saved(picture: Pixels, kind: str, **options: int) -> Pixels:
    """Return the picture after one save."""
    held = io.BytesIO()
    Image.fromarray(picture).save(held, kind, **options)
    return np.asarray(Image.open(held).convert("RGB"))


WRITERS: dict[str, tuple[Pattern, Callable[[Pixels, Pattern], Pixels]]] = {
    "Stable Diffusion 1": (PATTERNS[0], whole_numbers),
    "Stable Diffusion 2": (PATTERNS[1], whole_numbers),
    "Stable Diffusion XL, diffusers": (PATTERNS[2], fractions_swapped),
    "FLUX": (PATTERNS[4], fractions),
}

DELIVERIES: dict[str, Callable[[Pixels], Pixels]] = {
    "PNG": lambda p: p,
    "JPEG 95": lambda p: saved(p, "JPEG", quality=95),
    "JPEG 85": lambda p: saved(p, "JPEG", quality=85),
    "JPEG 75": lambda p: saved(p, "JPEG", quality=75),
    "WebP 90": lambda p: saved(p, "WEBP", quality=90),
}


if __name__ == "__main__":
    main()
