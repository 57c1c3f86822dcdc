"""The signature of a timestamp token: a CMS SignedData with one signer.

rfc3161-client checks it only together with a path to a self-signed root. Trust lists hold intermediates too, and a
token from an authority on no list shall still be told from a damaged one; so the signature is checked here, and
the path by `provenance.credentials.trustcheck`. Sources: RFC 5652 sections 5.3 and 5.4, RFC 3161 section 2.4.2.
"""

from __future__ import annotations

import hashlib
from typing import Any

from provenance.credentials.der import Element, elements, expect

__all__ = ["signature_holds"]

_SEQUENCE, _SET, _OID, _OCTETS, _CONTEXT_0 = 0x30, 0x31, 0x06, 0x04, 0xA0
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_PSS = bytes.fromhex("2a864886f70d01010a")


def signature_holds(token: bytes, signer: bytes) -> bool:
    """Return whether `signer` signed the token and the token is whole.

    Args:
        token: A TimeStampToken (ContentInfo) in DER.
        signer: The certificate that the token names as its signer, in DER.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion

    damaged = (ValueError, IndexError, KeyError, StopIteration, TypeError, InvalidVersion)
    try:
        return _holds(token, signer)
    except (InvalidSignature, UnsupportedAlgorithm, *damaged):
        return False


def _holds(token: bytes, signer: bytes) -> bool:
    outer = expect(token, 0, len(token), _SEQUENCE)
    _, wrapped = elements(token, outer[2], outer[3])
    signed = expect(token, wrapped[2], wrapped[3], _SEQUENCE)
    parts = list(elements(token, signed[2], signed[3]))
    content = _content(token, parts[2])
    info = expect(token, parts[-1][2], parts[-1][3], _SEQUENCE)
    fields = list(elements(token, info[2], info[3]))
    _, _, digest_algorithm, attributes, algorithm, signature = fields[:6]
    if attributes[0] != _CONTEXT_0:  # RFC 3161 tokens always have signed attributes
        return False
    name = _HASHES[_oid(token, digest_algorithm)]
    stated = _attributes(token, attributes)
    if stated.get(_CONTENT_TYPE) != _TST_INFO:
        return False
    if stated.get(_MESSAGE_DIGEST) != hashlib.new(name, content).digest():
        return False
    # What is signed is the same set with the tag of a SET (RFC 5652 section 5.4).
    message = bytes([_SET]) + token[attributes[1] + 1 : attributes[3]]
    pss = _oid(token, algorithm) == _PSS
    _check(signer, token[signature[2] : signature[3]], message, name, pss=pss)
    return True


def _content(token: bytes, part: Element) -> bytes:
    kind, explicit = elements(token, part[2], part[3])
    if token[kind[2] : kind[3]] != _TST_INFO:
        raise ValueError("no TSTInfo")
    octets = expect(token, explicit[2], explicit[3], _OCTETS)
    return token[octets[2] : octets[3]]


def _attributes(token: bytes, part: Element) -> dict[bytes, bytes]:
    """Return the content of the first value of each attribute, by object identifier."""
    found: dict[bytes, bytes] = {}
    for _, _, start, end in elements(token, part[2], part[3]):
        kind, values = elements(token, start, end)
        value = next(elements(token, values[2], values[3]))
        oid = token[kind[2] : kind[3]]
        if oid in found:
            raise ValueError("an attribute stands twice")
        found[oid] = token[value[2] : value[3]]
    return found


def _oid(token: bytes, algorithm: Element) -> bytes:
    found = expect(token, algorithm[2], algorithm[3], _OID)
    return token[found[2] : found[3]]


def _check(signer: bytes, signature: bytes, message: bytes, name: str, *, pss: bool) -> None:
    """Raise InvalidSignature where the signature does not fit."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    known: dict[str, Any] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
    algorithm = known[name]()
    key = x509.load_der_x509_certificate(signer).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        scheme: Any = padding.PKCS1v15()
        if pss:
            scheme = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=padding.PSS.AUTO)
        key.verify(signature, message, scheme, algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
    else:
        raise ValueError("a kind of key that no timestamp authority has")
