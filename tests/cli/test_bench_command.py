"""`assay bench` and `assay calibrate` on small labelled folders."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from PIL import Image


def picture(seed: int) -> bytes:
    noise = np.random.default_rng(seed).normal(128, 40, (40, 40, 3)).clip(0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).resize((320, 320), Image.Resampling.BICUBIC).save(stream, "JPEG", quality=92)
    return stream.getvalue()


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labelled")
    for number in range(4):
        label = ("generated/one", "camera/desk")[number % 2]
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"{number}.jpg").write_bytes(picture(number))
    return folder


def test_bench_prints_json_and_writes_a_page_that_loads_nothing(assay, labelled, tmp_path):
    ran = assay(
        "bench",
        labelled,
        "--condition",
        "as_is",
        "--html",
        "b.html",
        "-o",
        "b.json",
        "--json",
        "--no-plugins",
    )
    assert ran.code == 0
    (report,) = ran.records
    assert report == json.loads((tmp_path / "b.json").read_text())
    assert report["schema"] == "assay/bench/1"
    assert report["figures"]["all"]["targets"] == report["figures"]["all"]["others"] == 2
    assert list(report["figures"]["others"]) == ["desk"]
    assert "image.synthesis" in report["checks"]
    page = (tmp_path / "b.html").read_text()
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "0.jpg" not in page


def test_bench_prints_tables(assay, labelled):
    ran = assay("bench", labelled, "--condition", "as_is", "--cap", "1")
    assert ran.code == 0
    assert "Question: generated (image). 1 versions of generated files, 1 of others, 1 check." in ran.out
    assert re.search(r"^delivery +files", ran.out, re.M)


def test_an_interrupted_bench_goes_on(assay, labelled, tmp_path):
    asked = ("bench", labelled, "--condition", "as_is", "--records", "r.jsonl", "--json")
    first = assay(*asked).records[0]
    lines = (tmp_path / "r.jsonl").read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    (tmp_path / "r.jsonl").write_bytes(b"".join(lines[:3]))
    again = assay(*asked).records[0]
    assert again["figures"]["all"] == first["figures"]["all"]
    assert len((tmp_path / "r.jsonl").read_bytes().splitlines()) == 5


def test_bench_refuses_what_it_could_not_write_before_measuring(assay, labelled, tmp_path):
    (tmp_path / "b.html").write_text("mine")
    ran = assay("bench", labelled, "--html", "b.html")
    assert ran.code == 2
    assert (tmp_path / "b.html").read_text() == "mine"
    assert "no delivery called" in assay("bench", labelled, "--condition", "jpeg74").err


def test_a_bad_file_costs_itself(assay, labelled, tmp_path):
    folder = tmp_path / "mixed"
    for label in ("generated", "camera"):
        (folder / label).mkdir(parents=True)
        (folder / label / "good.jpg").write_bytes(picture(9))
    (folder / "camera/torn.jpg").write_bytes(picture(10)[:200])
    ran = assay("bench", folder, "--condition", "jpeg75", "--json")
    assert ran.records[0]["figures"]["unreadable"] == 1
    assert ran.records[0]["figures"]["all"]["others"] == 1
    assert ran.code == 3


def test_calibrate_keeps_a_profile_that_examine_uses(assay, labelled, tmp_path):
    folder = {"ASSAY_PROFILE_DIR": str(tmp_path / "profiles")}
    own = labelled / "camera"
    ran = assay("calibrate", "--cameras", own, "--json", **folder)
    assert ran.code == 0
    (told,) = ran.records
    assert (told["schema"], told["files"]) == ("assay/calibration/1", 2)
    assert "files are few" in ran.err
    assert assay("calibrate", "--cameras", own, **folder).code == 2
    assert "default, image: 2 files" in assay("calibrate", "--list", **folder).out
    picture_file = own / "desk/1.jpg"
    used = assay("examine", picture_file, "--json", **folder).records[0]
    assert used["tool"]["calibration"]["files"] == 2
    unused = assay("examine", picture_file, "--json", "--calibration", "none", **folder).records[0]
    assert "calibration" not in unused["tool"]
    assert assay("calibrate", "--remove", "default", **folder).code == 0
    assert "There is no calibration" in assay("calibrate", "--list", **folder).out


def test_calibrate_without_a_folder_says_what_to_give(assay):
    ran = assay("calibrate")
    assert ran.code == 2
    assert "--cameras" in ran.err
