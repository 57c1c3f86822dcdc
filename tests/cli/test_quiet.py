"""Native complaints stay off the terminal while files are examined; Python's own words do not."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli.quiet import native_stderr_silenced

_ROOT = Path(__file__).resolve().parents[2]

_SPEAKING = """
import os, sys
from cli.quiet import native_stderr_silenced
os.write(2, b"before ")
with native_stderr_silenced():
    os.write(2, b"NATIVE ")
    print("python", file=sys.stderr)
os.write(2, b"after ")
print("again", file=sys.stderr)
with native_stderr_silenced():
    raise ValueError("a bug of ours")
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=_ROOT, timeout=120, check=False
    )


def test_only_native_words_are_lost():
    said = run("-c", _SPEAKING).stderr
    assert "NATIVE" not in said
    assert said.startswith("before python\nafter again\n")
    assert "Traceback" in said and said.endswith("ValueError: a bug of ours\n")


def test_a_closed_standard_error_is_no_error():
    done = run(
        "-c",
        "import os; from cli.quiet import native_stderr_silenced as s; os.close(2)\nwith s(): print('ran')",
    )
    assert done.stdout == "ran\n" and done.returncode == 0


def test_a_replaced_stream_is_left_alone(monkeypatch):
    replaced = io.StringIO()
    monkeypatch.setattr(sys, "stderr", replaced)
    with native_stderr_silenced():
        print("kept", file=sys.stderr)
        os.write(2, b"")
    assert replaced.getvalue() == "kept\n" and sys.stderr is replaced


@pytest.fixture
def complained_about(tmp_path):
    """A compressed TIFF whose strip is damaged, on which libtiff prints a complaint."""
    held = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(held, "TIFF", compression="tiff_lzw")
    data = bytearray(held.getvalue())
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    entries = [struct.unpack_from("<HHII", data, directory + 2 + 12 * n) for n in range(count)]
    offset = next(value for tag, _, _, value in entries if tag == 273)
    data[offset : offset + 40] = b"\xff" * 40
    path = tmp_path / "damaged.tiff"
    path.write_bytes(data)
    return path


def test_libtiff_does_complain_by_itself(complained_about):
    done = run("-c", f"from PIL import Image; Image.open({str(complained_about)!r}).load()")
    assert done.stderr and not done.stderr.startswith("Traceback"), (
        "libtiff has fallen silent, so the next test proves nothing"
    )


@pytest.mark.parametrize("command", ["examine", "detect"])
def test_complaints_of_a_decoder_stay_off_the_terminal(complained_about, command):
    done = run("-m", "cli.main", command, "--check", "image", str(complained_about))
    assert done.returncode in (0, 5), done.stderr
    assert done.stdout and done.stderr == ""
