"""Signing tasks in worker processes: a file that crashes the engine costs that file, not the batch.

Parent and worker speak JSON over a pipe. Passphrases that the parent has asked for go to the workers the same way,
never through arguments or the environment. A worker whose parent dies finishes its file and ends.
"""

from __future__ import annotations

import base64
import contextlib
import json
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from cli.signing.inputs import Task
from provenance.errors import AssayError, SigningError, StorageError

__all__ = ["Signer", "Worker", "failure", "run_jobs"]


class Signer:
    """Signs one task after the other with one identity, and remembers what it signed."""

    def __init__(self, options: dict[str, Any], secrets: dict[str, bytes]) -> None:
        from cli.signing import settings
        from cli.signing.journal import Journal

        self._options = options
        self._identity = settings.open_signer(options, secrets.get)
        self._privacy = settings.signing_privacy(options)
        self._trust = settings.signing_trust(options)
        self._limits = settings.signing_limits(options)
        self._settings = settings.digest(options, self._identity)
        self._staple = settings.open_staple(options, self._identity)
        self._journal = Journal(Path(options["journal"])) if options["journal"] else None

    def answer(self, task: Task) -> dict[str, Any]:
        """Return the JSON object for one task: signed, skipped, or an error."""
        try:
            return self._signed(task)
        except AssayError as error:
            return failure(task, error)

    def _signed(self, task: Task) -> dict[str, Any]:
        import msgspec

        from cli.signing.settings import request_for
        from provenance.signing.sign import sign
        from provenance.source import open_source

        with open_source(task.source, name=Path(task.name).name, limits=self._limits) as source:
            if self._done(task, source.sha256):
                return {
                    "schema": "assay/signing-skipped/1",
                    "asset": {"name": task.name},
                    "target": task.target,
                }
            if self._journal is not None:
                _make_folder(task, Path(self._options["out"]))
            result = sign(
                source,
                task.target,
                identity=self._identity,
                request=request_for(self._options, task.name, staple=self._staple),
                privacy=self._privacy,
                tsa=self._options["tsa"],
                require_timestamp=self._options["require_timestamp"],
                trust=self._trust,
                overwrite=self._options["force"],
                before_commit=lambda result: self._remember(task, result),
                limits=self._limits,
            )
        return {
            "schema": "assay/signed/1",
            "asset": {"name": task.name},
            "target": task.target,
            **msgspec.to_builtins(result),
        }

    def _done(self, task: Task, source_sha256: str) -> bool:
        """Return whether an earlier run signed this very source into this very target."""
        from provenance.source import open_source

        record = self._journal.records().get(task.name) if self._journal else None
        if (
            self._options["force"]
            or record is None
            or (record.source_sha256, record.settings) != (source_sha256, self._settings)
        ):
            return False
        try:
            with open_source(task.target) as target:
                return target.sha256 == record.target_sha256
        except AssayError:
            return False

    def _remember(self, task: Task, result: Any) -> None:
        if self._options["log"]:
            _log(Path(self._options["log"]), result, self._options["profile"])
        if self._journal is not None:
            from cli.signing.journal import Record

            self._journal.write(
                Record(
                    target=task.name,
                    source_sha256=result.before.sha256,
                    target_sha256=result.after.sha256,
                    settings=self._settings,
                )
            )


def run_jobs(
    tasks: Sequence[Task], options: dict[str, Any], secrets: dict[str, bytes], *, jobs: int
) -> Iterator[dict[str, Any]]:
    """Yield one JSON object a task, in the order in which they finish.

    Args:
        tasks: What to sign.
        options: The command's options, as JSON values.
        secrets: Passphrases by the name of what they unlock.
        jobs: Number of worker processes.
    """
    waiting = deque(tasks)
    workers = [Worker(options, secrets) for _ in range(min(jobs, len(tasks)))]
    try:
        for worker in workers:
            worker.start(waiting.popleft())
        while busy := [worker for worker in workers if worker.task is not None]:
            ready = wait([worker.pipe for worker in busy if worker.pipe is not None])
            for worker in (worker for worker in busy if worker.pipe in ready):
                yield worker.finish()
                if waiting:
                    worker.start(waiting.popleft())
    finally:
        for worker in workers:
            worker.stop()


