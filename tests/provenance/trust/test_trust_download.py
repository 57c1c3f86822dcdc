"""One file over HTTP from a server that may be broken or hostile."""

from __future__ import annotations

import socket
import time
from http.server import BaseHTTPRequestHandler

import pytest
from trust_material import Server

from provenance.errors import NetworkError
from provenance.trust.download import download


def test_body_comes_whole(server: Server) -> None:
    body = bytes(range(256)) * 1000
    assert download(server.serve("/list", body)) == body
    assert server.requests == ["/list"]


def test_no_proxy_for_this_machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert download(server.serve("/list", b"x")) == b"x"


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_error_status(server: Server, status: int) -> None:
    with pytest.raises(NetworkError, match=f"answered {status}") as caught:
        download(server.serve("/list", b"nothing", status=status))
    assert caught.value.hint


def test_larger_than_the_limit(server: Server) -> None:
    url = server.serve("/list", b"x" * 1001)
    assert len(download(url, limit=1001)) == 1001
    with pytest.raises(NetworkError, match="larger than 1,000 bytes"):
        download(url, limit=1000)


def test_endless_body_without_length(server: Server) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    server.pages["/list"] = page
    with pytest.raises(NetworkError, match="larger than"):
        download(server.url + "/list", limit=10**6)


def test_broken_off(server: Server) -> None:
    with pytest.raises(NetworkError, match="broke off after 5 of 50 bytes"):
        download(server.serve("/list", b"short", announce=50))


def test_silent_server(server: Server) -> None:
    server.pages["/list"] = lambda _: time.sleep(1)
    with pytest.raises(NetworkError, match="could not be fetched"):
        download(server.url + "/list", timeout=0.1)


def test_dripping_server(server: Server) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.02)
        except OSError:
            pass

    server.pages["/list"] = page
    start = time.monotonic()
    with pytest.raises(NetworkError, match="took too long"):
        download(server.url + "/list", timeout=1, deadline=0.1)
    assert time.monotonic() - start < 1.5


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NetworkError, match="could not be fetched"):
            download(f"http://127.0.0.1:{taken.getsockname()[1]}/list")


def test_server_that_speaks_no_http(server: Server) -> None:
    server.pages["/list"] = lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n")
    with pytest.raises(NetworkError, match="could not be fetched"):
        download(server.url + "/list")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/list.pem",
        "http://127.0.0.1.example.org/list.pem",
        "http://10.0.0.1/list.pem",
        "file:///etc/hostname",
        "ftp://127.0.0.1/list.pem",
        "data:text/plain,x",
        "//127.0.0.1/list.pem",
        "/etc/hostname",
        "https:///list.pem",
        "http://[::1",
        "",
    ],
)
def test_address_that_is_not_fetched(url: str) -> None:
    with pytest.raises(NetworkError, match=r"not an https address|not a web address"):
        download(url)


def test_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(NetworkError, match="user name or password") as caught:
        download("https://me:secret@example.org/list.pem")
    assert "secret" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/a b", "http://localhost:99999/", "http://127.0.0.1:1/\u00e9"]
)
def test_malformed_address(url: str) -> None:
    with pytest.raises(NetworkError):
        download(url)


def test_redirect_on_this_machine(server: Server) -> None:
    server.serve("/new", b"x")
    assert download(server.redirect("/old", "/new")) == b"x"


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://example.org/x", "data:,x", "gopher://x/"]
)
def test_redirect_elsewhere_is_refused(server: Server, target: str) -> None:
    with pytest.raises(NetworkError):
        download(server.redirect("/old", target))
    assert server.requests == ["/old"]


def test_redirect_in_circles(server: Server) -> None:
    with pytest.raises(NetworkError):
        download(server.redirect("/old", "/old"))
    assert len(server.requests) < 10


def test_redirect_from_outside_to_this_machine() -> None:
    import urllib.request
    from http.client import HTTPMessage
    from io import BytesIO

    from provenance.trust.download import _Redirects

    request = urllib.request.Request("https://example.org/list.pem")
    for target in ("https://127.0.0.1/x", "http://localhost:8080/x", "https://[::1]/x"):
        with pytest.raises(NetworkError, match="redirects to this machine"):
            _Redirects().redirect_request(request, BytesIO(), 302, "", HTTPMessage(), target)
    assert _Redirects().redirect_request(request, BytesIO(), 302, "", HTTPMessage(), "https://example.com/x")
