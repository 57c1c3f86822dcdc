"""Running `assay sign`: plan or sign, print, count, decide the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cli.passphrase import passphrase_source
from cli.signing.inputs import Task, make_tasks
from cli.signing.jobs import Signer, failure, run_jobs
from cli.signing.text import render_plan, render_result, summary
from cli.text import visible
from provenance.errors import AssayError, SigningError, UsageError

__all__ = ["plain_options", "run_signing"]


def run_signing(sources: Sequence[str], given: dict[str, Any]) -> int:
    """Sign what stands on a command line and return the exit code.

    Args:
        sources: Files, folders and patterns.
        given: The command's options by parameter name.
    """
    out = Path(given["out"])
    tasks, many = make_tasks(sources, out)
    options = plain_options(given, many=many)
    _check_usage(tasks, options, many=many)
    try:
        if given["dry_run"]:
            return _dry_run(tasks, options)
        return _run(tasks, options, many=many)
    finally:
        for task in tasks:
            if task.temporary:
                Path(task.source).unlink(missing_ok=True)


def plain_options(given: dict[str, Any], *, many: bool) -> dict[str, Any]:
    """Return the options as JSON values, with everything that a worker needs."""
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    options = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    options["journal"] = None
    if many:
        from cli.signing.journal import journal_path

        options["journal"] = str(journal_path(Path(given["out"])))
    return options


def _check_usage(tasks: Sequence[Task], options: dict[str, Any], *, many: bool) -> None:
    """Find what is wrong with the options before the first file is touched."""
    from cli.signing.settings import request_for, signing_privacy

    request_for(options, tasks[0].name)
    signing_privacy(options)
    if many and options["parent"] and len(tasks) > 1:
        raise UsageError("--parent goes with one file.", hint="Sign edits of different originals one by one.")
    if len(tasks) > 1 and options["remote_url"] and "{name}" not in options["remote_url"]:
        raise UsageError(
            "All files would point to the same manifest.",
            hint="Put {name} into the address: --remote-url https://example.org/manifests/{name}.c2pa",
        )


def _dry_run(tasks: Sequence[Task], options: dict[str, Any]) -> int:
    import msgspec

    from cli.signing import settings
    from provenance.signing.sign import preview

    trust, privacy = settings.signing_trust(options), settings.signing_privacy(options)
    code = 0
    for task in tasks:
        try:
            plan = preview(
                task.source,
                request=settings.request_for(options, task.name),
                privacy=privacy,
                test=options["test_identity"],
                trust=trust,
                limits=settings.signing_limits(options),
            )
        except AssayError as error:
            code = max(code, _show(failure(task, error), options))
            continue
        shown = {
            "schema": "assay/signing-plan/1",
            "asset": {"name": task.name},
            "target": task.target,
            "intent": plan.intent,
            **msgspec.to_builtins(plan.disclosure),
            "warnings": list(plan.warnings),
        }
        click.echo(json.dumps(shown) if options["as_json"] else render_plan(shown))
    return code


def _run(tasks: Sequence[Task], options: dict[str, Any], *, many: bool) -> int:
    secrets: dict[str, bytes] = {}
    signer = _first_signer(options, secrets)
    if many:
        _prepare(tasks, Path(options["out"]))
    counts = {"assay/signed/1": 0, "assay/signing-skipped/1": 0, "assay/error/1": 0}
    warnings: dict[str, None] = {}
    code = 0
    if len(tasks) == 1:
        answers: Iterator[dict[str, Any]] = iter([signer.answer(tasks[0])])
    else:
        answers = run_jobs(tasks, options, secrets, jobs=options["jobs"])
    for answer in _with_progress(answers, len(tasks)):
        counts[answer["schema"]] += 1
        warnings |= dict.fromkeys(answer.get("warnings", ()))
        code = max(code, _show(answer, options))
    if many:
        _clear(tasks)  # again: a run that was killed just before this one may still have been ending then
    for warning in warnings:
        click.echo(f"Note: {visible(warning)}", err=True)
    if len(tasks) > 1 and not options["as_json"]:
        click.echo(summary(*counts.values()), err=True)
    return code


def _first_signer(options: dict[str, Any], secrets: dict[str, bytes]) -> Signer:
    """Open the identity once here, so that a wrong key is one error and a passphrase is asked for once."""
    ask = passphrase_source()

    class Asked(dict[str, bytes]):
        def get(self, name: str, default: Any = None) -> Any:
            found = ask(name)
            if found is not None:
                secrets[name] = found
            return found

    return Signer(options, Asked())


def _prepare(tasks: Sequence[Task], out: Path) -> None:
    """Make OUT, and clear away what a killed run left there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise SigningError(
            f"The folder {out} cannot be made: {cause.strerror or cause}.", hint="Check its permissions."
        ) from cause
    _clear(tasks)


def _clear(tasks: Sequence[Task]) -> None:
    from provenance.signing.place import clear_stale

    for folder in {Path(task.target).parent for task in tasks}:
        clear_stale(folder)


def _with_progress(answers: Iterator[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Show a bar on standard error at a terminal; nothing in a pipe or for one file."""
    if count < 2 or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from answers
        return
    with click.progressbar(answers, length=count, file=sys.stderr, label="Signing") as bar:
        yield from bar


def _show(answer: dict[str, Any], options: dict[str, Any]) -> int:
    """Print one answer and return its exit code."""
    code = answer.pop("exit_code", 0)
    failed = answer["schema"] == "assay/error/1"
    if options["as_json"]:
        click.echo(json.dumps(answer))
    elif failed or not options["quiet"]:
        click.echo(render_result(answer), err=failed)
    # A contradiction between one file and the options is that file's signing error, not the command's usage.
    return 6 if code == UsageError.exit_code else int(code)
