"""`assay camera`: enrol, list, match, remove."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sensors import Sensor, jpeg

from cli.commands.camera import command
from provenance.errors import UsageError


@pytest.fixture
def camera(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_CAMERA_DIR", str(tmp_path / "cameras"))

    def run(*arguments: object):
        return CliRunner().invoke(
            command, [str(a) for a in arguments], standalone_mode=False, catch_exceptions=False
        )

    return run


@pytest.fixture
def frames(tmp_path):
    Sensor(1).files(tmp_path / "frames")
    return tmp_path / "frames"


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(jpeg(Sensor(1).picture(3)))
    return path


def test_from_enrolment_to_removal(camera, frames, picture):
    assert "No camera is enrolled" in camera("list").stdout
    enrolled = camera("enrol", "Desk", frames)
    assert enrolled.stdout.startswith("Enrolled Desk: 640 x 528 pixels, 20 frames")
    assert "does not name its camera model" in enrolled.stderr
    assert "Desk: 640 x 528" in camera("list").stdout
    assert (
        "strong support for a picture taken with the enrolled camera Desk" in camera("match", picture).stdout
    )
    camera("remove", "desk")
    assert "No camera is enrolled" in camera("list").stdout


def test_json(camera, frames, picture):
    made = json.loads(camera("enrol", "Desk", frames, "--json").stdout)
    assert made["schema"] == "assay/camera/1"
    assert len(made["camera"]["sha256"]) == 20
    assert [c["name"] for c in json.loads(camera("list", "--json").stdout)["cameras"]] == ["Desk"]
    (found,) = json.loads(camera("match", "--camera", "Desk", picture, "--json").stdout)["matches"]
    assert (found["file"], found["points_to"], found["strength"]) == ("picture.jpg", "camera", "strong")


def test_file_that_cannot_be_read_costs_itself(camera, frames, picture, tmp_path):
    camera("enrol", "Desk", frames)
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"nothing")
    done = camera("match", bad, picture, "--json")
    first, second = json.loads(done.stdout)["matches"]
    assert "error" in first
    assert second["strength"] == "strong"
    assert done.return_value == 3


def test_nothing_to_compare_with(camera, picture):
    with pytest.raises(UsageError, match="No camera is enrolled"):
        camera("match", picture)
    with pytest.raises(UsageError, match="Nobody"):
        camera("match", picture, "--camera", "Nobody")


def test_damaged_file_is_named(camera, tmp_path):
    (tmp_path / "cameras").mkdir()
    (tmp_path / "cameras" / "bad.npz").write_bytes(b"nothing")
    done = camera("list")
    assert "Problem: bad.npz" in done.stderr
