"""Running one operation over many files in a worker process that may crash, hang or be replaced."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from cli.inputs import Input
from provenance.errors import AssayError

__all__ = ["CrashError", "Result", "TimeLimitError", "run_batch"]

Kind = Literal["assessment", "verification", "detection", "measured", "error"]

_MAX_CRASHES = 4  # per file; each costs a new worker and repeats the checks before it


class CrashError(AssayError):
    """A native library ended the worker process on this file."""

    code = "crashed"
    exit_code = 3


class TimeLimitError(AssayError):
    """Reading this file took longer than the time limit."""

    code = "time_limit"
    exit_code = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came back for one file."""

    input: Input
    """Which file."""
    kind: Kind
    """What `data` holds."""
    data: bytes
    """JSON of the result, one object, artefacts included."""
    preview: bytes | None = None
    """JSON of a preview picture, where one was asked for."""


def run_batch(
    operation: str,
    inputs: Sequence[Input],
    options: dict[str, Any],
    *,
    timeout: float,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Yield one result a file, in order, whatever the files do.

    Args:
        operation: `examine`, `verify`, `detect` or `measure`.
        inputs: The files.
        options: What the worker needs to know, as JSON values.
        timeout: Seconds that one file may take.
        meanwhile: Called once while the worker is busy with the first file: the moment to import what shows
            the results.
    """
    worker = _Worker(meanwhile)
    try:
        for item in inputs:
            yield _one(worker, operation, item, options, timeout)
    finally:
        worker.stop()
        for item in inputs:
            if item.temporary:
                Path(item.path).unlink(missing_ok=True)


def _one(worker: _Worker, operation: str, item: Input, options: dict[str, Any], timeout: float) -> Result:
    """Ask for one file; a check that ends or stalls the worker is skipped in the next attempt."""
    skip: dict[str, str] = {}
    for _ in range(_MAX_CRASHES):
        request = {"op": operation, "path": item.path, "name": item.name, "options": options, "skip": skip}
        try:
            return worker.ask(item, request, timeout)
        except (CrashError, TimeLimitError) as error:
            culprit = worker.last_check
            worker.stop()
            if culprit is None or culprit in skip:
                return _failed(item, error)
            skip[culprit] = error.message
    return _failed(item, CrashError(f"{item.name} ended the worker {_MAX_CRASHES} times."))


def _failed(item: Input, error: AssayError) -> Result:
    from provenance.model.serial import encode, error_result

    return Result(input=item, kind="error", data=encode(error_result(item.name, error)))


class _Worker:
    """One child process and the pipe to it; started when first needed."""

    def __init__(self, meanwhile: Callable[[], None] | None = None) -> None:
        self._meanwhile = meanwhile
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self.last_check: str | None = None

    def ask(self, item: Input, request: dict[str, Any], timeout: float) -> Result:
        """Send a request and wait for its result.

        Raises:
            CrashError: The process ended.
            TimeLimitError: No result came in time.
        """
        pipe = self._running()
        self.last_check = None
        ends = time.monotonic() + timeout
        try:
            pipe.send_bytes(json.dumps(request).encode())
            if self._meanwhile is not None:
                self._meanwhile()
                self._meanwhile = None
            while True:
                event = json.loads(self._receive(pipe, ends, timeout))
                if event["event"] == "check":
                    self.last_check = event["id"]
                    continue
                data = self._receive(pipe, ends, timeout)
                preview = self._receive(pipe, ends, timeout) if event["preview"] else None
                return Result(input=item, kind=event["kind"], data=data, preview=preview)
        except (EOFError, OSError) as cause:
            raise CrashError(
                f"Reading it ended the process that read it ({self._ending()}).",
                hint="The file may be made to attack a decoder. Do not open it elsewhere.",
            ) from cause

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(0.2)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._pipe = None

    def _running(self) -> Connection:
        if self._pipe is None:
            from cli.worker import serve

            # A fork of this light parent costs a millisecond; elsewhere a fresh interpreter is the safe way.
            method = "fork" if sys.platform == "linux" else "spawn"
            context: Any = multiprocessing.get_context(method)
            ours, theirs = context.Pipe()
            process = context.Process(target=_child, args=(serve, theirs, ours), daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, ours
        return self._pipe

    def _receive(self, pipe: Connection, ends: float, timeout: float) -> bytes:
        if not pipe.poll(max(0.0, ends - time.monotonic())):
            raise TimeLimitError(
                f"It took longer than {timeout:g} seconds.",
                hint="Raise the limit with --timeout, or leave heavy checks out with --check.",
            )
        return pipe.recv_bytes()

    def _ending(self) -> str:
        if self._process is None:
            return "unknown"
        self._process.join(1)
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _child(serve: Any, theirs: Connection, ours: Connection) -> None:
    # The child's copy of the parent's end must go, or the pipe would never report that the parent left.
    with contextlib.suppress(OSError):
        ours.close()
    serve(theirs)
