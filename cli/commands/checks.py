"""`assay checks`: the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from detectors.catalogue import Check

__all__ = ["command"]


@click.command("checks")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per check and line.")
@click.option("--no-plugins", is_flag=True, help="Leave checks of third parties out.")
@click.option("--quiet", "-q", is_flag=True, help="Only the ids.")
def command(as_json: bool, no_plugins: bool, quiet: bool) -> None:
    """List the checks: id, what each looks at, and what its answer rests on."""
    from cli.text import visible
    from detectors.catalogue import all_checks

    checks = [check for check in all_checks(plugins=not no_plugins) if _usable(check)]
    if as_json:
        import json

        for check in checks:
            click.echo(json.dumps(_fields(check)))
        return
    if quiet:
        for check in checks:
            click.echo(check.id)
        return
    width = max(len(check.id) for check in checks)
    for check in checks:
        info = check.info
        origin = "" if check.origin == "built-in" else f"  (from {visible(check.origin)})"
        media = ", ".join(info.kinds)
        click.echo(f"{check.id:<{width}}  {visible(info.title)} [{info.basis}; {media}]{origin}")
    click.echo("\n`assay explain ID` tells what a check measures, its known problems and how to read it.")


def _usable(check: Check) -> bool:
    """Say so where a third party's file is no check; the others are still listed."""
    from cli.text import visible
    from provenance.errors import AssayError

    try:
        _ = check.info
    except AssayError as error:
        click.echo(f"{visible(check.id)} (from {visible(check.origin)}): {visible(error.message)}", err=True)
        return False
    return True


def _fields(check: Check) -> dict[str, object]:
    info = check.info
    return {
        "schema": "assay/check/1",
        "id": check.id,
        "title": info.title,
        "kinds": info.kinds,
        "basis": info.basis,
        "cost": info.cost,
        "version": check.version,
        "origin": check.origin,
    }
