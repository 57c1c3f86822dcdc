"""Subjects, extensions and certificates as the C2PA certificate profile wants them (specification 14.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provenance.keys import purposes
from provenance.keys.algorithms import PrivateKey, PublicKey, issuing_digest
from provenance.keys.errors import CertificateError
from provenance.keys.names import TEST_MARK

__all__ = ["authority_certificate", "leaf_certificate", "official_request", "subject_name"]

_BACKDATE = timedelta(minutes=5)
"""Certificates begin a little in the past, so that validators whose clocks are slow accept them at once."""

_MAX_NAME = 64
"""Longest common name or organisation, in characters (RFC 5280, appendix A: ub-common-name)."""

_NO_USE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def subject_name(
    *, name: str, organisation: str | None = None, country: str | None = None, test: bool = False
) -> x509.Name:
    """Build a distinguished name: C, O, OU (test identities only), CN.

    Args:
        name: Common name.
        organisation: Organisation, left out when None.
        country: Two-letter country code, left out when None.
        test: True marks the name as made for testing, in OU and CN.

    Returns:
        The name.

    Raises:
        CertificateError: A value is empty, too long, or has control characters.
    """
    common = f"{name} - {TEST_MARK}" if test and TEST_MARK not in name else name
    parts = [
        (NameOID.ORGANIZATION_NAME, "organisation", organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "unit", TEST_MARK if test else None),
        (NameOID.COMMON_NAME, "name", common),
    ]
    attributes = []
    if country is not None:
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise CertificateError(
                f"{country!r} is not a country code.", hint="Give two letters, as in DE, US or KE."
            )
        attributes.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country.upper()))
    for oid, label, value in parts:
        if value is None:
            continue
        if not value.strip() or len(value) > _MAX_NAME or not value.isprintable():
            raise CertificateError(
                f"The {label} {value!r} cannot stand in a certificate.",
                hint=f"Give 1 to {_MAX_NAME} printable characters"
                + (f"; the mark for testing takes {len(TEST_MARK) + 3} of them." if test else "."),
            )
        attributes.append(x509.NameAttribute(oid, value))
    return x509.Name(attributes)


def authority_certificate(
    key: PrivateKey, subject: x509.Name, *, now: datetime, days: int
) -> x509.Certificate:
    """Make the self-signed certificate of an authority that issues signers' certificates directly.

    Args:
        key: The authority's private key.
        subject: Its name.
        now: Beginning of its validity.
        days: Length of its validity.

    Returns:
        The certificate.
    """
    public = key.public_key()
    return (
        _begin(subject, subject, public, now=now, days=days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, issuing_digest(key))
    )


def leaf_certificate(
    public: PublicKey,
    subject: x509.Name,
    *,
    authority: x509.Certificate,
    authority_key: PrivateKey,
    now: datetime,
    days: int,
    email: str | None = None,
) -> x509.Certificate:
    """Make a signer's certificate: claim signing and e-mail protection, nothing else.

    Args:
        public: The signer's public key.
        subject: The signer's name.
        authority: Certificate of the authority.
        authority_key: Its private key.
        now: Beginning of the validity.
        days: Length of the validity.
        email: Address for the Subject Alternative Name, left out when None.

    Returns:
        The certificate.
    """
    builder = (
        _begin(subject, authority.subject, public, now=now, days=days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage("digital_signature"), critical=True)
        .add_extension(_signing_purposes(), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_authority_key(authority), critical=False)
    )
    if email is not None:
        builder = builder.add_extension(_alternative_name(email), critical=False)
    return builder.sign(authority_key, issuing_digest(authority_key))


def official_request(
    key: PrivateKey, subject: x509.Name, *, record: UUID | None
) -> x509.CertificateSigningRequest:
    """Make a request for the official profile (C2PA Certificate Policy 0.2, Assurance Level 1).

    Args:
        key: The signer's private key.
        subject: Country, organisation and common name of the product.
        record: The product's record on the list of conforming products; left out when None.

    Returns:
        The request.
    """
    builder = (
        x509.CertificateSigningRequestBuilder(subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(_signing_purposes(), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(purposes.CERTIFICATE_POLICY, None)]),
            critical=False,
        )
        .add_extension(
            x509.UnrecognizedExtension(purposes.ASSURANCE_LEVEL, purposes.assurance_level_der(1)),
            critical=False,
        )
    )
    if record is not None:
        extension = x509.UnrecognizedExtension(purposes.PRODUCT_RECORD, purposes.product_record_der(record))
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, issuing_digest(key))


def _begin(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, *, now: datetime, days: int
) -> x509.CertificateBuilder:
    begins = (now - _BACKDATE).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )


def _key_usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{**_NO_USE, **dict.fromkeys(uses, True)})


def _signing_purposes() -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([purposes.CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])


def _authority_key(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _alternative_name(email: str) -> x509.SubjectAlternativeName:
    try:
        return x509.SubjectAlternativeName([x509.RFC822Name(email)])
    except ValueError as error:
        raise CertificateError(
            f"{email!r} is not an e-mail address that a certificate can hold.",
            hint="Give a plain address, as in desk@example.org.",
        ) from error
