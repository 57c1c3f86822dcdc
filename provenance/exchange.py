"""One short question to a server that the user named, and its answer: timestamps and revocation.

Both protocols sign their answers, so plain http is allowed. Redirects are not followed: what was named is asked.
"""

from __future__ import annotations

import http.client
import ipaddress
import time
import urllib.error
import urllib.parse
import urllib.request

from provenance.errors import NetworkError

__all__ = ["exchange"]

_CHUNK = 16 * 1024
_HINT = "Check the address and the connection."


def exchange(
    url: str, body: bytes | None, *, content_type: str, timeout: float = 10.0, limit: int = 1 << 18
) -> bytes:
    """Send `body` and return the answer.

    Args:
        url: An http or https address without user name.
        body: What to send with POST; None sends GET.
        content_type: Its media type.
        timeout: Longest wait for the whole answer, in seconds.
        limit: Most bytes that are taken.

    Raises:
        NetworkError: Nothing usable came back. The message is what follows the server's name in a sentence, such as
            "answered 500".
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        # No proxy stands between this machine and itself.
        urllib.request.ProxyHandler({} if _is_local(url) else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
    ):
        opener.add_handler(handler)
    headers = {"User-Agent": "assay", "Accept-Encoding": "identity", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = content_type
    until = time.monotonic() + timeout
    try:
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - _is_local checked it
        answer = opener.open(request, timeout=timeout)
        if answer is None:
            raise NetworkError("cannot be asked", hint=_HINT)
        with answer as response:
            if response.status != 200:
                raise NetworkError(f"answered {response.status}", hint=_HINT)
            return _body(response, limit, until)
    except TimeoutError as cause:
        raise NetworkError(f"did not answer within {timeout:g} seconds", hint=_HINT) from cause
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NetworkError(_reason(error, timeout), hint=_HINT) from error


def _body(response: http.client.HTTPResponse, limit: int, until: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise NetworkError(f"answered with more than {limit:,} bytes", hint=_HINT)
        if time.monotonic() > until:
            raise NetworkError("took too long to answer", hint=_HINT)
    return bytes(body)


def _reason(error: Exception, timeout: float) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return f"did not answer within {timeout:g} seconds"
    if isinstance(cause, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(cause, ConnectionError | http.client.HTTPException):
        return "broke the connection off"
    return f"could not be reached ({getattr(cause, 'strerror', None) or cause})"


def _is_local(url: str) -> bool:
    """Whether `url` is a loopback address; raises where it is no address to ask."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
        sound = bool(host) and parts.scheme in ("http", "https") and url.isprintable() and " " not in url
        _ = parts.port
    except ValueError:
        sound, host = False, ""
    if not sound or parts.username is not None or parts.password is not None:
        raise NetworkError("is no web address", hint="Write it as in http://timestamp.example.org.")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
