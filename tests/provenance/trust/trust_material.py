"""Certificates, lists and a loopback web server for the tests of trust lists."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make(
    name: str,
    *,
    issuer: Made | None = None,
    authority: bool = True,
    days: tuple[int, int] = (-30, 3650),
    eku: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
) -> Made:
    """A certificate under `issuer`, or self-signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    today = datetime.now(UTC)
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today + timedelta(days=days[0]))
        .not_valid_after(today + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False),
            critical=True,
        )
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([eku]), critical=False)
    return Made(builder.sign(signing, hashes.SHA256()), key)


def lote(
    ders: list[bytes],
    *,
    name: str = "C2PA Trust List",
    issued: str = "2026-08-05T00:11:39Z",
    next_update: str = "2027-08-05T00:11:39Z",
    status: str = "http://c2pa.org/conformance/trust-list/trusted",
    service: str | None = None,
) -> dict[str, Any]:
    """A list of trusted entities in the JSON form of ETSI TS 119 602."""
    information = {
        "ServiceName": [{"lang": "en", "value": "A service"}],
        "ServiceDigitalIdentity": {
            "X509Certificates": [{"val": base64.b64encode(der).decode()} for der in ders]
        },
        "ServiceStatus": status,
    }
    if service:
        information["ServiceTypeIdentifier"] = service
    return {
        "LoTE": {
            "ListAndSchemeInformation": {
                "LoTEVersionIdentifier": 1,
                "SchemeName": [{"lang": "en", "value": name}],
                "ListIssueDateTime": issued,
                "NextUpdate": next_update,
            },
            "TrustedEntitiesList": [{"TrustedEntityServices": [{"ServiceInformation": information}]}],
        }
    }


def lote_json(ders: list[bytes], **options: Any) -> bytes:
    return json.dumps(lote(ders, **options)).encode()


@dataclass
class Server:
    """A web server on this machine whose pages a test sets."""

    url: str
    pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def serve(self, path: str, body: bytes, *, status: int = 200, announce: int | None = None) -> str:
        def page(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body) if announce is None else announce))
            handler.end_headers()
            handler.wfile.write(body)

        self.pages[path] = page
        return self.url + path

    def redirect(self, path: str, target: str) -> str:
        def page(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", target)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        self.pages[path] = page
        return self.url + path
