"""Scripted edits change what they say and nothing else; the table that is fitted on them behaves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from detectors.fusion import read_fusion
from detectors.train import fusing, image_edited
from detectors.train.edits import KINDS, edit
from detectors.train.fusing import Version, fit_fusion


def scene(seed):
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 255, (50, 60, 3), dtype=np.uint8).astype(np.uint8))
    smooth = np.asarray(rough.resize((480, 400), Image.Resampling.BICUBIC), dtype=np.float64)
    return Image.fromarray((smooth + rng.normal(0, 4, smooth.shape)).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_stays_in_its_box_and_can_be_made_again(kind):
    picture, donor = scene(1), scene(2)
    edited, (x, y, w, h) = edit(picture, donor, kind, np.random.default_rng(3))
    changed = (np.asarray(edited) != np.asarray(picture)).any(axis=2)
    assert changed[y : y + h, x : x + w].mean() > 0.5
    changed[y : y + h, x : x + w] = False
    assert not changed.any()
    again, box = edit(picture, donor, kind, np.random.default_rng(3))
    assert (box, again.tobytes()) == ((x, y, w, h), edited.tobytes())


def made(picture, source, kind, *found):
    return Version(original=picture, source=source, kind=kind, chain="png", found=found, silent=())


CHECKS = {"image.a": "1", "image.b": "1", "image.c": "1"}


def versions(hits=14):
    rows = []
    for n in range(40):
        source = f"s{n % 4}"
        rows.append(made(f"p{n}", source, "paste", *(("image.a", "image.b") if n < hits else ())))
        rows.append(made(f"p{n}", source, "", *(("image.c",) if n < 10 else ("image.a",) if n == 39 else ())))
    return rows


def test_a_finding_raises_the_ratio_and_silence_hardly_lowers_it():
    table = fit_fusion(versions(), CHECKS)
    assert -0.3 < table.intercept < 0
    assert table.intercept + table.weights["image.a"] + table.weights["image.b"] > np.log10(2)


def test_no_ratio_is_moderate_where_one_source_is_flagged_too_often():
    rows = []
    for n in range(400):
        rows.append(made(f"p{n}", f"s{n % 4}", "paste", *(("image.a",) if n < 360 else ())))
        rows.append(made(f"p{n}", f"s{n % 4}", "", *(("image.a",) if n % 4 == 0 and n < 12 else ())))
    assert fit_fusion(rows, CHECKS).highest == 0.99
    quiet = [v for v in rows if v.kind or not v.found]
    assert fit_fusion(quiet, CHECKS).highest > 1


def test_a_check_that_finds_more_in_untouched_files_gets_no_weight():
    assert fit_fusion(versions(), CHECKS).weights["image.c"] == 0.0


def test_two_checks_that_see_the_same_do_not_count_it_twice():
    alone = [made(v.original, v.source, v.kind, *(f for f in v.found if f != "image.b")) for v in versions()]
    one, both = fit_fusion(alone, CHECKS), fit_fusion(versions(), CHECKS)
    together = both.weights["image.a"] + both.weights["image.b"]
    assert together < 2 * one.weights["image.a"]


def test_few_photographs_support_no_large_ratio():
    assert fit_fusion(versions(40), CHECKS).highest <= np.log10(40 / 3) + 0.01


def test_whole_run_on_a_small_corpus(tmp_path, monkeypatch):
    monkeypatch.setattr(fusing, "checks_for", lambda *_, **__: ())
    rows = ["path,label,generator,repo"]
    for number in range(2):
        scene(number).save(tmp_path / f"{number}.jpg", quality=92)
        rows.append(f"{number}.jpg,real,cams,a/{number}")
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    first = list(image_edited.collect(tmp_path, tmp_path / "kept/v.jsonl"))
    assert [bool(v.kind) for v in first] == [False, False, False, True, True, True] * 2
    assert list(image_edited.collect(tmp_path, tmp_path / "kept/v.jsonl")) == first


def test_the_table_and_its_card_are_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr(image_edited, "collect", lambda *_: iter(versions()))
    monkeypatch.setattr(fusing, "versions_of", lambda *_, **__: {})
    with pytest.raises(Exception, match="nothing to weigh"):
        image_edited.main(tmp_path, tmp_path, cache=tmp_path)
    monkeypatch.setattr(fusing, "fit_fusion", lambda v, _: fit_fusion(v, CHECKS))
    held = image_edited.main(tmp_path, tmp_path / "out", cache=tmp_path)
    table = read_fusion((tmp_path / "out/image.edited.json").read_bytes())
    assert table.weights == held["weights"]
    card = json.loads((tmp_path / "out/image.edited.json").read_text())["card"]
    assert card["versions"] == {"edited": 40, "untouched": 40}
    assert card["by_kind"]["paste"]["versions"] == 40
