"""Mutated files of every supported type: no crash, no hang, no traceback, bounded memory, output that renders.

The long run is `python -m tests.fuzz --count 20000`, or `make test-slow`.
"""

from __future__ import annotations

import pytest
from corpus import seeds
from mutate import MUTATIONS, mutant
from rounds import Report, run

_MEMORY_MB = 1_500


@pytest.fixture(scope="module")
def files():
    return seeds()


def test_every_supported_type_is_mutated(files):
    from provenance.sniff import sniff

    names = " ".join(seed.name for seed in files)
    for kind in ("jpeg", "png", "gif", "webp", "tiff", "dng", "avif", "heic", "jxl", "svg", "wav", "mpeg", "flac",
                 "audio/mp4", "video/mp4", "quicktime", "msvideo", "pdf", "c2pa"):  # fmt: skip
        assert kind in names
    assert all(sniff(seed.data) for seed in files)


def test_same_seed_gives_the_same_mutants(files):
    first = [mutant(files, seed=5, index=i) for i in range(100)]
    assert first == [mutant(files, seed=5, index=i) for i in range(100)]
    assert first != [mutant(files, seed=6, index=i) for i in range(100)]


def test_every_mutation_happens_and_changes_something(files):
    made = [mutant(files, seed=5, index=i) for i in range(1_000)]
    done = {word for name, _ in made for word in name.split(": ", 1)[1].split(", ")}
    assert done == set(MUTATIONS)
    changed = sum(data != files[i % len(files)].data for i, (_, data) in enumerate(made))
    assert changed > 900


def test_few_mutants(files):
    _assert_clean(run(files, seed=20, indices=range(300)), 300)


@pytest.mark.slow
def test_many_mutants(files):
    _assert_clean(run(files, seed=21, indices=range(20_000)), 20_000)


def _assert_clean(report: Report, count: int) -> None:
    found = "\n\n".join(f"mutant {t.index}, {t.what}: {t.detail}" for t in report.troubles[:10])
    assert not report.troubles, f"{len(report.troubles)} of {count}\n{found}"
    assert report.count == count
    assert report.peak_growth_mb < _MEMORY_MB
    assert len(report.outcomes) >= 4, "mutants that are all alike test nothing"
