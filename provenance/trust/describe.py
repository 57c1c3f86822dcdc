"""Say what one certificate of a trust list is. Needs `cryptography`, so it is kept apart from loading."""

from __future__ import annotations

import hashlib
import warnings
from datetime import datetime

from cryptography import x509

from provenance.model.credentials import Certificate

__all__ = ["describe", "expired", "is_authority"]


def describe(der: bytes) -> Certificate:
    """Name, issuer, validity and digest of a DER certificate.

    The names are the certificate's own text, with whatever characters it holds.

    Raises:
        ValueError: `der` is not a certificate.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities of old authorities; see formats
        certificate = x509.load_der_x509_certificate(der)
        return Certificate(
            subject=_name(certificate, "subject"),
            issuer=_name(certificate, "issuer"),
            serial=str(certificate.serial_number),
            not_before=_utc(certificate.not_valid_before_utc),
            not_after=_utc(certificate.not_valid_after_utc),
            sha256=hashlib.sha256(der).hexdigest(),
        )


def expired(certificate: Certificate, now: datetime) -> bool:
    """Whether the certificate's validity has ended by `now`."""
    return datetime.fromisoformat(certificate.not_after) < now


def is_authority(der: bytes) -> bool:
    """Whether the certificate may issue others (basicConstraints cA, RFC 5280 section 4.2.1.9)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        certificate = x509.load_der_x509_certificate(der)
        try:
            return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
            return False


def _name(certificate: x509.Certificate, which: str) -> str:
    try:
        name: x509.Name = getattr(certificate, which)
        return name.rfc4514_string()
    except ValueError:
        return "(a name that cannot be read)"


def _utc(when: datetime) -> str:
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")
