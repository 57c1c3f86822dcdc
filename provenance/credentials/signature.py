"""Certificates and timestamp token of a manifest, read from its COSE signature.

The engine reports names but neither the certificate chain nor its extended key usages, and it does not
separate the trust lists by purpose (docs/decisions/0002-own-chain-check.md), so we look ourselves. Sources:
ISO 19566-5 (JUMBF boxes), RFC 9052 (COSE_Sign1), RFC 9360 (x5chain), RFC 3161 (timestamp tokens).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cbor2

__all__ = ["RawSignature", "read_signature"]

_MAX_DEPTH = 8
_MAX_CERTIFICATES = 16
_X5CHAIN: tuple[Any, ...] = (33, "x5chain")  # RFC 9360 label; early C2PA files spell it out
_SEQUENCE = b"\x30"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSignature:
    """What one COSE signature carries, still in DER."""

    chain: tuple[bytes, ...] = ()
    """X.509 certificates, leaf first."""

    token: bytes | None = None
    """RFC 3161 TimeStampToken (a CMS ContentInfo), the first one there is."""


def read_signature(store: bytes, label: str) -> RawSignature:
    """Return what the signature of manifest `label` in the manifest store `store` carries.

    Malformed input gives an empty `RawSignature`; the engine has already said what is wrong with it.
    """
    try:
        cose = _signature_box(store, label)
        return RawSignature() if cose is None else _from_cose(cbor2.loads(cose))
    except (cbor2.CBORDecodeError, ValueError, TypeError, IndexError, AttributeError, RecursionError):
        return RawSignature()


def _from_cose(message: Any) -> RawSignature:
    protected, unprotected = message.value[0], message.value[1]
    header = cbor2.loads(protected) if protected else {}
    return RawSignature(chain=_chain(header) or _chain(unprotected), token=_token(unprotected))


def _chain(header: dict[Any, Any]) -> tuple[bytes, ...]:
    for label in _X5CHAIN:
        found = header.get(label)
        if isinstance(found, bytes):
            return (found,)
        if isinstance(found, list | tuple):
            return tuple(der for der in found[:_MAX_CERTIFICATES] if isinstance(der, bytes))
    return ()


def _token(header: dict[Any, Any]) -> bytes | None:
    for label in ("sigTst2", "sigTst"):
        tokens = header.get(label, {}).get("tstTokens", ())
        for entry in tokens:
            value = entry.get("val")
            if isinstance(value, bytes):
                return _unwrapped(value)
    return None


def _unwrapped(der: bytes) -> bytes:
    """Return the token of a TimeStampResp, or `der` itself where it already is one (RFC 3161, 2.4.2)."""
    start, _ = _der_content(der, 0)
    if der[start : start + 1] != _SEQUENCE:  # a ContentInfo begins with an object identifier
        return der
    _, end = _der_content(der, start)
    return der[end:]


def _der_content(der: bytes, at: int) -> tuple[int, int]:
    """Return start of content and end of the DER element at `at`."""
    length = der[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    width = length & 0x7F
    start = at + 2 + width
    return start, start + int.from_bytes(der[at + 2 : start], "big")


def _signature_box(store: bytes, label: str) -> bytes | None:
    for kind, start, end in _boxes(store, 0, len(store)):
        if kind == b"jumb":
            found = _find(store, start, end, label, depth=0)
            if found is not None:
                return found
    return None


def _find(store: bytes, start: int, end: int, label: str, *, depth: int) -> bytes | None:
    """Look below one superbox for manifest `label`, and below that for its signature content."""
    if depth > _MAX_DEPTH:
        return None
    name = _label(store, start, end)
    if name == label:
        for kind, inner, stop in _boxes(store, start, end):
            if kind == b"jumb" and _label(store, inner, stop) == "c2pa.signature":
                return next((store[a:b] for k, a, b in _boxes(store, inner, stop) if k == b"cbor"), None)
        return None
    for kind, inner, stop in _boxes(store, start, end):
        if kind == b"jumb":
            found = _find(store, inner, stop, label, depth=depth + 1)
            if found is not None:
                return found
    return None


def _label(store: bytes, start: int, end: int) -> str | None:
    """Return the label in the description box that opens a superbox (16-byte type, toggles, text)."""
    first = next(_boxes(store, start, end), None)
    if first is None or first[0] != b"jumd":
        return None
    text = store[first[1] + 17 : first[2]]
    return text.split(b"\0", 1)[0].decode("utf-8", "replace")


def _boxes(store: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start of content and end of the boxes between `start` and `end`."""
    at = start
    while at + 8 <= end:
        size = int.from_bytes(store[at : at + 4], "big")
        header = 8
        if size == 1:
            size, header = int.from_bytes(store[at + 8 : at + 16], "big"), 16
        if size == 0:
            size = end - at
        if size < header or at + size > end:
            return
        yield store[at + 4 : at + 8], at + header, at + size
        at += size
