"""Load private keys and certificates from files, in the forms that authorities and tools hand out.

Keys: PEM or DER, PKCS#8, SEC1 or PKCS#1, plain or encrypted, or PKCS#12 with its chain. Certificates:
PEM chains in any order, or one DER certificate. The C2PA engine itself takes only plain PKCS#8, which
is why Assay loads keys and signs through a callback.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from provenance.keys.algorithms import Algorithm, PrivateKey, algorithm_of, is_private_key, signer_for
from provenance.keys.chain import load_certificates, order_chain, parse_certificates, read_key_file
from provenance.keys.errors import CertificateError, KeyFileError, KeyMismatchError, PassphraseError
from provenance.keys.identity import Identity, choose_algorithm, make_identity
from provenance.keys.names import display_name

__all__ = [
    "Passphrase",
    "is_encrypted",
    "load_certificates",
    "load_identity",
    "load_key",
    "read_bundle",
    "resolve_passphrase",
]

Passphrase: TypeAlias = bytes | Callable[[str], bytes | None] | None
"""A passphrase, or a function that is asked for it with the name of what is locked, or none at all."""

_PKCS7_DATA = bytes.fromhex("06092a864886f70d010701")
_PEM = b"-----BEGIN "
_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_WRONG = "Check the passphrase, its upper and lower case and the keyboard layout."


def resolve_passphrase(passphrase: Passphrase, name: str) -> bytes:
    """Get a passphrase, asking for it where it is a function.

    Args:
        passphrase: The passphrase or the function to ask.
        name: What is locked, for the question and the message.

    Returns:
        The passphrase.

    Raises:
        PassphraseError: There is none.
    """
    found = passphrase(name) if callable(passphrase) else passphrase
    if found is None:
        raise PassphraseError(
            f"{name} is locked, and no passphrase was given.",
            hint="Run it in a terminal to be asked, set ASSAY_KEY_PASSPHRASE, or store it in the keyring.",
        )
    return found


def load_key(path: str | Path, *, passphrase: Passphrase = None) -> PrivateKey:
    """Load a private key from a PEM, DER or PKCS#12 file.

    Args:
        path: The key file.
        passphrase: Asked for only when the key is encrypted.

    Returns:
        The key, of a kind and size that C2PA allows.

    Raises:
        KeyFileError: The file cannot be read, holds no key, or a key that C2PA does not allow.
        PassphraseError: The passphrase is missing or wrong.
    """
    return _load(read_key_file(path), str(path), passphrase)[0]


def is_encrypted(path: str | Path) -> bool:
    """Say whether a key file needs a passphrase.

    Args:
        path: The key file.

    Returns:
        True when the key in it is encrypted.

    Raises:
        KeyFileError: The file cannot be read or holds no key.
    """
    try:
        load_key(path)
    except PassphraseError:
        return True
    return False


def read_bundle(
    path: str | Path, *, passphrase: Passphrase = None
) -> tuple[tuple[x509.Certificate, ...], PrivateKey | None]:
    """Read the certificates of a file as they stand there, and the key if the file holds one too.

    Args:
        path: PEM, DER or PKCS#12 file.
        passphrase: Asked for only when there is an encrypted key.

    Returns:
        At least one certificate, in the order of the file, and the private key or None.

    Raises:
        KeyFileError: The file cannot be read or holds no certificate.
        PassphraseError: The passphrase is missing or wrong.
    """
    data = read_key_file(path)
    if _is_pkcs12(data) or (b"-----BEGIN CERTIFICATE-----" in data and b"PRIVATE KEY-----" in data):
        key, held = _load(data, str(path), passphrase)
        if held:
            return held, key
    return parse_certificates(data, origin=str(path)), None


def load_identity(
    key: str | Path,
    cert: str | Path | None = None,
    *,
    passphrase: Passphrase = None,
    algorithm: Algorithm | None = None,
) -> Identity:
    """Load a key with its certificate chain from files.

    Args:
        key: PEM, DER or PKCS#12 file with the private key.
        cert: Certificate chain; may be left out when `key` holds it too (PKCS#12, combined PEM).
        passphrase: Asked for only when the key is encrypted.
        algorithm: Signature algorithm for an RSA key, where it should not follow from the key's size.

    Returns:
        The identity. Whether its certificate may be used now is for `doctor.require_usable` to say.

    Raises:
        KeyFileError: A file cannot be read or does not hold what it should.
        PassphraseError: The passphrase is missing or wrong.
        KeyMismatchError: No certificate belongs to the key.
        MissingIntermediateError: The certificates do not connect.
        CertificateError: There is no certificate, or the key does not fit `algorithm`.
    """
    private, held = _load(read_key_file(key), str(key), passphrase)
    origin = str(cert or key)
    if cert is not None:
        held = parse_certificates(read_key_file(cert), origin=origin)
    if not held:
        raise CertificateError(
            f"{key} holds a key but no certificate.", hint="Name the certificate file too, with --cert."
        )
    public = private.public_key()
    leaf = next((each for each in held if _has_key(each, public)), None)
    if leaf is None:
        raise KeyMismatchError(
            f"The key in {key} does not belong to the certificate of {display_name(held[0].subject)} "
            f"in {origin}.",
            hint="Give the key and the certificate that were made together.",
        )
    chosen = choose_algorithm(public, algorithm, origin=str(key))
    chain = order_chain(held, leaf=leaf, origin=origin)
    return make_identity(chain, signer_for(private, chosen), algorithm=chosen, origin=origin)


def _load(data: bytes, name: str, passphrase: Passphrase) -> tuple[PrivateKey, tuple[x509.Certificate, ...]]:
    """Private key of a file, and the certificates that stand in it too."""
    held: tuple[x509.Certificate, ...] = ()
    if _is_pkcs12(data):
        key, held = _unlock_pkcs12(data, name, passphrase)
    else:
        key = _unlock(data, name, passphrase)
        if b"-----BEGIN CERTIFICATE-----" in data:
            held = parse_certificates(data, origin=name)
    if not is_private_key(key) or algorithm_of(key.public_key()) is None:
        raise KeyFileError(
            f"The key in {name} is of a kind or size that C2PA does not allow.",
            hint="Use an EC key on P-256, P-384 or P-521, an RSA key of 2048 bits or more, or Ed25519.",
        )
    return key, held


def _unlock(data: bytes, name: str, passphrase: Passphrase) -> object:
    """Private key from PEM or DER; whether it is locked shows only when trying without a passphrase."""
    if _OPENSSH in data:
        raise KeyFileError(
            f"{name} is a key in OpenSSH's own format.",
            hint="Convert a copy of it with `ssh-keygen -p -m PKCS8 -f COPY`, or make a new key.",
        )
    load = load_pem_private_key if _PEM in data else load_der_private_key
    try:
        try:
            return load(data, None)
        except TypeError:
            secret = resolve_passphrase(passphrase, name)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"{name} holds no private key that can be read.",
            hint="Give the private key as PEM, DER or PKCS#12 (.p12, .pfx); a certificate alone is not enough.",
        ) from error
    try:
        return load(data, secret)
    except (ValueError, TypeError) as error:
        raise PassphraseError(f"The passphrase for {name} is wrong.", hint=_WRONG) from error
    except UnsupportedAlgorithm as error:
        raise _outdated(name) from error


def _unlock_pkcs12(
    data: bytes, name: str, passphrase: Passphrase
) -> tuple[object, tuple[x509.Certificate, ...]]:
    """Key and certificates of a PKCS#12 store; one locked with an empty passphrase counts as open."""
    store = None
    try:
        for attempt in (None, b""):
            try:
                store = load_pkcs12(data, attempt)
                break
            except ValueError:
                continue
        if store is None:
            store = load_pkcs12(data, resolve_passphrase(passphrase, name))
    except ValueError as error:
        raise PassphraseError(
            f"The passphrase for {name} is wrong, or the file is damaged.", hint=_WRONG
        ) from error
    except UnsupportedAlgorithm as error:
        raise _outdated(name) from error
    if store.key is None:
        raise KeyFileError(
            f"{name} holds certificates but no private key.", hint="Export it again together with the key."
        )
    entries = [store.cert, *store.additional_certs]
    return store.key, tuple(entry.certificate for entry in entries if entry is not None)


def _outdated(name: str) -> KeyFileError:
    return KeyFileError(
        f"{name} is locked with an outdated cipher that is not supported.",
        hint="Export it again with AES-256, for instance with `openssl pkcs12` of version 3 or later.",
    )


def _is_pkcs12(data: bytes) -> bool:
    """DER with PKCS#7 data near its beginning, where a bare key has an algorithm."""
    return data[:1] == b"\x30" and _PKCS7_DATA in data[:48]


def _has_key(certificate: x509.Certificate, key: object) -> bool:
    try:
        return certificate.public_key() == key
    except (ValueError, UnsupportedAlgorithm):
        return False
