"""What the pixels, samples and containers themselves show.

The public names load on first use, so that `import detectors` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detectors.examination import detect, examine

__all__ = ["detect", "examine"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("detectors.examination"), name)
    raise AttributeError(f"module 'detectors' has no attribute {name!r}")
