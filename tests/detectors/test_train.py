"""Training from a folder: even sources, one delivery for both classes, the same numbers every time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from train_corpus import make_corpus

from detectors.calibration import Calibration
from detectors.ensemble import Discriminant, load_arrays, unpack
from detectors.image._features import NAMES
from detectors.train.__main__ import main
from detectors.train.corpus import FINAL, Item, read_corpus, read_protocol
from detectors.train.delivery import deliver
from detectors.train.evaluation import Scored, figures, moderate_threshold
from detectors.train.extraction import Table, conditions_of, load_parts
from detectors.train.synthesis import train_synthesis
from provenance.errors import UsageError


@pytest.fixture(scope="module", autouse=True)
def few_rounds() -> Iterator[None]:
    """Boost for a few rounds only: what is tested is the way, and eighty take long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detectors.train.synthesis._ROUNDS", 4)
        yield


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    make_corpus(folder)
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert train(corpus, out) == 0
    return out


def train(corpus: Path, out: Path, *more: str) -> int:
    return main([
        "image.synthesis", "--corpus", str(corpus), "--out", str(out), "--cache", str(out / "features"),
        "--protocol", str(corpus / "protocol.json"), *more,
    ])  # fmt: skip


def test_caps_hold_and_no_file_is_in_two_folds(corpus: Path) -> None:
    items = read_corpus([corpus], read_protocol(corpus / "protocol.json"))
    assert sum(i.source == "net-a" for i in items) == 3
    assert sum(i.source == "net-c" for i in items) == 3
    assert len({i.sha256 for i in items}) == len(items)
    folds: dict[str, set[str]] = {}
    for item in items:
        folds.setdefault(item.source, set()).add(item.fold)
    assert all(len(f) == 1 for f in folds.values())


def test_several_folders_are_one_corpus_and_count_no_file_twice(corpus: Path) -> None:
    protocol = read_protocol(corpus / "protocol.json")
    assert read_corpus([corpus, corpus], protocol) == read_corpus([corpus], protocol)


def test_small_sources_of_a_repository_can_be_merged(corpus: Path) -> None:
    protocol = replace(read_protocol(corpus / "protocol.json"), merged={"org/b": "many-nets"})
    assert "many-nets" in {i.source for i in read_corpus([corpus], protocol)}


def test_both_classes_meet_the_same_conditions(corpus: Path) -> None:
    protocol = read_protocol(corpus / "protocol.json")
    for item in read_corpus([corpus], protocol):
        found = conditions_of(item, protocol)
        assert found[0] == "as_is"
        assert found[1:3] == ("jpeg75", "half_q85") if item.fold == FINAL else found[1] == "random"
        assert set(found) <= {*protocol.conditions, "random"}


@pytest.mark.parametrize("condition", ["jpeg60", "webp80", "messenger", "screenshot", "half_q85", "random"])
def test_a_delivery_is_repeatable_and_changes_pixels(condition: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 340, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    first = deliver(picture, condition, np.random.default_rng(8))
    again = deliver(picture, condition, np.random.default_rng(8))
    assert first is not None and again is not None
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != picture.tobytes()


def test_what_gets_too_small_is_dropped() -> None:
    picture = Image.new("RGB", (400, 250))
    assert deliver(picture, "half_q85", np.random.default_rng(0)) is None
    assert deliver(picture.crop((0, 0, 400, 127)), "as_is", np.random.default_rng(0)) is None


def test_training_writes_weights_and_a_card(trained: Path) -> None:
    card = json.loads((trained / "synthesis.card.json").read_text(encoding="utf-8"))
    held = load_arrays(trained / "synthesis.npz")
    assert card["features"] == held["range.low"].shape[0]
    assert "final" not in card
    assert {s["fold"] for s in card["sources"]} == {"fold_1", "fold_2", "final"}
    assert all(len(s["sha256"]) == 64 for s in card["sources"])
    assert (trained / "synthesis.npz").stat().st_size < 3_000_000


def drawn(*, shift: float) -> tuple[list[Item], Table]:
    """Features drawn at random for eight sources of 50 pictures in two folds; three columns differ by label."""
    rng = np.random.default_rng(7)
    items, rows = [], []
    for number in range(8):
        generated, fold = number % 2 == 0, f"fold_{number // 4}"
        for i in range(50):
            path = f"{number}-{i}"
            items.append(
                Item(
                    folder=Path(),
                    path=path,
                    generated=generated,
                    source=str(number),
                    repo=str(number),
                    sha256=path,
                    fold=fold,
                )
            )
            row = rng.normal(size=len(NAMES))
            for name in ("dct.tail.33", "cooc.luma.7", "spectrum.gain.rg.5"):
                row[NAMES.index(name)] += shift * generated
            rows.append(row)
    index = np.arange(len(rows))
    features = np.array(rows, dtype=np.float32)
    return items, Table(features, index, np.full(len(rows), "as_is"), index)


@pytest.mark.parametrize(("shift", "low", "high"), [(5.0, 0.9, 1.0), (0.0, 0.35, 0.65)])
def test_a_difference_is_found_where_there_is_one(
    corpus: Path, tmp_path: Path, shift: float, low: float, high: float
) -> None:
    protocol = read_protocol(corpus / "protocol.json")
    card = train_synthesis(*drawn(shift=shift), protocol, tmp_path, final=False)
    assert low < card["out_of_source"]["conditions"]["as_is"]["auc"] <= high


def test_training_again_gives_the_same_bytes(corpus: Path, trained: Path, tmp_path: Path) -> None:
    assert train(corpus, tmp_path, "--share", "1/2") == 0
    assert not (tmp_path / "synthesis.npz").exists()
    assert train(corpus, tmp_path) == 0
    ours, theirs = (load_arrays(folder / "synthesis.npz") for folder in (tmp_path, trained))
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)


