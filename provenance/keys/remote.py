"""Sign through a signing service: HTTPS with mutual TLS, and a JSON protocol of two requests.

`GET BASE/certificates` answers `{"certificates": ["<base64 DER>", …]}`, the signer's own first.
`POST BASE/sign` with `{"algorithm": "es256", "data": "<base64>"}` answers `{"signature": "<base64>"}`, in
the form that COSE wants. A refusal is any other status, if possible with `{"error": "<a sentence>"}`.

Settings: `client_cert` and `client_key` (PEM, who we are), `ca` (PEM, whom we accept as the service; the
system's authorities when left out), `timeout` (seconds). Each can also come from the environment, as
ASSAY_SIGNER_CLIENT_CERT and so on. Redirects are not followed and proxies not used. Every signature is
checked against the certificate before it is used.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import os
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from provenance.keys.algorithms import Algorithm, signature_matches
from provenance.keys.chain import load_certificates, order_chain, parse_certificates
from provenance.keys.errors import KeyFileError, KeyMismatchError, PassphraseError, RemoteSignerError
from provenance.keys.identity import Identity, choose_algorithm, make_identity
from provenance.keys.load import Passphrase, is_encrypted, resolve_passphrase
from provenance.keys.names import plain
from provenance.keys.signers import SignerOptions

__all__ = ["is_available", "open_signer", "unavailable_message"]

unavailable_message = "Python's ssl module is missing; install a Python that has it."
"""What to do when `is_available()` is False."""

_MAX_REQUEST_BYTES = 16 * 2**20
_MAX_ANSWER_BYTES = 256 * 2**10
_MAX_CERTIFICATES = 8
_DEFAULT_TIMEOUT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """Where the service is and how to reach it."""

    url: str
    host: str
    port: int
    path: str
    timeout: float
    context: ssl.SSLContext = field(repr=False)


def is_available() -> bool:
    """The standard library is enough."""
    return True


def open_signer(uri: str, options: SignerOptions) -> Identity:
    """Open the identity that a signing service holds.

    Args:
        uri: Base address of the service, as in `https://signer.example.org/desk`.
        options: Settings as in the module's description; the passphrase unlocks `client_key`.

    Returns:
        The identity.

    Raises:
        RemoteSignerError: The address is malformed, or the service does not answer as it should.
        KeyFileError: The client certificate, its key or the authorities cannot be read.
        PassphraseError: The passphrase of the client key is missing or wrong.
        KeyMismatchError: A signature does not fit the certificate.
    """
    service = _service(uri, options)
    chain = _chain(service, options)
    public = chain[0].public_key()
    algorithm = choose_algorithm(public, options.algorithm, origin=uri)

    def sign(data: bytes) -> bytes:
        signature = _request_signature(service, algorithm, data)
        if not signature_matches(public, algorithm, signature, data):
            raise KeyMismatchError(
                f"A signature from {service.url} does not fit the certificate.",
                hint="Ask the service's operator which certificate belongs to this key.",
            )
        return signature

    return make_identity(chain, sign, algorithm=algorithm, origin=uri)


def _service(uri: str, options: SignerOptions) -> _Service:
    try:
        parts = urlsplit(uri)
        port = parts.port or 443
    except ValueError:
        parts, port = urlsplit("https:"), 443
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise RemoteSignerError(
            f"{plain(uri)} is not the address of a signing service.",
            hint="Write it as in https://signer.example.org/desk, without user name, ? or #.",
        )
    setting = _setting(options, "timeout") or str(_DEFAULT_TIMEOUT)
    try:
        timeout = float(setting)
    except ValueError:
        timeout = 0.0
    if not 0 < timeout <= 600:
        raise RemoteSignerError(
            f"The timeout {plain(setting)!r} is not possible.", hint="Give seconds, between 1 and 600."
        )
    return _Service(
        url=plain(uri),
        host=parts.hostname,
        port=port,
        path=parts.path.rstrip("/"),
        timeout=timeout,
        context=_tls(options),
    )


def _tls(options: SignerOptions) -> ssl.SSLContext:
    authorities, cert, key = (_setting(options, name) for name in ("ca", "client_cert", "client_key"))
    try:
        context = ssl.create_default_context(cafile=authorities)
    except (OSError, ValueError) as error:
        raise KeyFileError(
            f"{authorities} holds no authorities that can be read.",
            hint="Give the PEM file of the authority that issued the service's certificate.",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cert is None:
        return context
    secret = _client_secret(options.passphrase, key or cert)
    try:
        context.load_cert_chain(cert, key, password=secret)
    except (OSError, ValueError) as error:
        if secret:
            raise PassphraseError(
                f"The passphrase for {key or cert} is wrong, or it does not belong to {cert}.",
                hint="Check the passphrase, and that both files were made together.",
            ) from error
        raise KeyFileError(
            f"{cert} and {key or cert} cannot be used together to log in.",
            hint="Give the client certificate and its key as PEM files that were made together.",
        ) from error
    return context


def _client_secret(passphrase: Passphrase, path: str) -> bytes:
    """Passphrase of the client's key; empty where it needs none, so that OpenSSL never asks by itself."""
    return resolve_passphrase(passphrase, path) if is_encrypted(path) else b""


