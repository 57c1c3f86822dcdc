"""`assay detect`: the checks alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.options import check_options, file_argument, output_options

__all__ = ["command"]


@click.command("detect")
@file_argument
@click.option(
    "--plots",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the pictures that checks made into this folder.",
)
@check_options
@output_options
def command(files: tuple[str, ...], **given: Any) -> int:
    """Run the checks on each FILE without asking for credentials."""
    from cli.run import run_files

    return run_files("detect", files, given)
