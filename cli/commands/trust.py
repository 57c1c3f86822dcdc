"""`assay trust`: the trust lists that say whose signatures count, and how old they are."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import click

from cli.text import visible
from provenance.errors import TrustListError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from provenance.model.credentials import Certificate
    from provenance.trust.lists import Kind, TrustList
    from provenance.trust.sources import Update

__all__ = ["command"]

_KINDS = click.Choice(["manifest", "tsa", "cawg"])
_SCHEMA = "assay/trust/1"


@click.group("trust")
def command() -> None:
    """Keep the trust lists that say whose signatures count.

    Assay comes without any list. `assay trust update` fetches the public ones, `assay trust add` takes a
    file.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a list and line.")
def list_command(as_json: bool) -> None:
    """Show the installed lists with their dates."""
    from provenance.trust.bundle import Trust
    from provenance.trust.sources import PROFILES
    from provenance.trust.store import TrustStore

    store, now = TrustStore(), datetime.now(UTC)
    lists, problems = store.read()
    if as_json:
        for one in lists:
            _write_json(_record(one, now))
        _say(f"{problem.message} {problem.hint}" for problem in problems)
        return
    if lists:
        _table(lists, now)
    trust = Trust(lists=lists, problems=tuple(f"{problem.message} {problem.hint}" for problem in problems))
    notes = list(trust.notes(now))
    missing = [profile for profile in PROFILES if profile.name not in {one.name for one in lists}]
    if missing:
        names = ", ".join(profile.name for profile in missing)
        notes.append(f"Public lists not installed: {names}. `assay trust update NAME` fetches one.")
    if lists and notes:
        click.echo()
    for note in notes:
        click.echo(visible(note))


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def show_command(name: str, as_json: bool) -> None:
    """Show each certificate of the list NAME."""
    from provenance.trust.describe import describe
    from provenance.trust.store import TrustStore

    one, now = TrustStore().get(name), datetime.now(UTC)
    anchors = [describe(der) for der in one.anchors]
    allowed = [describe(der) for der in one.allowed]
    record = _record(one, now)
    if as_json:
        record["anchors"] = [_certificate_record(certificate, now) for certificate in anchors]
        record["allowed"] = [_certificate_record(certificate, now) for certificate in allowed]
        record["ekus"] = list(one.ekus)
        _write_json(record)
        return
    for label in ("name", "kind", "certificates", "issued", "next_update", "fetched", "url", "sha256"):
        if record[label] is not None:
            click.echo(f"{label.replace('_', ' ') + ':':14}{visible(str(record[label]))}")
    if one.stale(now):
        click.echo("This list is stale: get a newer one.")
    _certificates("Anchors (a signer's chain may end here)", anchors, now)
    _certificates("Allowed signers (without a chain)", allowed, now)


