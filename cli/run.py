"""What `examine`, `verify` and `detect` have in common: expand, run, print, write, decide the exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.batch import Result, run_batch
from cli.inputs import Input, expand
from cli.options import worker_options
from provenance.errors import UsageError

if TYPE_CHECKING:
    from cli.output.preview import Preview
    from provenance.model.assessment import Assessment
    from provenance.model.serial import Detection, ErrorResult, Verification

    Answer = Assessment | Verification | Detection | ErrorResult

__all__ = ["run_files"]

_STRENGTHS = ("none", "weak", "moderate", "strong")
_BROKEN = ("invalid", "chain_invalid")


def run_files(operation: str, files: Sequence[str], given: dict[str, Any]) -> int:
    """Run one operation over the files of a command line and return the exit code.

    Args:
        operation: `examine`, `verify` or `detect`.
        files: What stands on the command line.
        given: The command's options by parameter name.
    """
    html, bundle, plots = given.get("html"), given.get("bundle"), given.get("plots")
    _check_usage(files, given)
    inputs = list(expand(files))
    if not inputs:
        raise UsageError(
            "There is no file in what you named.", hint="Hidden files and sidecars are passed over."
        )
    keep = bool(html or bundle)
    answers: list[Answer] = []
    previews: dict[int, Preview] = {}
    code = 0
    options = worker_options(given, pictures=keep or bool(plots))
    results = run_batch(operation, inputs, options, timeout=given["timeout"], meanwhile=_import_output)
    for index, result in enumerate(_with_progress(results, inputs)):
        answer = _decoded(result)
        code = max(code, _exit_code(answer, given))
        _show(answer, given, first=index == 0)
        if plots:
            _write_plots(answer, plots, index)
        if keep:
            answers.append(answer)
            if result.preview is not None:
                previews[index] = _preview(result.preview)
    if html:
        _write_html(html, answers, previews, force=given["force"])
    if bundle:
        _write_bundle(bundle, answers, previews, force=given["force"])
    return code


def _import_output() -> None:
    import_module("cli.output.text")
    import_module("provenance.model.serial")


def _check_usage(files: Sequence[str], given: dict[str, Any]) -> None:
    if given.get("manifest") and (len(files) > 1 or Path(files[0]).is_dir()):
        raise UsageError("--manifest goes with one file.", hint="Name that file alone.")
    for out in (given.get("html"), given.get("bundle")):
        if out is None:
            continue
        if out.exists() and not given["force"]:
            raise UsageError(f"{out} exists.", hint="Choose another name, or overwrite it with --force.")
        if not out.absolute().parent.is_dir():
            raise UsageError(f"The folder of {out} does not exist.", hint="Make it first.")
    if given.get("checks"):
        from detectors.runner import select

        select(given["checks"], plugins=not given.get("no_plugins"))


def _with_progress(results: Iterator[Result], inputs: Sequence[Input]) -> Iterator[Result]:
    """Show a bar on standard error while a batch runs at a terminal; nothing in a pipe or for one file."""
    if len(inputs) < 2 or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from results
        return
    with click.progressbar(results, length=len(inputs), file=sys.stderr, label="Files") as bar:
        yield from bar


def _decoded(result: Result) -> Answer:
    from provenance.model.assessment import Assessment
    from provenance.model.serial import Detection, ErrorResult, Verification, decode

    kinds: dict[str, Any] = {
        "assessment": Assessment,
        "verification": Verification,
        "detection": Detection,
        "error": ErrorResult,
    }
    answer: Answer = decode(kinds[result.kind], result.data)
    return answer


def _show(answer: Answer, given: dict[str, Any], *, first: bool) -> None:
    from provenance.model.serial import encode

    if given["as_json"]:
        click.echo(encode(_without_pictures(answer)))
        return
    text, is_error = _rendered(answer, given)
    if not first:
        click.echo()
    click.echo(text, nl=False, err=is_error)


def _rendered(answer: Answer, given: dict[str, Any]) -> tuple[str, bool]:
    from cli.output import text
    from provenance.model.assessment import Assessment
    from provenance.model.serial import ErrorResult, Verification

    how = {"quiet": given["quiet"], "verbose": given["verbose"]}
    if isinstance(answer, ErrorResult):
        return text.render_error(answer), True
    if isinstance(answer, Verification):
        return text.render_verification(answer, tree=given["tree"], **how), False
    if isinstance(answer, Assessment):
        return text.render_assessment(answer, **how), False
    return text.render_detection(answer, **how), False


def _without_pictures(answer: Answer) -> Answer:
    from dataclasses import replace

    from cli.output.pictures import findings_without_pictures, without_pictures
    from provenance.model.assessment import Assessment
    from provenance.model.serial import Detection

    if isinstance(answer, Assessment):
        return without_pictures(answer)
    if isinstance(answer, Detection):
        return replace(answer, findings=findings_without_pictures(answer.findings))
    return answer


def _exit_code(answer: Answer, given: dict[str, Any]) -> int:
    from provenance.model.assessment import Assessment
    from provenance.model.serial import Detection, ErrorResult, Verification
    from provenance.verification import ENGINE_ENDED

    if isinstance(answer, ErrorResult):
        return {"time_limit": 5, "internal": 70}.get(answer.error.code, 3)
    if isinstance(answer, Detection):
        return _failed_checks(answer.findings)
    if isinstance(answer, Verification):
        state = answer.provenance.state
        asked = 4 if state in _BROKEN or answer.expectation_met is False else 0
        return max(asked, 3 if state == "unreadable" else 0)
    assert isinstance(answer, Assessment)
    asked = 4 if answer.expectation_met is False or _fails(answer, given.get("fail_on", ())) else 0
    ended = any(s.code == ENGINE_ENDED for s in answer.provenance.status)
    return max(asked, 5 if ended else 0, _failed_checks(answer.findings))


def _failed_checks(findings: Sequence[Any]) -> int:
    return 5 if any(f.outcome == "failed" for f in findings) else 0


def _fails(answer: Assessment, levels: Sequence[str]) -> bool:
    # Support for the other side (a camera, no edit) is nothing to fail on.
    speaking = [a.strength for a in (answer.generated, answer.edited) if (a.log10_lr or 0) > 0]
    reached = max((_STRENGTHS.index(strength) for strength in speaking), default=0)
    for level in levels:
        if level == "unsigned" and answer.provenance.state != "trusted":
            return True
        if level == "invalid" and answer.provenance.state in _BROKEN:
            return True
        if level == "declared" and (
            answer.provenance.generative in ("fully", "partly")
            or any(f.points_to == "generated" and f.summary for f in answer.declared)
        ):
            return True
        if level in _STRENGTHS and reached >= _STRENGTHS.index(level) > 0:
            return True
    return False


def _preview(data: bytes) -> Preview:
    from cli.output.preview import Preview
    from provenance.model.serial import decode

    return decode(Preview, data)


def _titles() -> dict[str, str]:
    """Return the name of each check by its id."""
    from detectors.catalogue import all_checks

    return {check.id: check.info.title for check in all_checks()}


def _write_html(path: Path, answers: Sequence[Any], previews: dict[int, Preview], *, force: bool) -> None:
    from cli.output.html import render_html
    from provenance.atomic import write_atomic

    write_atomic(path, render_html(answers, pictures=previews, titles=_titles()), overwrite=force)
    click.echo(f"Report written to {path}", err=True)


def _write_bundle(path: Path, answers: Sequence[Any], previews: dict[int, Preview], *, force: bool) -> None:
    from cli.output.bundle import write_bundle

    write_bundle(path, answers, pictures=previews, titles=_titles(), force=force)
    click.echo(f"Bundle written to {path}", err=True)


def _write_plots(answer: Answer, folder: Path, index: int) -> None:
    from provenance.atomic import write_atomic

    folder.mkdir(parents=True, exist_ok=True)
    for finding in getattr(answer, "findings", ()):
        for artefact in finding.artefacts:
            # Only our own ids go into the name; the file's name is a stranger's text.
            name = f"{index + 1:04d}-{finding.check}-{artefact.name}.png"
            write_atomic(folder / name, artefact.data, overwrite=True)
