"""Photographs edited by script, of known place: what the checks of edited parts are calibrated on together.

Each kind leaves other traces: a part of another photograph with the history of its own file, the same enlarged, a part
of the picture itself, a part made smoother or noisier. Everything random comes from the caller's generator.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KINDS", "Box", "edit"]

KINDS = ("paste", "enlarged", "copy", "smoothed", "noisy")
"""Kinds of edits."""

Box = tuple[int, int, int, int]
"""Left, top, width and height of the edited part, in pixels."""

_SMALLEST, _LARGEST = 0.15, 0.4
"""Side of the part as a share of the picture's shorter side."""


def edit(
    picture: Image.Image, donor: Image.Image, kind: str, rng: np.random.Generator
) -> tuple[Image.Image, Box]:
    """Return an edited copy of a photograph and where the edit is.

    Args:
        picture: RGB photograph, at least 256 pixels a side.
        donor: Another photograph, at least as large as the part that is taken from it.
        kind: One of `KINDS`.
        rng: Source of all random choices.
    """
    side = int(min(picture.size) * rng.uniform(_SMALLEST, _LARGEST))
    height = min(int(side * rng.uniform(0.7, 1.3)), picture.height - 2, donor.height - 2)
    width = min(side, donor.width - 2)
    at = _place(picture, width, height, rng)
    if kind in ("paste", "enlarged"):
        part = _foreign(donor, kind, (width, height), rng)
    else:
        part = _own(picture, kind, (*at, width, height), rng)
    edited = picture.copy()
    edited.paste(part, at, _outline(width, height, rng))
    return edited, (*at, width, height)


def _foreign(donor: Image.Image, kind: str, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    donor = _saved(donor, int(rng.integers(60, 93)))
    factor = 1.0 if kind == "paste" else float(rng.uniform(1.15, 1.8))
    width, height = (max(8, int(side / factor)) for side in size)
    x, y = _place(donor, width, height, rng)
    part = donor.crop((x, y, x + width, y + height))
    return part if kind == "paste" else part.resize(size, Image.Resampling.BICUBIC)


def _own(picture: Image.Image, kind: str, box: Box, rng: np.random.Generator) -> Image.Image:
    left, top, width, height = box
    if kind == "copy":
        left, top = _place(picture, width, height, rng)
    part = picture.crop((left, top, left + width, top + height))
    if kind == "copy":
        return part
    if kind == "smoothed":
        return part.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.6, 1.6))))
    noise = rng.normal(0, rng.uniform(3, 8), (height, width, 3))
    louder: NDArray[np.float64] = np.asarray(part, dtype=np.float64) + noise
    return Image.fromarray(louder.round().clip(0, 255).astype(np.uint8))


def _place(picture: Image.Image, width: int, height: int, rng: np.random.Generator) -> tuple[int, int]:
    return (
        int(rng.integers(0, max(1, picture.width - width))),
        int(rng.integers(0, max(1, picture.height - height))),
    )


def _outline(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """Return the mask of the part: a box or an ellipse, hard or with a soft edge as editors draw it."""
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    edge = int(rng.integers(0, 4))
    shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
    shape((edge, edge, width - 1 - edge, height - 1 - edge), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(edge / 2)) if edge else mask


def _saved(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")
