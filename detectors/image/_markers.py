"""How a JPEG stream is put together, in words: coding, colour resolution, Huffman tables, order of segments."""

from __future__ import annotations

from collections.abc import Iterable

from detectors.image._jpeg import Frame, Headers
from provenance.containers.part import Part

__all__ = ["coding_words", "huffman_words", "segment_order", "subsampling_words"]

_CODING = {
    "SOF0": "baseline",
    "SOF1": "extended sequential",
    "SOF2": "progressive",
    "SOF3": "lossless",
    "SOF9": "sequential with arithmetic coding",
    "SOF10": "progressive with arithmetic coding",
    "SOF11": "lossless with arithmetic coding",
}

_SUBSAMPLING = {
    (1, 1): "4:4:4, colour at full resolution",
    (2, 1): "4:2:2, colour at half resolution across",
    (1, 2): "4:4:0, colour at half resolution down",
    (2, 2): "4:2:0, colour at half resolution both ways",
    (4, 1): "4:1:1, colour at a quarter of the resolution across",
    (4, 2): "4:1:0, colour at a quarter across and half down",
}

_DEFAULT_HUFFMAN = frozenset(
    {
        bytes((0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)),
        bytes((0x01, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0)),
        bytes((0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125)),
        bytes((0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119)),
    }
)
"""Class and number, then code counts of the example tables K.3 to K.6 of ITU-T T.81."""


def coding_words(frame: Frame) -> str:
    """Return the coding process, e.g. `baseline`."""
    return _CODING.get(frame.marker, frame.marker)


def subsampling_words(frame: Frame) -> str:
    """Return how finely colour is stored against brightness."""
    if len(frame.components) == 1:
        return "grey picture"
    luma, *rest = frame.components
    if len({(c.horizontal, c.vertical) for c in rest}) != 1:
        return "unusual: the colour components differ"
    across, odd_across = divmod(luma.horizontal, rest[0].horizontal)
    down, odd_down = divmod(luma.vertical, rest[0].vertical)
    words = None if odd_across or odd_down else _SUBSAMPLING.get((across, down))
    return words or f"unusual: factors {across}x{down}"


def huffman_words(headers: Headers) -> str:
    """Return whether the Huffman tables are the standard's examples or made for this picture."""
    if not headers.huffman:
        return "none stored"
    if all(table in _DEFAULT_HUFFMAN for table in headers.huffman):
        return "the examples of the standard"
    return "made for this picture"


def segment_order(parts: Iterable[Part]) -> str:
    """Return the order of the segments, repeats joined, e.g. `SOI APP1 2xDQT SOF0 DHT SOS EOI`."""
    runs: list[list[str | int]] = []
    for part in parts:
        if runs and runs[-1][0] == part.path:
            runs[-1][1] = int(runs[-1][1]) + 1
        elif len(runs) < 60:
            runs.append([part.path, 1])
    return " ".join(str(name) if count == 1 else f"{count}x{name}" for name, count in runs)