def failure(task: Task, error: AssayError) -> dict[str, Any]:
    """Return the JSON object that stands in the output where a result would have stood."""
    return {
        "schema": "assay/error/1",
        "asset": {"name": task.name},
        "error": {"code": error.code, "message": error.message, "hint": error.hint},
        "exit_code": error.exit_code,
    }


class Worker:
    """One child process, replaced when it crashes."""

    def __init__(self, options: dict[str, Any], secrets: dict[str, bytes]) -> None:
        self._setup = {
            "options": options,
            "secrets": {name: base64.b64encode(value).decode() for name, value in secrets.items()},
        }
        self._process: BaseProcess | None = None
        self.pipe: Connection | None = None
        self.task: Task | None = None

    def start(self, task: Task) -> None:
        """Hand over a task."""
        self.task = task
        with contextlib.suppress(OSError):  # a dead worker shows when its answer is awaited
            self._running().send_bytes(json.dumps(asdict(task)).encode())

    def finish(self) -> dict[str, Any]:
        """Return the answer to the task that was handed over."""
        task, self.task = self.task, None
        assert task is not None and self.pipe is not None  # only a busy worker is asked
        try:
            answer: dict[str, Any] = json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            self.stop()
            error = SigningError(
                f"{task.name} ended the process that was signing it.",
                hint="The file may be damaged. Nothing was written for it.",
            )
            return failure(task, error)
        return answer

    def stop(self) -> None:
        """End the process; one that is busy is ended where it stands, which leaves no half file."""
        if self.pipe is not None:
            self.pipe.close()
        if self._process is not None:
            self._process.join(0 if self.task is not None else 2)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self.pipe = None

    def _running(self) -> Connection:
        if self.pipe is None:
            # Never a fork: a token's driver that the parent has loaded must not be shared.
            context = multiprocessing.get_context("spawn")
            self.pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
            self.pipe.send_bytes(json.dumps(self._setup).encode())
        return self.pipe


def _serve(pipe: Connection) -> None:
    """Sign what comes through the pipe until it is closed."""
    # Ctrl-C and service managers signal the whole group; when to stop is for the parent to say.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        setup = json.loads(pipe.recv_bytes())
        secrets = {name: base64.b64decode(value) for name, value in setup["secrets"].items()}
        signer: Signer | None = None
        while True:
            task = Task(**json.loads(pipe.recv_bytes()))
            try:
                signer = signer or Signer(setup["options"], secrets)
                answer = signer.answer(task)
            except AssayError as error:
                answer = failure(task, error)
            pipe.send_bytes(json.dumps(answer).encode())


def _make_folder(task: Task, out: Path) -> None:
    """Make the target's folder below OUT, and refuse a link that leads out of it."""
    from provenance.errors import UsageError

    folder = Path(task.target).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise StorageError(
            f"The folder {folder} cannot be made: {cause.strerror or cause}.", hint="Check its permissions."
        ) from cause
    if not folder.resolve().is_relative_to(out.resolve()):
        raise UsageError(
            f"{folder} is a link that leads out of {out}.", hint="Remove it, or choose another OUT."
        )


def _log(path: Path, result: Any, profile: str | None) -> None:
    from provenance.custody.log import CustodyLog, Entry

    CustodyLog(path).append(
        Entry(
            event="signed",
            name=result.after.name,
            sha256=result.after.sha256,
            source_sha256=result.before.sha256,
            manifest=result.label,
            manifest_sha256=result.manifest_sha256,
            certificate=result.certificate.sha256,
            signer=result.certificate.subject,
            profile=profile,
        )
    )
