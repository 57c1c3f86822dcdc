"""What `assay timestamp` does, file by file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.inputs import Input, expand
from cli.text import visible
from provenance.errors import AssayError, UsageError

if TYPE_CHECKING:
    from provenance.custody.log import CustodyLog
    from provenance.model.credentials import Timestamp
    from provenance.timestamps.records import StampCheck
    from provenance.trust.bundle import Trust

__all__ = ["add_to_all", "stamp_line", "verify_all"]


def add_to_all(files: Sequence[str], given: dict[str, Any]) -> int:
    """Stamp every file that has no timestamp; return the exit code."""
    if not given["tsa"]:
        raise UsageError("No timestamp authority is named.", hint="Name one with --tsa.")
    if bool(given["key"]) != (given["out"] is not None) or not (given["key"] or given["log"]):
        raise UsageError(
            "It is not said where the timestamps go.",
            hint="Give --log LOG to keep them in a custody log, or --key, --cert and -o OUT to write stamped copies.",
        )
    inputs = list(expand(files))
    stamper = _Stamper(given, several=len(inputs) > 1 or any(Path(name).is_dir() for name in files))
    return max((_told(item, stamper.stamp, as_json=given["as_json"]) for item in inputs), default=0)


def verify_all(files: Sequence[str], given: dict[str, Any]) -> int:
    """Check the timestamps of every file; return the exit code."""
    from provenance.trust.bundle import load_trust

    trust = load_trust(extra=given["trust"], tsa_extra=given["tsa_trust"])

    def check(item: Input) -> tuple[int, dict[str, Any], list[str]]:
        return _checked(item, trust, given["log"])

    return max((_told(item, check, as_json=given["as_json"]) for item in expand(files)), default=0)


def stamp_line(check: StampCheck) -> str:
    """Return one line about a timestamp in a log."""
    what = "the log" if check.event == "stamped_log" else check.name
    found = check.timestamp
    if found is None:
        return f"Line {check.line}: the timestamp of {what} does not hold. {check.problem}"
    return f"Line {check.line}: {what} existed at {_words(found)}"


class _Stamper:
    """Stamps one file after the other into copies, or into a log."""

    def __init__(self, given: dict[str, Any], *, several: bool) -> None:
        from cli.passphrase import passphrase_source
        from cli.signing.settings import open_signer
        from provenance.custody.log import CustodyLog
        from provenance.trust.bundle import load_trust

        self._given = given
        self._several = several
        self._trust = load_trust(extra=given["trust"], tsa_extra=given["tsa_trust"])
        self._log = CustodyLog(given["log"]) if given["log"] else None
        self._identity = open_signer(given, passphrase_source()) if given["key"] else None

    def stamp(self, item: Input) -> tuple[int, dict[str, Any], list[str]]:
        """Return exit code, JSON object and lines for one file."""
        from provenance.timestamps.update import AlreadyStampedError, NoUpdateError

        try:
            return self._into_copy(item) if self._identity is not None else self._into_log(item)
        except AlreadyStampedError as error:
            said = {
                "schema": "assay/timestamp-skipped/1",
                "asset": {"name": item.name},
                "reason": error.message,
            }
            return 0, said, [f"{item.name}: passed over, {error.message}"]
        except NoUpdateError:
            if self._log is None:
                raise
            return self._into_log(item)

    def _into_copy(self, item: Input) -> tuple[int, dict[str, Any], list[str]]:
        from provenance.timestamps.update import add_timestamp

        assert self._identity is not None  # stamp() asks for copies only with an identity
        out: Path = self._given["out"]
        target = out / item.name if self._several else out
        if self._several:
            target.parent.mkdir(parents=True, exist_ok=True)
        result = add_timestamp(
            Path(item.path),
            target,
            identity=self._identity,
            tsa=self._given["tsa"],
            trust=self._trust,
            overwrite=self._given["force"],
            before_commit=self._remember,
        )
        lines = [f"{item.name}: signed before {_words(result.timestamp)}; {target}"]
        lines += [f"  {warning}" for warning in result.warnings]
        return 0, {"schema": "assay/stamped/1", "target": str(target), **_plain(result)}, lines

    def _remember(self, result: Any) -> None:
        from provenance.custody.log import Entry
        from provenance.trust.describe import describe

        if self._log is None or self._identity is None:
            return
        certificate = describe(self._identity.chain[0])
        self._log.append(
            Entry(
                event="timestamped",
                name=result.after.name,
                sha256=result.after.sha256,
                source_sha256=result.before.sha256,
                manifest=result.label,
                manifest_sha256=result.manifest_sha256,
                certificate=certificate.sha256,
                signer=certificate.subject,
                details={"time": result.timestamp.time, "stamped": result.stamped},
            )
        )

    def _into_log(self, item: Input) -> tuple[int, dict[str, Any], list[str]]:
        from provenance.timestamps.records import require_unstamped, stamp_file

        assert self._log is not None  # add_to_all asks for one of the two
        require_unstamped(self._log, Path(item.path), trust=self._trust)
        entry = stamp_file(self._log, Path(item.path), tsas=self._given["tsa"])
        said = f"{item.name}: existed before {entry.details['time']} (recorded in {self._log.path.name})"
        return 0, {"schema": "assay/stamped-record/1", "asset": {"name": item.name}, **_plain(entry)}, [said]


def _told(
    item: Input, work: Callable[[Input], tuple[int, dict[str, Any], list[str]]], *, as_json: bool
) -> int:
    """Do the work for one file, print what came of it, and return the exit code."""
    try:
        code, record, lines = work(item)
    except AssayError as error:
        code = error.exit_code
        record = {
            "schema": "assay/error/1",
            "asset": {"name": item.name},
            "error": {"code": error.code, "message": error.message, "hint": error.hint},
        }
        lines = []
        if not as_json:
            click.echo(f"Error: {visible(error.message)}", err=True)
            click.echo(f"Hint: {visible(error.hint)}", err=True)
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=True))
    for line in [] if as_json else lines:
        click.echo(visible(line))
    return code


def _checked(item: Input, trust: Trust, log: Path | None) -> tuple[int, dict[str, Any], list[str]]:
    from provenance.custody.log import CustodyLog
    from provenance.timestamps.records import check_stamps, is_log

    path = Path(item.path)
    if is_log(path):
        held = CustodyLog(path)
        return _log_result(item, held, check_stamps(held, trust=trust))
    inside = _inside(path, trust)
    records = _recorded(path, log, trust) if log else []
    lines = [f"{item.name}: {text}" for text in inside]
    lines += [f"{item.name}: {stamp_line(record)}" for record in records]
    failed = not lines or any(record.timestamp is None for record in records)
    record = {
        "schema": "assay/timestamps/1",
        "asset": {"name": item.name},
        "inside": inside,
        "recorded": [asdict(one) for one in records],
    }
    return 4 if failed else 0, record, lines or [f"{item.name}: no timestamp."]


def _log_result(
    item: Input, log: CustodyLog, stamps: tuple[StampCheck, ...]
) -> tuple[int, dict[str, Any], list[str]]:
    found = log.check()
    lines = [f"Problem: {problem}" for problem in found.problems] + [stamp_line(one) for one in stamps]
    failed = not found.sound or any(one.timestamp is None for one in stamps) or not stamps
    record = {
        "schema": "assay/timestamps/1",
        "asset": {"name": item.name},
        "sound": found.sound,
        "problems": found.problems,
        "recorded": [asdict(one) for one in stamps],
    }
    return 4 if failed else 0, record, lines or [f"{item.name}: no timestamp."]


def _inside(path: Path, trust: Trust) -> list[str]:
    """Return a sentence for each signature in the file that has a timestamp."""
    from provenance.errors import UnsupportedTypeError
    from provenance.verification import verify

    try:
        credentials = verify(path, trust=trust)
    except UnsupportedTypeError:  # a file of any type can be stamped in a log
        return []
    found: list[str] = []
    if credentials.state in ("invalid", "unreadable"):
        return found
    if credentials.timestamp.state != "absent":
        found.append(f"the latest signature was made before {_words(credentials.timestamp)}")
    for manifest in credentials.manifests:
        if manifest.later_timestamp is not None:
            who = f" by {manifest.signer.name}" if manifest.signer and manifest.signer.name else ""
            found.append(f"an earlier signature{who} was made before {_words(manifest.later_timestamp)}")
    return found


def _recorded(path: Path, log: Path, trust: Trust) -> list[StampCheck]:
    from provenance.custody.log import CustodyLog
    from provenance.timestamps.records import check_stamps, sha256_of

    digest = sha256_of(path).hex()
    return [one for one in check_stamps(CustodyLog(log), trust=trust) if one.sha256 == digest]


def _words(timestamp: Timestamp) -> str:
    who = timestamp.authority or "an authority without a name"
    listed = f"trust list {timestamp.trust_list}" if timestamp.trust_list else "on none of your trust lists"
    return f"{timestamp.time}, says {who} ({listed})"


def _plain(value: Any) -> dict[str, Any]:
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
