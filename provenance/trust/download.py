"""Fetch one small public file over HTTPS, with every bound that a hostile or broken server calls for.

Only `provenance.trust.sources` uses it, and that only when somebody asked for an update.
"""

from __future__ import annotations

import http.client
import ipaddress
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import IO

from provenance.errors import NetworkError
from provenance.trust.formats import MAX_LIST_BYTES

__all__ = ["download"]

_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5


def download(
    url: str, *, timeout: float = 20.0, deadline: float = 60.0, limit: int = MAX_LIST_BYTES
) -> bytes:
    """Fetch `url`.

    Args:
        url: An https address; http only to this machine itself (a loopback address).
        timeout: Longest silence of the server, in seconds.
        deadline: Longest whole transfer, in seconds.
        limit: Most bytes that are taken.

    Raises:
        NetworkError: The address or a redirect is not allowed, the server does not answer or answers with an
            error, or the body is longer than `limit` or shorter than announced.
    """
    local = _check(url)
    opener = urllib.request.OpenerDirector()
    for handler in (
        # No proxy stands between this machine and itself.
        urllib.request.ProxyHandler({} if local else None),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(  # noqa: S310 - _check has limited the scheme
        url, headers={"User-Agent": "assay", "Accept-Encoding": "identity"}
    )
    try:
        with opener.open(request, timeout=timeout) as response:
            return _body(response, url, limit, time.monotonic() + deadline)
    except urllib.error.HTTPError as error:
        error.close()
        raise NetworkError(
            f"{url} answered {error.code}.", hint="Check the address, or give another one with --url."
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        reason = getattr(cause, "strerror", None) or cause
        raise NetworkError(
            f"{url} could not be fetched: {reason}.",
            hint="Check the connection, or copy the file here and run `assay trust add`.",
        ) from error


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = _MAX_REDIRECTS

    def redirect_request(  # noqa: PLR0917 - the signature is urllib's
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if _check(newurl) and not _check(req.full_url):
            # A server out there must not steer requests at services on this machine.
            raise NetworkError(f"{req.full_url} redirects to this machine, which is refused.", hint=_ASK)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_ASK = "Ask the publisher of the list for its current https address."


def _check(url: str) -> bool:
    """Whether `url` is a loopback address; raises where it may not be fetched at all."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise NetworkError(f"{url} is not a web address.", hint=_ASK) from error
    local = _is_loopback(host)
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
        raise NetworkError(f"{url} is not an https address, and only those are fetched.", hint=_ASK)
    if parts.username is not None or parts.password is not None:
        raise NetworkError(
            "The address holds a user name or password, and it would be stored with the list.",
            hint="Give an address without them, or copy the file here and run `assay trust add`.",
        )
    return local


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _body(response: http.client.HTTPResponse, url: str, limit: int, until: float) -> bytes:
    announced = response.headers.get("Content-Length", "")
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise NetworkError(
                f"{url} is larger than {limit:,} bytes and was not taken.",
                hint="Check that the address is that of a trust list.",
            )
        if time.monotonic() > until:
            raise NetworkError(f"{url} took too long.", hint="Try again later.")
    if announced.isdigit() and len(body) < int(announced):
        raise NetworkError(f"{url} broke off after {len(body):,} of {announced} bytes.", hint="Try again.")
    return bytes(body)
