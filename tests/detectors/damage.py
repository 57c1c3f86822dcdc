"""Damaged copies of a file."""

from __future__ import annotations

import numpy as np


def mutations(data: bytes, *, count: int = 60, seed: int = 5) -> list[bytes]:
    """Return damaged copies: cut short, bytes changed, parts doubled or zeroed; the first bytes stay."""
    rng = np.random.default_rng(seed)
    found = [data[: len(data) * k // 8] for k in range(1, 8)]
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(int(rng.integers(1, 12))):
            copy[int(rng.integers(12, len(copy)))] = int(rng.integers(0, 256))
        at, size = int(rng.integers(12, len(copy))), int(rng.integers(1, 64))
        change = int(rng.integers(0, 3))
        if change == 0:
            copy[at : at + size] = bytes(min(size, len(copy) - at))
        elif change == 1:
            copy[at:at] = copy[at : at + size]
        found.append(bytes(copy))
    return found
