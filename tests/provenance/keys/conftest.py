"""A certificate authority for tests, and a forge for certificates with one defect each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
"""The engine looks at the clock, so certificates are made around the present."""
CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in USES})


def name(common: str, **more: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    parts += [x509.NameAttribute(getattr(NameOID, key), value) for key, value in more.items()]
    return x509.Name(parts)


@dataclass
class Party:
    """A name with a key and, once issued, a certificate."""

    subject: x509.Name
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    certificate: x509.Certificate | None = None

    def key_pem(self, passphrase: bytes | None = None) -> bytes:
        lock = (
            serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        )
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class Forge:
    """Issues certificates: sound ones, and with changes, ones with a defect."""

    def __init__(self) -> None:
        self.root = Party(name("Test Root", ORGANIZATION_NAME="Kestrel"))
        self.root.certificate = self.issue(self.root, self.root, ca=True, path_length=1)
        self.intermediate = Party(name("Test Intermediate", ORGANIZATION_NAME="Kestrel"))
        self.intermediate.certificate = self.issue(self.intermediate, self.root, ca=True, path_length=0)

    def leaf(
        self,
        issuer: Party | None = None,
        *,
        key: Any = None,
        subject: x509.Name | None = None,
        **changes: Any,
    ):
        common = "Another Authority" if changes.get("ca") else "Kestrel Desk"
        party = Party(subject or name(common, ORGANIZATION_NAME="Kestrel"))
        if key is not None:
            party.key = key
        party.certificate = self.issue(party, issuer or self.intermediate, **changes)
        return party

    def chain(self, party: Party) -> tuple[x509.Certificate, ...]:
        return (party.certificate, self.intermediate.certificate, self.root.certificate)

    def issue(
        self,
        party: Party,
        issuer: Party,
        *,
        ca: bool = False,
        path_length: int | None = None,
        begins: datetime = NOW - timedelta(days=10),
        days: int = 300,
        digest: Any = None,
        padding: Any = None,
        leave_out: tuple[type[x509.ExtensionType], ...] = (),
        instead: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> x509.Certificate:
        public = party.key.public_key()
        extensions = [
            (x509.BasicConstraints(ca=ca, path_length=path_length), True),
            (usage("key_cert_sign", "crl_sign") if ca else usage("digital_signature"), True),
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False),
        ]
        if not ca:
            purposes = [CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
            extensions.append((x509.ExtendedKeyUsage(purposes), False))
        replaced = {extension.oid for extension, _ in instead} | {kind.oid for kind in leave_out}
        extensions = [each for each in extensions if each[0].oid not in replaced] + list(instead)
        builder = (
            x509.CertificateBuilder()
            .subject_name(party.subject)
            .issuer_name(issuer.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=days))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        if digest is None and not isinstance(issuer.key, ed25519.Ed25519PrivateKey):
            digest = hashes.SHA256()
        return builder.sign(issuer.key, digest, rsa_padding=padding)

    def operate(self, party: Party, change: Callable[[list[bytes]], list[bytes]]) -> x509.Certificate:
        """Change the DER fields of a certificate that the intermediate issued, and sign it again."""
        fields = change(children(party.certificate.tbs_certificate_bytes))
        tbs = wrap(0x30, b"".join(fields))
        signature = self.intermediate.key.sign(tbs, ec.ECDSA(hashes.SHA256()))
        algorithm = children(party.certificate.public_bytes(serialization.Encoding.DER))[1]
        der = wrap(0x30, tbs + algorithm + wrap(0x03, b"\0" + signature))
        return x509.load_der_x509_certificate(der)


def wrap(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def children(der: bytes) -> list[bytes]:
    """The elements inside a DER sequence, each with its tag and length."""

    def end(position: int) -> tuple[int, int]:
        length = der[position + 1]
        if length < 0x80:
            return position + 2, position + 2 + length
        size = length & 0x7F
        start = position + 2 + size
        return start, start + int.from_bytes(der[position + 2 : start], "big")

    found, position = [], end(0)[0]
    while position < len(der):
        stop = end(position)[1]
        found.append(der[position:stop])
        position = stop
    return found


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def keys_by_algorithm() -> dict[str, Any]:
    """One private key for each algorithm; RSA keys take a while to make."""
    return {
        "es256": ec.generate_private_key(ec.SECP256R1()),
        "es384": ec.generate_private_key(ec.SECP384R1()),
        "es512": ec.generate_private_key(ec.SECP521R1()),
        "ps256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ps384": rsa.generate_private_key(public_exponent=65537, key_size=3072),
        "ps512": rsa.generate_private_key(public_exponent=65537, key_size=4096),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }


@pytest.fixture
def pair(forge: Forge, tmp_path: Path) -> tuple[Path, Path]:
    """A sound key.pem and cert.pem on the disk."""
    party = forge.leaf()
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    key.write_bytes(party.key_pem())
    cert.write_bytes(party.pem() + forge.intermediate.pem() + forge.root.pem())
    return key, cert
