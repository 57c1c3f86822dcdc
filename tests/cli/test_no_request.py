"""Reading a file never touches the network on the file's say-so."""

from __future__ import annotations

import http.server
import threading

import pytest
import throwaway


@pytest.fixture
def listener():
    """A server on this machine and the requests that it got."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_HEAD = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tracking(listener, samples, tmp_path):
    """A file whose credentials are said to lie on that server."""
    plain = (samples / "stripped.jpg").read_bytes()
    address = f"{listener[0]}/who-looks.c2pa"
    path = tmp_path / "tracking.jpg"
    path.write_bytes(throwaway.sign(plain, "image/jpeg", throwaway.created(), remote=address))
    return path, address


@pytest.mark.parametrize("command", ["examine", "verify", "detect"])
def test_remote_manifest_makes_no_request(assay, listener, tracking, command):
    path, address = tracking
    ran = assay(command, "--json", path)
    assert ran.code == 0
    assert listener[1] == []
    if command != "detect":
        assert ran.records[0]["provenance"]["state"] == "remote"
        assert ran.records[0]["provenance"]["remote_url"] == address
        assert any("--online" in step for step in ran.records[0]["assessment"]["next_steps"])


def test_online_asks_as_told(assay, listener, tracking):
    ran = assay("verify", "--json", "--online", tracking[0])
    assert listener[1] == ["/who-looks.c2pa"]
    assert len(ran.records) == 1
    assert ran.records[0]["tool"]["offline"] is False
