"""Timestamps that a later manifest brings for a signature made without one (`c2pa.time-stamp`).

The assertion maps labels of manifests to RFC 3161 tokens over their COSE signatures (C2PA 2.x, "Time-stamp
assertion"). A token speaks for itself: it counts wherever in the history it stands, if it fits the signature.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from provenance.credentials.signature import read_signature
from provenance.model.credentials import Manifest, Timestamp

if TYPE_CHECKING:
    from provenance.trust.bundle import Trust

__all__ = ["LABEL", "with_later_timestamps"]

LABEL = "c2pa.time-stamp"
_MAX_TOKENS = 64
_MAX_TOKEN = 1 << 16


def with_later_timestamps(
    manifests: tuple[Manifest, ...], store: bytes, trust: Trust
) -> tuple[Manifest, ...]:
    """Return the manifests, those that were stamped later with that time.

    Args:
        manifests: The whole history.
        store: Their manifest store.
        trust: Trust lists in force.
    """
    found: dict[str, Timestamp] = {}
    for label, token in _tokens(manifests):
        timestamp = _checked(token, read_signature(store, label).signature, trust)
        if timestamp is not None and (label not in found or timestamp.state == "trusted"):
            found[label] = timestamp
    if not found:
        return manifests
    return tuple(_stamped(m, found[m.label]) if m.label in found else m for m in manifests)


def _tokens(manifests: tuple[Manifest, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield label and token of at most `_MAX_TOKENS` entries; more only cost time."""
    known = {m.label for m in manifests}
    count = 0
    for manifest in manifests:
        for assertion in manifest.assertions:
            if assertion.label.split("__", 1)[0] != LABEL or not isinstance(assertion.data, dict):
                continue
            for label, value in assertion.data.items():
                count += 1
                if count > _MAX_TOKENS:
                    return
                # A manifest cannot vouch for the time of its own signature, which does not exist yet.
                if label in known and label != manifest.label and isinstance(value, str):
                    yield label, _decoded(value)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if len(value) <= 2 * _MAX_TOKEN else b""
    except (binascii.Error, ValueError):
        return b""


def _checked(token: bytes, signature: bytes, trust: Trust) -> Timestamp | None:
    if not token or not signature:
        return None
    from provenance.timestamps.tokens import TokenError, verify_token

    try:
        return verify_token(token, data=signature, trust=trust)
    except TokenError:
        return None


def _stamped(manifest: Manifest, timestamp: Timestamp) -> Manifest:
    return replace(manifest, later_timestamp=timestamp, signed_at=manifest.signed_at or timestamp.time)
