"""Maps of a measurement, drawn for the report: one look for all checks.

Light is what the rest of the picture shows, dark is what differs, and grey is where nothing can be measured.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["UNMEASURED", "evidence_map", "png_of"]

UNMEASURED = 150
"""Grey of places where nothing can be measured."""

_DARK, _LIGHT = 30, 245
_SIDE = 640


def evidence_map(
    evidence: NDArray[np.float32], measured: NDArray[np.bool_], *, scale: float, cell: int
) -> bytes:
    """Return a PNG of the evidence for a foreign part.

    Args:
        evidence: One value a cell, positive for foreign, negative for the same as the rest.
        measured: Which cells hold a value.
        scale: Amount at which the shades end.
        cell: Side of a cell in pixels.
    """
    import numpy as np

    span = (_LIGHT - _DARK) / 2
    shade = np.clip((_LIGHT + _DARK) / 2 - evidence / scale * span, _DARK, _LIGHT).astype(np.uint8)
    shade[~measured] = UNMEASURED
    enlarged = max(1, min(cell, _SIDE // max(shade.shape)))
    return png_of(np.repeat(np.repeat(shade, enlarged, axis=0), enlarged, axis=1))


def png_of(shade: NDArray[np.uint8]) -> bytes:
    """Return a grey picture as PNG, shrunk to what a report shows."""
    from PIL import Image

    drawn = Image.fromarray(shade)
    drawn.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    held = io.BytesIO()
    drawn.save(held, "PNG")
    return held.getvalue()
