"""A stranger's check that crashes, hangs or lies costs itself; the other files and the exit code stay right."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hostile_files import MEDIA

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

_CHECK = '''"""A troublesome check.

## What it measures
Nothing.

## Why it matters
It does not.

## Known problems
Many.

## How to read it
Not at all.

## References
None.
"""

import os, signal, time

from detectors.check import CheckInfo, reported

INFO = CheckInfo(title="Trouble", kinds=("image", "audio"), basis="measured")


def run(view):
    if view.source.name == "bad.jpg":
        {trouble}
    return reported("Looked at it.")
'''

TROUBLES = {
    "crash": ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
    "exit": ("os._exit(0)", "exit code 0"),
    "hang": ("time.sleep(600)", "longer than 3 seconds"),
    "exception": ("raise RuntimeError('no \\x1b[2J luck')", "RuntimeError"),
    "wrong answer": ("return 42", ""),
    "not for JSON": ("return reported(object())", ""),
    "wrong type": ("return reported(42)", ""),
    "wrong measurement": ("return reported('x', because=({'name': 3},))", ""),
}


@pytest.fixture
def plugin(tmp_path: Path):
    """Install a check of a third party for one command; returns its environment."""

    def install(trouble: str) -> dict[str, str]:
        site = tmp_path / "site"
        about = site / "troublesome-1.0.dist-info"
        about.mkdir(parents=True)
        (site / "troublesome.py").write_text(_CHECK.format(trouble=trouble))
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: troublesome\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text("[assay.checks]\nimage.trouble = troublesome\n")
        return {"PYTHONPATH": f"{site}:{Path(__file__).resolve().parents[2]}"}

    return install


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.jpg", "bad.jpg", "c.wav")]
    for path, kind in zip(paths, ("image/jpeg", "image/jpeg", "audio/wav"), strict=True):
        path.write_bytes(MEDIA[kind])
    return paths


@pytest.mark.parametrize("kind", TROUBLES)
def test_it_costs_one_check_of_one_file(assay, plugin, files, kind):
    trouble, said = TROUBLES[kind]
    ran = assay("examine", "--json", "--timeout", "3", *files, **plugin(trouble))
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [record["asset"]["name"] for record in records] == ["a.jpg", "bad.jpg", "c.wav"]
    found = [next(f for f in r["measured"] if f["check"] == "image.trouble") for r in records]
    assert [f["outcome"] for f in found] == ["reported", "failed", "reported"]
    assert said in found[1]["reason"]
    assert ran.code == 5
    others = [f for f in records[1]["declared"] + records[1]["measured"] if f["check"] != "image.trouble"]
    assert len(others) > 5
    assert not [f["check"] for f in others if f["outcome"] == "failed"]


def test_it_can_be_left_out(assay, plugin, files):
    ran = assay("examine", "--json", "--no-plugins", *files, **plugin(TROUBLES["crash"][0]))
    assert ran.code == 0
    assert "image.trouble" not in ran.out.decode()


def test_its_words_steer_no_terminal(assay, plugin, files):
    ran = assay("examine", "--verbose", *files, **plugin(TROUBLES["exception"][0]))
    assert b"RuntimeError" in ran.out
    assert b"\x1b" not in ran.out + ran.err


def test_unreadable_file_beats_nothing_and_failed_check_beats_it(assay, plugin, files, tmp_path):
    unknown = tmp_path / "unknown.bin"
    unknown.write_bytes(b"nothing that anybody knows")
    assert assay("examine", "--json", files[0], unknown).code == 3
    assert assay("examine", "--json", *files, unknown, **plugin(TROUBLES["crash"][0])).code == 5
