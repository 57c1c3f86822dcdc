"""The other side of the wire, run by the tests themselves on loopback: a timestamp authority and an OCSP responder.

Both are OpenSSL's own (`openssl ts -reply` behind an HTTP handler, `openssl ocsp -port`), so that our code meets
somebody else's encoder. Where openssl is missing, `require_openssl` skips the test and says so.
"""

from __future__ import annotations

import contextlib
import http.server
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import throwaway
from cryptography import x509

OPENSSL = shutil.which("openssl")

_TS_CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""

_CA_CONFIG = "unique_subject = no\n"


def require_openssl() -> str:
    """Return the program, or skip the test."""
    if OPENSSL is None:
        pytest.skip(
            "openssl is not installed, so there is no timestamp authority or OCSP responder to talk to"
        )
    return OPENSSL


@dataclass
class TimestampServer:
    """An RFC 3161 authority at `url`; set `mode` to make it misbehave."""

    url: str
    root: throwaway.Party
    party: throwaway.Party
    folder: Path
    mode: str = "works"
    """works, slow, error (HTTP 500), garbage, endless, empty, refused (PKI status 2), other_nonce, other_data,
    redirects, plain_text."""
    delay: float = 3.0
    """Seconds that `slow` waits."""
    requests: list[bytes] = field(default_factory=list)
    """Bodies as they came in."""

    def reply(self, query: bytes) -> bytes:
        """Return a TimeStampResp from `openssl ts -reply`."""
        asked = self.folder / f"query-{len(self.requests)}.tsq"
        answer = asked.with_suffix(".tsr")
        asked.write_bytes(query)
        program = require_openssl()
        subprocess.run(
            [program, "ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile", asked, "-out", answer,
             "-signer", self.folder / "tsa.pem", "-inkey", self.folder / "tsa.key", "-chain",
             self.folder / "chain.pem"],
            check=True, capture_output=True, timeout=20,
        )  # fmt: skip
        return answer.read_bytes()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers timestamp queries as its server's `authority` says."""

    def do_POST(self) -> None:
        authority: TimestampServer = self.server.authority  # type: ignore[attr-defined]
        query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        authority.requests.append(query)
        with contextlib.suppress(OSError):  # the client may have gone away
            self._answer(authority, query)

    def do_GET(self) -> None:
        self._send(405, b"only POST")

    def _answer(self, authority: TimestampServer, query: bytes) -> None:
        mode = authority.mode
        if mode == "slow":
            time.sleep(authority.delay)
        if mode == "error":
            self._send(500, b"out of order")
        elif mode == "garbage":
            self._send(200, b"\x30\x82\x01\x00" + bytes(range(64)))
        elif mode == "plain_text":
            self._send(200, b"<html>Welcome to the hotel network</html>", kind="text/html")
        elif mode == "empty":
            self._send(200, b"")
        elif mode == "endless":
            self._send(200, b"\0" * (2 << 20))
        elif mode == "redirects":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif mode == "refused":  # PKIStatusInfo { status rejection(2) }
            self._send(200, bytes.fromhex("30053003020102"))
        elif mode == "other_data":
            self._send(200, authority.reply(_with_other_imprint(query)))
        elif mode == "other_nonce":
            self._send(200, authority.reply(_with_other_nonce(query)))
        else:
            self._send(200, authority.reply(query))

    def _send(self, code: int, body: bytes, *, kind: str = "application/timestamp-reply") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        pass


@contextlib.contextmanager
def timestamp_server(
    *, root: throwaway.Party | None = None, name: str = "Throw-away clock", mode: str = "works"
) -> Iterator[TimestampServer]:
    """Run a timestamp authority of its own throw-away CA, or of `root`, until the context ends."""
    require_openssl()
    root = root or throwaway.authority("Throw-away clock root")
    party = throwaway.leaf(root, name, usages=(throwaway.TIME,))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "tsa.cnf").write_text(_TS_CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.pem").write_bytes(party.pem)
        (folder / "tsa.key").write_text(party.key_pem)
        (folder / "chain.pem").write_bytes(root.pem)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
        authority = TimestampServer(url=url, root=root, party=party, folder=folder, mode=mode)
        server.authority = authority  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)


def _with_other_imprint(query: bytes) -> bytes:
    # The imprint is the one OCTET STRING of 32 bytes.
    at = query.index(b"\x04\x20") + 2
    return query[:at] + bytes(32) + query[at + 32 :]


def _with_other_nonce(query: bytes) -> bytes:
    # The nonce is the INTEGER behind the imprint; its last byte is changed.
    at = query.index(b"\x04\x20") + 34
    end = at + 2 + query[at + 1]
    return query[: end - 1] + bytes([query[end - 1] ^ 1]) + query[end:]


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class OcspServer:
    """OpenSSL's responder at `url`."""

    url: str
    party: throwaway.Party


@contextlib.contextmanager
def ocsp_server(
    issuer: throwaway.Party,
    *,
    good: Sequence[x509.Certificate] = (),
    revoked: Sequence[x509.Certificate] = (),
    signed_by: throwaway.Party | None = None,
    port: int | None = None,
    revoked_at: datetime | None = None,
) -> Iterator[OcspServer]:
    """Run a responder that knows these certificates of `issuer`; every other one is unknown to it.

    Args:
        issuer: Who issued the certificates.
        good: Certificates in force.
        revoked: Certificates that were revoked, by default a day ago, since their key was compromised.
        signed_by: Who signs the answers; by default a responder that `issuer` delegated to.
        port: Where it listens, where the certificates name the address already.
        revoked_at: When they were revoked.
    """
    program = require_openssl()
    party = signed_by or throwaway.leaf(issuer, "Throw-away responder", usages=(throwaway.OCSP,))
    port = port or closed_port()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        when = revoked_at or datetime.now(UTC) - timedelta(days=1)
        lines = [_index_line("V", c, None) for c in good] + [_index_line("R", c, when) for c in revoked]
        (folder / "index.txt").write_text("".join(lines))
        (folder / "index.txt.attr").write_text(_CA_CONFIG)
        (folder / "ca.pem").write_bytes(issuer.pem)
        (folder / "ocsp.pem").write_bytes(party.pem)
        (folder / "ocsp.key").write_text(party.key_pem)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "ocsp", "-port", str(port), "-index", folder / "index.txt", "-CA", folder / "ca.pem",
                 "-rsigner", folder / "ocsp.pem", "-rkey", folder / "ocsp.key", "-nmin", "60", "-timeout", "5"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                _wait_until_open(process, folder / "log")
                yield OcspServer(url=f"http://127.0.0.1:{port}/", party=party)
            finally:
                process.terminate()
                process.wait(10)


def _index_line(status: str, certificate: x509.Certificate, revoked: datetime | None) -> str:
    """One line of an OpenSSL CA database: status, expiry, revocation, serial, file, subject."""
    ends = certificate.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
    ended = revoked.strftime("%y%m%d%H%M%SZ") + ",keyCompromise" if revoked else ""
    serial = f"{certificate.serial_number:X}"
    serial = "0" * (len(serial) % 2) + serial
    return f"{status}\t{ends}\t{ended}\t{serial}\tunknown\t/CN=x\n"


def _wait_until_open(process: subprocess.Popen[bytes], log: Path) -> None:
    # By its own words: a connection that brings no request makes openssl 3.0 spin for ever.
    until = time.monotonic() + 10
    while time.monotonic() < until and process.poll() is None:
        if b"waiting for OCSP client connections" in log.read_bytes():
            return
        time.sleep(0.02)
    pytest.fail(f"openssl ocsp did not start: {log.read_text(errors='replace')}")
