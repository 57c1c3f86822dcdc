"""The folder of enrolled cameras: what is written comes back, and hostile files cost only themselves."""

from __future__ import annotations

import io
import json
import struct
import zipfile

import numpy as np
import pytest
from sensors import Sensor, png

from detectors.cameras import Camera, CameraStore
from detectors.enrolment import enrol
from provenance.errors import AssayError, UnreadableError, UsageError


@pytest.fixture
def camera() -> Camera:
    return Camera(name="Desk", model="Maker One", width=70, height=50, frames=20, flat_frames=20,
                  enrolled="2026-11-23", sha256=("00" * 32,))  # fmt: skip


@pytest.fixture
def pattern() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(48, 64)).astype(np.float16)


@pytest.fixture
def store(tmp_path) -> CameraStore:
    return CameraStore(tmp_path / "cameras")


def member(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def header(claim: dict) -> bytes:
    text = repr(claim).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def packed(path, **members: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)


def test_round_trip(store, camera, pattern):
    written = store.add(camera, pattern)
    assert store.cameras() == ((written,), ())
    assert store.find("desk") == written
    np.testing.assert_array_equal(store.pattern(written), pattern)
    store.remove("DESK")
    assert store.cameras() == ((), ())
    assert list(store.folder.iterdir()) == []


def test_name_is_taken_until_replaced(store, camera, pattern):
    store.add(camera, pattern)
    with pytest.raises(UsageError, match="already enrolled"):
        store.add(camera, pattern)
    store.add(camera, -pattern, replace_it=True)
    np.testing.assert_array_equal(store.pattern(store.find("Desk")), -pattern)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "bell\a", "../\x00"])
def test_names_that_cannot_be_used(store, camera, pattern, name):
    from dataclasses import replace

    with pytest.raises(UsageError, match="printable"):
        store.add(replace(camera, name=name), pattern)


def test_name_never_leaves_the_folder(store, camera, pattern):
    from dataclasses import replace

    written = store.add(replace(camera, name="../../etc/passwd"), pattern)
    assert written.path.parent == store.folder


def test_unknown_camera(store):
    for call in (store.find, store.remove):
        with pytest.raises(UsageError, match="No camera"):
            call("Nobody")


ABOUT = {"name": "x", "model": "", "enrolled": "", "width": 70, "height": 50, "frames": 1, "flat_frames": 0,
         "sha256": []}  # fmt: skip


def about(**changes) -> bytes:
    return member(np.frombuffer(json.dumps(ABOUT | changes).encode(), np.uint8))


@pytest.mark.parametrize(
    "members",
    [
        {"about": about()},
        {"about": about(), "pattern": b"", "more": b""},
        {"about": about(width=-1), "pattern": b""},
        {"about": about(width=10**9), "pattern": b""},
        {"about": about(width="wide"), "pattern": b""},
        {"about": about(sha256=7), "pattern": b""},
        {"about": member(np.frombuffer(b"[" * 100_000, np.uint8)), "pattern": b""},
        {"about": member(np.frombuffer(b"{}", np.uint8)), "pattern": b""},
        {"about": member(np.array([{}], dtype=object)), "pattern": b""},
        {"about": member(np.frombuffer(b"\xff\xfe", np.uint8)), "pattern": b""},
        {"about": b"no array", "pattern": b""},
        {"about": header({"descr": "|u1", "fortran_order": False, "shape": (10**12,)})[:-3], "pattern": b""},
        {"about": b"0" * (2 << 20), "pattern": b""},
    ],
    ids=["one missing", "one too many", "negative", "huge frame", "text", "hashes", "deep", "empty", "pickle",
         "bytes", "no array", "cut header", "large"],
)  # fmt: skip
def test_file_that_is_no_camera_is_a_problem_not_a_crash(store, members):
    packed(store.folder / "bad.npz", **members)
    cameras, problems = store.cameras()
    assert cameras == ()
    assert len(problems) == 1
    assert "bad.npz" in problems[0]


@pytest.mark.parametrize(
    "array",
    [
        member(np.zeros((48, 80), np.float16)),
        member(np.zeros((48, 64), np.float64)),
        header({"descr": "<f2", "fortran_order": False, "shape": (48, 64)}),
        header({"descr": "<f2", "fortran_order": False, "shape": (10**7, 10**7)}),
        header({"descr": "|O", "fortran_order": False, "shape": (48, 64)}),
        b"",
    ],
    ids=["other shape", "other type", "no data", "huge", "objects", "empty"],
)
def test_pattern_that_is_not_what_it_should_be(store, array):
    packed(store.folder / "bad.npz", about=about(), pattern=array)
    (camera,), _ = store.cameras()
    with pytest.raises(UnreadableError, match="damaged"):
        store.pattern(camera)


def test_numbers_that_are_none_are_taken_out(store):
    packed(store.folder / "bad.npz", about=about(), pattern=member(np.full((48, 64), np.nan, np.float16)))
    (camera,), _ = store.cameras()
    assert np.isfinite(store.pattern(camera)).all()


def test_every_cut_of_a_file_is_damage(store, camera, pattern):
    path = store.add(camera, pattern).path
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert store.cameras()[0] == ()


def test_enrolment_keeps_what_it_was_made_from(store, tmp_path):
    files = Sensor(1).files(tmp_path / "frames", exif={0x010F: "Maker", 0x0110: "One"})
    seen = []
    done = enrol("Desk", files, store=store, on_frame=seen.append)
    assert seen == files
    assert (done.camera.model, done.camera.frames, done.camera.flat_frames) == ("Maker One", 20, 20)
    assert len(set(done.camera.sha256)) == 20
    assert done.warnings == ()
    assert store.pattern(done.camera).shape == (528, 640)


def test_enrolment_warns(store, tmp_path):
    files = []
    for number in range(21):
        path = tmp_path / f"{number}.png"
        path.write_bytes(png(Sensor(1).picture(min(number, 19))))
        files.append(path)
    done = enrol("Desk", files, store=store)
    assert len(done.warnings) == 3
    assert any("1 files were copies" in warning for warning in done.warnings)
    assert any("even and bright" in warning for warning in done.warnings)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda: png(Sensor(1, width=800).picture(0)), "all frames need one size"),
        (lambda: png(Sensor(1).picture(0), {0x010F: "Maker", 0x0110: "Two"}), "another camera model"),
        (lambda: b"RIFF\x04\x00\x00\x00WAVE", "no picture"),
        (lambda: b"nothing", "no type"),
    ],
    ids=["size", "model", "sound", "rubbish"],
)
def test_enrolment_refuses_mixed_files(store, tmp_path, changed, said):
    files = Sensor(1).files(tmp_path / "frames", exif={0x010F: "Maker", 0x0110: "One"})
    files[3].write_bytes(changed())
    with pytest.raises(AssayError, match=said):
        enrol("Desk", files, store=store)
    assert store.cameras() == ((), ())


def test_enrolment_needs_twenty_frames(store, tmp_path):
    files = Sensor(1).files(tmp_path / "frames", 19)
    with pytest.raises(UsageError, match="20 to"):
        enrol("Desk", files, store=store)
    with pytest.raises(UsageError, match="Only 19"):
        enrol("Desk", [*files, files[0]], store=store)
