"""A picture of a score along time: one bar per window, up for one proposition, down for the other."""

from __future__ import annotations

import io
from collections.abc import Sequence

__all__ = ["draw_strip"]

_WIDTH, _HEIGHT, _EDGE = 960, 160, 16
_PAPER, _INK, _UP, _DOWN = (255, 255, 255), (60, 60, 60), (176, 92, 20), (38, 98, 148)


def draw_strip(
    spans: Sequence[tuple[float, float]], ratios: Sequence[float], seconds: float, top: float
) -> bytes:
    """Return a PNG with a bar from the middle line for each window.

    Args:
        spans: Beginning and end of each window in seconds.
        ratios: Its log10 likelihood ratio; bars up are positive.
        seconds: Length of the recording, the whole width.
        top: Ratio that reaches the edge.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    middle, reach = _HEIGHT // 2, _HEIGHT // 2 - _EDGE
    for (start, end), ratio in zip(spans, ratios, strict=True):
        left, right = (_EDGE + (_WIDTH - 2 * _EDGE) * min(t / max(seconds, 1e-3), 1.0) for t in (start, end))
        height = reach * max(-1.0, min(1.0, ratio / top))
        low, high = sorted((middle, middle - height))
        pen.rectangle((left, low, max(left, right - 1), high), fill=_UP if ratio > 0 else _DOWN)
    pen.line((_EDGE, middle, _WIDTH - _EDGE, middle), fill=_INK)
    for ratio in (-1.0, 1.0):
        level = middle - reach * ratio / top
        for x in range(_EDGE, _WIDTH - _EDGE, 12):
            pen.line((x, level, x + 5, level), fill=_INK)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
