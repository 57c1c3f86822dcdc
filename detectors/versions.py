"""What made a result, so that it can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

import msgspec

from detectors.profiles import Profile
from provenance.model.credentials import TrustListInfo
from provenance.model.finding import Finding

__all__ = ["tool_info"]

_SHOWN = ("c2pa-python", "cryptography", "pillow", "numpy", "scipy")


def tool_info(
    trust_lists: Sequence[TrustListInfo],
    *,
    findings: Sequence[Finding] = (),
    online: bool = False,
    profile: Profile | None = None,
) -> dict[str, Any]:
    """Return what made a result: versions, check versions, trust lists with their dates, network use, calibration."""
    info = {
        "assay": _version("assay-media"),
        "python": python_version(),
        "packages": {name: _version(name) for name in _SHOWN},
        "checks": {f.check: f.version for f in findings},
        "trust_lists": msgspec.to_builtins(list(trust_lists)),
        "offline": not online,
    }
    if profile is not None:
        info["calibration"] = {"name": profile.name, "made": profile.made, "files": profile.files}
    return info


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
