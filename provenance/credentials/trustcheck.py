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
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from provenance.model.credentials import Certificate

if TYPE_CHECKING:
    from provenance.trust.lists import TrustList

__all__ = [
    "certificate_info",
    "claim_list",
    "load_chain",
    "name_part",
    "timestamp_authority",
    "timestamp_list",
]

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

_BAD_CERTIFICATE = (ValueError, UnsupportedAlgorithm, TypeError)


def load_chain(ders: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """Return the certificates in `ders`, stopping at the first that cannot be parsed."""
    chain: list[x509.Certificate] = []
    for der in ders:
        try:
            chain.append(x509.load_der_x509_certificate(der))
        except _BAD_CERTIFICATE:
            break
    return tuple(chain)


def claim_list(chain: Sequence[x509.Certificate], lists: Sequence[TrustList]) -> str | None:
    """Return the name of the list for claim signers that `chain` (leaf first) ends in, or None."""
    if not chain:
        return None
    usages = _usages(chain[0])
    for trust_list in lists:
        allowed = (_FOR_CLAIMS | set(trust_list.ekus)) - _NOT_FOR_CLAIMS
        if not (usages & allowed) or usages & _NOT_FOR_CLAIMS:
            continue
        if _reaches(chain, trust_list):
            return trust_list.name
    return None


def timestamp_list(
    token_chain: Sequence[x509.Certificate], lists: Sequence[TrustList], *, at: datetime | None
) -> str | None:
    """Return the name of the list that vouches for the timestamp authority, or None.

    Args:
        token_chain: Certificates of the token, the authority's own first.
        lists: Lists for timestamping, and lists for claim signers whose configuration names
            id-kp-timeStamping (the interim list holds both kinds).
        at: The stamped time; the authority's certificate has to be valid then.
    """
    if not token_chain or TIME_STAMPING not in _usages(token_chain[0]):
        return None
    leaf = token_chain[0]
    if at is not None and not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
        return None
    return next((entry.name for entry in lists if _reaches(token_chain, entry)), None)


def timestamp_authority(token: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of an RFC 3161 token, the authority's own first; empty where there are none."""
    try:
        with warnings.catch_warnings():
            # Real tokens order their certificate set in BER, which cryptography accepts with a warning.
            warnings.simplefilter("ignore")
            found = pkcs7.load_der_pkcs7_certificates(token)
    except _BAD_CERTIFICATE:
        return ()
    leaf = next((c for c in found if TIME_STAMPING in _usages(c) and not _is_authority(c)), None)
    return () if leaf is None else _ordered(leaf, found)


def certificate_info(certificate: x509.Certificate) -> Certificate:
    """Return what the model keeps of one certificate."""
    return Certificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=str(certificate.serial_number),
        not_before=certificate.not_valid_before_utc.isoformat(),
        not_after=certificate.not_valid_after_utc.isoformat(),
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def name_part(name: x509.Name, *, organisation: bool = False) -> str | None:
    """Return the common name or the organisation of a distinguished name, or None."""
    oid = NameOID.ORGANIZATION_NAME if organisation else NameOID.COMMON_NAME
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
        for certificate in load_chain([der]):
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
