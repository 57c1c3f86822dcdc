"""The small preview inside EXIF, and how far it shows the same as the picture."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.view import ImageView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Likeness", "compare", "read_preview"]

_MAX_BYTES = 1 << 20
_MIN_SIDE, _MAX_SIDE = 16, 1024
_SIDE = 64
"""Longer side, in pixels, at which both are compared: coarser than sharpening, finer than content."""
_SHIFT = 2
_DARK = 24.0
_MIN_CONTRAST = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How well the preview fits the picture."""

    correlation: float
    """Normalised correlation of brightness, best over the ways in which cameras fit a preview; -1 to 1."""

    turned: int
    """Quarter turns, counter-clockwise, that the preview needs to fit."""

    fit: str
    """`whole`, `bars` (black bars around it) or `cut` (its middle part)."""


def read_preview(view: ImageView) -> NDArray[np.float32] | None:
    """Return the decoded EXIF preview as grey values, or None where there is none that can be decoded."""
    data = _preview_bytes(view)
    if data[:2] != b"\xff\xd8":
        return None
    import numpy as np
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=("JPEG",))
            if min(picture.size) < _MIN_SIDE or max(picture.size) > _MAX_SIDE:
                return None
            return np.asarray(picture.convert("L"), dtype=np.float32)
    except Exception:  # Pillow raises many kinds on broken data, and a preview may be broken
        return None


def _preview_bytes(view: ImageView) -> bytes:
    offset = view.metadata.first("Thumbnail.JpegIFOffset", standard="EXIF")
    size = view.metadata.first("Thumbnail.JpegIFByteCount", standard="EXIF")
    if offset is None or size is None or not (offset.value.isdecimal() and size.value.isdecimal()):
        return b""
    for part in view.container.named("APP1"):
        if view.source.read(part.body, 4) == b"Exif":
            # Offsets count from the TIFF header, six bytes into the segment.
            start, length = part.body + 6 + int(offset.value[:12]), int(size.value[:12])
            if start + length <= part.end and length <= _MAX_BYTES:
                return view.source.read(start, length)
    return b""


def compare(rgb: NDArray[np.uint8], preview: NDArray[np.float32]) -> Likeness | None:
    """Compare a preview with its picture.

    Args:
        rgb: The picture, shape (height, width, 3), uint8.
        preview: Grey values, shape (height, width), in [0, 255].

    Returns:
        The best fit; None where either has too little contrast to compare.
    """
    import numpy as np

    grey = _shrunk(rgb)
    best: Likeness | None = None
    for turned in range(4):
        candidate = np.rot90(preview, turned)
        for fit, small, large in _fits(candidate, grey):
            value = _correlation(small, large)
            # A turned fit has to be clearly better: symmetric scenes correlate with their own rotations.
            if value is not None and (best is None or value > best.correlation + (0.1 if turned else 0)):
                best = Likeness(correlation=value, turned=turned, fit=fit)
    return best


def _shrunk(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the picture as grey values with a longer side of at most 1,024 pixels."""
    import numpy as np
    from PIL import Image

    step = max(1, max(rgb.shape[:2]) // 512)
    # Plain subsampling of large pictures first: the mean over what remains is taken by the box filter.
    picture = Image.fromarray(np.ascontiguousarray(rgb[::step, ::step])).convert("L")
    return np.asarray(picture, dtype=np.float32)


def _fits(
    preview: NDArray[np.float32], grey: NDArray[np.float32]
) -> list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """Return the ways in which the two may lie over each other, as (name, part of preview, part of picture)."""
    fits = []
    whole, shape = preview.shape[1] / preview.shape[0], grey.shape[1] / grey.shape[0]
    # A preview of 160 x 120 pixels can only hold the ratio of its picture to within a pixel or two.
    if abs(whole / shape - 1) < 0.05:
        return [("whole", preview, grey)]
    inner = _without_bars(preview)
    if inner.shape != preview.shape and abs(inner.shape[1] / inner.shape[0] / shape - 1) < 0.12:
        fits.append(("bars", inner, grey))
    fits.append(("cut", preview, _middle(grey, whole)))
    fits.append(("whole", preview, grey))
    return fits


def _middle(grey: NDArray[np.float32], ratio: float) -> NDArray[np.float32]:
    """Return the largest centred part with the given ratio of width to height."""
    height, width = grey.shape
    if width / height > ratio:
        keep = max(1, round(height * ratio))
        left = (width - keep) // 2
        return grey[:, left : left + keep]
    keep = max(1, round(width / ratio))
    top = (height - keep) // 2
    return grey[top : top + keep]


def _without_bars(preview: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the preview without dark, even rows and columns at its edges."""
    import numpy as np

    for _ in range(2):
        lit = np.flatnonzero(preview.max(axis=1) > _DARK)
        if len(lit) < 8:
            return preview
        preview = preview[lit[0] : lit[-1] + 1].T
    return preview


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float | None:
    """Return the best normalised correlation within a small shift, or None without contrast."""
    import numpy as np

    height, width = one.shape
    scale = _SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    a, b = _resized(one, size), _resized(other, size)
    m = _SHIFT
    inner = a[m:-m, m:-m]
    if inner.std() < _MIN_CONTRAST or b.std() < _MIN_CONTRAST:
        return None
    best = -1.0
    for dy in range(-m, m + 1):
        for dx in range(-m, m + 1):
            moved = b[m + dy : size[1] - m + dy, m + dx : size[0] - m + dx]
            spread = float(moved.std())
            if spread > 0:
                product = float(((inner - inner.mean()) * (moved - moved.mean())).mean())
                best = max(best, product / (float(inner.std()) * spread))
    return round(float(np.clip(best, -1, 1)), 3)


def _resized(grey: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX), dtype=np.float32)
