"""A newsroom's own certificate authority: make it, issue certificates, request official ones, renew.

`new_ca` writes `ca.pem` and `ca.key`; `new_cert` writes `cert.pem` (leaf first, then the authority) and
`key.pem`. Nothing existing is overwritten; `rotate` keeps the old files with a date in their name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from provenance.keys.algorithms import Algorithm, PrivateKey, algorithm_of, generate
from provenance.keys.chain import load_certificates
from provenance.keys.errors import CertificateError, KeyMismatchError
from provenance.keys.files import NewFile, exchange, write_all
from provenance.keys.load import Passphrase, is_encrypted, load_key, resolve_passphrase
from provenance.keys.names import day, display_name, is_test
from provenance.keys.profiles import authority_certificate, leaf_certificate, official_request, subject_name
from provenance.keys.rules.case import extension_of
from provenance.model.credentials import TEST_MARK

__all__ = ["Issued", "csr", "new_ca", "new_cert", "rotate"]

MAX_DAYS = 366
"""Longest validity of a signer's certificate, in days (C2PA Certificate Policy, Assurance Level 1)."""

_MAX_AUTHORITY_DAYS = 36525


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What was made."""

    certificate: Path
    """The certificate chain, or the request."""

    key: Path
    """The private key."""

    subject: str
    """Whom it names."""

    not_after: datetime | None
    """When the certificate expires, in UTC; None for a request."""

    kept: tuple[Path, ...] = ()
    """Where the old files are now, after a rotation."""


def new_ca(
    out_dir: str | Path,
    *,
    name: str,
    organisation: str | None = None,
    country: str | None = None,
    days: int = 3650,
    algorithm: Algorithm = "es384",
    passphrase: Passphrase = None,
    test: bool = False,
    now: datetime | None = None,
) -> Issued:
    """Make a certificate authority: `ca.pem` and `ca.key`.

    Args:
        out_dir: Folder for the two files; made when missing.
        name: Common name of the authority.
        organisation: Organisation; the name when None.
        country: Two-letter country code.
        days: Validity in days.
        algorithm: Kind of key.
        passphrase: Encrypts the key; None leaves it plain, readable by its owner alone.
        test: True marks the authority, and everything it issues, as made for testing.
        now: Beginning of the validity; the present when None.

    Returns:
        What was made.

    Raises:
        CertificateError: A name or the number of days cannot be used.
        FileExistsAlreadyError: One of the files exists.
        KeyFileError: The files could not be written.
    """
    _check_days(days, _MAX_AUTHORITY_DAYS)
    subject = subject_name(name=name, organisation=organisation or name, country=country, test=test)
    key = generate(algorithm)
    certificate = authority_certificate(key, subject, now=now or datetime.now(UTC), days=days)
    folder = Path(out_dir)
    files = _files(folder / "ca.pem", [certificate], folder / "ca.key", key, passphrase)
    write_all(*files)
    return _issued(certificate, files)


def new_cert(
    ca_dir: str | Path,
    *,
    name: str,
    out_dir: str | Path,
    organisation: str | None = None,
    country: str | None = None,
    email: str | None = None,
    days: int = 365,
    algorithm: Algorithm = "es256",
    passphrase: Passphrase = None,
    ca_passphrase: Passphrase = None,
    now: datetime | None = None,
) -> Issued:
    """Issue a signer's certificate: `cert.pem` (leaf first, whole chain) and `key.pem`.

    Args:
        ca_dir: Folder with `ca.pem` and `ca.key`.
        name: Common name of the signer, as readers will see it.
        out_dir: Folder for the two files; made when missing.
        organisation: Organisation; that of the authority when None, or the name where the authority has none.
        country: Two-letter country code; that of the authority when None.
        email: Address to put into the certificate.
        days: Validity in days, at most 366.
        algorithm: Kind of key.
        passphrase: Encrypts the new key; None leaves it plain, readable by its owner alone.
        ca_passphrase: Unlocks the authority's key.
        now: Beginning of the validity; the present when None.

    Returns:
        What was made.

    Raises:
        CertificateError: A name or the number of days cannot be used, or the authority ends sooner.
        FileExistsAlreadyError: One of the files exists.
        KeyFileError: A file could not be read or written.
        PassphraseError: The authority's passphrase is missing or wrong.
        KeyMismatchError: `ca.key` does not belong to `ca.pem`.
    """
    moment = now or datetime.now(UTC)
    _check_days(days, MAX_DAYS)
    chain, authority_key = _authority(Path(ca_dir), ca_passphrase, moment + timedelta(days=days))
    subject = _subject_below(chain[0], name=name, organisation=organisation, country=country)
    certificate, files = _issue(
        Path(out_dir),
        subject,
        algorithm=algorithm,
        passphrase=passphrase,
        chain=chain,
        authority_key=authority_key,
        now=moment,
        days=days,
        email=email,
    )
    write_all(*files)
    return _issued(certificate, files)


def csr(
    out_dir: str | Path,
    *,
    name: str,
    organisation: str,
    country: str,
    record: UUID | None = None,
    algorithm: Algorithm = "es256",
    passphrase: Passphrase = None,
) -> Issued:
    """Make a key and a request for an official certificate: `request.csr` and `key.pem`.

    Args:
        out_dir: Folder for the two files; made when missing.
        name: Common name of the product, as on the list of conforming products.
        organisation: Its organisation, as on that list.
        country: Two-letter country code.
        record: The product's record on that list; the authority asks for it when None.
        algorithm: Kind of key.
        passphrase: Encrypts the key; None leaves it plain, readable by its owner alone.

    Returns:
        What was made; `certificate` is the request.

    Raises:
        CertificateError: A name is empty, too long, or not plain ASCII.
        FileExistsAlreadyError: One of the files exists.
        KeyFileError: The files could not be written.
    """
    subject = subject_name(name=name, organisation=organisation, country=country)
    if not (name.isascii() and organisation.isascii()):
        raise CertificateError(
            "The official profile allows only plain ASCII letters in names.",
            hint="Write name and organisation as on the list of conforming products, without accents.",
        )
    key = generate(algorithm)
    request = official_request(key, subject, record=record)
    folder = Path(out_dir)
    files = _files(folder / "request.csr", [request], folder / "key.pem", key, passphrase)
    write_all(*files)
    return Issued(
        certificate=folder / "request.csr",
        key=folder / "key.pem",
        subject=display_name(subject),
        not_after=None,
    )


def rotate(
    out_dir: str | Path,
    *,
    ca_dir: str | Path,
    days: int = 365,
    algorithm: Algorithm | None = None,
    passphrase: Passphrase = None,
    ca_passphrase: Passphrase = None,
    now: datetime | None = None,
) -> Issued:
    """Replace `cert.pem` and `key.pem` by a new key and a new certificate for the same subject.

    The old files stay as `cert.pem.DATE` and `key.pem.DATE`. When the old key is encrypted, the new one
    is encrypted with the same passphrase.

    Args:
        out_dir: Folder with `cert.pem` and `key.pem`.
        ca_dir: Folder with `ca.pem` and `ca.key`.
        days: Validity in days, at most 366.
        algorithm: Kind of the new key; that of the old one when None.
        passphrase: Passphrase of the old key, if it is encrypted.
        ca_passphrase: Unlocks the authority's key.
        now: Beginning of the validity; the present when None.

    Returns:
        What was made, with the places of the old files.

    Raises:
        CertificateError: The number of days cannot be used, or the authority ends sooner.
        KeyFileError: A file could not be read or written.
        PassphraseError: A passphrase is missing or wrong.
        KeyMismatchError: `ca.key` does not belong to `ca.pem`.
    """
    moment = now or datetime.now(UTC)
    _check_days(days, MAX_DAYS)
    folder = Path(out_dir)
    old = load_certificates(folder / "cert.pem")[0]
    secret = None
    if is_encrypted(folder / "key.pem"):
        secret = resolve_passphrase(passphrase, str(folder / "key.pem"))
        load_key(folder / "key.pem", passphrase=secret)  # a mistyped passphrase shall not lock the new key
    chain, authority_key = _authority(Path(ca_dir), ca_passphrase, moment + timedelta(days=days))
    certificate, files = _issue(
        folder,
        old.subject,
        algorithm=algorithm or algorithm_of(old.public_key()) or "es256",
        passphrase=secret,
        chain=chain,
        authority_key=authority_key,
        now=moment,
        days=days,
        email=_email(old),
    )
    kept = exchange(*files, today=moment.date())
    return _issued(certificate, files, kept=kept)


def _authority(
    folder: Path, passphrase: Passphrase, until: datetime
) -> tuple[tuple[x509.Certificate, ...], PrivateKey]:
    """Certificates and key of an authority, checked to belong together and to last long enough."""
    chain = load_certificates(folder / "ca.pem")
    constraints = extension_of(chain[0], x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise CertificateError(
            f"{folder / 'ca.pem'} is not the certificate of an authority.",
            hint="Name the folder that `assay keys new-ca` wrote.",
        )
    key = load_key(folder / "ca.key", passphrase=passphrase)
    if chain[0].public_key() != key.public_key():
        raise KeyMismatchError(
            f"{folder / 'ca.key'} does not belong to {folder / 'ca.pem'}.",
            hint="Put back the key that was made together with this authority, or make a new authority.",
        )
    ends = chain[0].not_valid_after_utc
    if until > ends:
        raise CertificateError(
            f"The authority {display_name(chain[0].subject)} ends on {day(ends)}, before the new certificate would.",
            hint="Give fewer --days, or make a new authority with `assay keys new-ca`.",
        )
    return chain, key


def _publisher(authority: x509.Certificate) -> str | None:
    """Return the authority's organisation, unless it was only filled in with the authority's own name."""
    organisation = _raw(authority.subject, NameOID.ORGANIZATION_NAME)
    common = _raw(authority.subject, NameOID.COMMON_NAME) or ""
    return None if organisation == common.removesuffix(f" - {TEST_MARK}") else organisation


def _subject_below(
    authority: x509.Certificate, *, name: str, organisation: str | None, country: str | None
) -> x509.Name:
    """A signer's name, with what is not given taken from the authority, and its mark for testing."""
    subject = subject_name(
        name=name,
        organisation=organisation or _publisher(authority) or name,
        country=country or _raw(authority.subject, NameOID.COUNTRY_NAME),
        test=is_test(authority),
    )
    if subject == authority.subject:
        raise CertificateError(
            f"The name {name!r} is that of the authority itself.", hint="Give the signer another name."
        )
    return subject


