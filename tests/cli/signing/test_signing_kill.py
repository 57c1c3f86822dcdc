"""A batch that is killed at random moments: no source changed, nothing half written, and a rerun completes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(("kills", "files"), [(20, 15), pytest.param(200, 50, marks=pytest.mark.slow)])
def test_kill_at_random_moments(desk, keys, kills, files):
    for number in range(files):
        desk.photo(f"in/{number:02}.jpg", (number, 2 * number, 3))
    for name in ("key.pem", "cert.pem"):
        shutil.copy(keys / name, desk.folder / name)
    command = [sys.executable, str(HERE / "kill_rounds.py"), str(desk.folder), str(kills), "7"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