def _setting(options: SignerOptions, name: str) -> str | None:
    return options.settings.get(name) or os.environ.get(f"ASSAY_SIGNER_{name.upper()}") or None


def _chain(service: _Service, options: SignerOptions) -> tuple[x509.Certificate, ...]:
    if options.cert is not None:
        return load_certificates(options.cert)
    listed = _exchange(service, "GET", "/certificates").get("certificates")
    if not isinstance(listed, list) or not 0 < len(listed) <= _MAX_CERTIFICATES:
        raise _unexpected(service, "it lists no certificates, or too many")
    held = tuple(parse_certificates(_decode(service, each), origin=service.url)[0] for each in listed)
    return order_chain(held, leaf=held[0], origin=service.url)


def _request_signature(service: _Service, algorithm: Algorithm, data: bytes) -> bytes:
    if len(data) > _MAX_REQUEST_BYTES:
        raise RemoteSignerError(
            f"What {service.url} should sign is larger than {_MAX_REQUEST_BYTES // 2**20} MiB.",
            hint="Sign with fewer or smaller assertions.",
        )
    body = {"algorithm": algorithm, "data": base64.b64encode(data).decode("ascii")}
    return _decode(service, _exchange(service, "POST", "/sign", body).get("signature"))


def _exchange(
    service: _Service, method: str, path: str, body: dict[str, str] | None = None
) -> dict[str, Any]:
    """One request on a connection of its own."""
    connection = http.client.HTTPSConnection(
        service.host, service.port, timeout=service.timeout, context=service.context
    )
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    try:
        payload = None if body is None else json.dumps(body)
        connection.request(method, service.path + path, body=payload, headers=headers)
        with connection.getresponse() as answer:
            status, content = answer.status, answer.read(_MAX_ANSWER_BYTES + 1)
    except ssl.SSLCertVerificationError as error:
        raise RemoteSignerError(
            f"The certificate of {service.url} is not accepted: {plain(error.verify_message)}.",
            hint="Name the service's authority with the setting ca (ASSAY_SIGNER_CA).",
        ) from error
    except TimeoutError as error:
        raise RemoteSignerError(
            f"{service.url} did not answer within {service.timeout:g} seconds.",
            hint="Check the network and try again; the setting timeout gives it longer.",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise RemoteSignerError(
            f"{service.url} cannot be reached: {plain(str(error)) or type(error).__name__}.",
            hint="Check the address and the network, and that your client certificate (ASSAY_SIGNER_CLIENT_CERT) "
            "is one that the service accepts.",
        ) from error
    finally:
        connection.close()
    return _parse(service, status, content)


def _parse(service: _Service, status: int, content: bytes) -> dict[str, Any]:
    if len(content) > _MAX_ANSWER_BYTES:
        raise _unexpected(service, "its answer is too long")
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if status != http.client.OK:
        said = answer.get("error") if isinstance(answer, dict) else None
        reason = f"status {status}" + (f", {plain(said)!r}" if isinstance(said, str) else "")
        raise RemoteSignerError(
            f"{service.url} refused the request: {reason}.",
            hint="Ask the service's operator whether your client certificate may sign with this key.",
        )
    if not isinstance(answer, dict):
        raise _unexpected(service, "its answer is not a JSON object")
    return answer


def _decode(service: _Service, value: object) -> bytes:
    try:
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise _unexpected(service, "a value is not base64")


def _unexpected(service: _Service, what: str) -> RemoteSignerError:
    return RemoteSignerError(
        f"{service.url} answered something that is no signing service's answer: {what}.",
        hint="Check the address; docs/keys.md describes what a signing service answers.",
    )