def test_the_final_fold_is_scored_only_when_asked_for(corpus: Path, trained: Path, tmp_path: Path) -> None:
    features = trained / "features"
    more = ("--final", "--no-extraction", "--cache", str(features))
    assert train(corpus, tmp_path, *more) == 0
    card = json.loads((tmp_path / "synthesis.card.json").read_text(encoding="utf-8"))
    assert set(card["final"]["generators"]) == {"net-c"}
    assert set(card["final"]["conditions"]) == {"as_is", "jpeg75", "half_q85", "jpeg85"}


def test_shipped_arrays_score_the_features(corpus: Path, trained: Path) -> None:
    held = load_arrays(trained / "synthesis.npz")
    protocol = read_protocol(corpus / "protocol.json")
    table = load_parts(read_corpus([corpus], protocol), protocol, trained / "features")
    assert np.isfinite(unpack("discriminant", Discriminant, held).score(table.features)).all()
    assert held["share"].shape == (2,)


def test_further_sources_leave_the_parts_of_others_as_they_are(
    corpus: Path, trained: Path, tmp_path: Path
) -> None:
    protocol = read_protocol(corpus / "protocol.json")
    items = read_corpus([corpus], protocol)
    few = [i for i in items if i.source != "net-a"]
    written = {p.name for p in (trained / "features").glob("part-*.npz")}
    table = load_parts(few, protocol, trained / "features")
    assert len(written) == 6
    assert set(table.item.tolist()) <= set(range(len(few)))


def test_a_missing_manifest_is_one_sentence(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol = str(corpus / "protocol.json")
    assert (
        main(["image.synthesis", "--corpus", str(tmp_path), "--protocol", protocol]) == UsageError.exit_code
    )
    assert "no manifest.csv" in capsys.readouterr().err


def test_a_broken_protocol_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"name": 3}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"p\.json cannot be read"):
        read_protocol(tmp_path / "p.json")


def scored(*, alarms: int) -> Scored:
    score = np.concatenate([np.full(100, 3.0), np.full(200 - alarms, -3.0), np.full(alarms, 2.0)])
    label = np.repeat([True, False], [100, 200])
    return Scored(score, label, np.where(label, "net", "cam"), np.full(300, "as_is"))


def test_figures_count_false_alarms_by_source() -> None:
    line = Calibration(slope=1, intercept=0, highest=2, lowest=-0.99, moderate_from=0)
    found = figures(scored(alarms=10), line)
    rate = found["cameras"]["cam"]["false_alarms_at_moderate"]
    assert (rate["count"], rate["of"], rate["rate"]) == (10, 200, 0.05)
    assert rate["wilson_95"][0] < 0.05 < rate["wilson_95"][1]
    assert found["generators"]["net"]["auc"] == 1.0


def test_the_moderate_threshold_keeps_its_promise_to_every_large_source() -> None:
    line = Calibration(slope=1, intercept=0, highest=2, lowest=-0.99, moderate_from=0)
    kept = scored(alarms=10)
    safe = replace(line, moderate_from=moderate_threshold(kept, line))
    assert figures(kept, safe)["cameras"]["cam"]["false_alarms_at_moderate"]["count"] <= 4
