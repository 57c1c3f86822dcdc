"""Which files count as complete, with a clock of our own."""

from pathlib import Path

import pytest

from cli.watching.arrivals import Arrivals, is_partial


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def names(arrivals, now):
    return [arrival.name for arrival in arrivals.ready(now)]


def test_a_file_is_complete_when_it_has_stood_still(folder):
    arrivals = Arrivals(folder, settle=2)
    (folder / "a.jpg").write_bytes(b"one")
    arrivals.scan(10)
    assert names(arrivals, 11.9) == []
    (folder / "a.jpg").write_bytes(b"longer")
    assert names(arrivals, 12) == []  # it has grown, so it starts anew
    assert names(arrivals, 13.9) == []
    assert names(arrivals, 14) == ["a.jpg"]
    assert names(arrivals, 20) == []


def test_a_file_is_handed_out_once_however_often_it_is_noted(folder):
    arrivals = Arrivals(folder, settle=1)
    (folder / "a.jpg").write_bytes(b"one")
    for now in (0, 0.5, 1):
        arrivals.note(str(folder / "a.jpg"), now)
    (arrival,) = arrivals.ready(1)
    arrivals.note(arrival.path, 2)
    arrivals.scan(2)
    assert names(arrivals, 9) == []
    arrivals.finish(arrival)
    arrivals.scan(10)
    assert names(arrivals, 20) == []


def test_a_file_that_changes_while_it_is_handed_out_comes_again(folder):
    arrivals = Arrivals(folder, settle=1)
    (folder / "a.jpg").write_bytes(b"one")
    arrivals.scan(0)
    (arrival,) = arrivals.ready(1)
    (folder / "a.jpg").write_bytes(b"another")
    arrivals.note(arrival.path, 2)
    assert not arrivals.unchanged(arrival)
    assert names(arrivals, 9) == []  # not while the first one is in hand
    arrivals.finish(arrival)
    assert names(arrivals, 9) == ["a.jpg"]


def test_a_file_that_vanishes_is_forgotten(folder):
    arrivals = Arrivals(folder, settle=1)
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"one")
    arrivals.scan(0)
    (folder / "a.jpg").unlink()
    assert names(arrivals, 5) == ["b.jpg"]


def test_an_empty_file_waits_for_its_content(folder):
    arrivals = Arrivals(folder, settle=1)
    (folder / "a.jpg").touch()
    arrivals.scan(0)
    assert names(arrivals, 59) == []
    assert names(arrivals, 60) == ["a.jpg"]


def test_a_folder_that_is_moved_in_is_looked_through(folder, tmp_path):
    arrivals = Arrivals(folder, settle=0)
    (tmp_path / "new" / "deep").mkdir(parents=True)
    (tmp_path / "new" / "deep" / "a.jpg").write_bytes(b"one")
    (tmp_path / "new").rename(folder / "new")
    arrivals.note(str(folder / "new"), 0)
    assert names(arrivals, 0) == [str(Path("new", "deep", "a.jpg"))]


def test_the_output_inside_of_the_watched_folder_is_passed_over(folder):
    out = folder / "out"
    out.mkdir()
    (out / "a.jpg").write_bytes(b"signed")
    arrivals = Arrivals(folder, settle=0, excluded=[out])
    arrivals.scan(0)
    arrivals.note(str(out / "a.jpg"), 0)
    arrivals.note(str(out), 0)
    arrivals.note(str(folder.parent), 0)
    assert names(arrivals, 9) == []


@pytest.mark.parametrize("name", ["a.jpg", "a b.PNG", "sub/a.part.jpg", "tmp/a.jpg", "a~b.jpg"])
def test_whole_names(name):
    assert not is_partial(name)


@pytest.mark.parametrize(
    "name",
    ["a.jpg.part", "a.JPG.TMP", "sub/.a.jpg", ".sub/a.jpg", "a.jpg~", "~$a.docx", "Thumbs.db", "a.jpg.c2pa"],
)
def test_names_of_what_is_none_to_sign(name):
    assert is_partial(name)
