"""What happens to a picture on its way: the same encoders and resizers for both classes.

A corpus whose generated half is PNG and whose photographs are JPEG teaches a detector to tell encoders apart. So every
picture goes through chains drawn from one distribution, whatever its label.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detectors.image._patches import SMALLEST

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = ["deliver", "deliver_file"]

_LARGEST = 1024
"""Side of the region that stands for a large picture after scaling, in pixels; bounds the time per chain."""

_MESSENGER = 1600
"""Longest side that common messengers let through, in pixels."""

_WEB = (900, 2048)
"""Range of the longest side that platforms scale large pictures to, in pixels."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A picture on its way, with the file that it was last decoded from."""

    picture: Image.Image
    data: bytes | None = None


def deliver(picture: Image.Image, condition: str, rng: np.random.Generator) -> Image.Image | None:
    """Return a picture as it arrives after a chain, or None where it gets too small to be scored.

    Args:
        picture: RGB picture.
        condition: `as_is`, `jpegNN`, `half_q85`, `webp80`, `messenger`, `screenshot`, or `random` for a chain
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
    if condition.startswith("jpeg"):
        part = _encode(_region(picture, rng), "JPEG", quality=int(condition[4:]), subsampling=2)
    elif condition == "half_q85":
        if min(picture.size) // 2 < SMALLEST:
            return None
        part = _encode(_scale(picture, 0.5, 3, rng), "JPEG", quality=85, subsampling=2)
    elif condition == "webp80":
        part = _encode(_region(picture, rng), "WEBP", quality=80)
    elif condition == "messenger":
        part = _scale(picture, min(1.0, _MESSENGER / max(picture.size)), 2, rng)
        part = _encode(_encode(part, "JPEG", quality=80, subsampling=2), "JPEG", quality=72, subsampling=2)
    elif condition == "screenshot":
        part = _scale(picture, float(rng.uniform(0.5, 1.3)), int(rng.choice([2, 3])), rng)
    else:
        part = _random(picture, rng)
    return part if min(part.picture.size) >= SMALLEST else None


def _random(picture: Image.Image, rng: np.random.Generator) -> _Arrived:
    factor = float(rng.uniform(0.4, 1.25)) if rng.random() < 0.5 else 1.0
    longest = float(rng.uniform(*_WEB))
    if max(picture.size) > longest and rng.random() < 0.6:
        factor = longest / max(picture.size)
    # 1 Lanczos, 2 bilinear, 3 bicubic, 4 box: the resizers of phones, browsers and platforms.
    part = _scale(picture, factor, int(rng.choice([1, 2, 3, 4])), rng)
    for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
        if rng.random() < 0.15:
            part = _encode(part, "WEBP", quality=int(rng.integers(65, 96)))
        else:
            quality, subsampling = int(rng.integers(55, 99)), int(rng.choice([0, 2, 2]))
            part = _encode(part, "JPEG", quality=quality, subsampling=subsampling)
    return part


def _region(picture: Image.Image, rng: np.random.Generator, side: int = _LARGEST) -> _Arrived:
    width, height = min(picture.width, side), min(picture.height, side)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    if (width, height) == picture.size:
        return _Arrived(picture)
    return _Arrived(picture.crop((left, top, left + width, top + height)))


def _scale(picture: Image.Image, factor: float, resample: int, rng: np.random.Generator) -> _Arrived:
    factor = max(factor, min(1.0, (SMALLEST + 0.5) / min(picture.size)))
    part = _region(picture, rng, round(_LARGEST / factor)).picture
    size = (max(SMALLEST, round(part.width * factor)), max(SMALLEST, round(part.height * factor)))
    return _Arrived(part if size == part.size else part.resize(size, resample))


def _encode(part: _Arrived, kind: str, **options: Any) -> _Arrived:
    from PIL import Image

    stream = io.BytesIO()
    part.picture.save(stream, kind, **options)
    stream.seek(0)
    return _Arrived(Image.open(stream).convert("RGB"), stream.getvalue())
