"""Sign with a key on a PKCS#11 token: a smart card, a USB token, a hardware security module, SoftHSM.

The key is named by a URI as in RFC 7512, for instance `pkcs11:token=Newsroom;object=desk;id=%01`. The
driver is the setting `module`, or the environment variable ASSAY_PKCS11_MODULE. The PIN is asked for
like a passphrase; a PIN in the URI is refused, since command lines are visible to others. Needs the
extra `hsm` (package `python-pkcs11`).
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from cryptography import x509

from provenance.keys.algorithms import Algorithm
from provenance.keys.chain import load_certificates, order_chain
from provenance.keys.errors import CertificateError, PassphraseError, SignerUnavailableError, TokenError
from provenance.keys.identity import Identity, choose_algorithm, make_identity
from provenance.keys.load import resolve_passphrase
from provenance.keys.names import plain
from provenance.keys.signers import SignerOptions

__all__ = ["MODULE_VARIABLE", "KeyAddress", "is_available", "open_signer", "parse_uri", "unavailable_message"]

MODULE_VARIABLE = "ASSAY_PKCS11_MODULE"
"""Environment variable with the path of the token's driver."""

unavailable_message = "Install the extra for tokens: pip install 'assay-media[hsm]'."
"""What to do when `is_available()` is False."""

_SHOWN = ("token", "serial", "object", "id")
_MAX_OBJECTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAddress:
    """Which key of which token."""

    token: str | None = None
    """Label of the token; None takes the only one there is."""

    serial: str | None = None
    """Serial number of the token."""

    object: str | None = None
    """Label of the key; None takes the only one there is."""

    id: bytes | None = None
    """Id of the key."""


def is_available() -> bool:
    """Say whether `python-pkcs11` is installed."""
    return importlib.util.find_spec("pkcs11") is not None


def parse_uri(uri: str) -> KeyAddress:
    """Read a PKCS#11 URI.

    Args:
        uri: As in `pkcs11:token=Newsroom;object=desk`, percent-encoded (RFC 7512).

    Returns:
        Which key it names.

    Raises:
        TokenError: It holds a PIN, an attribute that is not supported, or is malformed.
    """
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    if "pin-value" in query or "pin-value" in path:
        raise TokenError(
            "A PIN must not stand in a pkcs11: address, where other programs can see it.",
            hint="Leave pin-value out; you are asked for the PIN, or set ASSAY_KEY_PASSPHRASE.",
        )
    values: dict[str, Any] = {}
    for part in filter(None, path.split(";")):
        name, equals, value = part.partition("=")
        if name not in _SHOWN and name != "type":
            raise TokenError(
                f"{plain(name)!r} in a pkcs11: address is not supported.",
                hint="Use token, serial, object and id, as in pkcs11:token=Newsroom;object=desk;id=%01.",
            )
        raw = unquote_to_bytes(value)
        values[name] = raw if name == "id" else raw.decode("utf-8", "replace")
        if not equals or not raw:
            raise TokenError(
                f"{plain(part)!r} in a pkcs11: address has no value.", hint="Write it as in token=Newsroom."
            )
    if query:
        raise TokenError(
            "What follows the ? in a pkcs11: address is not supported.",
            hint=f"Name the driver with the setting module, or with {MODULE_VARIABLE}.",
        )
    values.pop("type", None)
    return KeyAddress(**values)


def open_signer(uri: str, options: SignerOptions) -> Identity:
    """Open the key that a PKCS#11 URI names. The session stays open as long as the identity lives.

    Args:
        uri: The key's address; see `parse_uri`.
        options: Setting `module`: path of the driver. Certificates come from `cert`, or else from the
            token: the one with the key's id or label, and those that lead from it to its root.

    Returns:
        The identity. It is bound to this process: a forked child must open its own.

    Raises:
        TokenError: The driver, the token or the key cannot be found or used.
        PassphraseError: The PIN is missing or wrong.
        CertificateError: There is no certificate for the key.
    """
    address = parse_uri(uri)
    pkcs11 = importlib.import_module("pkcs11")
    session = _log_in(pkcs11, _find_token(pkcs11, address, options), options)
    try:
        key = _find_key(pkcs11, session, address)
        if options.cert is not None:
            chain = load_certificates(options.cert)
        else:
            chain = _chain_on_token(pkcs11, session, key, uri)
        algorithm = choose_algorithm(chain[0].public_key(), options.algorithm, origin=uri)
    except BaseException:
        session.close()
        raise
    sign = _signing_function(pkcs11, key, algorithm, uri)
    return make_identity(chain, sign, algorithm=algorithm, origin=uri)


def _find_token(pkcs11: Any, address: KeyAddress, options: SignerOptions) -> Any:
    path = options.settings.get("module") or os.environ.get(MODULE_VARIABLE)
    if not path:
        raise SignerUnavailableError(
            "The driver of the token is not known.",
            hint=f"Set {MODULE_VARIABLE} to its path, as in /usr/lib/softhsm/libsofthsm2.so.",
        )
    try:
        driver = pkcs11.lib(path)
        ready = pkcs11.TokenFlag.TOKEN_INITIALIZED
        tokens = [each for each in driver.get_tokens() if each.flags & ready]
        found = [each for each in tokens if _is_wanted(each, address)]
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise TokenError(
            f"The driver {plain(path)} could not be used: {_reason(error)}.",
            hint="Check that this is the PKCS#11 driver of your token and that it is set up.",
        ) from error
    if len(found) != 1:
        labels = ", ".join(sorted(plain(each.label) for each in tokens)) or "none"
        what = "No token fits" if not found else "More than one token fits"
        raise TokenError(
            f"{what} this address (found: {labels}).",
            hint="Plug the token in, and name it with token= or serial= in the address.",
        )
    return found[0]


