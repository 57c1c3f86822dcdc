"""Seeded mutations of valid files: what storage, transfer and malice do to them.

The same seed over the same files gives the same mutants. Nothing here is random otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Seed", "mutant"]

_INTERESTING = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
                0xFFFFFFF0, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1)  # fmt: skip
_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Seed:
    """A valid file and where its chunks lie."""

    name: str
    data: bytes
    spans: tuple[tuple[int, int], ...] = ()
    """Start and end of every segment, chunk or box, nested ones included."""


def mutant(seeds: Sequence[Seed], *, seed: int, index: int) -> tuple[str, bytes]:
    """Return mutant number `index`: what was done to which file, and the bytes."""
    rng = random.Random(f"{seed}/{index}")
    chosen = seeds[index % len(seeds)]  # every file gets its share
    data, done = bytearray(chosen.data), []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 6))):
        name = rng.choice(sorted(MUTATIONS))
        MUTATIONS[name](data, chosen, seeds, rng)
        done.append(name)
        del data[_MAX_BYTES:]
    return f"{chosen.name}: {', '.join(done)}", bytes(data)


Mutation = Callable[[bytearray, Seed, Sequence[Seed], random.Random], None]


def _flip_bits(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 2, 4, 16, 64))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _flip_near_the_start(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    for _ in range(rng.choice((1, 2, 4))):
        if data:
            data[rng.randrange(min(len(data), 256))] ^= 1 << rng.randrange(8)


def _set_bytes(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    at, size = _place(data, rng), rng.choice((1, 2, 4, 8, 32))
    data[at : at + size] = bytes([rng.choice((0, 0x20, 0x7F, 0x80, 0xFF))]) * len(data[at : at + size])


def _truncate(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    del data[_place(data, rng) :]


def _truncate_at_a_chunk(data: bytearray, own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    if own.spans:
        del data[rng.choice(rng.choice(own.spans)) + rng.choice((0, 0, 1, 4, 8)) :]


def _delete(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    at = _place(data, rng)
    del data[at : at + rng.choice((1, 2, 3, 4, 8, 100, 1000))]


def _insert(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    size = rng.choice((1, 2, 3, 4, 8, 100, 5000))
    at = _place(data, rng)
    data[at:at] = rng.choice((rng.randbytes(size), bytes(size), b"\xff" * size, b"<![&\"'>" * size))


def _edit_number(data: bytearray, _own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    size, order = rng.choice((1, 2, 4, 4, 8)), rng.choice(("big", "little"))
    at = _place(data, rng)
    value = rng.choice(_INTERESTING) & ((1 << 8 * size) - 1)
    data[at : at + size] = value.to_bytes(size, order)[: len(data) - at]


def _edit_length(data: bytearray, own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    """Change a number that looks like the length of the chunk it stands in."""
    if not own.spans:
        return
    start, end = rng.choice(own.spans)
    for at in rng.sample(range(start, start + 16), 16):
        for size, order in ((4, "big"), (4, "little"), (2, "big"), (8, "big")):
            value = int.from_bytes(data[at : at + size], order)
            if at + size <= len(data) and value and abs(value - (end - start)) <= 16:
                change = (0, 1, value - 1, value + 1, value * 2, len(data), *_INTERESTING)
                wanted = rng.choice(change) & ((1 << 8 * size) - 1)
                data[at : at + size] = wanted.to_bytes(size, order)
                return


def _duplicate_chunk(data: bytearray, own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    if own.spans:
        start, end = rng.choice(own.spans)
        times = rng.choice((1, 1, 2, 50, 1000)) if end - start < 1000 else 1
        data[end:end] = data[start:end] * times


def _move_chunk(data: bytearray, own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    if own.spans:
        start, end = rng.choice(own.spans)
        chunk = data[start:end]
        del data[start:end]
        target = rng.choice(rng.choice(own.spans))
        data[target:target] = chunk


def _nest_chunk(data: bytearray, own: Seed, _all: Sequence[Seed], rng: random.Random) -> None:
    """Let a chunk begin over and over before it begins."""
    if own.spans:
        start, _ = rng.choice(own.spans)
        head = bytes(data[start : start + 8])
        data[start:start] = head * rng.choice((1, 5, 100, 3000))


def _splice(data: bytearray, _own: Seed, seeds: Sequence[Seed], rng: random.Random) -> None:
    other = rng.choice(seeds).data
    cut = rng.randrange(len(other))
    data[_place(data, rng) :] = other[cut:]


def _insert_foreign_chunk(data: bytearray, own: Seed, seeds: Sequence[Seed], rng: random.Random) -> None:
    other = rng.choice(seeds)
    if other.spans and own.spans:
        start, end = rng.choice(other.spans)
        at = rng.choice(rng.choice(own.spans))
        data[at:at] = other.data[start:end]


def _place(data: bytearray, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


MUTATIONS: Mapping[str, Mutation] = {
    "flip bits": _flip_bits,
    "flip near the start": _flip_near_the_start,
    "set bytes": _set_bytes,
    "truncate": _truncate,
    "truncate at a chunk": _truncate_at_a_chunk,
    "delete": _delete,
    "insert": _insert,
    "edit a number": _edit_number,
    "edit a length": _edit_length,
    "duplicate a chunk": _duplicate_chunk,
    "move a chunk": _move_chunk,
    "nest a chunk": _nest_chunk,
    "splice": _splice,
    "insert a foreign chunk": _insert_foreign_chunk,
}
