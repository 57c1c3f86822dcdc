"""`assay examine`: the journalist's command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.options import check_options, credential_options, expect_option, file_argument, output_options

__all__ = ["command"]

FAIL_LEVELS = ("unsigned", "invalid", "declared", "weak", "moderate", "strong")


@click.command("examine")
@file_argument
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Also write a report that opens in any browser.",
)
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.zip",
    help="Also write report, results, hashes and versions into one archive.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT where it exists.")
@expect_option
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(FAIL_LEVELS),
    metavar="LEVEL",
    help=f"Exit with 4 at this level: {', '.join(FAIL_LEVELS)}. Repeatable.",
)
@credential_options
@check_options
@output_options
def command(files: tuple[str, ...], **given: Any) -> int:
    """Say who vouches for each FILE, what it declares about itself, what can be measured in it, and what none
    of that can tell.

    FILE may be a folder (searched recursively) or `-` for standard input. Nothing is sent anywhere unless you
    ask with --online. LEVEL `unsigned` means that no listed signer vouches for it, `invalid` that its credentials
    are broken, `declared` that it declares a generator, and the rest the least strength of a measured result.
    """
    from cli.run import run_files

    return run_files("examine", files, given)
