"""What a certificate for the official C2PA trust list needs on top (Certificate Policy, Assurance Level 1).

An in-house certificate breaks most of these, and needs to keep none of them.
"""

from __future__ import annotations

from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from provenance.keys import purposes
from provenance.keys.names import attribute
from provenance.keys.rules.case import Answer, Case, extension_of, passed, warning

__all__ = [
    "official_assurance_level",
    "official_key_usage",
    "official_policy",
    "official_product_record",
    "official_purposes",
    "official_revocation_address",
    "official_subject",
]

_PARTS = {
    NameOID.COUNTRY_NAME: "country (C)",
    NameOID.ORGANIZATION_NAME: "organisation (O)",
    NameOID.COMMON_NAME: "common name (CN)",
}
_OTHER_USES = (
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_ENROL = "Apply to an authority on the C2PA trust list with `assay keys csr`."


def official_subject(case: Case) -> Answer:
    """Its subject names country, organisation and product, in plain ASCII."""
    missing = [words for oid, words in _PARTS.items() if attribute(case.leaf.subject, oid) is None]
    if missing:
        return warning(f"The subject lacks {' and '.join(missing)}.", _ENROL)
    if not all(str(each.value).isascii() for each in case.leaf.subject):
        return warning("The subject has letters outside ASCII.", _ENROL)
    return passed("It does.")


def official_purposes(case: Case) -> Answer:
    """It is for C2PA claim signing and also for e-mail protection or document signing."""
    found = set(extension_of(case.leaf, x509.ExtendedKeyUsage) or ())
    also = {ExtendedKeyUsageOID.EMAIL_PROTECTION, *purposes.DOCUMENT_SIGNING}
    if purposes.CLAIM_SIGNING in found and found & also:
        return passed("It is.")
    return warning("One of these purposes is missing.", _ENROL)


def official_key_usage(case: Case) -> Answer:
    """Its key is for digital signatures and non-repudiation, and nothing else."""
    usage = extension_of(case.leaf, x509.KeyUsage)
    if usage is not None and usage.digital_signature and usage.content_commitment:
        if any(getattr(usage, use) for use in _OTHER_USES):
            return warning("The key has other uses too.", _ENROL)
        return passed("It is.")
    return warning("One of the two uses is missing.", _ENROL)


def official_policy(case: Case) -> Answer:
    """It was issued under the C2PA certificate policy."""
    if case.claims_official:
        return passed("It says so.")
    return warning(f"It does not name the policy {purposes.CERTIFICATE_POLICY.dotted_string}.", _ENROL)


def official_revocation_address(case: Case) -> Answer:
    """It says where to ask whether it was revoked (OCSP, over http)."""
    access = extension_of(case.leaf, x509.AuthorityInformationAccess)
    for each in access or ():
        location = each.access_location
        if (
            each.access_method == AuthorityInformationAccessOID.OCSP
            and isinstance(location, x509.UniformResourceIdentifier)
            and location.value.lower().startswith("http://")
        ):
            return passed("It does.")
    return warning("It has no OCSP address.", _ENROL)


def official_assurance_level(case: Case) -> Answer:
    """It states the assurance level of the product."""
    value = _unrecognised(case, purposes.ASSURANCE_LEVEL)
    for level, oid in purposes.ASSURANCE_LEVELS.items():
        if value == purposes.assurance_level_der(level):
            return passed(f"It is level {level} ({oid.dotted_string}).")
    return warning(
        "It states none." if value is None else "What it states is not a level of the policy.", _ENROL
    )


def official_product_record(case: Case) -> Answer:
    """It names the product's record on the list of conforming products."""
    value = _unrecognised(case, purposes.PRODUCT_RECORD)
    if value is None:
        return warning("It names none.", _ENROL)
    try:
        record = UUID(value[2:].decode("ascii"))
    except ValueError:
        record = None
    if record is None or value != purposes.product_record_der(record):
        return warning("What it names is not a record number (UUID).", _ENROL)
    return passed(f"It is {record}.")


def _unrecognised(case: Case, oid: x509.ObjectIdentifier) -> bytes | None:
    """DER value of an extension that the library does not decode."""
    try:
        value = case.leaf.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None
    return value.value if isinstance(value, x509.UnrecognizedExtension) else None
