"""Names and dates of certificates as text that is safe to print.

A certificate is a file like any other: its names are whatever its maker wrote, so control characters
and direction overrides are replaced before they reach a terminal.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from provenance.model.credentials import TEST_MARK

__all__ = ["TEST_MARK", "attribute", "day", "display_name", "is_test", "plain"]

_MAX_SHOWN = 120


def plain(text: str) -> str:
    """Replace unprintable and direction-changing characters, and cut after 120 characters."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:_MAX_SHOWN])
    return shown + "…" if len(text) > _MAX_SHOWN else shown


def attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    """First value of an attribute of a distinguished name, or None."""
    found = name.get_attributes_for_oid(oid)
    return plain(str(found[0].value)) if found else None


def display_name(name: x509.Name) -> str:
    """Common name with the organisation in brackets, or whichever of the two is there."""
    common = attribute(name, NameOID.COMMON_NAME)
    organisation = attribute(name, NameOID.ORGANIZATION_NAME)
    if common and organisation and common != organisation:
        return f"{common} ({organisation})"
    return common or organisation or plain(name.rfc4514_string()) or "an unnamed subject"


def day(moment: datetime) -> str:
    """The date of a moment in UTC, as in 2026-11-23."""
    return f"{moment:%Y-%m-%d}"


def is_test(certificate: x509.Certificate) -> bool:
    """Say whether a certificate, or the authority that issued it, is marked as made for testing."""
    for name in (certificate.subject, certificate.issuer):
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME):
            for value in name.get_attributes_for_oid(oid):
                if TEST_MARK in str(value.value).upper().replace("_", " "):
                    return True
    return False
