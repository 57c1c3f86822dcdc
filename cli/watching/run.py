"""Running `assay watch`: hand complete files to the signing workers, show and move aside, end on a signal."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.passphrase import passphrase_source
from cli.signing.inputs import Task
from cli.signing.jobs import Worker, failure
from cli.signing.text import render_result
from cli.text import visible
from cli.watching.arrivals import Arrival, Arrivals
from cli.watching.events import Notices, Polling, Subscribed
from cli.watching.lock import only_one
from cli.watching.quarantine import move_aside
from provenance.errors import AssayError, SigningError, StorageError, UsageError

if TYPE_CHECKING:
    from provenance.keys.identity import Identity

__all__ = ["run_watch"]

_TICK = 0.2
_USABLE_EVERY = 60.0
_ATTEMPTS = 2
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_FAULTS_OF_FILES = frozenset(
    {"unreadable", "unsupported_type", "limit", "usage", "signing", "internal", "too_long"}
)
"""Error codes that speak of the file. With any other (disk, key, timestamps, log) files stay where they are."""


class TooLongError(SigningError):
    """Signing one file took longer than it may."""

    code = "too_long"


def run_watch(folder: Path, given: dict[str, Any]) -> int:
    """Sign what arrives in `folder` until a signal comes, and return the exit code.

    Args:
        folder: The folder to watch.
        given: The command's options by parameter name.

    Raises:
        AssayError: The options are off, or the key or certificate cannot be used (any more).
    """
    out = Path(given["out"])
    quarantine = given["quarantine"] or out / "quarantine"
    _check_folders(folder, out, quarantine)
    options = _options(given)
    secrets: dict[str, bytes] = {}
    identity = _identity(options, secrets)
    _prepare(out, quarantine)
    arrivals = Arrivals(folder, settle=given["settle"], excluded=(out, quarantine))
    watch = _Watch(
        arrivals=arrivals,
        slots=[_Slot(Worker(options, secrets)) for _ in range(given["jobs"])],
        options=options,
        identity=identity,
        out=out,
        quarantine=quarantine,
        timeout=given["timeout"],
    )
    with ExitStack() as held:
        held.enter_context(only_one(Path(options["journal"]), out))
        held.callback(watch.close)
        notices: Notices = Polling() if given["poll"] else Subscribed(folder)
        held.enter_context(notices)
        stopping = held.enter_context(_signals())
        click.echo(
            f"Watching {visible(str(folder))}; signed copies go to {visible(str(out))}. Stop with Ctrl-C.",
            err=True,
        )
        try:
            while not stopping:
                notices.tell(arrivals, time.monotonic())
                watch.step()
        finally:
            watch.finish()
            _clear(out)  # again: a watch that was killed just before this one may still have been ending then
    return 0


@dataclass(slots=True)
class _Slot:
    """A worker and what it is busy with."""

    worker: Worker
    arrival: Arrival | None = None
    ends: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What is in hand, what went wrong before, and when to look at the certificate again."""

    arrivals: Arrivals
    slots: Sequence[_Slot]
    options: dict[str, Any]
    identity: Identity
    out: Path
    quarantine: Path
    timeout: float
    attempts: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    pause: float = _FIRST_PAUSE
    paused_until: float = 0.0
    check_at: float = 0.0
    ends: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.ends = self.identity.certificates[0].not_valid_after_utc

    def step(self) -> None:
        """Hand out what is complete, and take in what is signed, within a fraction of a second."""
        now = time.monotonic()
        self._check_identity(now)
        idle = [slot for slot in self.slots if slot.arrival is None]
        if now >= self.paused_until and idle:
            for slot, arrival in zip(idle, self.arrivals.ready(now), strict=False):
                slot.arrival, slot.ends = arrival, now + self.timeout
                slot.worker.start(self._task(arrival))
        self._collect()

    def finish(self) -> None:
        """Wait for the files in hand."""
        while any(slot.arrival for slot in self.slots):
            self._collect()

    def close(self) -> None:
        """End the workers."""
        for slot in self.slots:
            slot.worker.stop()

    def _collect(self) -> None:
        busy = [slot for slot in self.slots if slot.arrival is not None]
        if not busy:
            time.sleep(_TICK)
            return
        ready = wait([slot.worker.pipe for slot in busy if slot.worker.pipe is not None], _TICK)
        for slot in busy:
            arrival = slot.arrival
            assert arrival is not None
            if slot.worker.pipe in ready:
                slot.arrival = None
                self._settle(arrival, slot.worker.finish())
            elif time.monotonic() > slot.ends:
                slot.worker.stop()
                slot.worker.task = slot.arrival = None
                self._settle(arrival, failure(self._task(arrival), self._too_long(arrival)))

    def _settle(self, arrival: Arrival, answer: dict[str, Any]) -> None:
        """Decide what an answer means for a file."""
        if answer["schema"] != "assay/error/1":
            self.arrivals.finish(arrival)
            self.attempts.pop(arrival.name, None)
            self.pause = _FIRST_PAUSE
            self._show(answer)
            return
        if not self.arrivals.unchanged(arrival):  # it was written to or taken away meanwhile
            self.arrivals.retry(arrival, time.monotonic())
            return
        if answer["error"]["code"] not in _FAULTS_OF_FILES:
            self._wait_for_better(arrival, answer["error"]["message"], answer["error"]["hint"])
            return
        attempts = self.attempts[arrival.name] = self.attempts.get(arrival.name, 0) + 1
        if attempts < _ATTEMPTS:  # what ended a worker may have been the lack of memory
            self.arrivals.retry(arrival, time.monotonic())
            return
        try:
            self._check_key(answer["error"]["code"])
            self._put_aside(arrival, answer)
        except AssayError as error:
            self._wait_for_better(arrival, error.message, error.hint)

    def _put_aside(self, arrival: Arrival, answer: dict[str, Any]) -> None:
        if self.options["log"]:
            self._log(arrival, answer["error"])
        place = move_aside(
            Path(arrival.path), name=arrival.name, folder=self.quarantine, error=answer["error"]
        )
        self.arrivals.finish(arrival)
        self.attempts.pop(arrival.name, None)
        self._show({**answer, "quarantined": str(place)})

    def _log(self, arrival: Arrival, error: dict[str, Any]) -> None:
        import hashlib

        from provenance.custody.log import CustodyLog, Entry

        try:
            with Path(arrival.path).open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:  # why it is moved aside
            sha256 = ""
        entry = Entry(
            event="quarantined",
            name=Path(arrival.name).name,
            sha256=sha256,
            profile=self.options["profile"],
            details={"code": error["code"], "message": error["message"]},
        )
        CustodyLog(Path(self.options["log"])).append(entry)

    def _wait_for_better(self, arrival: Arrival, message: str, hint: str) -> None:
        """Leave the file where it is, and hand nothing out for a while: the next one would fare no better."""
        now = time.monotonic()
        self.arrivals.retry(arrival, now)
        self.paused_until = now + self.pause
        again = f"Trying again in {self.pause:.0f} seconds."
        click.echo(f"Waiting: {visible(message, limit=1000)} {visible(hint, limit=400)} {again}", err=True)
        self.pause = min(2 * self.pause, _LONGEST_PAUSE)

    def _check_identity(self, now: float) -> None:
        """Refuse to go on with a certificate that has ended meanwhile."""
        if now < self.check_at and datetime.now(UTC) < self.ends:
            return
        from provenance.keys.doctor import require_usable

        require_usable(self.identity, test_identity=self.options["test_identity"])
        self.check_at = now + _USABLE_EVERY

    def _check_key(self, code: str) -> None:
        """Make sure that it is not a lost token that is held against the file."""
        if code != "signing":
            return
        from provenance.keys.identity import prove_possession

        try:
            prove_possession(self.identity)
        except AssayError:
            raise
        except Exception as cause:  # whatever a driver or a third party's signer raises
            raise SigningError(
                f"The key in {self.identity.origin} failed with {type(cause).__name__}: {cause}.",
                hint="Check that the token or service is connected.",
            ) from cause

    def _task(self, arrival: Arrival) -> Task:
        return Task(source=arrival.path, name=arrival.name, target=str(self.out / arrival.name))

    def _too_long(self, arrival: Arrival) -> TooLongError:
        return TooLongError(
            f"{arrival.name} took longer than {self.timeout:g} seconds.", hint="Raise --timeout."
        )

    def _show(self, answer: dict[str, Any]) -> None:
        answer.pop("exit_code", None)
        for warning in answer.get("warnings", ()):
            if warning not in self.told:
                click.echo(f"Note: {visible(warning, limit=1000)}", err=True)
                self.told.add(warning)
        if self.options["as_json"]:
            click.echo(json.dumps(answer))
        elif "quarantined" in answer:
            moved = visible(answer["quarantined"], limit=1000)
            click.echo(f"{render_result(answer)}\n  Moved to {moved}", err=True)
        elif answer["schema"] == "assay/signed/1" and not self.options["quiet"]:
            click.echo(render_result(answer))


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Yield a list that is filled by the first SIGINT or SIGTERM; a second one acts as it always does."""
    came: list[int] = []

    def note(number: int, _frame: object) -> None:
        came.append(number)
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    if hasattr(signal, "SIGIO"):
        # Sent when somebody opens a file in the instant in which it is asked whether it is open; it would end us.
        signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check_folders(folder: Path, out: Path, quarantine: Path) -> None:
    watched = folder.resolve()
    for what, place in (("OUT", out.resolve()), ("The quarantine folder", quarantine.resolve())):
        if watched.is_relative_to(place):
            raise UsageError(
                f"{what} is the watched folder or lies above it.", hint="Choose a folder beside it."
            )
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file.", hint="Name a folder for the signed copies.")


def _options(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options as the signing code takes them, checked as far as no file is needed."""
    from cli.signing.run import plain_options
    from cli.signing.settings import request_for, signing_privacy

    options = plain_options({**given, "dry_run": False, "parent": None}, many=True)
    if options["remote_url"] and "{name}" not in options["remote_url"]:
        raise UsageError(
            "All files would point to the same manifest.",
            hint="Put {name} into the address: --remote-url https://example.org/manifests/{name}.c2pa",
        )
    request_for(options, "name")
    signing_privacy(options)
    return options


def _identity(options: dict[str, Any], secrets: dict[str, bytes]) -> Identity:
    """Open the identity, so that a wrong key is an error at once; passphrases are kept for the workers."""
    from cli.signing.settings import open_signer

    ask = passphrase_source()

    def remember(name: str) -> bytes | None:
        found = ask(name)
        if found is not None:
            secrets[name] = found
        return found

    return open_signer(options, remember)


def _prepare(out: Path, quarantine: Path) -> None:
    """Make the folders, and clear away what a killed run left there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        quarantine.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise StorageError(
            f"The folder {cause.filename} cannot be made: {cause.strerror}.", hint="Check its permissions."
        ) from cause
    _clear(out)


def _clear(out: Path) -> None:
    from provenance.signing.place import clear_stale

    for folder, _, _ in os.walk(out):
        clear_stale(Path(folder))
