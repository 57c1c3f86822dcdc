"""`assay bench`: measure the checks on your own labelled files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.measuring import timeout_option

if TYPE_CHECKING:
    from detectors.bench.protocol import BenchProtocol

__all__ = ["command"]

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("bench")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--protocol",
    "protocol_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.json",
    help="What to measure, and how; the options below override it.",
)
@click.option(
    "--question", type=click.Choice(["generated", "edited"]), help="Which question. [default: generated]"
)
@click.option("--medium", type=click.Choice(["image", "audio"]), help="What the files are. [default: image]")
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    metavar="NAME",
    help="Measure after this delivery only, e.g. as_is, jpeg75, half_q85, mp3_64. Repeatable.",
)
@click.option(
    "--cap", type=click.IntRange(min=1), metavar="N", help="Most files of one source. [default: 200]"
)
@click.option("--seed", type=int, metavar="N", help="Seed of every random choice. [default: 1]")
@click.option("--out", "-o", type=_OUT, metavar="OUT.json", help="Write every figure into this file.")
@click.option("--html", type=_OUT, metavar="OUT.html", help="Write a page with tables and plots.")
@click.option(
    "--records",
    type=_OUT,
    metavar="FILE.jsonl",
    help="Keep what is measured in this file; a later run with it goes on where this one stopped.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT where it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--no-plugins", is_flag=True, help="Leave checks of third parties out.")
@timeout_option
def command(folder: Path, **given: Any) -> int:
    """Measure how well the checks answer a question on the labelled files in FOLDER.

    FOLDER has a manifest.csv with the columns path and label (and generator, system, source or repo), or subfolders
    that are named by label: generated, camera, edited, untouched, synthetic, recorded. Theirs are the sources, such
    as one generator or one camera. Every file is measured as it is and after usual deliveries.

    Checks of third parties that answer the same question are measured in the same run, on the same bytes.
    """
    from cli.measuring import measure_files
    from cli.output.bench import render_page, render_text, report_of
    from detectors.bench.protocol import read_labelled
    from provenance.atomic import write_atomic
    from provenance.model.serial import encode

    protocol = _protocol(given)
    _check_outputs(given)
    files = read_labelled(folder, protocol)
    plugins = not given["no_plugins"]
    records = measure_files(
        files, protocol, timeout=given["timeout"], plugins=plugins, records=given["records"]
    )
    report = report_of(records, protocol, plugins=plugins)
    if given["out"]:
        write_atomic(given["out"], encode(report) + b"\n", overwrite=given["force"])
    if given["html"]:
        write_atomic(given["html"], render_page(report), overwrite=given["force"])
    click.echo(encode(report) if given["as_json"] else render_text(report), nl=given["as_json"])
    for path in (given["out"], given["html"]):
        if path:
            click.echo(f"Written to {path}", err=True)
    return 3 if report["figures"]["unreadable"] else 0


def _protocol(given: dict[str, Any]) -> BenchProtocol:
    from dataclasses import replace

    from detectors.bench.protocol import BenchProtocol, check_conditions, read_protocol

    base = read_protocol(given["protocol_file"]) if given["protocol_file"] else BenchProtocol()
    names = ("question", "medium", "conditions", "cap", "seed")
    protocol = replace(base, **{n: given[n] for n in names if given[n] not in (None, ())})
    check_conditions(protocol)
    return protocol


def _check_outputs(given: dict[str, Any]) -> None:
    """Refuse what could not be written before an hour of measuring, not after it."""
    from provenance.errors import UsageError

    for path in (given["out"], given["html"]):
        if path and path.exists() and not given["force"]:
            raise UsageError(f"{path} exists.", hint="Choose another name, or overwrite it with --force.")
        if path and not path.absolute().parent.is_dir():
            raise UsageError(f"The folder of {path} does not exist.", hint="Make it first.")
