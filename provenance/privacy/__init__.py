"""What a published copy would disclose, a copy without it, and the proof that the promise held.

The public names load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provenance.privacy.disclosure import check_kept, disclose
    from provenance.privacy.fields import DisclosedField, Disclosure
    from provenance.privacy.policy import PrivacyPolicy
    from provenance.privacy.strip import strip_to

_HOME = {
    "DisclosedField": "provenance.privacy.fields",
    "Disclosure": "provenance.privacy.fields",
    "PrivacyPolicy": "provenance.privacy.policy",
    "check_kept": "provenance.privacy.disclosure",
    "disclose": "provenance.privacy.disclosure",
    "strip_to": "provenance.privacy.strip",
}

__all__ = ["DisclosedField", "Disclosure", "PrivacyPolicy", "check_kept", "disclose", "strip_to"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'provenance.privacy' has no attribute {name!r}")
