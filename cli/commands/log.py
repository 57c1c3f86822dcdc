"""`assay log`: the custody log."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

_log = click.argument("log", type=click.Path(dir_okay=False, path_type=Path), metavar="LOG")


@click.group("log")
def command() -> None:
    """Check the log of what was signed: append-only, each line chained to the one before."""


@command.command("verify")
@_log
@click.option("--head", metavar="HASH", help="A head that you noted elsewhere; it has to be in the log.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def verify(log: Path, head: str | None, as_json: bool) -> int:
    """Check that no line of LOG was changed, removed or moved. Exits with 4 where one was."""
    from cli.text import visible
    from provenance.custody.log import CustodyLog

    found = CustodyLog(log).check(expected_head=head)
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps({"schema": "assay/custody-check/1", **asdict(found), "sound": found.sound}))
    else:
        for problem in found.problems:
            click.echo(f"Problem: {visible(problem)}")
        state = "sound" if found.sound else "not sound"
        click.echo(f"{visible(log.name)}: {found.entries} entries, {state}. Head {found.head}")
    return 0 if found.sound else 4


@command.command("show")
@_log
def show(log: Path) -> None:
    """Print the entries of LOG, one a line."""
    from cli.text import visible
    from provenance.custody.log import CustodyLog

    for entry in CustodyLog(log).entries():
        who = f" by {visible(entry.signer, limit=100)}" if entry.signer else ""
        name = visible(entry.name, limit=200)
        click.echo(
            f"{visible(entry.time, limit=40)}  {entry.event}  {name}{who}  {visible(entry.sha256, limit=64)}"
        )
