"""One state for the whole chain, and one answer about generative AI.

The engine speaks about the active manifest. A file whose own credentials are broken can be signed again and
then reads as trusted; the break stands only in the ingredient. So the verdict looks at all of history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from provenance.credentials.engine import Answer
from provenance.credentials.manifests import breaks
from provenance.model.credentials import Generative, Manifest, ProvenanceState, Status

__all__ = ["generative", "parse_time", "source_type", "state"]

_ORDER: tuple[Generative, ...] = ("unstated", "no", "partly", "fully")
_MAX_MANIFESTS = 200  # also bounds the recursion
_OFFLINE_IDENTITY = "cawg.ica.did_unavailable"


def state(
    answer: Answer, manifests: tuple[Manifest, ...], found: tuple[Status, ...], *, anchored: bool
) -> ProvenanceState:
    """Return the state of a file whose manifests were read.

    Args:
        answer: What the engine said.
        manifests: The whole history.
        found: Statuses of the active manifest.
        anchored: Whether our own check found the signer on a list for claim signers.
    """
    broken_history = any(i.broken for m in manifests for i in m.ingredients)
    if answer.state == "Invalid" and not _offline_identity_only(answer, found):
        own = any(breaks(s) or (s.kind == "failure" and s.code.startswith("cawg.")) for s in found)
        return "chain_invalid" if broken_history and not own else "invalid"
    if broken_history:
        return "chain_invalid"
    trusted = answer.state == "Trusted" or _offline_identity_only(answer, found)
    return "trusted" if trusted and anchored else "valid"


def generative(manifests: tuple[Manifest, ...]) -> Generative:
    """Return what the chain states about generative AI.

    A parent that was generated makes its edited copy generated; a component makes it partly so.
    """
    if not manifests:
        return "unstated"
    # Each manifest is judged once: ingredients that refer to each other would otherwise cost exponential time.
    return _generative(manifests[0], {m.label: m for m in manifests}, {})


def source_type(manifests: tuple[Manifest, ...]) -> str | None:
    """Return the digital source type of the active manifest, or of the parent that it opened."""
    by_label = {m.label: m for m in manifests}
    at = manifests[0] if manifests else None
    for _ in range(_MAX_MANIFESTS):
        if at is None or at.digital_source_type:
            return at.digital_source_type if at else None
        parent = next((i.manifest for i in at.ingredients if i.relationship == "parentOf"), None)
        at = by_label.get(parent) if parent else None
    return None


def parse_time(text: Any) -> datetime | None:
    """Return an RFC 3339 time, or None where the text is none or names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _generative(
    manifest: Manifest, by_label: dict[str, Manifest], known: dict[str, Generative]
) -> Generative:
    known[manifest.label] = manifest.generative
    found = [manifest.generative]
    for ingredient in manifest.ingredients:
        child = by_label.get(ingredient.manifest or "")
        if child is None or ingredient.relationship == "inputTo" or len(known) > _MAX_MANIFESTS:
            continue
        below = known.get(child.label) or _generative(child, by_label, known)
        if ingredient.relationship != "parentOf":
            below = "partly" if below in ("fully", "partly") else "unstated"
        found.append(below)
    known[manifest.label] = max(found, key=_ORDER.index)
    return known[manifest.label]


def _offline_identity_only(answer: Answer, found: tuple[Status, ...]) -> bool:
    """Return whether the engine says Invalid only because an identity needs the network.

    Offline is our doing, so it must not read as a broken file (docs/decisions/0003-states.md).
    """
    failures = {s.code for s in found if s.kind == "failure"} - {"signingCredential.untrusted"}
    return answer.state == "Invalid" and failures == {_OFFLINE_IDENTITY}
