"""Which encoder writes such quantisation tables, and at which quality.

Only what is public and can be checked is named: the example tables of the JPEG standard as libjpeg scales
them, the tables that mozjpeg and ImageMagick's N. Robidoux published, Photoshop's as Pillow ships them, and
tables that files of one maker in public collections share. Most cameras have tables of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import cast

__all__ = ["Encoder", "identify", "libjpeg_tables"]

Table = tuple[int, ...]

_LUMA: Table = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
"""ITU-T T.81, table K.1."""

_CHROMA: Table = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, *(99,) * 32,
)  # fmt: skip
"""ITU-T T.81, table K.2."""

_ROBIDOUX: Table = (
    16, 16, 16, 18, 25, 37, 56, 85, 16, 17, 20, 27, 34, 40, 53, 75,
    16, 20, 24, 31, 43, 62, 91, 135, 18, 27, 31, 40, 53, 74, 106, 156,
    25, 34, 43, 53, 69, 94, 131, 189, 37, 40, 62, 74, 94, 124, 169, 238,
    56, 53, 91, 106, 131, 169, 226, 311, 85, 75, 135, 156, 189, 238, 311, 418,
)  # fmt: skip
"""N. Robidoux's table, the default of mozjpeg for both components."""

_SEEN = {
    "6c3154134a3a": ("Canon cameras", 13),
    "5f6c4e6b8f8b": ("Canon cameras", 9),
    "4c3d1f1f892a": ("Canon cameras", 2),
    "0c7004997a48": ("Canon cameras", 2),
    "8b3541c94b33": ("Canon cameras", 2),
    "c06ebb6523ea": ("Apple iPhones", 2),
    "24757c977f4a": ("Apple iPhones", 2),
    "b888eda7c3a7": ("Kodak cameras", 5),
    "36667d3f5a56": ("Kodak cameras", 2),
    "42f57309b754": ("Minolta cameras", 3),
    "f6a71845f3e1": ("Panasonic cameras", 2),
    "36601e734426": ("Pentax cameras", 2),
}
"""Fingerprint of the tables: who wrote files with them, and how many models of theirs. From the public
collections metadata-extractor-images and exif-samples; no file of another maker there has these tables."""

_PHOTOSHOP = {
    "web_low": "Save for Web, low", "web_medium": "Save for Web, medium", "web_high": "Save for Web, high",
    "web_very_high": "Save for Web, very high", "web_maximum": "Save for Web, maximum",
    "low": "Save As, low", "medium": "Save As, medium", "high": "Save As, high", "maximum": "Save As, maximum",
}  # fmt: skip
_NEAR = 0.25
"""Mean distance (natural logarithm of ratios) up to which a quality number says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """What the tables say."""

    family: str
    """`libjpeg`, `mozjpeg`, `photoshop`, `camera` or `unknown`."""

    words: str
    """Continues "the compression tables are …"."""

    quality: int | None = None
    """Quality on libjpeg's scale of 1 to 100: exact for `libjpeg` and `mozjpeg`, else the nearest."""

    exact: bool = False
    """Whether every value matches."""


def libjpeg_tables(quality: int, *, base: tuple[Table, Table] = (_LUMA, _CHROMA)) -> tuple[Table, Table]:
    """Return luma and chroma tables as libjpeg scales them.

    Args:
        quality: 1 to 100.
        base: The tables at quality 50.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    scaled = [tuple(min(255, max(1, (v * scale + 50) // 100)) for v in table) for table in base]
    return scaled[0], scaled[1]


def identify(luma: Table, chroma: Table | None) -> Encoder:
    """Say who writes such tables.

    Args:
        luma: 64 values, row by row.
        chroma: Likewise; None for grey pictures.
    """
    seen = _SEEN.get(_fingerprint(luma, chroma))
    if seen is not None:
        maker, models = seen
        words = f"ones that {maker} write (seen in {models} models)"
        return Encoder(family="camera", words=words, quality=_nearest(luma)[0], exact=True)
    known = _known().get(luma, ())
    for family, name, quality, its_chroma in known:
        if chroma is None or chroma == its_chroma:
            return Encoder(family=family, words=name, quality=quality, exact=True)
    mixed = [k for k in known if k[0] == "libjpeg"]
    theirs = [k for k in _known_chroma().get(chroma or (), ()) if k[0] == "libjpeg"]
    if mixed and theirs:
        words = f"the standard ones, at quality {mixed[0][2]} for brightness and {theirs[0][2]} for colour"
        return Encoder(family="libjpeg", words=words, quality=mixed[0][2])
    quality, distance, rounding = _nearest(luma)
    if rounding <= 1 and (chroma is None or _rounding(chroma, libjpeg_tables(quality)[1]) <= 1):
        words = f"the standard ones at about quality {quality}, rounded as some cameras and programs do"
        return Encoder(family="libjpeg", words=words, quality=quality)
    near = quality if distance <= _NEAR else None
    about = f"; they are about as coarse as standard quality {near}" if near else ""
    words = f"not ones that Assay knows, which is common in cameras{about}"
    return Encoder(family="unknown", words=words, quality=near)


_Row = tuple[str, str, int | None, Table]


@cache
def _known() -> dict[Table, list[_Row]]:
    """Return (family, words, quality, chroma table) by luma table."""
    from PIL import JpegPresets

    found: dict[Table, list[_Row]] = {}
    for quality in range(100, 0, -1):
        luma, chroma = libjpeg_tables(quality)
        words = (
            f"the standard ones at quality {quality}, which most programs, many phones and some cameras use"
        )
        found.setdefault(luma, []).append(("libjpeg", words, quality, chroma))
        luma, chroma = libjpeg_tables(quality, base=(_ROBIDOUX, _ROBIDOUX))
        words = f"mozjpeg's at quality {quality}, which websites and web services use"
        found.setdefault(luma, []).append(("mozjpeg", words, quality, chroma))
    for name, title in _PHOTOSHOP.items():
        tables = cast("list[list[int]]", JpegPresets.presets[name]["quantization"])
        preset = [tuple(t) for t in tables]
        words = f"ones of Adobe Photoshop ({title})"
        found.setdefault(preset[0], []).append(("photoshop", words, _nearest(preset[0])[0], preset[1]))
    return found


@cache
def _known_chroma() -> dict[Table, list[_Row]]:
    found: dict[Table, list[_Row]] = {}
    for rows in _known().values():
        for row in rows:
            found.setdefault(row[3], []).append(row)
    return found


def _nearest(luma: Table) -> tuple[int, float, int]:
    """Return the nearest libjpeg quality, the mean distance, and the largest difference there."""
    from math import log

    best = (0, float("inf"), 0)
    for quality in range(100, 0, -1):
        table = libjpeg_tables(quality)[0]
        distance = sum(abs(log(max(1, a) / b)) for a, b in zip(luma, table, strict=True)) / 64
        if distance < best[1]:
            best = (quality, distance, _rounding(luma, table))
    return best


def _rounding(one: Table, other: Table) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _fingerprint(luma: Table, chroma: Table | None) -> str:
    data = b"".join(v.to_bytes(2, "big") for table in (luma, chroma or ()) for v in table)
    return hashlib.sha256(data).hexdigest()[:12]
