"""Fixtures of the trust list tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from trust_material import Made, Server, make


@pytest.fixture(scope="session")
def root() -> Made:
    return make("Root")


@pytest.fixture(scope="session")
def leaf(root: Made) -> Made:
    return make("Leaf", issuer=root, authority=False, days=(-30, 300))


@pytest.fixture(scope="session")
def roots(root: Made) -> tuple[Made, ...]:
    return (root, make("Second root"), make("Third root"))


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.requests.append(self.path)
            page = here.pages.get(self.path)
            if page is None:
                self.send_error(404)
            else:
                page(self)

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass  # a client that hangs up early is part of the tests

    httpd = Quiet(("127.0.0.1", 0), Handler)
    here = Server(f"http://127.0.0.1:{httpd.server_port}")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    httpd.shutdown()
    thread.join()
    httpd.server_close()
