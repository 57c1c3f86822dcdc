"""Our own check that a signature ends in the right kind of trust list.

The engine matches a claim signer against every list it was given, lists for timestamping included
(docs/decisions/0002-own-chain-check.md). Here the purposes are kept apart: a claim signer must carry a
usage that allows signing claims and end in a list for claim signers; a timestamp authority must carry
id-kp-timeStamping and end in a list that vouches for such authorities.

Sources: RFC 5280 (chains), RFC 3161 section 2.3 (usage of a timestamping certificate), C2PA 2.x,
"Trust model" and "X.509 certificates".
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from provenance.credentials.timestamp import SignedToken, read_token
from provenance.model.credentials import Certificate

if TYPE_CHECKING:
    from provenance.trust.lists import TrustList

__all__ = ["Authority", "JudgedSigner", "judge_authority", "judge_signer"]

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_NOT_FOR_CLAIMS = frozenset({TIME_STAMPING, "1.3.6.1.5.5.7.3.9", "2.5.29.37.0"})
# Timestamping, OCSP signing and anyExtendedKeyUsage never allow a claim, whatever a list says.
_FOR_CLAIMS = frozenset(
    {
        "1.3.6.1.4.1.62558.2.1",  # C2PA claim signing
        "1.3.6.1.5.5.7.3.4",  # e-mail protection
        "1.3.6.1.5.5.7.3.36",  # document signing
        "1.3.6.1.4.1.311.76.59.1.9",  # Microsoft C2PA signing
    }
)

_BAD_CERTIFICATE = (ValueError, UnsupportedAlgorithm, TypeError, x509.InvalidVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSigner:
    """What a certificate chain says about a claim signer, and where it ends."""

    name: str | None
    """Common name of the leaf."""
    organisation: str | None
    """Organisation of the leaf."""
    issuer: str | None
    """Common name of the issuer, else its organisation."""
    not_after: str
    """End of the leaf's validity, RFC 3339."""
    trust_list: str | None
    """List for claim signers that the chain ends in."""
    chain: tuple[Certificate, ...]
    """All certificates, leaf first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who issued a timestamp, and where its chain ends."""

    name: str | None
    """Common name of the authority's certificate."""
    trust_list: str | None
    """List that vouches for it, at the stamped time."""


# Newsrooms check thousands of files of few signers: each chain is judged once. The caches hold what was given
# and found, so that a changed trust list is another key.


@lru_cache(maxsize=256)
def judge_signer(ders: tuple[bytes, ...], lists: tuple[TrustList, ...]) -> JudgedSigner | None:
    """Judge the chain of a claim signer; None where it cannot be parsed.

    Args:
        ders: X.509 certificates, leaf first.
        lists: Trust lists for claim signers.
    """
    chain = _load_chain(ders)
    if not chain:
        return None
    leaf = chain[0]
    return JudgedSigner(
        name=_name_part(leaf.subject, NameOID.COMMON_NAME),
        organisation=_name_part(leaf.subject, NameOID.ORGANIZATION_NAME),
        issuer=_name_part(leaf.issuer, NameOID.COMMON_NAME)
        or _name_part(leaf.issuer, NameOID.ORGANIZATION_NAME),
        not_after=leaf.not_valid_after_utc.isoformat(),
        trust_list=_claim_list(chain, lists),
        chain=tuple(_certificate_info(c) for c in chain),
    )


def judge_authority(token: bytes, lists: tuple[TrustList, ...], *, at: datetime | None) -> Authority:
    """Judge who issued an RFC 3161 token.

    Args:
        token: The token, in DER.
        lists: Lists for timestamping, and lists for claim signers whose configuration names
            id-kp-timeStamping (the interim list holds both kinds).
        at: The stamped time; the authority's certificate has to be valid then.
    """
    found = read_token(token)
    judged = _judge_authority(found, lists) if found is not None else None
    if judged is None:
        return Authority(name=None, trust_list=None)
    name, matched, starts, ends = judged
    return Authority(name=name, trust_list=matched if at is not None and starts <= at <= ends else None)


