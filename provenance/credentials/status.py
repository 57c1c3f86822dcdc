"""The assertion that carries a revocation answer along (`c2pa.certificate-status`)."""

from __future__ import annotations

from typing import Any

__all__ = ["STATUS_LABEL", "status_assertion"]

STATUS_LABEL = "c2pa.certificate-status"


def status_assertion(response: bytes) -> dict[str, Any]:
    """Return the assertion that staples an OCSP response into a manifest, for the engine's definition.

    The engine's definitions cannot hold byte strings, so the bytes stand as an array of numbers, which it reads back
    (docs/decisions/0022-stapled-revocation.md).

    Args:
        response: An OCSPResponse in DER.
    """
    return {"label": STATUS_LABEL, "data": {"ocspVals": [list(response)]}, "created": True}
