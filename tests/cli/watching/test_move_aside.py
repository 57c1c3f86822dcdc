"""Moving a bad file away: nothing is lost, nothing is replaced, and the reason lies beside it."""

import errno
import json
import os
from pathlib import Path

import pytest

from cli.watching import quarantine
from cli.watching.quarantine import move_aside
from provenance.errors import StorageError
from provenance.signing import place

ERROR = {"code": "unreadable", "message": "It ends in its header.", "hint": "Ask for it again."}


@pytest.fixture
def bad(tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "bad.jpg"
    path.write_bytes(b"bad")
    return path


def aside(bad, name="bad.jpg"):
    return move_aside(bad, name=name, folder=bad.parent.parent / "quarantine", error=ERROR)


def test_keeps_its_subfolder_and_tells_why(bad):
    moved = aside(bad, str(Path("desk", "bad.jpg")))
    assert moved == bad.parent.parent / "quarantine" / "desk" / "bad.jpg"
    assert (moved.read_bytes(), bad.exists()) == (b"bad", False)
    reason = json.loads((moved.parent / "bad.jpg.json").read_text())
    assert (reason["schema"], reason["error"]) == ("assay/quarantine/1", ERROR)


def test_a_taken_name_gets_a_number(bad):
    first = aside(bad)
    bad.write_bytes(b"worse")
    second = aside(bad)
    assert (first.read_bytes(), second.read_bytes(), second.name) == (b"bad", b"worse", "bad-2.jpg")


def test_a_kill_between_the_two_names_is_mended(bad):
    folder = bad.parent.parent / "quarantine"
    folder.mkdir()
    (folder / "bad.jpg").hardlink_to(bad)
    assert aside(bad) == folder / "bad.jpg"
    assert (not bad.exists(), [p.name for p in folder.glob("*.jpg")]) == (True, ["bad.jpg"])


def no_link(code):
    def link(*_given, **_options):
        raise OSError(code, os.strerror(code))

    return link


def test_to_another_file_system_it_is_copied(bad, monkeypatch):
    moved_there = quarantine.move_without_replacing

    def far(temporary, target):
        if temporary == bad:
            raise OSError(errno.EXDEV, "another file system")
        moved_there(temporary, target)

    monkeypatch.setattr(quarantine, "move_without_replacing", far)
    os.utime(bad, (1, 1))
    moved = aside(bad)
    assert (moved.read_bytes(), moved.stat().st_mtime, bad.exists()) == (b"bad", 1, False)
    assert sorted(p.name for p in moved.parent.iterdir()) == ["bad.jpg", "bad.jpg.json"]


def test_without_hard_links_it_is_renamed(bad, monkeypatch):
    monkeypatch.setattr(place.os, "link", no_link(errno.EPERM))
    moved = aside(bad)
    assert (moved.read_bytes(), bad.exists()) == (b"bad", False)


def test_a_full_disk_leaves_it_where_it_is(bad, monkeypatch):
    monkeypatch.setattr(quarantine, "write_atomic", no_link(errno.ENOSPC))
    with pytest.raises(StorageError, match=r"bad\.jpg could not be moved") as caught:
        aside(bad)
    assert bad.read_bytes() == b"bad"
    assert caught.value.hint
