"""Measuring labelled files in the worker, one delivery after the other; what `bench` and `calibrate` share."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.batch import Result, run_batch
from cli.inputs import Input

if TYPE_CHECKING:
    from detectors.bench.figures import Record
    from detectors.bench.protocol import BenchProtocol, LabelledFile

__all__ = ["measure_files", "timeout_option"]

timeout_option = click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, metavar="SECONDS",
    help="Most time that one version of a file may take.",
)  # fmt: skip


def measure_files(
    files: Sequence[LabelledFile],
    protocol: BenchProtocol,
    *,
    timeout: float,
    plugins: bool = True,
    records: Path | None = None,
) -> list[Record]:
    """Return one record for each file and delivery, with a progress bar on standard error at a terminal.

    Args:
        files: Labelled files.
        protocol: Deliveries, question and seed.
        timeout: Seconds that one version may take.
        plugins: Whether checks of third parties take part.
        records: File that keeps what was measured; a later run with it goes on where this one stopped.

    Raises:
        UsageError: `records` was made with other checks or another protocol.
    """
    from detectors.bench.records import Journal
    from detectors.bench.survey import versions_of

    setup: dict[str, object] = {
        "question": protocol.question,
        "seed": protocol.seed,
        "checks": versions_of(protocol.question, protocol.medium, plugins=plugins),
    }
    journal = Journal(records, setup) if records is not None else None
    done: list[Record] = []
    with click.progressbar(
        length=len(files) * len(protocol.deliveries),
        label="Versions",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        for condition in protocol.deliveries:
            held = [journal.get(f.name, condition) if journal else None for f in files]
            done += [record for record in held if record is not None]
            bar.update(sum(record is not None for record in held))
            rest = [file for file, record in zip(files, held, strict=True) if record is None]
            for record in _measured(rest, condition, protocol, timeout, plugins=plugins):
                done.append(record)
                if journal is not None:
                    journal.add(record)
                bar.update(1)
    return done


def _measured(
    files: Sequence[LabelledFile], condition: str, protocol: BenchProtocol, timeout: float, *, plugins: bool
) -> Iterator[Record]:
    from detectors.bench.figures import Record

    inputs = [Input(path=str(file.path), name=file.name) for file in files]
    options = {
        "condition": condition,
        "question": protocol.question,
        "seed": protocol.seed,
        "plugins": plugins,
    }
    results = run_batch("measure", inputs, options, timeout=timeout)
    for file, result in zip(files, results, strict=True):
        yield Record(
            name=file.name,
            target=file.target,
            source=file.source,
            condition=condition,
            measured=_answer(result),
        )


def _answer(result: Result) -> Any:
    from detectors.bench.survey import Measured
    from provenance.model.serial import ErrorResult, decode

    if result.kind == "error":
        return Measured(state="unreadable", reason=decode(ErrorResult, result.data).error.message)
    return decode(Measured, result.data)
