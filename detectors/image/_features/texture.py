"""Local binary patterns: which of the eight neighbours are at least as bright as a pixel.

They do not change when brightness or contrast does, so they see fine structure and not the scene's light.

Source: Ojala, Pietikäinen, Mäenpää, doi:10.1109/TPAMI.2002.1017623.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Stack

__all__ = ["NAMES", "texture"]

_AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))
_PLANES = ("green", "rg", "bg")


def _classes() -> tuple[NDArray[np.intp], int]:
    """Return the class of each of the 256 patterns, those that are turns or mirror images sharing one."""
    seen: dict[int, int] = {}
    table = []
    for code in range(256):
        bits = [code >> k & 1 for k in range(8)]
        alike = [b[k:] + b[:k] for b in (bits, bits[::-1]) for k in range(8)]
        table.append(seen.setdefault(min(int("".join(map(str, b)), 2) for b in alike), len(seen)))
    return np.array(table), len(seen)


_TABLE, _SIZE = _classes()
NAMES = tuple(f"texture.{plane}.1.{i}" for plane in _PLANES for i in range(_SIZE))


def texture(stack: Stack) -> NDArray[np.float32]:
    """Return shares of the 30 local binary patterns up to turns and mirror images, each in [0, 1].

    Of green, R - G and B - G, shape (n, 90).
    """
    whole = stack.astype(np.int16)
    planes = (
        np.ascontiguousarray(stack[..., 1]),
        whole[..., 0] - whole[..., 1],
        whole[..., 2] - whole[..., 1],
    )
    return np.concatenate([_patterns(plane) for plane in planes], axis=1)


def _patterns(planes: NDArray[np.uint8] | NDArray[np.int16]) -> NDArray[np.float32]:
    middle = planes[:, 1:-1, 1:-1]
    height, width = middle.shape[1:]
    codes = np.zeros(middle.shape, dtype=np.uint8)
    for k, (dy, dx) in enumerate(_AROUND):
        other = planes[:, 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        codes |= (other >= middle).view(np.uint8) << np.uint8(k)
    rows = [np.bincount(_TABLE, np.bincount(c.ravel(), minlength=256), _SIZE) / c.size for c in codes]
    return np.stack(rows).astype(np.float32)
