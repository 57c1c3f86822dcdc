"""What the benchmarks report is what they measured."""

from __future__ import annotations

import time

from benchmarks.material import Signing, jpeg_of, write_mp4
from benchmarks.measuring import environment, in_turn, paired
from provenance.source import open_source
from provenance.verification import verify


def test_ratio_is_that_of_the_pairs():
    found = paired(lambda: time.sleep(0.002), lambda: time.sleep(0.008), runs=5)
    assert 1.5 < found["ratio"] < 5
    assert found["ratio_quartiles"][0] <= found["ratio"] <= found["ratio_quartiles"][1]
    assert found["seconds_baseline"] < found["seconds"]
    assert found["pairs"] == 5


def test_environment_names_no_machine():
    import platform

    assert platform.node() not in str(environment())


def test_files_are_of_the_stated_size_and_verify(tmp_path):
    signing = Signing(tmp_path)
    for name, kind, size in (("a.jpg", "image/jpeg", 200_000), ("a.mp4", "video/mp4", 3_000_000)):
        plain = tmp_path / "plain"
        if kind == "image/jpeg":
            plain.write_bytes(jpeg_of(size))
        else:
            write_mp4(plain, size)
        with plain.open("rb") as source, (tmp_path / name).open("w+b") as target:
            signing.sign(kind, source, target)
        assert verify(tmp_path / name, trust=signing.trust).state == "trusted"
        with open_source(tmp_path / name) as opened:
            assert opened.media_type == kind
            assert abs(opened.size - size) < size / 5


def test_groups_take_turns():
    assert in_turn(["a1", "a2", "a3", "b1", "c1", "c2"], lambda t: t[0]) == [
        "a1",
        "b1",
        "c1",
        "a2",
        "c2",
        "a3",
    ]
