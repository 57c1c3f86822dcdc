"""`assay watch` as it runs: a process of its own, real files, real signals."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from provenance.keys.authority import new_cert
from provenance.verification import verify

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tests use POSIX signals")


def jpeg(path, number=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), (number * 37 % 256, number * 11 % 256, 90)).save(path)
    return path


def state(path):
    return verify(path).state


def test_a_slow_writer_is_waited_for(watcher):
    whole = jpeg(watcher.home / "whole.jpg").read_bytes()
    watcher.start(settle=0.6)
    slow = watcher.inbox / "slow.jpg"
    for start in range(0, len(whole), len(whole) // 5):
        with slow.open("ab") as file:
            file.write(whole[start : start + len(whole) // 5])
        time.sleep(0.2)
    answer = watcher.next()
    assert answer["schema"] == "assay/signed/1"
    assert answer["before"]["sha256"] == hashlib.sha256(whole).hexdigest()
    assert slow.read_bytes() == whole
    assert watcher.silent(1.0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
@pytest.mark.parametrize("poll", [(), ("--poll",)], ids=["events", "poll"])
def test_a_file_that_is_open_for_writing_is_not_complete(watcher, poll):
    whole = jpeg(watcher.home / "whole.jpg").read_bytes()
    watcher.start(*poll, settle=0.2)
    with (watcher.inbox / "open.jpg").open("wb") as file:
        file.write(whole[:300])
        file.flush()
        assert watcher.silent(1.0)
        file.write(whole[300:])
    assert watcher.next()["before"]["sha256"] == hashlib.sha256(whole).hexdigest()


def test_a_burst_and_twin_names_in_subfolders(watcher):
    watcher.start("--jobs", 2)
    names = [f"{folder}/{n:02d}.jpg" for folder in ("a", "b", "a/deep", ".") for n in range(5)]
    for number, name in enumerate(names):
        jpeg(watcher.inbox / name, number)
    before = {path: path.read_bytes() for path in watcher.inbox.rglob("*.jpg")}
    found = watcher.some(20)
    assert {answer["schema"] for answer in found.values()} == {"assay/signed/1"}
    assert {os.path.normpath(name) for name in names} == set(found)
    assert {path: path.read_bytes() for path in before} == before
    assert len({(watcher.out / name).read_bytes() for name in names}) == 20
    assert state(watcher.out / "a/deep/03.jpg") == "valid"
    assert watcher.silent(1.0)
    assert watcher.end() == 0


def test_unfinished_uploads_hidden_files_and_links_are_passed_over(watcher):
    whole = jpeg(watcher.home / "x.jpg").read_bytes()
    watcher.start(settle=0.2)
    for name in (
        "x.jpg.part",
        "x.jpg.crdownload",
        "x.tmp",
        ".x.jpg",
        ".hidden/x.jpg",
        "x.jpg.filepart",
        "~$x.jpg",
    ):
        target = watcher.inbox / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(whole)
    (watcher.inbox / "link.jpg").symlink_to(watcher.home / "x.jpg")
    os.mkfifo(watcher.inbox / "pipe.jpg")
    assert watcher.silent(1.0)
    (watcher.inbox / "x.jpg.part").rename(watcher.inbox / "x.jpg")
    assert watcher.next()["asset"]["name"] == "x.jpg"
    assert watcher.silent(0.5)


def test_a_bad_file_goes_to_quarantine_with_its_reason(watcher):
    watcher.start("--log", watcher.home / "custody.jsonl")
    bad = watcher.inbox / "desk" / "bad.jpg"
    bad.parent.mkdir()
    bad.write_bytes(b"\xff\xd8\xff\xe0 cut off")
    answer = watcher.next()
    moved = watcher.quarantine / "desk" / "bad.jpg"
    assert answer["schema"] == "assay/error/1"
    assert answer["quarantined"] == str(moved)
    assert not bad.exists()
    assert moved.read_bytes() == b"\xff\xd8\xff\xe0 cut off"
    reason = json.loads((moved.parent / "bad.jpg.json").read_text())
    assert reason["error"] == answer["error"]
    assert reason["moved_from"] == str(bad)
    entry = json.loads((watcher.home / "custody.jsonl").read_text())["entry"]
    assert entry["event"] == "quarantined"
    assert entry["sha256"] == hashlib.sha256(moved.read_bytes()).hexdigest()
    # A second one of that name gets a number, and good files go on.
    bad.write_bytes(b"not even that")
    assert watcher.next()["quarantined"].endswith("bad-2.jpg")
    jpeg(watcher.inbox / "good.jpg")
    assert watcher.next()["schema"] == "assay/signed/1"


def test_another_file_under_a_signed_name_is_kept_apart(watcher):
    watcher.start()
    jpeg(watcher.inbox / "x.jpg", 1)
    first = watcher.next()
    jpeg(watcher.inbox / "x.jpg", 2)
    second = watcher.next()
    assert second["error"]["code"] == "usage"
    assert "exists" in second["error"]["message"]
    assert (watcher.quarantine / "x.jpg").is_file()
    signed = hashlib.sha256((watcher.out / "x.jpg").read_bytes()).hexdigest()
    assert signed == first["after"]["sha256"]


def test_touching_a_signed_file_does_not_sign_it_again(watcher):
    watcher.start("--jobs", 2)
    path = jpeg(watcher.inbox / "x.jpg")
    watcher.next()
    for _ in range(3):
        os.utime(path)
        answer = watcher.next()
        assert answer["schema"] == "assay/signing-skipped/1"
    assert path.exists()


def test_a_file_that_vanishes_or_is_replaced_while_it_waits(watcher):
    watcher.start(settle=1.0)
    jpeg(watcher.inbox / "gone.jpg", 1)
    jpeg(watcher.inbox / "new.jpg", 2)
    time.sleep(0.5)
    (watcher.inbox / "gone.jpg").unlink()
    replacement = jpeg(watcher.home / "new.jpg", 3)
    expected = hashlib.sha256(replacement.read_bytes()).hexdigest()
    replacement.replace(watcher.inbox / "new.jpg")
    answer = watcher.next()
    assert (answer["asset"]["name"], answer["before"]["sha256"]) == ("new.jpg", expected)
    assert watcher.silent(1.0)


def test_a_restart_signs_only_what_is_new(watcher):
    watcher.start()
    for number in range(3):
        jpeg(watcher.inbox / f"{number}.jpg", number)
    first = watcher.some(3)
    assert watcher.end(signal.SIGINT) == 0
    jpeg(watcher.inbox / "late.jpg", 9)
    watcher.start()
    second = watcher.some(4)
    assert second.pop("late.jpg")["schema"] == "assay/signed/1"
    assert {answer["schema"] for answer in second.values()} == {"assay/signing-skipped/1"}
    for name, answer in first.items():
        assert hashlib.sha256((watcher.out / name).read_bytes()).hexdigest() == answer["after"]["sha256"]


def test_a_kill_in_the_middle_costs_nothing(watcher):
    for number in range(12):
        jpeg(watcher.inbox / f"{number:02d}.jpg", number)
    sources = {path.name: path.read_bytes() for path in watcher.inbox.iterdir()}
    for rounds in range(3):
        watcher.start("--jobs", 2, settle=0.1)
        watcher.next()
        time.sleep(0.01 * rounds)
        watcher.kill_all()
        for path in watcher.out.glob("*.jpg"):
            assert state(path) == "valid", path
    watcher.start(settle=0.1)
    assert set(watcher.some(12)) == set(sources)
    assert watcher.end() == 0
    assert {path.name: path.read_bytes() for path in watcher.inbox.iterdir()} == sources
    assert {path.name for path in watcher.out.iterdir()} == {*sources, "quarantine"}
    assert list(watcher.quarantine.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_lets_the_file_in_hand_be_finished(watcher, number):
    watcher.start(settle=0.1)
    for each in range(30):
        jpeg(watcher.inbox / f"{each:02d}.jpg", each)
    watcher.next()
    os.killpg(watcher.process.pid, number)
    assert watcher.ended() == 0
    signed = {path.name for path in watcher.out.glob("*.jpg")}
    told = {answer["asset"]["name"] for answer in watcher.answers}
    assert signed == told
    assert {answer["schema"] for answer in watcher.answers} == {"assay/signed/1"}
    assert not list(watcher.out.glob(".*"))


def test_an_ended_certificate_stops_the_watch(watcher, desk, tmp_path):
    now = datetime.now(UTC) - timedelta(days=1) + timedelta(minutes=5, seconds=8)
    new_cert(desk.parent / "ca", name="Short Desk", out_dir=tmp_path / "short", days=1, now=now)
    watcher.desk = tmp_path / "short"
    watcher.start()
    jpeg(watcher.inbox / "early.jpg")
    assert watcher.next()["schema"] == "assay/signed/1"
    assert watcher.ended() == 6
    assert "cannot be used to sign" in watcher.errors
    assert "Hint:" in watcher.errors


def test_a_missing_timestamp_authority_is_no_fault_of_the_file(watcher):
    watcher.start("--tsa", "http://127.0.0.1:9", "--require-timestamp", settle=0.1)
    path = jpeg(watcher.inbox / "x.jpg")
    watcher.until(lambda: "Trying again" in watcher.errors)
    assert path.exists()
    assert list(watcher.quarantine.iterdir()) == []
    assert watcher.end() == 0


def test_a_second_watcher_on_the_same_folder_is_refused(watcher):
    watcher.start()
    arguments = [str(part) for part in watcher.process.args]
    environment = {**os.environ, "ASSAY_STATE_DIR": str(watcher.home / "state")}
    second = subprocess.run(
        arguments, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert second.returncode == 2
    assert f"Another assay watch signs into {watcher.out} already." in second.stderr


def test_without_the_extra_it_names_the_install_line(watcher):
    code = "import sys; sys.modules['watchdog.observers'] = None; from cli.main import main; main()"
    arguments = ["watch", watcher.inbox, "-o", watcher.out, "--key", watcher.desk / "key.pem",
                 "--cert", watcher.desk / "cert.pem", "--source-type", "digitalCapture"]  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "ASSAY_STATE_DIR": str(watcher.home / "state")},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "pip install 'assay-media[watch]'" in ended.stderr
    assert "--poll" in ended.stderr