@command.command("add")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--name", required=True, help="Name of the list: lower-case letters, digits, dots, dashes.")
@click.option("--kind", type=_KINDS, help="What the certificates may sign. [default: manifest]")
@click.option("--allowed", type=click.File("rb"), help="File of single signers' certificates.")
@click.option("--ekus", type=click.File("rb"), help="File of extended key usages (store.cfg).")
@click.option("--replace", is_flag=True, help="Replace the list of that name.")
def add_command(
    *,
    file: IO[bytes] | None,
    name: str,
    kind: Kind | None,
    allowed: IO[bytes] | None,
    ekus: IO[bytes] | None,
    replace: bool,
) -> None:
    """Add a list from FILE: PEM, the JSON form of a public list, or one DER certificate.

    FILE holds authorities, under which every signer counts. Single signers' own certificates go into the file
    given with --allowed; FILE may then be left out.
    """
    from provenance.trust.describe import is_authority
    from provenance.trust.lists import parse_ekus, parse_list
    from provenance.trust.store import TrustStore

    main = _read(file)
    single = _read(allowed)
    if main is None and single is None:
        raise UsageError("There is nothing to add.", hint="Give a FILE, or --allowed FILE, or both.")
    one = parse_list(
        main if main is not None else single or b"",
        name=name,
        kind=kind,
        allowed=single if main is not None else None,
        ekus=parse_ekus((_read(ekus) or b"").decode("utf-8", "replace")),
        end_entities=main is None,
        fetched=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
    TrustStore().add(one, replace=replace)
    click.echo(f"Added {name}: {_count(len(one.certificates))}, kind {one.kind}.")
    leaves = sum(not is_authority(der) for der in one.anchors)
    if leaves:
        _say(
            [
                f"{leaves} of them cannot issue certificates, so no chain ends there. "
                "If they belong to single signers, add them with --allowed."
            ]
        )


@command.command("update")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--url", help="Fetch from this https address, now and at later updates.")
@click.option("--name", help="Name of the list that --url gives.")
@click.option("--kind", type=_KINDS, help="What a list that is new here may sign. [default: manifest]")
@click.pass_context
def update_command(
    ctx: click.Context, names: tuple[str, ...], url: str | None, name: str | None, kind: Kind | None
) -> None:
    """Fetch the lists NAME, or all known ones, over the network.

    What comes is parsed first and replaces the old list in one step; if anything fails, the old list stays.
    Known lists: official, official-tsa, interim, iptc, iptc-cawg.
    """
    from provenance.trust.sources import plan, update_one
    from provenance.trust.store import TrustStore

    store = TrustStore()
    targets = plan((*names, *([name] if name else [])), store=store, url=url, kind=kind)
    results: list[Update] = []
    if sys.stderr.isatty():
        with click.progressbar(targets, label="Fetching trust lists", file=sys.stderr) as bar:
            results.extend(update_one(target, store=store) for target in bar)
    else:
        results.extend(update_one(target, store=store) for target in targets)
    for result in results:
        if result.error is None:
            click.echo(visible(_change(result)))
        else:
            _say([f"{result.name}: {result.error.message} {result.error.hint}"])
    codes = [result.error.exit_code for result in results if result.error is not None]
    if codes:
        ctx.exit(max(codes))


@command.command("remove")
@click.argument("name")
def remove_command(name: str) -> None:
    """Delete the list NAME."""
    from provenance.trust.store import TrustStore

    TrustStore().remove(name)
    click.echo(f"Removed {name}.")


def _read(file: IO[bytes] | None) -> bytes | None:
    if file is None:
        return None
    from provenance.trust.formats import MAX_LIST_BYTES

    try:
        return file.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        raise TrustListError(
            f"{file.name} cannot be read: {error.strerror}.", hint="Give a file, not a folder."
        ) from error


def _record(one: TrustList, now: datetime) -> dict[str, Any]:
    import dataclasses

    return {
        "schema": _SCHEMA,
        **dataclasses.asdict(one.info(now)),
        "age_days": one.age_days(now),
        "url": one.url,
    }


def _certificate_record(certificate: Certificate, now: datetime) -> dict[str, Any]:
    import dataclasses

    from provenance.trust.describe import expired

    return {**dataclasses.asdict(certificate), "expired": expired(certificate, now)}


def _write_json(record: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(record))


def _table(lists: Sequence[TrustList], now: datetime) -> None:
    rows = [("NAME", "KIND", "CERTIFICATES", "ISSUED", "NEXT UPDATE", "AGE", "")]
    for one in lists:
        age = one.age_days(now)
        rows.append(
            (
                visible(one.name),
                one.kind,
                str(len(one.certificates)),
                (one.issued or "-")[:10],
                (one.next_update or "-")[:10],
                "-" if age is None else f"{age} d",
                "stale" if one.stale(now) else "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _certificates(title: str, certificates: Sequence[Certificate], now: datetime) -> None:
    from provenance.trust.describe import expired

    if not certificates:
        return
    click.echo(f"\n{title}: {len(certificates)}")
    for certificate in certificates:
        mark = "  EXPIRED" if expired(certificate, now) else ""
        click.echo(f"  {visible(certificate.subject, limit=300)}")
        click.echo(f"    valid {certificate.not_before[:10]} to {certificate.not_after[:10]}{mark}")
        click.echo(f"    SHA-256 {certificate.sha256}")


def _change(result: Update) -> str:
    assert result.after is not None  # only successes come here
    total = _count(len(result.after.certificates))
    if result.before is None:
        return f"{result.name}: installed, {total}."
    if not result.added and not result.removed:
        return f"{result.name}: no change, {total}."
    return f"{result.name}: +{len(result.added)} -{len(result.removed)}, now {total}."


def _count(number: int) -> str:
    return "1 certificate" if number == 1 else f"{number} certificates"


def _say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        click.echo(visible(sentence), err=True)
