"""What happens to a picture on its way: the same encoders and resizers for both classes.

A corpus whose generated half is PNG and whose photographs are JPEG teaches a detector to tell encoders apart. So every
picture goes through chains drawn from one distribution, whatever its label.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = ["SMALLEST", "deliver", "deliver_file"]

SMALLEST = 128
"""Shortest side of a delivered picture that can still be scored, in pixels."""

_LARGEST = 1280
"""Side of the region that stands for a large picture, in pixels; bounds the time per chain."""

_MESSENGER = 1600
"""Longest side that common messengers let through, in pixels."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A picture on its way, with the file that it was last decoded from."""

    picture: Image.Image
    data: bytes | None = None


def deliver(picture: Image.Image, condition: str, rng: np.random.Generator) -> Image.Image | None:
    """Return a picture as it arrives after a chain, or None where it gets too small to be scored.

    Args:
        picture: RGB picture.
        condition: `as_is`, `jpegNN`, `half_q85`, `webp80`, `messenger`, `screenshot`, or `random_N` for a chain
            drawn from the distribution that training uses.
        rng: Source of all random choices.
    """
    arrived = _chain(picture, condition, rng)
    return arrived.picture if arrived is not None else None


def deliver_file(picture: Image.Image, condition: str, rng: np.random.Generator) -> bytes | None:
    """Return the file as which a picture arrives, see `deliver`; one that was not encoded arrives as PNG."""
    arrived = _chain(picture, condition, rng)
    if arrived is None or arrived.data is not None:
        return arrived.data if arrived is not None else None
    stream = io.BytesIO()
    arrived.picture.save(stream, "PNG")
    return stream.getvalue()


def _chain(picture: Image.Image, condition: str, rng: np.random.Generator) -> _Arrived | None:
    if condition == "as_is":
        return _Arrived(picture) if min(picture.size) >= SMALLEST else None
    long_side = max(picture.size)
    part = _Arrived(_region(picture, rng))
    if condition.startswith("jpeg"):
        part = _encode(part, "JPEG", quality=int(condition[4:]), subsampling=2)
    elif condition == "half_q85":
        if min(part.picture.size) // 2 < SMALLEST:
            return None
        part = _encode(_scale(part, 0.5, 3), "JPEG", quality=85, subsampling=2)
    elif condition == "webp80":
        part = _encode(part, "WEBP", quality=80)
    elif condition == "messenger":
        part = _scale(part, min(1.0, _MESSENGER / long_side), 2)
        part = _encode(_encode(part, "JPEG", quality=80, subsampling=2), "JPEG", quality=72, subsampling=2)
    elif condition == "screenshot":
        part = _scale(part, float(rng.uniform(0.5, 1.3)), int(rng.choice([2, 3])))
    else:
        part = _random(part, rng)
    return part if min(part.picture.size) >= SMALLEST else None


def _random(part: _Arrived, rng: np.random.Generator) -> _Arrived:
    if rng.random() < 0.6:
        # 1 Lanczos, 2 bilinear, 3 bicubic, 4 box: the resizers of phones, browsers and platforms.
        part = _scale(part, float(rng.uniform(0.4, 1.25)), int(rng.choice([1, 2, 3, 4])))
    for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
        if rng.random() < 0.15:
            part = _encode(part, "WEBP", quality=int(rng.integers(65, 96)))
        else:
            quality, subsampling = int(rng.integers(55, 99)), int(rng.choice([0, 2, 2]))
            part = _encode(part, "JPEG", quality=quality, subsampling=subsampling)
    return part


def _region(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    width, height = min(picture.width, _LARGEST), min(picture.height, _LARGEST)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    if (width, height) == picture.size:
        return picture
    return picture.crop((left, top, left + width, top + height))


def _scale(part: _Arrived, factor: float, resample: int) -> _Arrived:
    width, height = part.picture.size
    factor = max(factor, min(1.0, (SMALLEST + 0.5) / min(width, height)))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return part if size == (width, height) else _Arrived(part.picture.resize(size, resample))


def _encode(part: _Arrived, kind: str, **options: Any) -> _Arrived:
    from PIL import Image

    stream = io.BytesIO()
    part.picture.save(stream, kind, **options)
    stream.seek(0)
    return _Arrived(Image.open(stream).convert("RGB"), stream.getvalue())
