"""Movements that many matched places share: shifted, turned and scaled copies of one part of the picture.

Places are matched by correlation with a test against their next best match (Lowe,
doi:10.1023/B:VISI.0000029664.99615.94), so that windows and tiles, which match many others equally well, drop out.
Pairs of neighbouring matches propose movements; the number of matches that agree with one is compared with what chance
would bring (Moisan and Stival, doi:10.1023/B:VISI.0000013094.38752.69).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from detectors.image._copymove.keypoints import Keypoints
from detectors.image._nfa import log10_binomial_tail

__all__ = ["Matches", "Movement", "find_movements", "match"]

Floats = NDArray[np.float32]
Complex = NDArray[np.complex128]

_LEAST_CORRELATION = 0.92
_RATIO = 0.6  # squared distance to the best match over that to the next
_CHUNK = 1024
_ROUGH = 3.0  # pixels between where a movement takes a place and where its match is, for two like things
_EXACT = 0.75  # the same for a copy, in pixels of the level where the place was found
_PLAIN = 0.5  # pixels by which a movement may bend a plain shift and still be taken for one
_NEIGHBOURS = 6
_SCALES = (0.5, 2.0)
_LEAST = 4  # matches that make a movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Pairs of places that look alike."""

    a: Floats
    """x and y of the one place."""
    b: Floats
    """x and y of the other."""
    turn: Floats
    """Angle from the one to the other in radians."""
    scale: Floats
    """Size of the other over that of the one."""
    blur: Floats
    """Pixels in one pixel of the levels where the two were found: how exactly they are placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A similarity transform: `(x, y)` goes to `(p x - q y + u, q x + p y + v)`."""

    p: float
    """Cosine of the turn times the scale."""
    q: float
    """Sine of the turn times the scale."""
    u: float
    """Shift to the right in pixels."""
    v: float
    """Shift downwards in pixels."""
    a: Floats
    """Places that it takes exactly onto their match, x and y."""
    agreed: int
    """Matches that agree at least roughly, as those of two like things do."""
    error: float
    """Root mean square distance of the exact ones from their match, in pixels of their level."""
    log10_nfa: float
    """Decimal logarithm of the number of such movements that random matches would bring."""

    @property
    def scale(self) -> float:
        """Size of the copy over that of its source."""
        return math.hypot(self.p, self.q)

    @property
    def turn(self) -> float:
        """Angle of the copy against its source in degrees."""
        return math.degrees(math.atan2(self.q, self.p))

    @property
    def plain(self) -> bool:
        """Whether it only shifts."""
        return self.p == 1 and self.q == 0


def match(points: Keypoints, *, apart: float) -> Matches:
    """Return places with one clear double at least `apart` pixels away."""
    count = len(points.at)
    best, good = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=bool)
    tree = cKDTree(points.at)
    near = [np.asarray(found, dtype=np.intp) for found in tree.query_ball_point(points.at, apart)]
    for start in range(0, count, _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, count))
        alike = points.patches[rows] @ points.patches.T
        _leave_out(alike, [near[i] for i in rows])
        first = alike.argmax(axis=1)
        top = alike[rows - start, first]
        # The same place at another level of the pyramid is no rival.
        _leave_out(alike, [near[i] for i in first])
        good[rows] = (top > _LEAST_CORRELATION) & (1 - top < _RATIO * (1 - alike.max(axis=1)))
        best[rows] = first
    one = np.flatnonzero(good)
    # Each pair once, and always the same way round: from the place further up or left.
    pairs = np.unique(np.sort(np.stack([one, best[one]], axis=1), axis=1), axis=0)
    i, j = pairs[:, 0], pairs[:, 1]
    (xi, yi), (xj, yj) = points.at[i].T, points.at[j].T
    swap = (yi > yj) | ((yi == yj) & (xi > xj))
    i, j = np.where(swap, j, i), np.where(swap, i, j)
    return Matches(
        a=points.at[i],
        b=points.at[j],
        turn=points.angle[j] - points.angle[i],
        scale=points.scale[j] / points.scale[i],
        blur=np.sqrt(points.scale[i] * points.scale[j]),
    )


def _leave_out(alike: Floats, columns: list[NDArray[np.intp]]) -> None:
    rows = np.repeat(np.arange(len(columns)), [len(c) for c in columns])
    alike[rows, np.concatenate(columns)] = -1


