"""The check on synthetic sensors: the camera that took it, another one, crops, turns, and what cannot be compared."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from sensors import HEIGHT, WIDTH, Sensor, jpeg, png

from detectors.assess import conclude
from detectors.cameras import CameraStore
from detectors.enrolment import enrol
from detectors.fusion import axes
from provenance.model.credentials import Credentials


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cameras")
    store = CameraStore(folder)
    for seed, name in ((1, "Desk"), (2, "Spare")):
        enrol(name, Sensor(seed).files(folder / name), store=store)
    return folder


@pytest.fixture
def cameras(enrolled, monkeypatch):
    monkeypatch.setenv("ASSAY_CAMERA_DIR", str(enrolled))


def energy(finding, name: str) -> float:
    return next(m.value for m in finding.because if m.name.endswith(f"energy with {name}"))


def quote(finding, start: str):
    return next(m.value for m in finding.because if m.name.startswith(start))


def test_picture_of_the_enrolled_camera(examine, cameras):
    finding = examine("image.prnu", jpeg(Sensor(1).picture(7)))
    assert finding.points_to == "camera"
    assert finding.strength == "strong"
    assert finding.log10_lr >= 2
    assert "the enrolled camera Desk" in finding.summary
    assert energy(finding, "Desk") > 100 > 30 > energy(finding, "Spare")
    assert len(finding.caveats) >= 2


def test_second_camera_is_told_from_the_first(examine, cameras):
    finding = examine("image.prnu", jpeg(Sensor(2).picture(7)))
    assert "the enrolled camera Spare" in finding.summary
    assert energy(finding, "Spare") > 100 > 30 > energy(finding, "Desk")


def test_other_camera_gets_no_support(examine, cameras):
    finding = examine("image.prnu", jpeg(Sensor(3).picture(7)))
    assert finding.log10_lr < 0.3
    assert finding.strength in ("none", "weak")
    assert "taken with the enrolled" not in finding.summary.split("than if")[0].split("over")[0]


def test_still_found_after_another_save(examine, cameras):
    finding = examine("image.prnu", jpeg(Sensor(1).picture(7), quality=75))
    assert finding.strength == "strong"


def test_other_metadata_change_nothing(examine, cameras):
    picture = Sensor(1).picture(8)
    one, other = (
        examine("image.prnu", png(picture, exif)) for exif in ({}, {0x010F: "Nobody", 0x0110: "None"})
    )
    assert one == other


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_found_when_turned(examine, cameras, turns):
    finding = examine("image.prnu", png(np.rot90(Sensor(1).picture(9), turns)))
    assert finding.strength == "strong"
    assert quote(finding, "turned") == 360 - 90 * turns


def test_crop_is_found_at_its_place(examine, cameras):
    crop = Sensor(1).picture(10)[101:421, 75:475]
    finding = examine("image.prnu", png(crop))
    assert finding.strength == "strong"
    assert quote(finding, "place in") == "75, 101"


def test_crop_of_another_camera_says_nothing(examine, cameras):
    finding = examine("image.prnu", png(Sensor(3).picture(10)[101:421, 75:475]))
    assert (finding.summary, finding.log10_lr) == ("", None)
    assert any("scaled" in caveat for caveat in finding.caveats)


def test_scaled_copy_is_not_measured(examine, cameras):
    small = Image.fromarray(Sensor(1).picture(11)).resize((WIDTH * 3 // 5, HEIGHT * 3 // 5))
    finding = examine("image.prnu", png(np.asarray(small)))
    assert finding.outcome == "not_applicable"
    assert "scaled copy" in finding.reason


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (np.full((HEIGHT, WIDTH, 3), 255, np.uint8), "saturated"),
        (np.full((HEIGHT, WIDTH, 3), 2, np.uint8), "black"),
        (np.full((HEIGHT, WIDTH, 3), 128, np.uint8), "without any noise"),
        (np.full((200, 300, 3), 128, np.uint8), "smaller than 256"),
        (np.full((HEIGHT, WIDTH + 1, 3), 128, np.uint8), "larger than the frames"),
    ],
    ids=["white", "black", "one grey", "small", "larger"],
)
def test_not_applicable(examine, cameras, picture, reason):
    finding = examine("image.prnu", png(picture))
    assert finding.outcome == "not_applicable"
    assert reason in finding.reason


def test_without_an_enrolled_camera(examine, monkeypatch, tmp_path):
    monkeypatch.setenv("ASSAY_CAMERA_DIR", str(tmp_path / "none"))
    finding = examine("image.prnu", png(Sensor(1).picture(1)))
    assert finding.outcome == "not_applicable"
    assert "No camera is enrolled" in finding.reason


def test_damaged_fingerprint_costs_itself(examine, enrolled, monkeypatch, tmp_path):
    for path in enrolled.glob("*.npz"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "damaged.npz").write_bytes(b"PK\x03\x04 nothing")
    monkeypatch.setenv("ASSAY_CAMERA_DIR", str(tmp_path))
    finding = examine("image.prnu", png(Sensor(1).picture(12)))
    assert finding.strength == "strong"
    assert any("damaged.npz" in caveat for caveat in finding.caveats)


def test_a_camera_answers_neither_question_of_the_headline(examine, cameras):
    finding = examine("image.prnu", png(Sensor(1).picture(13)))
    assert finding.log10_lr is not None
    assert all(axis.log10_lr is None for axis in axes([finding], "application/pdf"))


def test_headline_names_the_camera_where_nothing_else_was_found(examine, cameras):
    nobody = Credentials(state="absent")
    for seed, named in ((1, True), (3, False)):
        finding = examine("image.prnu", png(Sensor(seed).picture(13)))
        headline = conclude(nobody, [finding]).headline
        assert ("the enrolled camera Desk" in headline) is named
        assert headline.startswith("Nothing found either way.") is not named
