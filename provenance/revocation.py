"""Whether a certificate was revoked, asked from its authority's OCSP responder (RFC 6960).

The answer is signed, so it can be carried along: stapled into a manifest as `c2pa.certificate-status`, it lets a reader
check revocation without a network (docs/decisions/0022-stapled-revocation.md).
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from provenance.errors import AssayError, NetworkError
from provenance.exchange import exchange

__all__ = ["OcspAnswer", "RevocationError", "Staple", "fetch_ocsp", "read_ocsp"]

_MAX_ANSWER = 1 << 16
_CLOCK = timedelta(minutes=5)
_KEPT = timedelta(hours=1)
_WITHOUT_NEXT = timedelta(hours=24)
"""How long an answer counts that names no next update (C2PA 2.x, "Certificate revocation")."""


class RevocationError(AssayError):
    """Whether a certificate was revoked could not be found out."""

    code = "revocation"
    exit_code = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OcspAnswer:
    """What a responder said about one certificate; its signature and dates were checked."""

    der: bytes
    """The whole OCSPResponse in DER, to be stapled."""

    status: Literal["good", "revoked", "unknown"]
    """`unknown`: the responder does not know this certificate."""

    this_update: datetime
    """Since when this is known."""

    next_update: datetime | None
    """When the responder will know more."""

    revoked_at: datetime | None
    """When it was revoked."""

    reason: str | None
    """Why, as in `key_compromise`."""

    responder: str
    """Name of the certificate that signed the answer."""

    url: str | None = None
    """Who was asked."""


def fetch_ocsp(
    chain: Sequence[x509.Certificate],
    *,
    url: str | None = None,
    timeout: float = 10.0,
    now: datetime | None = None,
) -> OcspAnswer:
    """Ask whether the first certificate of a chain was revoked.

    That tells the responder that somebody uses this certificate now.

    Args:
        chain: The certificate, then its issuer.
        url: Address of the responder; by default the one in the certificate.
        timeout: Longest wait, in seconds.
        now: The present; for tests.

    Raises:
        RevocationError: The certificate names no responder, it did not answer, or the answer cannot be relied on.
    """
    leaf, issuer = _pair(chain)
    address = url or _responder_address(leaf)
    # SHA-1 only names the issuer here, and many responders understand nothing else (RFC 5019).
    request = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1()).build()  # noqa: S303
    query = request.public_bytes(Encoding.DER)
    try:
        der = _asked(address, query, timeout)
    except NetworkError as cause:
        raise RevocationError(
            f"The OCSP responder {address} {cause.message}.",
            hint="Try again later, or ask the authority that issued the certificate for its responder.",
        ) from cause
    return replace(read_ocsp(der, chain, now=now), url=address)


def read_ocsp(der: bytes, chain: Sequence[x509.Certificate], *, now: datetime | None = None) -> OcspAnswer:
    """Check an OCSP response and return what it says about the first certificate of a chain.

    Args:
        der: An OCSPResponse in DER.
        chain: The certificate, then its issuer.
        now: The present; for tests.

    Raises:
        RevocationError: It is malformed, about another certificate, not signed by the issuer or somebody whom the
            issuer delegated to, or out of date.
    """
    leaf, issuer = _pair(chain)
    moment = now or datetime.now(UTC)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # serial numbers that break a rule, in certificates of others
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                said = response.response_status.name.lower().replace("_", " ")
                raise RevocationError(
                    f"The OCSP responder refused to answer: {said}.", hint="Try again later."
                )
            single = _about(response, leaf, issuer)
            signer = _signer(response, issuer, moment)
            answer = _answer(der, single, signer)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, x509.InvalidVersion) as cause:
        raise RevocationError(
            "The OCSP responder answered something that is no OCSP response.", hint="Check its address."
        ) from cause
    _check_fresh(answer, response.produced_at_utc, moment)
    return answer


class Staple:
    """A fresh answer for one chain, to be carried along by each signature; asked for again when it ages.

    Args:
        chain: The signer's certificate, then its issuer.
        url: Address of the responder; by default the one in the certificate.
    """

    def __init__(self, chain: Sequence[x509.Certificate], *, url: str | None = None) -> None:
        self._chain = tuple(chain)
        self._url = url
        self._answer: OcspAnswer | None = None
        self._until = datetime.min.replace(tzinfo=UTC)

    def der(self) -> bytes:
        """Return the answer in DER.

        Raises:
            RevocationError: The certificate was revoked, or nobody can say that it was not.
        """
        now = datetime.now(UTC)
        if self._answer is None or now >= self._until:
            self._answer = _required(fetch_ocsp(self._chain, url=self._url, now=now))
            ends = self._answer.next_update
            self._until = min(now + _KEPT, ends) if ends else now + _KEPT
        return self._answer.der


def _required(answer: OcspAnswer) -> OcspAnswer:
    if answer.status == "revoked":
        since = f" since {answer.revoked_at:%Y-%m-%d}" if answer.revoked_at else ""
        why = f" ({answer.reason.replace('_', ' ')})" if answer.reason else ""
        raise RevocationError(
            f"The certificate is revoked{since}{why}.",
            hint="Readers will not accept what it signs. Get a new certificate for a new key.",
        )
    if answer.status == "unknown":
        raise RevocationError(
            f"The OCSP responder {answer.url} does not know the certificate.",
            hint="Check that it is the issuer's responder. A new certificate can take hours to be known there.",
        )
    return answer


def _pair(chain: Sequence[x509.Certificate]) -> tuple[x509.Certificate, x509.Certificate]:
    if len(chain) < 2:
        raise RevocationError(
            "Revocation cannot be checked: the issuer's certificate is not in the file.",
            hint="Put the chain into the certificate file: the signer's certificate, then its issuer's.",
        )
    return chain[0], chain[1]


def _responder_address(leaf: x509.Certificate) -> str:
    try:
        access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        access = x509.AuthorityInformationAccess([])
    for one in access:
        if one.access_method == AuthorityInformationAccessOID.OCSP and isinstance(
            one.access_location, x509.UniformResourceIdentifier
        ):
            return one.access_location.value
    raise RevocationError(
        "The certificate names no OCSP responder.",
        hint="Ask the authority that issued it, or give the responder's address.",
    )


def _asked(url: str, query: bytes, timeout: float) -> bytes:
    kind = "application/ocsp-request"
    try:
        return exchange(url, query, content_type=kind, timeout=timeout, limit=_MAX_ANSWER)
    except NetworkError as error:
        if error.message != "answered 405":
            raise
    # A responder behind a cache may answer GET alone (RFC 6960, appendix A.1).
    whole = url.rstrip("/") + "/" + quote(base64.b64encode(query).decode(), safe="")
    return exchange(whole, None, content_type=kind, timeout=timeout, limit=_MAX_ANSWER)


def _about(
    response: ocsp.OCSPResponse, leaf: x509.Certificate, issuer: x509.Certificate
) -> ocsp.OCSPSingleResponse:
    # The issuer's name and not its key: the signature, checked below, ties the answer to that key.
    name = issuer.subject.public_bytes()
    for single in response.responses:
        if single.serial_number == leaf.serial_number and single.issuer_name_hash == _hash(
            name, single.hash_algorithm
        ):
            return single
    raise RevocationError(
        "The OCSP responder answered about another certificate.", hint="Check the responder's address."
    )


def _hash(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _signer(response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> x509.Certificate:
    """Return who signed: the issuer, or a responder that the issuer itself certified for this (RFC 6960, 4.2.2.2)."""
    for candidate in (issuer, *response.certificates[:8]):
        if candidate != issuer and not _delegated(candidate, issuer, now):
            continue
        if _signed_by(response, candidate):
            return candidate
    raise RevocationError(
        "The OCSP answer is not signed by the certificate's issuer or a responder that it authorised.",
        hint="Do not rely on it. Check the responder's address, and the order of the certificates in your file.",
    )


def _delegated(candidate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    try:
        candidate.verify_directly_issued_by(issuer)
        usages = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    except (ValueError, TypeError, x509.InvalidVersion):
        return False
    valid = candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc
    return valid and ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _signed_by(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    signature, data = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
            key.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _answer(der: bytes, single: ocsp.OCSPSingleResponse, signer: x509.Certificate) -> OcspAnswer:
    statuses: dict[ocsp.OCSPCertStatus, Literal["good", "revoked", "unknown"]] = {
        ocsp.OCSPCertStatus.GOOD: "good",
        ocsp.OCSPCertStatus.REVOKED: "revoked",
        ocsp.OCSPCertStatus.UNKNOWN: "unknown",
    }
    names = signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return OcspAnswer(
        der=der,
        status=statuses[single.certificate_status],
        this_update=single.this_update_utc,
        next_update=single.next_update_utc,
        revoked_at=single.revocation_time_utc,
        reason=single.revocation_reason.name if single.revocation_reason else None,
        responder=str(names[0].value) if names else signer.subject.rfc4514_string(),
    )


def _check_fresh(answer: OcspAnswer, produced: datetime, now: datetime) -> None:
    if answer.this_update > now + _CLOCK:
        raise RevocationError(
            f"The OCSP answer is from the future ({answer.this_update:%Y-%m-%d %H:%M} UTC).",
            hint="Set this computer's clock.",
        )
    until = answer.next_update or produced + _WITHOUT_NEXT
    if until < now - _CLOCK:
        raise RevocationError(
            f"The OCSP answer is out of date: it counted until {until:%Y-%m-%d %H:%M} UTC.",
            hint="Try again later, or tell the authority that its responder gives old answers.",
        )
