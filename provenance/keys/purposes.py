"""Object identifiers that the C2PA certificate profile names, with words for them."""

from __future__ import annotations

from uuid import UUID

from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

__all__ = [
    "ASSURANCE_LEVEL",
    "ASSURANCE_LEVELS",
    "CERTIFICATE_POLICY",
    "CLAIM_SIGNING",
    "DOCUMENT_SIGNING",
    "PRODUCT_RECORD",
    "SIGNING_PURPOSES",
    "assurance_level_der",
    "product_record_der",
    "purpose_name",
]

CLAIM_SIGNING = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
"""Extended key usage for signing C2PA claims (`c2pa-kp-claimSigning`)."""

_RFC_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_ADOBE_DOCUMENT_SIGNING = ObjectIdentifier("1.2.840.113583.1.1.5")
DOCUMENT_SIGNING = frozenset({_RFC_DOCUMENT_SIGNING, _ADOBE_DOCUMENT_SIGNING})
"""Extended key usages for document signing: that of RFC 9336, and Adobe's, which C2PA's own schema has."""

_MICROSOFT_C2PA = ObjectIdentifier("1.3.6.1.4.1.311.76.59.1.9")

CERTIFICATE_POLICY = ObjectIdentifier("1.3.6.1.4.1.62558.1.1")
"""The C2PA certificate policy."""

ASSURANCE_LEVEL = ObjectIdentifier("1.3.6.1.4.1.62558.3")
"""Extension with the assurance level of the product."""

ASSURANCE_LEVELS = {
    1: ObjectIdentifier("1.3.6.1.4.1.62558.3.10"),
    2: ObjectIdentifier("1.3.6.1.4.1.62558.3.20"),
}
"""Values of that extension."""

PRODUCT_RECORD = ObjectIdentifier("1.3.6.1.4.1.62558.4")
"""Extension with the product's record number on the list of conforming products, a UUID."""

_NAMES = {
    CLAIM_SIGNING: "C2PA claim signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "e-mail protection",
    _RFC_DOCUMENT_SIGNING: "document signing",
    _ADOBE_DOCUMENT_SIGNING: "document signing (Adobe)",
    _MICROSOFT_C2PA: "C2PA signing (Microsoft)",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "any purpose",
    ExtendedKeyUsageOID.TIME_STAMPING: "timestamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "revocation answers (OCSP)",
    ExtendedKeyUsageOID.SERVER_AUTH: "web servers (TLS)",
    ExtendedKeyUsageOID.CLIENT_AUTH: "logging in (TLS client)",
    ExtendedKeyUsageOID.CODE_SIGNING: "code signing",
}

SIGNING_PURPOSES = frozenset(
    {CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION, _RFC_DOCUMENT_SIGNING, _MICROSOFT_C2PA}
)
"""Extended key usages with any of which the C2PA engine accepts a claim signer."""


def purpose_name(oid: ObjectIdentifier) -> str:
    """Plain words for an extended key usage, or its number."""
    return _NAMES.get(oid, oid.dotted_string)


def assurance_level_der(level: int) -> bytes:
    """Value of the assurance level extension: 1.3.6.1.4.1.62558.3.10 or .20 as a DER OBJECT IDENTIFIER."""
    return bytes.fromhex("060a2b0601040183e85e03") + bytes([10 * level])


def product_record_der(record: UUID) -> bytes:
    """Value of the product record extension: the UUID as a DER UTF8String of 36 characters."""
    return b"\x0c\x24" + str(record).encode("ascii")
