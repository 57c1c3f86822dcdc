"""The command over a folder of hostile files, once for all tests of its outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import throwaway

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: bytes
    err: bytes


@pytest.fixture(scope="session")
def assay(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """Run `assay` with no trust list but that of the throw-away root."""
    home = tmp_path_factory.mktemp("home")
    root = home / "root.pem"
    root.write_bytes(throwaway.root().pem)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY_", "XDG_", "PYTEST_"))}
    environment = kept | {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
        "PYTHONUTF8": "1", "PYTHONPATH": str(_ROOT), "COLUMNS": "100",
    }  # fmt: skip

    def run(
        command: str, *arguments: object, python: tuple[str, ...] = ("-m", "cli.main"), **variables: str
    ) -> Ran:
        trust = ("--trust", str(root)) if command in ("examine", "verify") else ()
        done = subprocess.run(
            [sys.executable, *python, command, *trust, *map(os.fsencode, map(_text, arguments))],
            capture_output=True, check=False, cwd=home, env=environment | variables, timeout=300,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def _text(argument: object) -> str:
    return argument if isinstance(argument, str) else str(argument)
