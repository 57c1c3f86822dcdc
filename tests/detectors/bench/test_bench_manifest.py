"""Reading a manifest, and drawing a few of many files."""

from __future__ import annotations

import pytest

from detectors.bench.manifest import drawn, read_manifest, taking_turns
from provenance.errors import UsageError


def test_rows_of_a_manifest(tmp_path):
    (tmp_path / "manifest.csv").write_text("path,label\na.jpg,ai\n", encoding="utf-8")
    assert read_manifest(tmp_path) == [{"path": "a.jpg", "label": "ai"}]


@pytest.mark.parametrize("data", [None, b"path\n\xff\xfe\n", b"path\n" + b'"' + b"x" * 200_000])
def test_no_manifest_or_a_damaged_one_is_a_usage_error(tmp_path, data):
    if data is not None:
        (tmp_path / "manifest.csv").write_bytes(data)
    with pytest.raises(UsageError):
        read_manifest(tmp_path)


def test_what_is_drawn_depends_on_names_and_seed_alone():
    names = [f"{n}.jpg" for n in range(50)]
    first = drawn(names, str, seed=1, most=10)
    assert first == drawn(reversed(names), str, seed=1, most=10)
    assert first != drawn(names, str, seed=2, most=10)
    assert drawn(names, str, seed=1, most=20)[:10] == first


def test_groups_take_turns():
    mixed = taking_turns([["a1", "a2", "a3", "a4"], ["b1", "b2"]], str)
    assert sorted(mixed) == ["a1", "a2", "a3", "a4", "b1", "b2"]
    assert sum(name.startswith("b") for name in mixed[:3]) == 1
