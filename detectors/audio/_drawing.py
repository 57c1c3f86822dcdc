"""Drawings with axes: maps along time and curves along frequency, as PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image, ImageDraw, ImageFont

__all__ = ["WIDTH", "along_frequency", "along_time"]

WIDTH, HEIGHT = 640, 240
"""Pixels inside the axes."""

_LEFT, _BELOW, _ABOVE, _RIGHT = 62, 58, 12, 26
_PAPER, _INK, _GRID = (255, 255, 255), (40, 40, 40), (205, 205, 205)
_CURVES = ((38, 98, 148), (176, 92, 20))
_SIZE = 20
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_TICKS = 7


def along_time(shade: NDArray[np.uint8], *, seconds: float, top: float, unit: str) -> bytes:
    """Return a map with time below and another quantity at the side.

    Args:
        shade: Grey values, shape (rows, columns), first row at the bottom.
        seconds: Length of the recording, the whole width.
        top: Value at the upper end of the side; 0 lies at the lower.
        unit: What the side shows.
    """
    from PIL import Image

    picture, pen, font = _sheet()
    drawn = Image.fromarray(shade[::-1]).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
    picture.paste(drawn.convert("RGB"), (_LEFT, _ABOVE))
    step = next((s for s in _STEPS if seconds / s <= _TICKS), _STEPS[-1])
    for number in range(int(seconds / step) + 1):
        at = number * step
        _below(pen, font, at / max(seconds, 1e-6), _clock(at, step), grid=False)
    for part in range(5):
        _beside(pen, font, part / 4, f"{top * part / 4:g}", grid=False)
    _names(pen, font, "time in seconds" if seconds < 120 else "time", unit)
    return _png(picture)


def along_frequency(curves: list[NDArray[np.float32]], *, kilohertz: float, low: float, high: float) -> bytes:
    """Return curves of levels with frequency below and dB at the side.

    Args:
        curves: At most two, in dB, each evenly spaced from 0 to `kilohertz`.
        kilohertz: Right end.
        low: Lower end of the side in dB.
        high: Upper end in dB.
    """
    import numpy as np

    picture, pen, font = _sheet()
    step = next((s for s in (0.5, 1, 2, 4, 8, 16, 32) if kilohertz / s <= 10), 64)
    for number in range(int(kilohertz / step) + 1):
        _below(pen, font, number * step / kilohertz, f"{number * step:g}", grid=True)
    for level in range(int(np.ceil(low / 20)) * 20, int(high) + 1, 20):
        _beside(pen, font, (level - low) / (high - low), str(level), grid=True)
    for curve, colour in zip(curves, _CURVES, strict=False):
        x = _LEFT + np.linspace(0, WIDTH - 1, len(curve))
        y = _ABOVE + (HEIGHT - 1) * (1 - np.clip((curve - low) / (high - low), 0, 1))
        pen.line([(float(a), float(b)) for a, b in zip(x, y, strict=True)], fill=colour, width=2)
    _names(pen, font, "frequency in kHz", "dB")
    return _png(picture)


def _sheet() -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont | ImageFont.ImageFont]:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (_LEFT + WIDTH + _RIGHT, _ABOVE + HEIGHT + _BELOW), _PAPER)
    return picture, ImageDraw.Draw(picture), ImageFont.load_default(_SIZE)


def _below(pen: ImageDraw.ImageDraw, font: object, share: float, text: str, *, grid: bool) -> None:
    x, y = _LEFT + share * (WIDTH - 1), _ABOVE + HEIGHT
    if grid:
        pen.line((x, _ABOVE, x, y), fill=_GRID)
    pen.line((x, y, x, y + 4), fill=_INK)
    pen.text((x, y + 5), text, fill=_INK, font=font, anchor="ma")  # type: ignore[arg-type]


def _beside(pen: ImageDraw.ImageDraw, font: object, share: float, text: str, *, grid: bool) -> None:
    y = _ABOVE + (HEIGHT - 1) * (1 - share)
    if grid:
        pen.line((_LEFT, y, _LEFT + WIDTH, y), fill=_GRID)
    pen.line((_LEFT - 4, y, _LEFT, y), fill=_INK)
    pen.text((_LEFT - 6, y), text, fill=_INK, font=font, anchor="rm")  # type: ignore[arg-type]


def _names(pen: ImageDraw.ImageDraw, font: object, below: str, side: str) -> None:
    edge = (_LEFT - 1, _ABOVE - 1, _LEFT + WIDTH, _ABOVE + HEIGHT)
    pen.rectangle(edge, outline=_INK)
    pen.text((_LEFT + WIDTH / 2, _ABOVE + HEIGHT + 32), below, fill=_INK, font=font, anchor="ma")  # type: ignore[arg-type]
    pen.text((2, _ABOVE + HEIGHT + 32), side, fill=_INK, font=font, anchor="la")  # type: ignore[arg-type]


def _clock(seconds: float, step: float) -> str:
    if step < 15:
        return f"{seconds:g}"
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _png(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.quantize(64).save(held, "PNG", optimize=True)
    return held.getvalue()
