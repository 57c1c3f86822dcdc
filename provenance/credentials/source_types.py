"""Digital source types: every spelling mapped to one short name, and what each says about generative AI.

Sources: IPTC NewsCodes "Digital Source Type" (http://cv.iptc.org/newscodes/digitalsourcetype/), including
its retired terms, and C2PA 2.x, section "Digital source type" (http://c2pa.org/digitalsourcetype/).
"""

from __future__ import annotations

from typing import Any

from provenance.model.credentials import Generative

__all__ = ["generative_of", "known", "short_name"]

_FULLY = frozenset({"trainedAlgorithmicMedia", "trainedAlgorithmicData"})
_PARTLY = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})
_NO = frozenset(
    {
        "digitalCapture",
        "computationalCapture",
        "negativeFilm",
        "positiveFilm",
        "print",
        "humanEdits",
        "minorHumanEdits",
        "compositeCapture",
        "algorithmicallyEnhanced",
        "dataDrivenMedia",
        "digitalArt",
        "digitalCreation",
        "softwareImage",
        "virtualRecording",
        "screenCapture",
        "algorithmicMedia",
        "empty",
    }
)
_OPEN = frozenset({"composite"})  # says that parts were combined, not where they came from

_BY_FOLDED = {name.casefold(): name for name in _FULLY | _PARTLY | _NO | _OPEN}


def short_name(value: Any) -> str | None:
    """Return the short name in any stated spelling: full address, `digsrctype:` prefix, odd case, blanks.

    Unknown types come back as stated, without the address in front.
    """
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str) or not value.strip():
        return None
    name = value.strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].rsplit("#", 1)[-1]
    return _BY_FOLDED.get(name.casefold(), name) or None


def known(name: str) -> bool:
    """Return whether `name` is a term of IPTC or C2PA (short names only)."""
    return name in _FULLY | _PARTLY | _NO | _OPEN


def generative_of(name: str | None) -> Generative:
    """Return what one source type states about generative AI."""
    if name in _FULLY:
        return "fully"
    if name in _PARTLY:
        return "partly"
    return "no" if name in _NO else "unstated"
