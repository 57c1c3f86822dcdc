"""From an array of grey to a small PNG that lies as the picture is shown."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["LONG_SIDE", "drawn", "greys", "orientation_of", "tiled", "turned"]

LONG_SIDE = 640
"""Longest side of a drawing in pixels."""

_ORIENTATION = 0x0112
_GREYS = 8  # neighbouring levels drawn as one: noise at 256 levels makes files half as large again
_GAP = 4


def greys(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return values in [0, 1] as grey, black to white; what lies outside is clipped."""
    import numpy as np

    shades: NDArray[np.uint8] = (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
    return shades


def tiled(parts: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    """Return drawings of the same shape in rows, with white gaps between them."""
    import numpy as np

    framed = [np.pad(part, _GAP // 2, constant_values=255) for part in parts]
    return np.vstack([np.hstack(framed[at : at + columns]) for at in range(0, len(framed), columns)])


def turned(grey: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Return a drawing in stored orientation the way the picture is shown.

    Args:
        grey: The drawing, shape (height, width).
        orientation: EXIF orientation, 1 to 8.
    """
    import numpy as np

    mirrored = np.fliplr(grey) if orientation in (2, 4, 5, 7) else grey
    return np.rot90(mirrored, {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0))


def drawn(grey: NDArray[np.uint8], size: tuple[int, int]) -> bytes:
    """Return a PNG.

    Args:
        grey: What to draw, shape (height, width).
        size: Width and height of what it stands for, in pixels; the drawing has its proportions.
    """
    import numpy as np
    from PIL import Image

    scale = min(1.0, LONG_SIDE / max(size))
    shape = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    shrinks = shape[0] <= grey.shape[1] and shape[1] <= grey.shape[0]
    kind = Image.Resampling.BOX if shrinks else Image.Resampling.NEAREST
    small = Image.fromarray(np.ascontiguousarray(grey)).resize(shape, kind)
    small = small.point([level // _GREYS * _GREYS * 255 // (256 - _GREYS) for level in range(256)])
    held = io.BytesIO()
    small.save(held, "PNG", compress_level=2)
    return held.getvalue()


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation of a decoded picture, 1 where it states none that is valid."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, OverflowError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