def _is_wanted(token: Any, address: KeyAddress) -> bool:
    serial = token.serial.decode("ascii", "replace") if isinstance(token.serial, bytes) else str(token.serial)
    return address.token in (None, token.label) and address.serial in (None, serial.strip())


def _log_in(pkcs11: Any, token: Any, options: SignerOptions) -> Any:
    name = f"token {plain(token.label)}"
    pin = resolve_passphrase(options.passphrase, name)
    try:
        return token.open(user_pin=pin.decode("utf-8"))
    except pkcs11.exceptions.UserAlreadyLoggedIn:
        return token.open()  # a token is unlocked for the whole process, once
    except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinLenRange, UnicodeDecodeError) as error:
        raise PassphraseError(
            f"The PIN for the {name} is wrong.",
            hint="Check it before you try again: tokens lock themselves after a few wrong PINs.",
        ) from error
    except pkcs11.exceptions.PinLocked as error:
        raise TokenError(
            f"The {name} has locked itself after too many wrong PINs.",
            hint="Unlock it with its own software and the PUK or the security officer's PIN.",
        ) from error
    except pkcs11.exceptions.PKCS11Error as error:
        raise TokenError(
            f"The {name} refused to open a session: {_reason(error)}.",
            hint="Check that it is set up and that no other program keeps it to itself.",
        ) from error


def _find_key(pkcs11: Any, session: Any, address: KeyAddress) -> Any:
    wanted: dict[Any, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    if address.object is not None:
        wanted[pkcs11.Attribute.LABEL] = address.object
    if address.id is not None:
        wanted[pkcs11.Attribute.ID] = address.id
    found = _objects(session, wanted)
    if len(found) != 1:
        what = "No private key" if not found else "More than one private key"
        raise TokenError(
            f"{what} on the token fits this address.",
            hint="Name it by label and id, as in object=desk;id=%01; `pkcs11-tool --list-objects` shows them.",
        )
    return found[0]


def _chain_on_token(pkcs11: Any, session: Any, key: Any, uri: str) -> tuple[x509.Certificate, ...]:
    """Certificates on the token: the one with the key's id (or label), then its issuers."""
    attribute = pkcs11.Attribute
    leaf, held = None, []
    for each in _objects(session, {attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}):
        try:
            certificate = x509.load_der_x509_certificate(each[attribute.VALUE])
        except (ValueError, x509.InvalidVersion):
            continue
        held.append(certificate)
        if leaf is None and _same(each, key, attribute.ID, attribute.LABEL):
            leaf = certificate
    if leaf is None:
        raise CertificateError(
            f"The token has no certificate with the id or label of the key of {plain(uri)}.",
            hint="Name the certificate file with --cert, or store the certificate on the token.",
        )
    return order_chain(held, leaf=leaf, origin=uri)


def _same(certificate: Any, key: Any, *attributes: Any) -> bool:
    """Ids decide where both have one, else labels."""
    for attribute in attributes:
        try:
            mine, theirs = certificate[attribute], key[attribute]
        except KeyError:
            continue
        if mine and theirs:
            return bool(mine == theirs)
    return False


def _objects(session: Any, wanted: dict[Any, Any]) -> list[Any]:
    search = session.get_objects(wanted)
    found = [each for each, _ in zip(search, range(_MAX_OBJECTS), strict=False)]
    for _ in search:  # PKCS#11 keeps a search open until it is read to its end
        pass
    return found


def _signing_function(pkcs11: Any, key: Any, algorithm: Algorithm, uri: str) -> Callable[[bytes], bytes]:
    """Digests are made here and not on the token: every token can sign a digest, and it is faster."""
    lock = threading.Lock()  # a PKCS#11 session can do one operation at a time
    mechanism, parameter = _mechanism(pkcs11, algorithm)

    def sign(data: bytes) -> bytes:
        message = data if algorithm == "ed25519" else hashlib.new(f"sha{algorithm[2:]}", data).digest()
        try:
            with lock:
                return bytes(key.sign(message, mechanism=mechanism, mechanism_param=parameter))
        except pkcs11.exceptions.PKCS11Error as error:
            raise TokenError(
                f"The token refused to sign with {plain(uri)}: {_reason(error)}.",
                hint="Check that it is still plugged in and that its key may sign with "
                f"{algorithm}; some tokens support only some algorithms.",
            ) from error

    return sign


def _mechanism(pkcs11: Any, algorithm: Algorithm) -> tuple[Any, Any]:
    if algorithm == "ed25519":
        return pkcs11.Mechanism.EDDSA, None
    if algorithm.startswith("es"):
        return pkcs11.Mechanism.ECDSA, None
    bits = algorithm[2:]
    parameter = (
        getattr(pkcs11.Mechanism, f"SHA{bits}"),
        getattr(pkcs11.MGF, f"SHA{bits}"),
        int(bits) // 8,
    )
    return pkcs11.Mechanism.RSA_PKCS_PSS, parameter


def _reason(error: Exception) -> str:
    return plain(str(error)) or type(error).__name__
