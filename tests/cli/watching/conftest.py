"""A running `assay watch`, with an identity and a state folder of its own."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from provenance.keys.authority import new_ca, new_cert

_PATIENCE = 40.0


class Watcher:
    """The real command in a process of its own."""

    def __init__(self, desk: Path, home: Path) -> None:
        self.desk, self.home = desk, home
        self.inbox, self.out = home / "in", home / "out"
        self.inbox.mkdir()
        self.answers: list[dict] = []
        self.process: subprocess.Popen | None = None

    @property
    def quarantine(self) -> Path:
        return self.out / "quarantine"

    def start(self, *more: object, settle: float = 0.4) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self._errors: list[str] = []
        command = [
            sys.executable, "-m", "cli.main", "watch", self.inbox, "-o", self.out, "--json", "--settle", settle,
            "--key", self.desk / "key.pem", "--cert", self.desk / "cert.pem",
            "--source-type", "digitalCapture", *more,
        ]  # fmt: skip
        environment = {**os.environ, "ASSAY_STATE_DIR": str(self.home / "state")}
        self.process = subprocess.Popen(
            [str(part) for part in command], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._lines.put)),
            threading.Thread(target=self._read, args=(self.process.stderr, self._errors.append)),
        ]
        for reader in self._readers:
            reader.start()
        self.until(lambda: "Watching" in self.errors)

    def _read(self, stream, keep) -> None:
        with stream:
            for line in stream:
                keep(line)

    @property
    def errors(self) -> str:
        return "".join(self._errors)

    def until(self, holds) -> None:
        """Wait until something holds; fail with what the command said where it does not come to be."""
        ends = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < ends, (
                f"it did not happen; the command said: {self.errors} {self.answers}"
            )
            assert self.process.poll() is None or holds(), f"the command ended: {self.errors}"
            time.sleep(0.02)

    def next(self) -> dict:
        """Return the next JSON line."""
        try:
            answer = json.loads(self._lines.get(timeout=_PATIENCE))
        except queue.Empty:
            pytest.fail(f"no answer came; the command said: {self.errors}")
        self.answers.append(answer)
        return answer

    def some(self, count: int) -> dict[str, dict]:
        """Return the next `count` answers by file name."""
        return {answer["asset"]["name"]: answer for answer in (self.next() for _ in range(count))}

    def silent(self, seconds: float) -> bool:
        """Whether no answer comes for a while."""
        try:
            self.answers.append(json.loads(self._lines.get(timeout=seconds)))
        except queue.Empty:
            return True
        return False

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal to the command alone and return its exit code."""
        self.process.send_signal(number)
        return self.ended()

    def kill_all(self) -> None:
        """Kill it and its workers, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        code = self.process.wait(_PATIENCE)
        for reader in self._readers:
            reader.join(_PATIENCE)
        while not self._lines.empty():
            self.answers.append(json.loads(self._lines.get()))
        return code


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """A folder with `cert.pem` and `key.pem`."""
    home = tmp_path_factory.mktemp("desk")
    new_ca(home / "ca", name="Kestrel CA")
    new_cert(home / "ca", name="Kestrel Desk", out_dir=home / "desk")
    return home / "desk"


@pytest.fixture
def watcher(desk, tmp_path):
    """A watcher that is not started yet; whatever is left of it is killed."""
    made = Watcher(desk, tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill_all()
