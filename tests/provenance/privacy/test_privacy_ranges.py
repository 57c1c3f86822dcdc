"""Ranges of bytes against a set of single bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from provenance.privacy.ranges import Ranges

SPOTS = st.integers(0, 40)
MANY = st.lists(st.tuples(SPOTS, SPOTS), max_size=8)


@given(MANY, SPOTS, SPOTS)
def test_ranges_are_sets_of_bytes(ranges: list[tuple[int, int]], first: int, last: int) -> None:
    inside = {at for start, end in ranges for at in range(start, end)}
    wanted = set(range(first, last))
    free = list(Ranges(ranges).free(first, last))
    assert Ranges(ranges).cover(first, last) == (wanted <= inside)
    assert {at for start, size in free for at in range(start, start + size)} == wanted - inside
    assert all(size > 0 for _, size in free)
    assert free == sorted(free)