@lru_cache(maxsize=256)
def _judge_authority(
    token: SignedToken, lists: tuple[TrustList, ...]
) -> tuple[str | None, str | None, datetime, datetime] | None:
    chain = _load_chain([token.signer])
    if not chain:
        return None
    leaf = chain[0]
    matched = None
    if TIME_STAMPING in _usages(leaf) and not _is_authority(leaf):
        others = [c for der in token.others for c in _load_chain([der])]
        path = _ordered(leaf, others)
        matched = next((entry.name for entry in lists if _reaches(path, entry)), None)
    return (
        _name_part(leaf.subject, NameOID.COMMON_NAME),
        matched,
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )


def _claim_list(chain: Sequence[x509.Certificate], lists: Sequence[TrustList]) -> str | None:
    """Return the name of the list for claim signers that `chain` ends in, or None."""
    usages = _usages(chain[0])
    for trust_list in lists:
        allowed = (_FOR_CLAIMS | set(trust_list.ekus)) - _NOT_FOR_CLAIMS
        if usages & allowed and not usages & _NOT_FOR_CLAIMS and _reaches(chain, trust_list):
            return trust_list.name
    return None


def _load_chain(ders: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """Return the certificates in `ders`, stopping at the first that cannot be parsed."""
    chain: list[x509.Certificate] = []
    for der in ders:
        try:
            with (
                warnings.catch_warnings()
            ):  # on odd serial numbers and the like, which are the file's to choose
                warnings.simplefilter("ignore")
                certificate = x509.load_der_x509_certificate(der)
                _certificate_info(certificate)  # names and dates are parsed late, and may fail then
        except _BAD_CERTIFICATE:
            break
        chain.append(certificate)
    return tuple(chain)


def _certificate_info(certificate: x509.Certificate) -> Certificate:
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=str(certificate.serial_number),
        not_before=certificate.not_valid_before_utc.isoformat(),
        not_after=certificate.not_valid_after_utc.isoformat(),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _name_part(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _reaches(chain: Sequence[x509.Certificate], trust_list: TrustList) -> bool:
    """Return whether the leaf is allowed by name, or a sound path leads from it to an anchor."""
    anchors = _anchors(trust_list)
    allowed = _allowed(trust_list)
    if chain[0].fingerprint(SHA256()) in allowed:
        return True
    for index, certificate in enumerate(chain):
        if certificate in anchors.get(certificate.subject.public_bytes(), ()):
            return True
        if any(_issued(certificate, a) for a in anchors.get(certificate.issuer.public_bytes(), ())):
            return True
        following = chain[index + 1 : index + 2]
        if not following or not _is_authority(following[0]) or not _issued(certificate, following[0]):
            return False
    return False


@lru_cache(maxsize=32)
def _anchors(trust_list: TrustList) -> dict[bytes, tuple[x509.Certificate, ...]]:
    found: dict[bytes, tuple[x509.Certificate, ...]] = {}
    for der in trust_list.anchors:
        for certificate in _load_chain([der]):
            key = certificate.subject.public_bytes()
            found[key] = (*found.get(key, ()), certificate)
    return found


@lru_cache(maxsize=32)
def _allowed(trust_list: TrustList) -> frozenset[bytes]:
    return frozenset(sha256(der).digest() for der in trust_list.allowed)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_BAD_CERTIFICATE):
        return False
    return True


def _usages(certificate: x509.Certificate) -> frozenset[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, *_BAD_CERTIFICATE):
        return frozenset()
    return frozenset(oid.dotted_string for oid in extension.value)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, *_BAD_CERTIFICATE):
        return False
    return extension.value.ca


def _ordered(leaf: x509.Certificate, found: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain = [leaf]
    while len(chain) <= len(found):
        issuer = next((c for c in found if c.subject == chain[-1].issuer and c not in chain), None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain)
