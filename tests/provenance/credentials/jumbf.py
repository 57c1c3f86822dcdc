"""Manifest stores and timestamp tokens put together by hand, as no honest tool would."""

from __future__ import annotations

import struct
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def superbox(label: str, *children: bytes) -> bytes:
    described = box(b"jumd", bytes(16) + b"\x03" + label.encode() + b"\0")
    return box(b"jumb", described + b"".join(children))


def cose(protected: dict[Any, Any], unprotected: dict[Any, Any] | None = None) -> bytes:
    """A COSE_Sign1 with these headers and a signature of four bytes."""
    return cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps(protected), unprotected or {}, None, b"sign"]))


def signature(body: bytes) -> bytes:
    return superbox("c2pa.signature", box(b"cbor", body))


def manifest(label: str, *children: bytes) -> bytes:
    return superbox(label, superbox("c2pa.assertions"), *children)


def store(*manifests: bytes) -> bytes:
    return superbox("c2pa", *manifests)


def der(tag: int, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + body


def token(
    signer: x509.Certificate, *others: x509.Certificate, response: bool = False, signers: int = 1
) -> bytes:
    """A timestamp token that names `signer` as the one that signed it. Nothing in it is signed."""
    serial = signer.serial_number
    number = der(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    info = der(0x30, der(0x02, b"\1"), der(0x30, signer.issuer.public_bytes(), number), der(0x30))
    pool = der(0xA0, *(c.public_bytes(Encoding.DER) for c in (*others, signer)))
    content = der(0x30, der(0x06, bytes.fromhex("2a864886f70d0109100104")))
    signed = der(0x30, der(0x02, b"\3"), der(0x31), content, pool, der(0x31, *[info] * signers))
    made = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed))
    return der(0x30, der(0x30, der(0x02, b"\0")), made) if response else made
