"""How the magnitudes of fine detail go together across places, directions, scales and channels.

Large details lie beside large details, along edges and across scales, in every picture; how closely is a matter of
lens, processing and compression in one case and of a network in the other. These are moments of second order of a
scattering transform.

Source: Portilla, Simoncelli, doi:10.1023/A:1026553619983; Bruna, Mallat, doi:10.1109/TPAMI.2012.230.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detectors.image._features._planes import Planes, Stack, luma, opponent

__all__ = ["NAMES", "magnitude"]

_Bands = tuple[Planes, Planes, Planes]
"""Horizontal, vertical and diagonal details of one scale."""

_PLANES = ("luma", "rg")
_SCALES = range(3)
_KINDS = (
    *(f"{way}.{d}" for way in ("along", "across") for d in (1, 2, 4)), "diagonal.1", "turned", "oblique",
)  # fmt: skip
_SIGNED = ("along", "across")
NAMES = (
    *(f"magnitude.{plane}.{scale}.{kind}" for plane in _PLANES for scale in _SCALES for kind in _KINDS),
    *(f"magnitude.{plane}.{n}.{kind}" for plane in _PLANES for n in (0, 1) for kind in ("up", "up.oblique")),
    *(f"magnitude.signed.{plane}.{n}.{kind}" for plane in _PLANES for n in _SCALES for kind in _SIGNED),
    *(f"magnitude.channels.{scale}" for scale in _SCALES),
)


def magnitude(stack: Stack) -> NDArray[np.float32]:
    """Return correlations between square roots of magnitudes of Haar details, shape (n, 77), each in [-1, 1].

    Of luma and R - G on three scales; horizontal and vertical details are averaged.

    - `along.d`, `across.d`, `diagonal.d`: with the same detail d pixels away along the edge, across it, obliquely.
    - `turned`, `oblique`: between directions at one place.
    - `up`: with the next coarser scale.
    - `signed`: of the details themselves, along and across.
    - `channels`: between luma and R - G at one place.
    """
    pyramids = [_pyramid(p) for p in (luma(stack), opponent(stack)[0])]
    sizes = [[_roots(bands) for bands in pyramid] for pyramid in pyramids]
    columns = [c for plane in sizes for bands in plane for c in _places(bands)]
    columns += [c for plane in sizes for fine, coarse in pairwise(plane) for c in _upward(fine, coarse)]
    columns += [c for pyramid in pyramids for bands in pyramid for c in _signed(bands)]
    columns += [_tied(a, b) for a, b in zip(*pyramids, strict=True)]
    return np.stack(columns, axis=1)


def _roots(bands: _Bands) -> _Bands:
    across, down, oblique = (np.sqrt(np.abs(b)) for b in bands)
    return across, down, oblique


def _places(bands: _Bands) -> list[NDArray[np.float32]]:
    # `across` answers to vertical edges: its neighbours above and below lie along the edge.
    across, down, oblique = bands
    return [
        *(_mean(_near(across, d, 0), _near(down, 0, d)) for d in (1, 2, 4)),
        *(_mean(_near(across, 0, d), _near(down, d, 0)) for d in (1, 2, 4)),
        _near(oblique, 1, 1),
        _correlation(across, down),
        _mean(_correlation(across, oblique), _correlation(down, oblique)),
    ]


def _upward(fine: _Bands, coarse: _Bands) -> list[NDArray[np.float32]]:
    across, down, oblique = (
        _correlation(_halved(f, c.shape[1]), c) for f, c in zip(fine, coarse, strict=True)
    )
    return [_mean(across, down), oblique]


def _signed(bands: _Bands) -> list[NDArray[np.float32]]:
    across, down, _ = bands
    return [
        _mean(_near(across, 1, 0), _near(down, 0, 1)),
        _mean(_near(across, 0, 1), _near(down, 1, 0)),
    ]


def _tied(a: _Bands, b: _Bands) -> NDArray[np.float32]:
    across, down = (_correlation(np.abs(a[i]), np.abs(b[i])) for i in (0, 1))
    return _mean(across, down)


def _mean(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((a + b) / 2, dtype=np.float32)


def _pyramid(planes: Planes) -> list[_Bands]:
    found = []
    for _ in _SCALES:
        side = planes.shape[1] // 2 * 2
        a, b = planes[:, 0:side:2, 0:side:2], planes[:, 0:side:2, 1:side:2]
        c, d = planes[:, 1:side:2, 0:side:2], planes[:, 1:side:2, 1:side:2]
        found.append((a - b + c - d, a + b - c - d, a - b - c + d))
        planes = np.asarray((a + b + c + d) / 4, dtype=np.float32)
    return found


def _near(planes: Planes, dy: int, dx: int) -> NDArray[np.float32]:
    height, width = planes.shape[1:]
    return _correlation(planes[:, dy:, dx:], planes[:, : height - dy, : width - dx])


def _halved(planes: Planes, side: int) -> Planes:
    cut = planes[:, : 2 * side, : 2 * side]
    return np.asarray(
        cut[:, 0::2, 0::2] + cut[:, 1::2, 0::2] + cut[:, 0::2, 1::2] + cut[:, 1::2, 1::2], dtype=np.float32
    )


def _correlation(a: Planes, b: Planes) -> NDArray[np.float32]:
    x, y = (p - p.mean(axis=(1, 2), keepdims=True) for p in (a, b))
    both = np.einsum("nij,nij->n", x, y)
    spread = np.einsum("nij,nij->n", x, x) * np.einsum("nij,nij->n", y, y)
    return np.asarray(both / np.sqrt(np.maximum(spread, 1e-2)), dtype=np.float32)
