"""Running the command with no trust list and no configuration, as on a fresh machine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.batch import Result
from cli.inputs import Input
from cli.worker import handle


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines; nothing else may be in it."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Variables of a fresh machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY_", "XDG_")) and k != "NO_COLOR"}
    home = tmp_path / "home"
    home.mkdir()
    return kept | {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
        "COLUMNS": "100", "PYTHONUTF8": "1",
    }  # fmt: skip


@pytest.fixture
def process(tmp_path, environment) -> Callable[..., Ran]:
    """Run `assay` with these arguments in a process of its own, in an empty folder."""

    def run(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            input=stdin, cwd=tmp_path, env=environment | variables, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def assay(tmp_path, environment, monkeypatch, capsysbinary) -> Callable[..., Ran]:
    """The same within this process, and so many times faster: what the worker does is done here."""
    from cli import main, measuring, run

    def batch(
        operation: str, inputs: Sequence[Input], options: dict[str, Any], **_: object
    ) -> Iterator[Result]:
        for item in inputs:
            request = {"op": operation, "path": item.path, "name": item.name, "options": options}
            kind, data, preview = handle(json.loads(json.dumps(request)), lambda event: None)
            yield Result(input=item, kind=kind, data=data, preview=preview)
            if item.temporary:
                Path(item.path).unlink()

    def invoke(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> Ran:
        with monkeypatch.context() as patch:
            patch.setattr(run, "run_batch", batch)
            patch.setattr(measuring, "run_batch", batch)
            patch.setattr(sys, "argv", ["assay", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.chdir(tmp_path)
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in (environment | variables).items():
                patch.setenv(name, value)
            capsysbinary.readouterr()
            with pytest.raises(SystemExit) as ended:
                main.main()
            out, err = capsysbinary.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, out.decode(), err.decode())

    return invoke


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def ca(samples) -> Path:
    return samples / "identity/ca.pem"
