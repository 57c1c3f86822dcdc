"""Atomic writes: whole or not at all, and nothing left behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from provenance.atomic import write_atomic
from provenance.errors import UsageError


def test_text_is_written_as_utf8_with_its_line_breaks(tmp_path):
    path = tmp_path / "a.txt"
    write_atomic(path, "é\r\n", overwrite=False)
    assert path.read_bytes() == b"\xc3\xa9\r\n"


def test_existing_file_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(UsageError, match="exists already"):
        write_atomic(path, b"new", overwrite=False)
    assert path.read_text() == "old"
    write_atomic(path, b"new", overwrite=True)
    assert path.read_text() == "new"


def test_dangling_link_counts_as_existing(tmp_path):
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        write_atomic(path, b"new", overwrite=False)


def test_missing_folder_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError, match="could not be written"):
        write_atomic(tmp_path / "no" / "a.txt", b"new", overwrite=False)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(UsageError, match="No space left"):
        write_atomic(path, b"new", overwrite=True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_mode_is_set(tmp_path):
    path = tmp_path / "key.pem"
    write_atomic(path, b"k", overwrite=False, mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
