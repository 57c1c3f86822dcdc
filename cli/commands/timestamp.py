"""`assay timestamp`: timestamps for what was signed offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False)
_files = click.argument("files", nargs=-1, required=True, metavar="FILE…")
_tsa = click.option(
    "--tsa", multiple=True, metavar="URL", help="Timestamp authority. Repeat to name others that are tried in order."
)  # fmt: skip
_lists = (
    click.option("--trust", multiple=True, type=_FILE, metavar="LIST.pem",
                 help="Also trust the signers in this list."),
    click.option("--tsa-trust", multiple=True, type=_FILE, metavar="LIST.pem",
                 help="Also trust the timestamp authorities in this list."),
)  # fmt: skip
_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per file and line, nothing else."
)


def _with_lists(function: Any) -> Any:
    for option in reversed(_lists):
        function = option(function)
    return function


@click.group("timestamp")
def command() -> None:
    """Have the time of signatures and files vouched for, and check that."""


@command.command("add")
@_files
@_tsa
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="The stamped copy, or the folder for several; with --key.",
)
@click.option("--key", metavar="KEY", help="Private key for the update manifest.")
@click.option("--cert", metavar="CERT", help="Certificate chain, where it is not with the key.")
@click.option(
    "--signer-option",
    "signer_options",
    multiple=True,
    metavar="NAME=VALUE",
    help="Setting for a token or signing service. Repeatable.",
)
@click.option(
    "--test-identity", is_flag=True, help="Allow an identity made for testing; the manifest says so."
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="LOG",
    help="Custody log that records it; alone, it also holds the timestamp.",
)
@_with_lists
@click.option("--force", is_flag=True, help="Replace stamped copies that exist.")
@_json
def add(files: tuple[str, ...], **given: Any) -> int:
    """Stamp each FILE that has no timestamp yet; folders are searched.

    With --key, --cert and -o, a copy is written whose update manifest carries the timestamp: readers see it in the
    file. With --log alone, the timestamp of the file's SHA-256 goes into the custody log and the file stays as it is;
    with both, the log also takes what has no Content Credentials inside. Only hashes are sent. Files that have a
    timestamp are passed over, so run it again whenever you are online.
    """
    from cli.timestamps import add_to_all

    return add_to_all(files, given)


@command.command("verify")
@_files
@click.option(
    "--log",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="LOG",
    help="Custody log in which timestamps of FILE may be.",
)
@_with_lists
@_json
def verify(files: tuple[str, ...], **given: Any) -> int:
    """Check the timestamps of each FILE, or all in it where it is a custody log.

    Exits with 4 where a timestamp does not hold, or where there is none.
    """
    from cli.timestamps import verify_all

    return verify_all(files, given)
