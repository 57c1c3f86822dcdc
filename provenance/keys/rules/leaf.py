"""Rules for the signer's own certificate (C2PA specification, 14.5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from provenance.keys.algorithms import MIN_RSA_BITS, algorithm_of
from provenance.keys.chain import is_self_signed
from provenance.keys.names import TEST_MARK, day, is_test, plain
from provenance.keys.purposes import CLAIM_SIGNING, SIGNING_PURPOSES, purpose_name
from provenance.keys.rules.case import Answer, Case, extension_of, failed, passed, warning

__all__ = [
    "any_purpose",
    "authority_key_identifier",
    "certificate_signing",
    "critical_extensions",
    "end_entity",
    "exclusive_purposes",
    "extended_key_usage",
    "for_testing",
    "key_usage",
    "lifetime",
    "not_after",
    "not_before",
    "public_key",
    "self_signed",
    "signature_algorithm",
    "signing_purpose",
    "subject_key_identifier",
    "unique_ids",
    "version",
    "widely_accepted_purpose",
]

_REISSUE = "Ask your certificate authority for a new one, or make it with `assay keys new-cert`."
_SOON = timedelta(days=30)
_MAX_LIFETIME = timedelta(days=366)
_UNIQUE_ID_TAGS = {0x81, 0x82, 0xA1, 0xA2}
_DIGESTS = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_SIGNATURES = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
    SignatureAlgorithmOID.RSASSA_PSS,
    SignatureAlgorithmOID.ED25519,
}


def version(case: Case) -> Answer:
    """The certificate is X.509 version 3."""
    if case.leaf.version is not x509.Version.v3:
        return failed("The certificate is of an old X.509 version, not version 3.", _REISSUE)
    return passed("It is version 3.")


def unique_ids(case: Case) -> Answer:
    """The certificate has no issuer or subject unique id."""
    if any(tag in _UNIQUE_ID_TAGS for tag in _fields(case.leaf.tbs_certificate_bytes)):
        return failed("The certificate has an issuer or subject unique id, which C2PA forbids.", _REISSUE)
    return passed("It has none.")


def signature_algorithm(case: Case) -> Answer:
    """The certificate itself was signed with an algorithm that C2PA allows."""
    problem = _signature_problem(case.leaf)
    if problem:
        return failed(f"The certificate was signed with {problem}, which C2PA does not allow.", _REISSUE)
    return passed("The algorithm is allowed.")


def public_key(case: Case) -> Answer:
    """The key is EC on P-256, P-384 or P-521, RSA of 2048 bits or more, or Ed25519."""
    key = case.leaf.public_key()
    algorithm = algorithm_of(key)
    if algorithm:
        return passed(f"The key can sign with {algorithm}.")
    if isinstance(key, rsa.RSAPublicKey):
        found = f"The certificate's RSA key has {key.key_size} bits; C2PA asks for at least {MIN_RSA_BITS}."
    elif isinstance(key, ec.EllipticCurvePublicKey):
        found = f"The certificate's EC key is on the curve {key.curve.name}, which C2PA does not allow."
    else:
        found = "The certificate's key is of a kind that C2PA does not allow."
    return failed(found, "Make a new key, for instance with `assay keys new-cert --algorithm es256`.")


def not_before(case: Case) -> Answer:
    """The certificate is already valid."""
    begins = case.leaf.not_valid_before_utc
    if case.now < begins:
        return failed(
            f"The certificate is not valid before {day(begins)}.",
            "Wait until then, and check that this computer's clock is right.",
        )
    return passed(f"Valid since {day(begins)}.")


def not_after(case: Case) -> Answer:
    """The certificate has not expired."""
    ends = case.leaf.not_valid_after_utc
    if case.now > ends:
        return failed(
            f"The certificate expired on {day(ends)}.",
            "Make a new one with `assay keys rotate`, or ask your certificate authority for a renewal.",
        )
    if ends - case.now < _SOON:
        return warning(
            f"The certificate expires on {day(ends)}, in {(ends - case.now).days} days.",
            "Make the next one soon; without timestamps, what it signed reads as expired from that day on.",
        )
    return passed(f"Valid until {day(ends)}.")


def lifetime(case: Case) -> Answer:
    """The certificate lasts at most 366 days."""
    lasts = case.leaf.not_valid_after_utc - case.leaf.not_valid_before_utc
    if lasts <= _MAX_LIFETIME:
        return passed(f"It lasts {lasts.days} days.")
    found = f"The certificate lasts {lasts.days} days; the official profile allows 366."
    advice = "A year or less limits the harm that a stolen key can do. " + _REISSUE
    return failed(found, advice) if case.claims_official else warning(found, advice)


def authority_key_identifier(case: Case) -> Answer:
    """The certificate says by which key it was issued (Authority Key Identifier)."""
    found = extension_of(case.leaf, x509.AuthorityKeyIdentifier)
    if found is None:
        return failed("The certificate has no Authority Key Identifier.", _REISSUE)
    if found.key_identifier is None:
        return warning("Its Authority Key Identifier does not name a key.", _REISSUE)
    return passed("It is there.")


def subject_key_identifier(case: Case) -> Answer:
    """The certificate names its own key (Subject Key Identifier)."""
    if extension_of(case.leaf, x509.SubjectKeyIdentifier) is None:
        return warning(
            "The certificate has no Subject Key Identifier; C2PA recommends it and the official profile "
            "asks for it.",
            _REISSUE,
        )
    return passed("It is there.")


def extended_key_usage(case: Case) -> Answer:
    """The certificate says what it is for (Extended Key Usage)."""
    if not _purposes(case):
        return failed("The certificate does not say what it is for (no Extended Key Usage).", _REISSUE)
    return passed(f"It is for {_listed(case)}.")


def signing_purpose(case: Case) -> Answer | None:
    """One of its purposes is signing content."""
    purposes = _purposes(case)
    if not purposes:
        return None
    if purposes & SIGNING_PURPOSES:
        return passed("A purpose for signing is among them.")
    return failed(
        f"The certificate is for {_listed(case)}, not for signing content.",
        f"Ask for one with the purpose C2PA claim signing ({CLAIM_SIGNING.dotted_string}) and e-mail protection "
        "or document signing.",
    )


def any_purpose(case: Case) -> Answer:
    """The certificate is not for any purpose whatsoever (anyExtendedKeyUsage)."""
    if ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in _purposes(case):
        return failed(
            "The certificate is for any purpose (anyExtendedKeyUsage), which C2PA forbids.", _REISSUE
        )
    return passed("It is not.")


def exclusive_purposes(case: Case) -> Answer:
    """The certificate is not for timestamping or revocation answers."""
    exclusive = {ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING}
    if _purposes(case) & exclusive:
        return failed(
            f"The certificate is for {_listed(case)}; one for timestamping or revocation answers (OCSP) must "
            "be for nothing else and cannot sign content.",
            "Use a certificate of its own for signing content. " + _REISSUE,
        )
    return passed("It is not.")


def widely_accepted_purpose(case: Case) -> Answer | None:
    """One of its purposes is e-mail protection, which every validator accepts."""
    purposes = _purposes(case)
    if not purposes & SIGNING_PURPOSES:
        return None
    if ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes:
        return passed("It is.")
    return warning(
        f"The certificate is for {_listed(case)} but not for e-mail protection; validators with older settings "
        "then call its signatures invalid.",
        "When you next renew it, ask for e-mail protection as well.",
    )


def key_usage(case: Case) -> Answer:
    """The key may make digital signatures (Key Usage)."""
    try:
        extension = case.leaf.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return failed("The certificate does not say what its key may do (no Key Usage).", _REISSUE)
    if not extension.value.digital_signature:
        return failed("The certificate's key may not make digital signatures (Key Usage).", _REISSUE)
    if not extension.critical:
        return warning("Its Key Usage is not marked as critical, as it should be.", _REISSUE)
    return passed("It may.")


def certificate_signing(case: Case) -> Answer:
    """The key may not sign certificates."""
    usage = extension_of(case.leaf, x509.KeyUsage)
    if usage is not None and usage.key_cert_sign:
        return failed(
            "The certificate's key may sign certificates (keyCertSign), which a signer's key must not.",
            _REISSUE,
        )
    return passed("It may not.")


def end_entity(case: Case) -> Answer:
    """The certificate is not that of an authority."""
    constraints = extension_of(case.leaf, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        return failed(
            "The certificate is that of a certificate authority, which must not sign content itself.",
            "Sign with a certificate that this authority issues: `assay keys new-cert`.",
        )
    return passed("It is not.")


def critical_extensions(case: Case) -> Answer:
    """The certificate has no critical extension that validators do not know."""
    unknown = [
        each.oid.dotted_string
        for each in case.leaf.extensions
        if each.critical and isinstance(each.value, x509.UnrecognizedExtension)
    ]
    if unknown:
        return failed(
            f"The certificate has a critical extension that validators do not know: {plain(', '.join(unknown))}.",
            _REISSUE,
        )
    return passed("It has none.")


def self_signed(case: Case) -> Answer:
    """The certificate was issued by someone else."""
    if is_self_signed(case.leaf):
        return failed(
            "The certificate is self-signed: its own key issued it.",
            "Make an authority with `assay keys new-ca` and let it issue one, or ask an authority for one.",
        )
    return passed("It was.")


def for_testing(case: Case) -> Answer:
    """The certificate is not marked as made for testing."""
    if is_test(case.leaf):
        return warning(
            f"The certificate says {TEST_MARK}; signing with it needs --test-identity.",
            "Use another identity for what you publish.",
        )
    return passed("It is not.")


def _purposes(case: Case) -> frozenset[x509.ObjectIdentifier]:
    return frozenset(extension_of(case.leaf, x509.ExtendedKeyUsage) or ())


def _listed(case: Case) -> str:
    return plain(", ".join(sorted(purpose_name(oid) for oid in _purposes(case))))


def _signature_problem(certificate: x509.Certificate) -> str | None:
    """What is wrong with the algorithm that signed a certificate, in words, or None."""
    oid = certificate.signature_algorithm_oid
    if oid not in _SIGNATURES:
        return f"the algorithm {oid.dotted_string}"
    if oid != SignatureAlgorithmOID.RSASSA_PSS:
        return None
    digest = certificate.signature_hash_algorithm
    if not isinstance(digest, _DIGESTS):
        return "RSA-PSS and an outdated digest"
    parameters = certificate.signature_algorithm_parameters
    mask = getattr(parameters.mgf, "_algorithm", digest) if isinstance(parameters, padding.PSS) else digest
    return None if mask.name == digest.name else "RSA-PSS and two different digests"


def _fields(tbs: bytes) -> Iterator[int]:
    """Tags of the fields of a to-be-signed certificate, DER that has been parsed once already."""
    position = _content(tbs, 0)[0]
    while position < len(tbs):
        yield tbs[position]
        start, length = _content(tbs, position)
        position = start + length


def _content(der: bytes, position: int) -> tuple[int, int]:
    """Where the value of a DER element starts, and its length."""
    length = der[position + 1]
    if length < 0x80:
        return position + 2, length
    size = length & 0x7F
    start = position + 2 + size
    return start, int.from_bytes(der[position + 2 : start], "big")
