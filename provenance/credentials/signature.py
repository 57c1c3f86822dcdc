"""Certificates and timestamp token of a manifest, read from its COSE signature.

The engine reports names but neither the certificate chain nor its extended key usages, and it does not
separate the trust lists by purpose (docs/decisions/0002-own-chain-check.md), so we look ourselves. Sources:
ISO 19566-5 (JUMBF boxes), RFC 9052 (COSE_Sign1), RFC 9360 (x5chain); C2PA 2.x, "Time-stamps" (sigTst).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cbor2

__all__ = ["RawSignature", "read_signature"]

_MAX_CERTIFICATES = 16
_MAX_BOXES = 10_000  # on one level
_X5CHAIN: tuple[Any, ...] = (33, "x5chain")  # RFC 9360 label; early C2PA files spell it out
_TOKENS = ("sigTst2", "sigTst")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSignature:
    """What one COSE signature carries, still in DER."""

    chain: tuple[bytes, ...] = ()
    """X.509 certificates, leaf first."""

    tokens: tuple[bytes, ...] = ()
    """RFC 3161 timestamp tokens, all there are; `sigTst` holds whole responses."""

    signature: bytes = b""
    """The signature itself, which a later timestamp is about."""


def read_signature(store: bytes, label: str) -> RawSignature:
    """Return what the signature of manifest `label` in the manifest store `store` carries.

    Malformed and ambiguous input gives an empty `RawSignature`; nobody is named then.
    """
    try:
        cose = _signature_box(store, label)
        return RawSignature() if cose is None else _from_cose(cbor2.loads(cose))
    except (
        cbor2.CBORDecodeError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ):
        return RawSignature()


def _from_cose(message: Any) -> RawSignature:
    protected, unprotected = message.value[0], message.value[1]
    header = cbor2.loads(protected) if protected else {}
    chains = [part[label] for part in (header, unprotected) for label in _X5CHAIN if label in part]
    # Of two chains the engine checks one and we might show the other, so two name nobody.
    return RawSignature(
        chain=_chain(chains[0]) if len(chains) == 1 else (),
        tokens=_tokens(unprotected),
        signature=message.value[3] if isinstance(message.value[3], bytes) else b"",
    )


def _chain(found: Any) -> tuple[bytes, ...]:
    ders = found[:_MAX_CERTIFICATES] if isinstance(found, list | tuple) else [found]
    return tuple(der for der in ders if isinstance(der, bytes))


def _tokens(header: dict[Any, Any]) -> tuple[bytes, ...]:
    stated = [entry["val"] for label in _TOKENS for entry in header.get(label, {}).get("tstTokens", ())]
    return tuple(value for value in stated if isinstance(value, bytes))


def _signature_box(store: bytes, label: str) -> bytes | None:
    """Return the signature of one manifest: store, then manifest, then signature, each just one level down.

    A hostile manifest could hold boxes that look like another manifest and its signature. So nothing is searched
    for deeper than where it belongs, and of two with the same name neither counts.
    """
    at = [(0, len(store))]
    for name in (b"c2pa", label.encode(), b"c2pa.signature"):
        at = [span for start, end in at for span in _superboxes(store, start, end, name)]
    if len(at) != 1:
        return None
    return next((store[start:end] for kind, start, end in _boxes(store, *at[0]) if kind == b"cbor"), None)


def _superboxes(store: bytes, start: int, end: int, label: bytes) -> list[tuple[int, int]]:
    """Return start of content and end of the superboxes with this label, one level down.

    A superbox opens with a description box: a type of 16 bytes, a byte of toggles, the label.
    """
    label += b"\0"
    return [
        (inner, stop)
        for kind, inner, stop in _boxes(store, start, end)
        if kind == b"jumb" and store.startswith(label, inner + 25) and store.startswith(b"jumd", inner + 4)
    ]


def _boxes(store: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start of content and end of the boxes between `start` and `end`."""
    at, count = start, 0
    while at + 8 <= end and count < _MAX_BOXES:
        count += 1
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
