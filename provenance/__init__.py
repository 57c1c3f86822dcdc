"""Who says what about this file, and can they prove it.

The public names load on first use, so that `import provenance` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.errors import AssayError
    from provenance.model.asset import Asset
    from provenance.model.credentials import Credentials
    from provenance.signing.sign import SignedAsset, sign
    from provenance.source import open_asset
    from provenance.verification import verify

_HOME = {
    "Asset": "provenance.model.asset",
    "AssayError": "provenance.errors",
    "Credentials": "provenance.model.credentials",
    "SignedAsset": "provenance.signing.sign",
    "open_asset": "provenance.source",
    "sign": "provenance.signing.sign",
    "verify": "provenance.verification",
}

__all__ = ["AssayError", "Asset", "Credentials", "SignedAsset", "open_asset", "sign", "verify"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'provenance' has no attribute {name!r}")
