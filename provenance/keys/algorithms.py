"""The seven signature algorithms of C2PA, as keys of the `cryptography` package.

Signatures come out in the form that COSE wants (RFC 9053): ECDSA as raw r‖s, RSA as PSS with a salt as
long as the digest, Ed25519 as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, TypeGuard, cast, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

__all__ = [
    "ALGORITHMS",
    "DIGESTS",
    "MIN_RSA_BITS",
    "Algorithm",
    "PrivateKey",
    "PublicKey",
    "algorithm_of",
    "fits",
    "generate",
    "is_private_key",
    "issuing_digest",
    "raw_signature",
    "signature_matches",
    "signer_for",
]

Algorithm: TypeAlias = Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"]
"""Name of a signature algorithm, spelled as the C2PA engine spells it, in lower case."""

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
"""A private key that can sign a C2PA claim."""

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey
"""The public half of such a key."""

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
"""All algorithm names."""

MIN_RSA_BITS = 2048
"""Shortest RSA modulus that C2PA allows, in bits."""

DIGESTS: dict[str, type[hashes.SHA256] | type[hashes.SHA384] | type[hashes.SHA512]] = {
    "es256": hashes.SHA256,
    "es384": hashes.SHA384,
    "es512": hashes.SHA512,
    "ps256": hashes.SHA256,
    "ps384": hashes.SHA384,
    "ps512": hashes.SHA512,
}
"""Digest of each algorithm; Ed25519 has its own."""

_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "es256": ec.SECP256R1,
    "es384": ec.SECP384R1,
    "es512": ec.SECP521R1,
}
_BY_CURVE: dict[str, Algorithm] = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_RSA_BITS = {"ps256": 2048, "ps384": 3072, "ps512": 4096}


def is_private_key(key: object) -> TypeGuard[PrivateKey]:
    """Say whether `key` is of a kind that C2PA knows (its size or curve may still be wrong)."""
    return isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey)


def algorithm_of(key: object) -> Algorithm | None:
    """Name the algorithm that a public key signs with.

    RSA keys can do all three PSS variants; the strength of the digest follows the size of the key.

    Args:
        key: A public key of the `cryptography` package.

    Returns:
        The algorithm, or None where C2PA allows none for this key.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _BY_CURVE.get(key.curve.name)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519"
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        return None
    if key.key_size < _RSA_BITS["ps384"]:
        return "ps256"
    return "ps384" if key.key_size < _RSA_BITS["ps512"] else "ps512"


def fits(algorithm: Algorithm, key: object) -> bool:
    """Say whether a public key can be used with `algorithm`."""
    own = algorithm_of(key)
    return own == algorithm or (own is not None and own[:2] == algorithm[:2] == "ps")


def generate(algorithm: Algorithm) -> PrivateKey:
    """Make a new private key: EC on the curve of the algorithm, RSA of 2048, 3072 or 4096 bits."""
    if algorithm == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm]())
    return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS[algorithm])


def issuing_digest(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    """Digest with which `key` signs certificates and requests; None for Ed25519."""
    algorithm = cast(Algorithm, algorithm_of(key.public_key()))
    return None if algorithm == "ed25519" else DIGESTS[algorithm]()


def raw_signature(der: bytes, algorithm: Algorithm) -> bytes:
    """Turn a DER-encoded ECDSA signature into raw r‖s of the curve's length (RFC 9053, 2.1)."""
    length = (_CURVES[algorithm]().key_size + 7) // 8
    r, s = decode_dss_signature(der)
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def signer_for(key: PrivateKey, algorithm: Algorithm) -> Callable[[bytes], bytes]:
    """Make the function that signs bytes with a private key held in memory.

    Args:
        key: The private key.
        algorithm: What to sign with; it must fit the key.

    Returns:
        A function from the data to the COSE signature over it.
    """
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign
    digest = DIGESTS[algorithm]()
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda data: key.sign(data, _pss(digest), digest)
    return lambda data: raw_signature(key.sign(data, ec.ECDSA(digest)), algorithm)


def signature_matches(key: object, algorithm: Algorithm, signature: bytes, data: bytes) -> bool:
    """Say whether a COSE signature over `data` was made with the private half of `key`."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, _pss(DIGESTS[algorithm]()), DIGESTS[algorithm]())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            half = (key.curve.key_size + 7) // 8
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(DIGESTS[algorithm]()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _pss(digest: hashes.HashAlgorithm) -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
