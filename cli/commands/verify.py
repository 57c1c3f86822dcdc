"""`assay verify`: Content Credentials alone."""

from __future__ import annotations

from typing import Any

import click

from cli.options import credential_options, expect_option, file_argument, output_options

__all__ = ["command"]


@click.command("verify")
@file_argument
@click.option("--tree", is_flag=True, help="Show the whole history.")
@expect_option
@credential_options
@output_options
def command(files: tuple[str, ...], **given: Any) -> int:
    """Check the Content Credentials of each FILE, and nothing else.

    A file without credentials is no failure: it exits with 0 and says so. Exits with 4 where credentials are
    broken, or where none of the expected signers signed.
    """
    from cli.run import run_files

    return run_files("verify", files, given)
