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
@click.option(
    "--tsa-trust",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="LIST.pem",
    help="Also trust the timestamp authorities in this list.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def verify(log: Path, head: str | None, tsa_trust: tuple[str, ...], as_json: bool) -> int:
    """Check that no line of LOG was changed, removed or moved, and that its timestamps hold.

    Exits with 4 where something is wrong.
    """
    from cli.text import visible
    from cli.timestamps import stamp_line
    from provenance.custody.log import CustodyLog
    from provenance.timestamps.records import check_stamps
    from provenance.trust.bundle import load_trust

    held = CustodyLog(log)
    found = held.check(expected_head=head)
    stamps = check_stamps(held, trust=load_trust(tsa_extra=tsa_trust))
    sound = found.sound and all(stamp.timestamp for stamp in stamps)
    if as_json:
        import json
        from dataclasses import asdict

        record = {"schema": "assay/custody-check/1", **asdict(found), "sound": sound}
        click.echo(json.dumps(record | {"timestamps": [asdict(stamp) for stamp in stamps]}))
    else:
        for problem in found.problems:
            click.echo(f"Problem: {visible(problem)}")
        for stamp in stamps:
            click.echo(visible(stamp_line(stamp)))
        state = "sound" if sound else "not sound"
        click.echo(f"{visible(log.name)}: {found.entries} entries, {state}. Head {found.head}")
    return 0 if sound else 4


@command.command("stamp")
@_log
@click.option(
    "--tsa",
    multiple=True,
    required=True,
    metavar="URL",
    help="Timestamp authority. Repeat to name others that are tried in order.",
)
def stamp(log: Path, tsa: tuple[str, ...]) -> None:
    """Have the head of LOG stamped: later, nobody can have changed what stands before.

    Only the hash of the last line is sent. The timestamp becomes the next line.
    """
    from cli.text import visible
    from provenance.custody.log import CustodyLog
    from provenance.timestamps.records import stamp_head

    entry = stamp_head(CustodyLog(log), tsas=tsa)
    click.echo(visible(f"{log.name}: head {entry.sha256} existed at {entry.details['time']}."))


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
