"""SVG: the root element's stated size and what follows its end, without parsing the document."""

from __future__ import annotations

import re

from provenance.containers.build import Builder
from provenance.containers.part import Container
from provenance.source import Source

__all__ = ["measure_svg", "walk_svg"]

_HEAD = 1 << 16
_TAG = re.compile(rb"<svg[\s>][^>]{0,32768}")
_SIDE = re.compile(rb"""\s(width|height)\s{0,9}=\s{0,9}["']([0-9]{1,6})(?:\.[0-9]{1,9})?(?:px)?["']""")
_CLOSE = b"</svg>"


def walk_svg(source: Source) -> Container:
    """Return one part `svg`, from the root element's tag to its end.

    Args:
        source: The opened file.
    """
    build = Builder(source)
    tag = _TAG.search(source.read(0, _HEAD))
    start = tag.start() if tag else 0
    if tag is None:
        build.problem("No svg element begins in the first 64 KiB.")
    tail_at = max(0, source.size - _HEAD)
    close = source.read(tail_at, _HEAD).rfind(_CLOSE)
    end = source.size if close < 0 else tail_at + close + len(_CLOSE)
    if close < 0:
        build.problem("The svg element is not closed in the last 64 KiB.")
    build.part("svg", start, end - start, header=0)
    build.width, build.height, _ = measure_svg(source)
    rest = source.read(end, _HEAD)
    return build.done(end + len(rest) - len(rest.lstrip()))


def measure_svg(source: Source) -> tuple[int | None, int | None, float | None]:
    """Return width and height where the root element states them in pixels."""
    tag = _TAG.search(source.read(0, _HEAD))
    sides = {name: int(value) for name, value in _SIDE.findall(tag.group())} if tag else {}
    return sides.get(b"width"), sides.get(b"height"), None