def _issue(
    folder: Path,
    subject: x509.Name,
    *,
    algorithm: Algorithm,
    passphrase: Passphrase,
    chain: Sequence[x509.Certificate],
    authority_key: PrivateKey,
    now: datetime,
    days: int,
    email: str | None,
) -> tuple[x509.Certificate, tuple[NewFile, NewFile]]:
    """A new key and a certificate for it, and the files `cert.pem` and `key.pem` to write."""
    key = generate(algorithm)
    certificate = leaf_certificate(
        key.public_key(),
        subject,
        authority=chain[0],
        authority_key=authority_key,
        now=now,
        days=days,
        email=email,
    )
    files = _files(folder / "cert.pem", [certificate, *chain], folder / "key.pem", key, passphrase)
    return certificate, files


def _files(
    path: Path,
    certificates: Sequence[x509.Certificate | x509.CertificateSigningRequest],
    key_path: Path,
    key: PrivateKey,
    passphrase: Passphrase,
) -> tuple[NewFile, NewFile]:
    """The two files to write, the key first, so that no certificate ever stands without its key."""
    lock: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        lock = BestAvailableEncryption(resolve_passphrase(passphrase, str(key_path)))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
    return NewFile(path=key_path, data=pem, private=True), NewFile(path=path, data=chain)


def _issued(
    certificate: x509.Certificate, files: tuple[NewFile, NewFile], *, kept: tuple[Path, ...] = ()
) -> Issued:
    return Issued(
        certificate=files[1].path,
        key=files[0].path,
        subject=display_name(certificate.subject),
        not_after=certificate.not_valid_after_utc,
        kept=kept,
    )


def _check_days(days: int, most: int) -> None:
    if not 1 <= days <= most:
        raise CertificateError(
            f"A validity of {days} days is not possible here.", hint=f"Give between 1 and {most} days."
        )


def _raw(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _email(certificate: x509.Certificate) -> str | None:
    names = extension_of(certificate, x509.SubjectAlternativeName)
    addresses = names.get_values_for_type(x509.RFC822Name) if names else []
    return addresses[0] if addresses else None
