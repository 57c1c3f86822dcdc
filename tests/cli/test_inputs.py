"""From the command line to files: order, folders, links, standard input."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from cli import inputs
from cli.inputs import expand
from provenance.errors import LimitError
from provenance.limits import Limits


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jpg", "a.jpg", "b.c2pa", ".hidden", "sub/c.jpg", "sub/deep/d.jpg", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def _give_stdin(monkeypatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_folder_is_searched_in_a_stable_order(folder):
    assert [i.name for i in expand([str(folder)])] == ["a.jpg", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg"]


def test_what_was_named_is_never_passed_over(folder):
    named = [str(folder / ".hidden"), str(folder / "b.c2pa"), str(folder / "missing.jpg")]
    assert [i.name for i in expand(named)] == [".hidden", "b.c2pa", "missing.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_to_folders_are_passed_over(folder):
    (folder / "sub/circle").symlink_to(folder)
    (folder / "out").symlink_to("/")
    assert len(list(expand([str(folder)]))) == 4


def test_standard_input_becomes_a_private_file(monkeypatch):
    _give_stdin(monkeypatch, b"some bytes")
    (held,) = expand(["-"])
    path = Path(held.path)
    try:
        assert held.temporary
        assert path.read_bytes() == b"some bytes"
        if os.name != "nt":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        path.unlink()


def test_endless_standard_input_is_stopped_and_leaves_no_copy(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(inputs, "DEFAULT_LIMITS", Limits(max_stdin_bytes=10))
    _give_stdin(monkeypatch, b"x" * 11)
    with pytest.raises(LimitError, match="longer than 10 bytes"):
        list(expand(["-"]))
    assert list(tmp_path.iterdir()) == []


def test_no_copy_of_standard_input_is_left(process, samples, tmp_path):
    (tmp_path / "held").mkdir()
    ran = process(
        "verify", "--json", "-", stdin=(samples / "original.jpg").read_bytes(), TMPDIR=str(tmp_path / "held")
    )
    assert ran.code == 0
    assert list((tmp_path / "held").iterdir()) == []
