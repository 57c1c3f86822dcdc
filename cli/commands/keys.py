"""`assay keys`: make, request, renew and examine the keys and certificates that a newsroom signs with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from cli.passphrase import ask_new_passphrase, passphrase_source
from cli.text import visible

if TYPE_CHECKING:
    from provenance.keys.authority import Issued
    from provenance.keys.doctor import RuleResult

__all__ = ["command"]

_ALGORITHMS = click.Choice(["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"])
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(path_type=Path)
_ENCRYPT = click.option(
    "--encrypt", is_flag=True, help="Protect the key with a passphrase, which is asked for."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
_MARKS = {"passed": "ok     ", "warning": "warning", "failed": "BROKEN "}


@click.group()
def command() -> None:
    """Make, request, renew and examine keys and certificates.

    Keys are written so that only your account can read them. Nothing existing is overwritten.
    """


@command.command("new-ca")
@click.option("--out", type=_FOLDER, required=True, help="Folder for ca.pem and ca.key.")
@click.option("--name", default="Newsroom CA", show_default=True, help="Name of the authority.")
@click.option("--organisation", help="Organisation; the name when left out.")
@click.option("--country", help="Two-letter country code, as in DE.")
@click.option("--days", type=int, default=3650, show_default=True, help="How long it is valid.")
@click.option("--algorithm", type=_ALGORITHMS, default="es384", show_default=True, help="Kind of key.")
@click.option("--test", is_flag=True, help="Mark it, and all that it issues, as made for testing only.")
@_ENCRYPT
@_JSON
def new_ca(*, out: Path, encrypt: bool, as_json: bool, **options: Any) -> None:
    """Make a newsroom's own certificate authority.

    Writes ca.pem, which readers put on their trust list, and ca.key, which should be kept off-line.
    """
    from provenance.keys import authority

    passphrase = ask_new_passphrase(str(out / "ca.key")) if encrypt else None
    _report(authority.new_ca(out, passphrase=passphrase, **options), as_json=as_json)


@command.command("new-cert")
@click.option("--ca", type=_FOLDER, required=True, help="Folder with ca.pem and ca.key.")
@click.option("--name", required=True, help="Name of the signer, as readers will see it.")
@click.option("--out", type=_FOLDER, required=True, help="Folder for cert.pem and key.pem.")
@click.option("--organisation", help="Organisation; by default the authority's, else the name.")
@click.option("--country", help="Two-letter country code; that of the authority when left out.")
@click.option("--email", help="Address to put into the certificate.")
@click.option("--days", type=int, default=365, show_default=True, help="How long it is valid, at most 366.")
@click.option("--algorithm", type=_ALGORITHMS, default="es256", show_default=True, help="Kind of key.")
@_ENCRYPT
@_JSON
def new_cert(*, ca: Path, out: Path, encrypt: bool, as_json: bool, **options: Any) -> None:
    """Issue a signer's certificate with your own authority.

    Writes cert.pem (the signer's certificate first, then the authority's) and key.pem.
    """
    from provenance.keys import authority

    passphrase = ask_new_passphrase(str(out / "key.pem")) if encrypt else None
    issued = authority.new_cert(
        ca, out_dir=out, passphrase=passphrase, ca_passphrase=passphrase_source(), **options
    )
    _report(issued, as_json=as_json)


@command.command("csr")
@click.option("--out", type=_FOLDER, required=True, help="Folder for request.csr and key.pem.")
@click.option("--name", required=True, help="Name of the product, as on the list of conforming products.")
@click.option("--organisation", required=True, help="Organisation, as on that list.")
@click.option("--country", required=True, help="Two-letter country code, as in DE.")
@click.option("--record", type=click.UUID, help="The product's record number on that list.")
@click.option("--algorithm", type=_ALGORITHMS, default="es256", show_default=True, help="Kind of key.")
@_ENCRYPT
@_JSON
def csr(*, out: Path, record: UUID | None, encrypt: bool, as_json: bool, **options: Any) -> None:
    """Request an official certificate (C2PA trust list, assurance level 1).

    Writes request.csr, which you send to the authority, and key.pem, which you keep.
    """
    from provenance.keys import authority

    passphrase = ask_new_passphrase(str(out / "key.pem")) if encrypt else None
    _report(authority.csr(out, record=record, passphrase=passphrase, **options), as_json=as_json)
    if record is None:
        click.echo("The request has no product record (--record); the authority will ask for it.", err=True)


@command.command("rotate")
@click.option("--out", type=_FOLDER, required=True, help="Folder with the cert.pem and key.pem to replace.")
@click.option("--ca", type=_FOLDER, required=True, help="Folder with ca.pem and ca.key.")
@click.option("--days", type=int, default=365, show_default=True, help="How long it is valid, at most 366.")
@click.option("--algorithm", type=_ALGORITHMS, help="Kind of key; that of the old one when left out.")
@_JSON
def rotate(*, out: Path, ca: Path, as_json: bool, **options: Any) -> None:
    """Replace key and certificate by new ones for the same signer.

    The old files stay beside the new ones, with the date in their names. An encrypted key gets the same
    passphrase again.
    """
    from provenance.keys import authority

    source = passphrase_source()
    issued = authority.rotate(out, ca_dir=ca, passphrase=source, ca_passphrase=source, **options)
    _report(issued, as_json=as_json)


@command.command("doctor")
@click.argument("certificate", type=_FILE, required=False)
@click.option("--cert", type=_FILE, help="The certificate file, or the folder with cert.pem and key.pem.")
@click.option("--key", type=_FILE, help="Its private key; found by itself in such a folder.")
@click.option("--trust", type=_FILE, help="PEM file of trust anchors that the certificate should lead to.")
@click.option("--online", is_flag=True, help="Also ask the issuer's OCSP responder whether it was revoked.")
@_JSON
@click.pass_context
def doctor(
    context: click.Context,
    *,
    certificate: Path | None,
    cert: Path | None,
    key: Path | None,
    trust: Path | None,
    online: bool,
    as_json: bool,
) -> None:
    """Check a certificate rule by rule, and say which rule it breaks and what to do.

    Takes a certificate file (PEM or DER), a PKCS#12 file, or a folder that `assay keys new-cert` wrote.
    Ends with exit code 6 when a rule is broken. Rules of the official profile never count as broken.
    """
    from provenance.keys.chain import read_certificates
    from provenance.keys.doctor import examine_certificate
    from provenance.keys.load import load_key, read_bundle

    path = cert or certificate
    if path is None or (cert is not None and certificate is not None):
        raise click.UsageError("Name one certificate, as in: assay keys doctor cert.pem")
    if path.is_dir():
        key = key or (path / "key.pem" if (path / "key.pem").exists() else None)
        path = path / "cert.pem"
    source = passphrase_source()
    chain, private = read_bundle(path, passphrase=source)
    results = examine_certificate(
        chain,
        load_key(key, passphrase=source) if key else private,
        key_file=key or (path if private else None),
        anchors=read_certificates(trust) if trust else (),
    )
    if online:
        from provenance.keys.online import examine_revocation

        results = (*results, examine_revocation(chain))
    broken = any(result.outcome == "failed" for result in results)
    if as_json:
        _print_json(path, chain[0], results, broken=broken)
    else:
        _print_results(path, results, broken=broken)
    if broken:
        context.exit(6)


def _report(issued: Issued, *, as_json: bool) -> None:
    until = issued.not_after
    if as_json:
        record = {
            "schema": "assay/keys/1",
            "subject": issued.subject,
            "certificate": str(issued.certificate),
            "key": str(issued.key),
            "not_after": until.isoformat() if until else None,
            "kept": [str(path) for path in issued.kept],
        }
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    lines = [
        f"For {issued.subject}" + (f", valid until {until:%Y-%m-%d}:" if until else ":"),
        f"  {issued.certificate}",
        f"  {issued.key} (private: keep it to yourself)",
        *(f"  {path} (the old one)" for path in issued.kept),
    ]
    for line in lines:
        click.echo(visible(line))


def _print_results(path: Path, results: tuple[RuleResult, ...], *, broken: bool) -> None:
    click.echo(visible(f"{path}:"))
    for result in results:
        if result.profile == "c2pa":
            said = result.requirement if result.outcome == "passed" else result.found
            click.echo(f"  {_MARKS[result.outcome]}  {result.rule}: {visible(said)}")
            if result.advice:
                click.echo(f"           {visible(result.advice)}")
    click.echo("Only for the official C2PA trust list; an in-house certificate need not keep these:")
    for result in results:
        if result.profile == "official":
            kept = result.outcome == "passed"
            said = result.requirement if kept else result.found
            click.echo(f"  {_MARKS['passed'] if kept else 'no     '}  {result.rule}: {visible(said)}")
    warnings = sum(result.outcome == "warning" and result.profile == "c2pa" for result in results)
    count = f"{warnings} warning{'' if warnings == 1 else 's'}"
    if broken:
        names = ", ".join(result.rule for result in results if result.outcome == "failed")
        click.echo(f"This certificate cannot be used to sign. Broken: {names}; {count}.")
    else:
        click.echo(f"This certificate can be used to sign; {count}.")


def _print_json(path: Path, leaf: Any, results: tuple[RuleResult, ...], *, broken: bool) -> None:
    from dataclasses import asdict

    from provenance.keys.names import display_name

    record = {
        "schema": "assay/keys-doctor/1",
        "certificate": str(path),
        "subject": display_name(leaf.subject),
        "usable": not broken,
        "rules": [asdict(result) for result in results],
    }
    click.echo(json.dumps(record, ensure_ascii=False))
