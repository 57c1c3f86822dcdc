"""Calibration of `image.prnu`: the recipe on synthetic cameras, and what the scale may promise."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from sensors import Sensor, png

from detectors.calibration import Calibration
from detectors.image._prnu.score import shipped_scale
from detectors.train.__main__ import main
from detectors.train.image_prnu import held_out, make_scale
from detectors.train.prnu_pairs import REPO, Pair, collect, read_devices


def pair(camera: str, taken_with: str, score: float, *, picture: str = "", condition: str = "as_is") -> Pair:
    return Pair(camera=camera, taken_with=taken_with, source="made", picture=picture or f"{taken_with}{score}",
                condition=condition, pce=0.0, score=score)  # fmt: skip


@pytest.fixture
def pairs() -> list[Pair]:
    rng = np.random.default_rng(1)
    made = []
    for camera in "ABC":
        made += [pair(camera, camera, float(s)) for s in rng.normal(6, 1, 12)]
        made += [pair(camera, camera, float(s), condition="crop1024") for s in (-1.0, 5.0)]
        made += [pair(camera, "elsewhere", float(s)) for s in rng.normal(-0.5, 0.8, 200)]
    return made


@pytest.fixture
def corpus(tmp_path):
    """Two cameras with three even frames and one picture each, and one photograph of a third."""
    rows = []

    def put(name: str, repo: str, picture) -> None:
        (tmp_path / name).write_bytes(png(picture))
        rows.append({"path": name, "label": "real", "repo": repo, "file": name})

    for number in (0, 1):
        for frame in range(3):
            put(f"ff-jpg_Nikon_D9_{number}_{frame}.png", REPO, Sensor(number).picture(frame, flat=True))
        put(f"nat-jpg_Nikon_D9_{number}_9.png", REPO, Sensor(number).picture(9))
    put("other.png", "somebody/else", Sensor(5).picture(2))
    rows.append({"path": "lost.png", "label": "real", "repo": "somebody/else", "file": "lost.png"})
    with (tmp_path / "manifest.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path


def test_scale_says_no_more_than_its_comparisons_support(pairs):
    scale = make_scale(pairs)
    assert scale.calibration.highest <= np.log10(600 / 3)
    assert -np.log10(36 / 3) <= scale.calibration.lowest < 0
    assert scale.log10_lr(9.0, aligned=True) == pytest.approx(scale.calibration.highest)
    assert scale.found_in_crops == 0.5
    assert scale.log10_lr(9.0, aligned=False) == pytest.approx(scale.calibration.highest + np.log10(0.5))


def test_crop_without_a_match_says_nothing(pairs):
    assert make_scale(pairs).log10_lr(-2.0, aligned=False) == 0


def test_nothing_up_to_the_highest_stranger_is_moderate(pairs):
    scale = make_scale([*pairs, pair("A", "elsewhere", 5.0)])
    assert all(scale.log10_lr(score, aligned=True) < 1 for score in np.linspace(-3, 4.99, 50))


def test_held_out_ratio_knows_nothing_of_its_camera(pairs):
    before = {id(p): lr for p, lr in held_out(pairs)}
    spoilt = [p for p in pairs if p.camera != "A"] + [pair("A", "A", -3.0) for _ in range(20)]
    spoilt.append(pairs[0])
    after = {id(p): lr for p, lr in held_out(spoilt)}
    assert after[id(pairs[0])] == before[id(pairs[0])]
    other = next(p for p in pairs if p.camera == "B" and p.taken_with == "B")
    assert after[id(other)] != before[id(other)]


def test_cameras_of_a_corpus(corpus):
    devices, others = read_devices(corpus)
    assert [(d.name, len(d.flat), len(d.pictures)) for d in devices] == [
        ("Nikon_D9_0", 3, 1),
        ("Nikon_D9_1", 3, 1),
    ]
    assert [repo for repo, _ in others] == ["somebody/else"] * 2


def test_recipe_writes_weights_and_card_twice_the_same(corpus, tmp_path):
    command = ["image.prnu", "--corpus", str(corpus), "--cache", str(tmp_path / "cache"), "--out"]
    assert main([*command, str(tmp_path / "one")]) == 0
    assert main([*command, str(tmp_path / "two")]) == 0
    for name in ("prnu.npz", "prnu.card.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    card = json.loads((tmp_path / "one" / "prnu.card.json").read_text())
    assert card["matching_comparisons"] == 4
    assert card["other_pictures"] == 1


def test_own_camera_scores_above_all_others(corpus, tmp_path):
    found = list(collect(corpus, tmp_path / "cache"))
    own = [
        p.score for p in found if p.camera == p.taken_with and p.condition in ("as_is", "jpeg75", "crop512")
    ]
    other = [p.score for p in found if p.camera != p.taken_with]
    assert min(own) > max(other)


def test_corpus_without_a_manifest(tmp_path):
    assert (
        main(["image.prnu", "--corpus", str(tmp_path), "--cache", str(tmp_path), "--out", str(tmp_path)]) == 2
    )


def test_shipped_card_belongs_to_the_shipped_scale():
    from detectors.image._prnu import score

    card = json.loads(score._WEIGHTS.with_name("prnu.card.json").read_text(encoding="utf-8"))
    scale = shipped_scale()
    for name in Calibration.__slots__:
        assert getattr(scale.calibration, name) == pytest.approx(card["line"][name], abs=1e-4)
    assert (len(scale.matching), len(scale.others)) == (
        card["matching_comparisons"],
        card["other_comparisons"],
    )


def test_picture_that_is_no_picture_is_passed_over(corpus, tmp_path):
    (corpus / "lost.png").write_bytes(b"nothing")
    assert {p.picture for p in collect(corpus, tmp_path / "cache")} == {
        "nat-jpg_Nikon_D9_0_9.png", "nat-jpg_Nikon_D9_1_9.png", "other.png"
    }  # fmt: skip
