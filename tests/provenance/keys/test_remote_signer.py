"""A signing service over HTTPS with mutual TLS, started by the test on loopback."""

from __future__ import annotations

import base64
import http.server
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from provenance.keys.algorithms import algorithm_of, signature_matches, signer_for
from provenance.keys.errors import (
    CertificatePurposeError,
    KeyFileError,
    KeyMismatchError,
    PassphraseError,
    RemoteSignerError,
    SignerUnavailableError,
)
from provenance.keys.signers import open_identity


class Service(http.server.ThreadingHTTPServer):
    """What a newsroom's signing service does, in as few lines as possible."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, party: Any, chain: list[x509.Certificate]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.context, self.party, self.chain = context, party, chain
        self.override: Callable[[str], tuple[int, bytes]] | None = None
        self.requests: list[str] = []
        self.clients: list[str] = []

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_port}/desk"

    def finish_request(self, request: socket.socket, address: Any) -> None:
        try:
            request.settimeout(5)
            with self.context.wrap_socket(request, server_side=True) as secure:
                self.clients.append(str(secure.getpeercert()["subject"]))
                super().finish_request(secure, address)
        except OSError:  # a client that was turned away
            pass

    def shutdown_request(self, request: Any) -> None:
        request.close()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def answer(self, body: dict | None = None) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        if self.server.override:
            status, content = self.server.override(self.path)
        else:
            status, content = 200, json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        ders = [each.public_bytes(Encoding.DER) for each in self.server.chain]
        self.answer({"certificates": [base64.b64encode(der).decode() for der in ders]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sign = signer_for(self.server.party.key, asked["algorithm"])
        self.answer({"signature": base64.b64encode(sign(base64.b64decode(asked["data"]))).decode()})


def tls_party(forge, folder, name, *, passphrase=None):
    """Key and certificate for TLS, below the test root, as files."""
    extensions = (
        (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
        (
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            False,
        ),
    )
    party = forge.leaf(forge.root, subject=x509.Name.from_rfc4514_string(f"CN={name}"), instead=extensions)
    (folder / f"{name}.pem").write_bytes(party.pem())
    (folder / f"{name}.key").write_bytes(party.key_pem(passphrase))
    return folder / f"{name}.pem", folder / f"{name}.key"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, forge):
    folder = tmp_path_factory.mktemp("tls")
    (folder / "root.pem").write_bytes(forge.root.pem())
    tls_party(forge, folder, "desk")
    tls_party(forge, folder, "locked", passphrase=b"secret")
    return folder


@pytest.fixture
def service(forge, folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_party(forge, folder, "server"))
    context.load_verify_locations(folder / "root.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    party = forge.leaf()
    server = Service(context, party, list(forge.chain(party))[:2])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(folder):
    return {
        "client_cert": str(folder / "desk.pem"),
        "client_key": str(folder / "desk.key"),
        "ca": str(folder / "root.pem"),
        "timeout": "5",
    }


def test_signs_through_the_service(service, settings, forge):
    identity = open_identity(service.url, settings=settings)
    assert identity.certificates == tuple(service.chain)
    assert identity.algorithm == "es256"
    assert identity.origin == service.url
    signature = identity.sign(b"a claim")
    assert signature_matches(service.party.key.public_key(), "es256", signature, b"a claim")
    assert set(service.requests) == {"GET /desk/certificates", "POST /desk/sign"}
    assert all("desk" in client for client in service.clients)


@pytest.mark.parametrize("algorithm", ["ps256", "ed25519"])
def test_other_kinds_of_key(service, settings, forge, keys_by_algorithm, algorithm):
    service.party = forge.leaf(key=keys_by_algorithm[algorithm])
    service.chain = [service.party.certificate, forge.intermediate.certificate]
    identity = open_identity(service.url, settings=settings)
    assert identity.algorithm == algorithm == algorithm_of(service.party.key.public_key())
    assert signature_matches(service.party.key.public_key(), algorithm, identity.sign(b"x"), b"x")


def test_settings_may_come_from_the_environment_and_the_chain_from_a_file(
    service, settings, forge, monkeypatch, tmp_path
):
    for name, value in settings.items():
        monkeypatch.setenv(f"ASSAY_SIGNER_{name.upper()}", value)
    (tmp_path / "cert.pem").write_bytes(service.party.pem() + forge.intermediate.pem())
    open_identity(service.url, tmp_path / "cert.pem").sign(b"x")
    assert set(service.requests) == {"POST /desk/sign"}


def test_an_encrypted_client_key(service, settings, folder):
    settings |= {"client_cert": str(folder / "locked.pem"), "client_key": str(folder / "locked.key")}
    asked = []
    open_identity(service.url, settings=settings, passphrase=lambda name: asked.append(name) or b"secret")
    assert asked == [str(folder / "locked.key")]
    with pytest.raises(PassphraseError, match=r"locked\.key is wrong"):
        open_identity(service.url, settings=settings, passphrase=b"guess")
    with pytest.raises(PassphraseError, match="no passphrase was given"):
        open_identity(service.url, settings=settings)


def test_without_a_client_certificate_the_service_turns_us_away(service, settings):
    del settings["client_cert"], settings["client_key"]
    with pytest.raises(RemoteSignerError, match="cannot be reached") as raised:
        open_identity(service.url, settings=settings)
    assert "ASSAY_SIGNER_CLIENT_CERT" in raised.value.hint
    assert service.requests == []


def test_a_service_of_an_unknown_authority_is_not_accepted(service, settings):
    del settings["ca"]
    with pytest.raises(
        RemoteSignerError, match=r"certificate of https://127\.0\.0\.1.* is not accepted"
    ) as raised:
        open_identity(service.url, settings=settings)
    assert "ASSAY_SIGNER_CA" in raised.value.hint
    assert service.requests == []


def test_a_service_under_another_name_is_not_accepted(service, settings):
    with pytest.raises(RemoteSignerError, match="is not accepted"):
        open_identity(service.url.replace("127.0.0.1", "localhost"), settings=settings)


def test_client_files_that_cannot_be_used(service, settings, folder):
    with pytest.raises(KeyFileError, match="cannot be used together"):
        open_identity(service.url, settings=settings | {"client_key": str(folder / "server.key")})
    with pytest.raises(KeyFileError, match=r"desk\.key holds no authorities"):
        open_identity(service.url, settings=settings | {"ca": str(folder / "desk.key")})


def test_a_key_that_does_not_belong_to_the_certificate(service, settings, forge):
    service.party = forge.leaf()
    with pytest.raises(KeyMismatchError, match="does not fit the certificate"):
        open_identity(service.url, settings=settings)


def test_a_certificate_for_another_purpose(service, settings, forge):
    web = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    service.party = forge.leaf(instead=((web, False),))
    service.chain[0] = service.party.certificate
    with pytest.raises(CertificatePurposeError, match="not for signing content"):
        open_identity(service.url, settings=settings)


ANSWERS = {
    "refused_with_reason": (403, b'{"error": "desk\\u001b[2J may not"}', r"status 403, 'desk.\[2J may not'"),
    "refused": (500, b"<html>", r"status 500\."),
    "redirected": (302, b"", r"status 302\."),
    "no_json": (200, b"<html>", "not a JSON object"),
    "deep_json": (200, b"[" * 100_000, "not a JSON object"),
    "a_list": (200, b"[]", "not a JSON object"),
    "no_certificates": (200, b'{"certificates": []}', "lists no certificates"),
    "too_many": (
        200,
        json.dumps({"certificates": ["AA=="] * 9}).encode(),
        "lists no certificates, or too many",
    ),
    "not_base64": (200, b'{"certificates": ["?"]}', "not base64"),
    "not_text": (200, b'{"certificates": [7]}', "not base64"),
    "too_long": (200, b" " * 300_000, "too long"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_that_make_no_sense(service, settings, name):
    status, content, words = ANSWERS[name]
    service.override = lambda path: (status, content)
    with pytest.raises(RemoteSignerError, match=words) as raised:
        open_identity(service.url, settings=settings)
    assert "\x1b" not in raised.value.message
    assert raised.value.hint


def test_a_certificate_that_cannot_be_read(service, settings):
    service.override = lambda path: (200, b'{"certificates": ["AAAA"]}')
    with pytest.raises(KeyFileError, match="holds no certificate that can be read"):
        open_identity(service.url, settings=settings)


def test_a_slow_service_is_not_waited_for(service, settings):
    def slowly(path: str) -> tuple[int, bytes]:
        time.sleep(1.5)
        return 200, b"{}"

    service.override = slowly
    with pytest.raises(RemoteSignerError, match=r"did not answer within 0\.3 seconds"):
        open_identity(service.url, settings=settings | {"timeout": "0.3"})


def test_nobody_listens(settings):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    with pytest.raises(RemoteSignerError, match="cannot be reached"):
        open_identity(f"https://127.0.0.1:{port}/", settings=settings)


@pytest.mark.parametrize(
    "uri",
    ["https://", "https://user:pw@example.org/", "https://example.org/?x=1", "https://example.org:99999/"],
)
def test_addresses_that_are_none(uri, settings):
    with pytest.raises(RemoteSignerError, match="is not the address"):
        open_identity(uri, settings=settings)


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "soon", "1e9"])
def test_timeouts_that_are_none(timeout):
    with pytest.raises(RemoteSignerError, match="timeout"):
        open_identity("https://127.0.0.1/", settings={"timeout": timeout})


def test_only_https(settings):
    with pytest.raises(SignerUnavailableError, match="over https only"):
        open_identity("http://127.0.0.1/", settings=settings)


def test_more_than_the_service_should_be_asked_to_sign(service, settings):
    identity = open_identity(service.url, settings=settings)
    with pytest.raises(RemoteSignerError, match="larger than 16 MiB"):
        identity.sign(bytes(16 * 2**20 + 1))
