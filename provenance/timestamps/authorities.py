"""Asking timestamp authorities for a token, one after the other."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

from provenance.errors import NetworkError, UsageError
from provenance.exchange import exchange
from provenance.signing.engine import TimestampError
from provenance.timestamps.cms import signature_holds
from provenance.timestamps.tokens import Token, TokenError, parse_response

__all__ = ["request_token"]

_MEDIA_TYPE = "application/timestamp-query"
_PLACEHOLDER = b"assay"


def request_token(
    *,
    tsas: Sequence[str],
    data: bytes | None = None,
    sha256: bytes | None = None,
    timeout: float = 10.0,
    retries: int = 1,
    pause: float = 0.5,
) -> Token:
    """Get a timestamp for data, or for its SHA-256; only the hash is sent.

    Args:
        tsas: Addresses of authorities (RFC 3161 over HTTP), tried in order.
        data: What to stamp, or
        sha256: its SHA-256, for what is too large to hold.
        timeout: Longest wait for one answer, in seconds.
        retries: How often each authority is asked again.
        pause: Wait before that, in seconds.

    Returns:
        The token; it is whole and belongs to the data. Whether the authority is on a trust list is for
        `verify_token` to say.

    Raises:
        TimestampError: No authority gave one; the message says what each did.
        UsageError: No authority is named.
    """
    if not tsas:
        raise UsageError(
            "No timestamp authority is named.", hint="Name one, as in --tsa http://timestamp.example.org."
        )
    imprint = hashlib.sha256(data).digest() if data is not None else sha256
    if imprint is None or len(imprint) != 32:
        raise UsageError("There is nothing to stamp.", hint="Give data or its SHA-256.")
    failures = []
    for url in tsas:
        for attempt in range(retries + 1):
            if attempt:
                time.sleep(pause)
            try:
                return _ask(url, imprint, timeout)
            except (NetworkError, TokenError) as error:
                said = error.message
        failures.append(f"{url} {said}")
    raise TimestampError(
        f"No timestamp could be had: {'; '.join(failures)}.",
        hint="Check the addresses and the connection, name a further authority with --tsa, or try again later.",
    )


def _ask(url: str, imprint: bytes, timeout: float) -> Token:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    from provenance.credentials.timestamp import read_token

    # The builder hashes for itself, and a file may be too large to hand over: so it hashes a placeholder, whose hash is
    # then exchanged for ours, which is as long.
    request = TimestampRequestBuilder().data(_PLACEHOLDER).hash_algorithm(HashAlgorithm.SHA256).build()
    query = request.as_bytes().replace(hashlib.sha256(_PLACEHOLDER).digest(), imprint)
    token = parse_response(exchange(url, query, content_type=_MEDIA_TYPE, timeout=timeout))
    if token.nonce != request.nonce:
        raise TokenError("answered another request than ours (the nonce differs)")
    if token.hash_name != "sha256" or token.imprint != imprint:
        raise TokenError("stamped other data than ours")
    certificates = read_token(token.der)
    if certificates is None:
        raise TokenError("sent a timestamp without the certificate of who signed it")
    if not signature_holds(token.der, certificates.signer):
        raise TokenError("sent a timestamp whose signature does not hold")
    return replace(token, url=url)
