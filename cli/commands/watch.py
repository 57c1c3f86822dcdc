"""`assay watch`: sign what arrives in a folder."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any

import click

from cli.commands.sign import command as _sign

__all__ = ["command"]

_NOT_HERE = frozenset({"sources", "dry_run", "parent"})


@click.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--quarantine",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where files go that cannot be signed.  [default: OUT/quarantine]",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file has to stand still before it counts as complete.",
)
@click.option(
    "--poll",
    is_flag=True,
    help="Look every second instead of waiting for events: for network folders, or without the extra.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="Most time that one file may take.",
)
def command(folder: Path, **given: Any) -> int:
    """Sign what arrives in DIR into the folder OUT, until you stop it with Ctrl-C or SIGTERM.

    Files stay in DIR, and are signed once. Hidden files, links and unfinished uploads (.part, .tmp, .crdownload, …)
    are passed over. A file that cannot be signed is moved to the quarantine folder with the reason beside it; while
    the disk, the key or a timestamp authority is missing, files stay where they are and are tried again.
    """
    from cli.watching.run import run_watch

    return run_watch(folder, given)


# What is stated and with which key is the same as for `assay sign`. Copies: the names of environment variables are
# set on a command's own parameters.
command.params += [copy(param) for param in _sign.params if param.name not in _NOT_HERE]
