"""Temporary files and the final move."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from provenance.errors import SigningError, UsageError
from provenance.signing import place
from provenance.signing.place import Workspace, check_target, clear_stale, is_temporary


def test_a_workspace_leaves_nothing_behind(tmp_path):
    with Workspace(tmp_path) as workspace:
        path, file = workspace.new()
        file.write(b"x")
        assert is_temporary(path.name)
    assert list(tmp_path.iterdir()) == []


def test_put_moves_in_one_step(tmp_path):
    with Workspace(tmp_path) as workspace:
        path, file = workspace.new()
        file.write(b"new")
        file.flush()
        workspace.put(path, tmp_path / "out", overwrite=False)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"new"]


def test_put_without_hard_links(tmp_path, monkeypatch):
    def unsupported(*_):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", unsupported)
    with Workspace(tmp_path) as workspace:
        first, second = workspace.new()[0], workspace.new()[0]
        workspace.put(first, tmp_path / "out", overwrite=False)
        with pytest.raises(UsageError, match="exists already"):
            workspace.put(second, tmp_path / "out", overwrite=False)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_none_is_said(tmp_path):
    with Workspace(tmp_path / "no") as workspace, pytest.raises(SigningError, match="Nothing can be written"):
        workspace.new()


def test_stale_files_of_dead_processes_go_and_others_stay(tmp_path):
    script = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path; from provenance.signing.place import Workspace\n"
        "import os; Workspace(Path(sys.argv[1])).new(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path), *sys.path], check=False)
    dead = next(tmp_path.iterdir())
    (tmp_path / ".assay-other.tmp").write_bytes(b"")
    elsewhere = tmp_path / dead.name.replace(dead.name.split("-")[2], "0" * 8)
    elsewhere.write_bytes(b"")  # made by a process of another computer, which may well be alive
    with Workspace(tmp_path) as workspace:
        mine = workspace.new()[0]
        assert clear_stale(tmp_path) == 1
        assert mine.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([".assay-other.tmp", elsewhere.name])


def test_a_folder_as_target_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is no file"):
        check_target(tmp_path, others=(), overwrite=True)


def test_a_dangling_link_as_target_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is a link"):
        check_target(tmp_path / "link", others=(), overwrite=True)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_leftovers_of_a_killed_process_that_nobody_waited_for_are_cleared(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    leftover = tmp_path / f".assay-sign-{place._host()}-{child.pid}-{'0' * 16}.tmp"
    leftover.write_bytes(b"half")
    assert clear_stale(tmp_path) == 0  # still at work
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and left in the table of processes
    assert clear_stale(tmp_path) == 1
    child.wait()
