"""An identity: who signs, with which algorithm, and the callable that does it, wherever the key lives."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from provenance.keys.algorithms import Algorithm, algorithm_of, fits, signature_matches
from provenance.keys.errors import CertificateError, KeyMismatchError
from provenance.keys.names import day, display_name, is_test

__all__ = ["Identity", "choose_algorithm", "make_identity", "prove_possession"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A certificate chain and the means to sign with the key of its first certificate."""

    chain: tuple[bytes, ...]
    """Certificates as DER, the signer's own first, each followed by its issuer."""

    algorithm: Algorithm
    """Signature algorithm, as in `es256`."""

    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)
    """Signs bytes: raw r‖s for ES, PSS with a salt as long as the digest for PS, plain for Ed25519."""

    origin: str
    """Where the certificate came from, for messages: a path or a signer's URI, never with a secret."""

    test: bool
    """True when the certificate says that it is for testing only."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The chain, parsed."""
        return tuple(x509.load_der_x509_certificate(der) for der in self.chain)

    @property
    def chain_pem(self) -> str:
        """The chain as PEM text, leaf first, as the C2PA engine takes it."""
        return "".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in self.certificates)

    def describe(self) -> str:
        """Say in one line who this is, with what it signs and until when it may."""
        leaf = self.certificates[0]
        mark = ", a test identity" if self.test else ""
        return (
            f"{display_name(leaf.subject)}, issued by {display_name(leaf.issuer)}, {self.algorithm}, "
            f"valid until {day(leaf.not_valid_after_utc)}{mark}, from {self.origin}"
        )


def choose_algorithm(key: object, wanted: Algorithm | None, *, origin: str) -> Algorithm:
    """Settle what a public key signs with.

    Args:
        key: The public key.
        wanted: What was asked for; None takes what follows from the key.
        origin: Where the key came from, for the message.

    Returns:
        An algorithm that fits the key.

    Raises:
        CertificateError: C2PA allows no algorithm for this key, or not the one asked for.
    """
    own = algorithm_of(key)
    if own is None:
        raise CertificateError(
            f"The key in {origin} is of a kind or size that C2PA does not allow.",
            hint="Use an EC key on P-256, P-384 or P-521, an RSA key of 2048 bits or more, or Ed25519.",
        )
    if wanted is not None and not fits(wanted, key):
        raise CertificateError(
            f"The key in {origin} cannot be used with {wanted}.",
            hint=f"Leave the algorithm out, or choose one that fits this key, such as {own}.",
        )
    return wanted or own


def make_identity(
    chain: Sequence[x509.Certificate], sign: Callable[[bytes], bytes], *, algorithm: Algorithm, origin: str
) -> Identity:
    """Put a chain and a signing function together.

    Args:
        chain: Certificates, leaf first.
        sign: Signs bytes with the leaf's private key, in the form that COSE wants.
        algorithm: What `sign` signs with.
        origin: Where they came from, for messages.

    Returns:
        The identity.

    Raises:
        CertificateError: The leaf's key does not fit the algorithm.
    """
    choose_algorithm(chain[0].public_key(), algorithm, origin=origin)
    ders = tuple(each.public_bytes(Encoding.DER) for each in chain)
    return Identity(chain=ders, algorithm=algorithm, sign=sign, origin=origin, test=is_test(chain[0]))


def prove_possession(identity: Identity) -> None:
    """Sign a few random bytes and check them against the certificate.

    For keys that cannot be looked at, this is the only way to learn before a batch that key and
    certificate belong together. The bytes begin with a text that no C2PA claim begins with.

    Args:
        identity: Whose key to try.

    Raises:
        KeyMismatchError: The signature does not fit the certificate.
    """
    probe = b"Assay key check, not a signature over content: " + secrets.token_bytes(32)
    key = identity.certificates[0].public_key()
    if not signature_matches(key, identity.algorithm, identity.sign(probe), probe):
        raise KeyMismatchError(
            f"The key behind {identity.origin} does not belong to the certificate.",
            hint="Give the certificate that was issued for this key, or select the other key.",
        )