def find_movements(matches: Matches, *, size: tuple[int, int], most: int) -> list[Movement]:
    """Return the movements that more matches share than chance allows, those of most matches first.

    Args:
        matches: From `match`.
        size: Width and height of the picture.
        most: Most movements to return.
    """
    za, zb = (at[:, 0].astype(float) + 1j * at[:, 1] for at in (matches.a, matches.b))
    left = np.arange(len(za))
    found: list[Movement] = []
    while len(found) < most and len(left) >= _LEAST:
        slope, shift = _most_shared(za[left], zb[left], matches.turn[left], matches.scale[left])
        rough, slope, shift = _refined(za[left], zb[left], matches.blur[left], slope, shift)
        nfa = _log10_nfa(len(left), int(rough.sum()), size)
        if rough.sum() < _LEAST or nfa > 0:
            break
        error = np.abs(slope * za[left] + shift - zb[left]) / matches.blur[left]
        exact = error < _EXACT
        if exact.any():
            found.append(
                Movement(
                    p=slope.real,
                    q=slope.imag,
                    u=shift.real,
                    v=shift.imag,
                    a=matches.a[left[exact]],
                    agreed=int((rough | exact).sum()),
                    error=float(np.sqrt((error[exact] ** 2).mean())),
                    log10_nfa=nfa,
                )
            )
        left = left[~(rough | exact)]
    return found


def _most_shared(za: Complex, zb: Complex, turn: Floats, scale: Floats) -> tuple[complex, complex]:
    """Return slope and shift of the proposed movement that most matches agree with."""
    slopes, shifts = _proposed(za, zb, turn, scale)
    counts = np.concatenate(
        [
            (np.abs(slopes[at : at + _CHUNK, None] * za + shifts[at : at + _CHUNK, None] - zb) < _ROUGH).sum(
                axis=1
            )
            for at in range(0, len(slopes), _CHUNK)
        ]
    )
    top = int(counts.argmax())
    return complex(slopes[top]), complex(shifts[top])


def _refined(
    za: Complex, zb: Complex, blur: Floats, slope: complex, shift: complex
) -> tuple[NDArray[np.bool_], complex, complex]:
    """Fit a movement to the matches that agree roughly, then to those that agree exactly."""
    rough = np.zeros(len(za), dtype=bool)
    for round_ in range(5):
        error = np.abs(slope * za + shift - zb)
        if round_ < 2:
            rough = error < _ROUGH
            held = rough
        else:
            held = error < _EXACT * blur * (1.5 if round_ == 2 else 1)
        if held.sum() < 3:
            break
        slope, shift = _fitted(za[held], zb[held], blur[held])
    return rough, slope, shift


def _proposed(za: Complex, zb: Complex, turn: Floats, scale: Floats) -> tuple[Complex, Complex]:
    """Return slope and shift of a movement for each match with each of its nearest ones, and of each plain shift."""
    near = min(_NEIGHBOURS + 1, len(za))
    _, other = cKDTree(np.stack([za.real, za.imag], axis=1)).query(
        np.stack([za.real, za.imag], axis=1), k=near
    )
    one, other = np.repeat(np.arange(len(za)), near), other.ravel()
    far = np.abs(za[other] - za[one]) > 2 * _ROUGH
    one, other = one[far], other[far]
    slopes = (zb[other] - zb[one]) / (za[other] - za[one])
    size = np.maximum(np.abs(slopes), 1e-6)
    kept = (size > _SCALES[0]) & (size < _SCALES[1])
    # The two ends say by themselves how far the patch was turned and scaled.
    own = scale * np.exp(1j * turn)
    for end in (one, other):
        kept &= np.abs(np.angle(slopes / own[end])) < 0.35
        kept &= np.abs(np.log(size / scale[end])) < 0.5
    slopes, one = slopes[kept], one[kept]
    return np.concatenate([slopes, np.ones(len(za))]), np.concatenate([zb[one] - slopes * za[one], zb - za])


def _fitted(za: Complex, zb: Complex, blur: Floats) -> tuple[complex, complex]:
    """Return slope and shift of the similarity transform with the least squared error."""
    weight = blur**-2.0 / (blur**-2.0).sum()
    ma, mb = (weight * za).sum(), (weight * zb).sum()
    spread = (weight * np.abs(za - ma) ** 2).sum()
    slope = complex((weight * (zb - mb) * np.conj(za - ma)).sum() / max(spread, 1e-9))
    if abs(slope - 1) * math.sqrt(spread) < _PLAIN:
        slope = 1 + 0j  # a plain shift is by far the most common copy, and needs no interpolation
    return slope, complex(mb - slope * ma)


def _log10_nfa(matches: int, agreed: int, size: tuple[int, int]) -> float:
    """Return log10 of the number of movements with as many random matches: two define one, the others agree."""
    chance = min(1.0, math.pi * _ROUGH**2 / (size[0] * size[1]))
    tests = max(1.0, matches * (matches - 1) / 2 * (matches - 2))
    return max(math.log10(tests) + log10_binomial_tail(max(matches - 2, 1), agreed - 2, chance), -999.0)
