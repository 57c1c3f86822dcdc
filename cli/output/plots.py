"""Plots as inline SVG: no script, no font, no colour that carries a meaning of its own.

Styles come from the classes in `report.css`, since the page's policy forbids any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

__all__ = ["Curve", "Scale", "plot"]

_WIDTH, _HEIGHT = 420, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 22, 12, 48
_DASHES = ("line", "line dashed", "line dotted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One axis."""

    title: str
    """What it shows, with its unit."""

    low: float
    """Value at the left or the bottom."""

    high: float
    """Value at the right or the top."""

    ticks: tuple[float, ...]
    """Where it has numbers."""

    percent: bool = False
    """Whether numbers are shares, to be shown in per cent."""

    def at(self, value: float) -> float:
        """Return where a value lies, 0 to 1; what is beyond lies at the end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def words(self, value: float) -> str:
        """Return the number at a tick."""
        return f"{100 * value:g} %" if self.percent else f"{value:g}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line, told from the others by its dashes."""

    name: str
    """What it shows."""

    points: Sequence[tuple[float, float]]
    """Its points from left to right."""

    marks: bool = False
    """Whether each point is marked; for few points."""


def plot(title: str, across: Scale, up: Scale, curves: Sequence[Curve], *, diagonal: bool = False) -> Markup:
    """Return a plot as one `<svg>` element.

    Args:
        title: What a reader who does not see it is told.
        across: Horizontal axis.
        up: Vertical axis.
        curves: Lines, at most three.
        diagonal: Whether to draw the line on which both axes are equal.
    """
    parts = [_frame(across, up)]
    if diagonal:
        low, high = max(across.low, up.low), min(across.high, up.high)
        parts.append(_polyline([(low, low), (high, high)], across, up, "guide"))
    for number, curve in enumerate(curves):
        style = _DASHES[number % len(_DASHES)]
        parts.append(_polyline(curve.points, across, up, style))
        if curve.marks:
            parts += [
                Markup('<circle class="mark" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*_place(p, across, up))
                for p in curve.points
            ]
    return Markup(
        '<svg class="plot" role="img" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg"><title>{}</title>{}</svg>'
    ).format(_WIDTH, _HEIGHT, title, Markup("").join(parts))


def _place(point: tuple[float, float], across: Scale, up: Scale) -> tuple[float, float]:
    x, y = (0.0 if math.isnan(v) else v for v in point)
    return (
        _LEFT + across.at(x) * (_WIDTH - _LEFT - _RIGHT),
        _HEIGHT - _BOTTOM - up.at(y) * (_HEIGHT - _TOP - _BOTTOM),
    )


def _polyline(points: Sequence[tuple[float, float]], across: Scale, up: Scale, style: str) -> Markup:
    placed = " ".join("{:.1f},{:.1f}".format(*_place(p, across, up)) for p in points)
    return Markup('<polyline class="{}" points="{}"/>').format(style, placed)


def _frame(across: Scale, up: Scale) -> Markup:
    left, right = _LEFT, _WIDTH - _RIGHT
    top, bottom = _TOP, _HEIGHT - _BOTTOM
    parts = [Markup('<path class="frame" d="M{} {}V{}H{}"/>').format(left, top, bottom, right)]
    for value in across.ticks:
        x = left + across.at(value) * (right - left)
        parts.append(Markup('<path class="grid" d="M{:.1f} {}V{}"/>').format(x, top, bottom))
        parts.append(
            Markup('<text class="tick middle" x="{:.1f}" y="{}">{}</text>').format(
                x, bottom + 16, across.words(value)
            )
        )
    for value in up.ticks:
        y = bottom - up.at(value) * (bottom - top)
        parts.append(Markup('<path class="grid" d="M{} {:.1f}H{}"/>').format(left, y, right))
        parts.append(
            Markup('<text class="tick end" x="{}" y="{:.1f}">{}</text>').format(
                left - 6, y + 4, up.words(value)
            )
        )
    parts.append(
        Markup('<text class="axis middle" x="{}" y="{}">{}</text>').format(
            (left + right) / 2, _HEIGHT - 8, across.title
        )
    )
    parts.append(
        Markup('<text class="axis middle" transform="translate(13 {}) rotate(-90)">{}</text>').format(
            (top + bottom) / 2, up.title
        )
    )
    return Markup("").join(parts)
