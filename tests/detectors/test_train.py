"""Training from a folder: even sources, one delivery for both classes, the same numbers every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from train_corpus import make_corpus

from detectors.calibration import Calibration
from detectors.ensemble import Levels, Line, load_arrays, unpack
from detectors.image._features import NAMES
from detectors.train.__main__ import main
from detectors.train.corpus import FINAL, Item, read_corpus, read_protocol
from detectors.train.delivery import deliver
from detectors.train.evaluation import Scored, figures, moderate_threshold
from detectors.train.extraction import Table, conditions_of, load_parts
from detectors.train.models import fit_discriminant, fit_levels
from detectors.train.synthesis import train_synthesis
from provenance.errors import UsageError


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
    items = read_corpus(corpus, read_protocol(corpus / "protocol.json"))
    assert sum(i.source == "net-a" for i in items) == 3
    assert sum(i.source == "net-c" for i in items) == 3
    assert len({i.sha256 for i in items}) == len(items)
    folds: dict[str, set[str]] = {}
    for item in items:
        folds.setdefault(item.source, set()).add(item.fold)
    assert all(len(f) == 1 for f in folds.values())


def test_any_beginning_of_the_list_is_even(corpus: Path) -> None:
    items = read_corpus(corpus, read_protocol(corpus / "protocol.json"))
    assert len({i.source for i in items[: len(items) // 2]}) == 6


def test_both_classes_meet_the_same_conditions(corpus: Path) -> None:
    protocol = read_protocol(corpus / "protocol.json")
    for item in read_corpus(corpus, protocol):
        expected = protocol.conditions if item.fold == FINAL else ("as_is", "random_1", "random_2")
        assert conditions_of(item, protocol)[: len(expected)] == expected


@pytest.mark.parametrize("condition", ["jpeg60", "webp80", "messenger", "screenshot", "half_q85", "random_1"])
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
    assert len(card["features"]) == held["range.low"].shape[0]
    assert "final" not in card
    assert {s["fold"] for s in card["sources"]} == {"fold_1", "fold_2", "final"}
    assert all(len(s["sha256"]) == 64 for s in card["sources"])
    assert (trained / "synthesis.npz").stat().st_size < 3_000_000


def drawn(*, shift: float) -> tuple[list[Item], Table]:
    """Features drawn at random for eight sources of 120 pictures in two folds; three columns differ by label."""
    rng = np.random.default_rng(7)
    items, rows = [], []
    for number in range(8):
        generated, fold = number % 2 == 0, f"fold_{number // 4}"
        for i in range(120):
            path = f"{number}-{i}"
            items.append(
                Item(
                    path=path,
                    generated=generated,
                    source=str(number),
                    repo=str(number),
                    sha256=path,
                    fold=fold,
                )
            )
            row = rng.normal(size=len(NAMES))
            for name in ("dct.tail.33", "wavelet.luma.1.axis.tail", "channels.0.correlation.rg"):
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
    card = train_synthesis(*drawn(shift=shift), protocol, tmp_path, model="discriminant", final=False)
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
    assert card["final_without"]["generators"] == {}
    assert card["final_without"]["all"] == {}
    assert set(card["final_without"]["cameras"]) == set(card["final"]["cameras"])
    assert set(card["final"]["conditions"]) == {"as_is", "jpeg85", "half_q85"}


@pytest.mark.parametrize("model", ["logistic", "trees"])
def test_other_models_train_from_the_same_features(
    corpus: Path, trained: Path, tmp_path: Path, model: str
) -> None:
    more = ("--model", model, "--no-extraction", "--cache", str(trained / "features"))
    assert train(corpus, tmp_path, *more) == 0


def test_shipped_arrays_score_like_the_model(trained: Path) -> None:
    held = load_arrays(trained / "synthesis.npz")
    levels, line = unpack("levels", Levels, held), unpack("line", Line, held)
    table = load_parts(trained / "features")
    score = line.score(levels.take_off(table.features))
    assert np.isfinite(score).all()


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


def test_levels_take_off_what_they_explain() -> None:
    rng = np.random.default_rng(2)
    level = rng.normal(size=500)
    follower = 2 * level + level**2
    free = rng.normal(size=500)
    rows = np.stack([level, follower, free], axis=1).astype(np.float32)
    left = fit_levels(rows, np.array([0]), np.ones(500)).take_off(rows)
    assert np.abs(left[:, :2]).max() < 0.1
    assert np.corrcoef(left[:, 2], free)[0, 1] > 0.99


def test_the_discriminant_avoids_what_the_sources_disagree_on() -> None:
    rng = np.random.default_rng(3)
    rows, labels, sources = [], [], []
    for label in (0, 1):
        for source, shift in enumerate((-4.0, 0.0, 5.0)):
            part = rng.normal(size=(200, 2))
            part[:, 0] += label
            part[:, 1] += shift + 2.0 * label
            rows.append(part)
            labels += [label] * 200
            sources += [f"{label}-{source}"] * 200
    line = fit_discriminant(
        np.concatenate(rows).astype(np.float32), np.array(labels), np.array(sources), [np.array([0, 1])]
    )
    assert line.weight[0] > 3 * abs(line.weight[1])


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
