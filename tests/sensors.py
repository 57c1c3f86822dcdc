"""Synthetic sensors: a seeded pattern that multiplies every picture, as the unevenness of real pixels does."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 640, 528


class Sensor:
    """A camera whose pixels differ by a few parts in a hundred."""

    def __init__(
        self, seed: int, *, width: int = WIDTH, height: int = HEIGHT, strength: float = 0.03
    ) -> None:
        self.size = (height, width)
        self.pattern = np.random.default_rng(seed).normal(1, strength, self.size)

    def picture(self, seed: int, *, flat: bool = False) -> np.ndarray:
        """One exposure of an even wall, or of a scene of soft shapes."""
        rng = np.random.default_rng(1000 + seed)
        rows, columns = np.indices(self.size)
        if flat:
            scene = np.full(self.size, 170.0) + rng.uniform(-20, 20)
        else:
            waves = sum(np.sin(rows / rng.uniform(15, 60) + columns / rng.uniform(15, 60)) for _ in range(4))
            scene = 120 + 20 * waves
        shot = scene * self.pattern + rng.normal(0, 2, self.size)
        return np.clip(np.rint(shot), 0, 255).astype(np.uint8)

    def files(self, folder: Path, count: int = 20, *, exif: dict[int, str] | None = None) -> list[Path]:
        """Write even frames, numbered."""
        folder.mkdir(parents=True, exist_ok=True)
        made = []
        for number in range(count):
            path = folder / f"frame{number:02d}.png"
            path.write_bytes(png(self.picture(number, flat=True), exif))
            made.append(path)
        return made


def png(picture: np.ndarray, exif: dict[int, str] | None = None) -> bytes:
    """A lossless file, with these EXIF tags where given."""
    return _saved(picture, "PNG", exif, compress_level=1)


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """A JPEG file."""
    return _saved(picture, "JPEG", None, quality=quality)


def _saved(picture, kind, exif, **options) -> bytes:
    stream, tags = io.BytesIO(), Image.Exif()
    for tag, value in (exif or {}).items():
        tags[tag] = value
    Image.fromarray(picture).save(stream, kind, exif=tags, **options)
    return stream.getvalue()
