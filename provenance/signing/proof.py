"""Reading a finished copy back: its signature has to hold, and nothing may be in it that was to go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from provenance.errors import SigningError
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials
from provenance.privacy.fields import DisclosedField
from provenance.privacy.policy import PrivacyPolicy
from provenance.signing.bare import REWRITTEN, UNUSED, still_tells
from provenance.signing.history import read_history
from provenance.signing.plan import SigningPlan
from provenance.signing.request import SigningRequest
from provenance.source import Source, describe, open_source
from provenance.trust.bundle import Trust
from provenance.verification import verify

if TYPE_CHECKING:
    from provenance.keys.identity import Identity

__all__ = ["Promise", "prove"]

_REMOTE_FIELDS = frozenset(
    {"XMP:dcterms:provenance", "XMP:x:xmptk", "XMP:xmpMM:DocumentID", "XMP:xmpMM:InstanceID"}
)
"""What the engine writes with the address of a remote manifest; the identifiers are the same in every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a signed copy has to keep."""

    identity: Identity
    """Who signed it."""

    request: SigningRequest
    """What it states."""

    privacy: PrivacyPolicy | None
    """What it may tell; None for everything that it told before."""

    trust: Trust
    """Lists against which its history is checked."""

    plan: SigningPlan
    """What was decided before it was written."""


def prove(path: Path, promise: Promise, *, name: str, sidecar: Path | None) -> tuple[Asset, Credentials]:
    """Check a finished copy as a reader will.

    Args:
        path: The copy, not yet in its place.
        promise: What it has to keep.
        name: What to call it in messages.
        sidecar: Its manifest, where that is not inside.

    Returns:
        The copy's identity and its credentials.

    Raises:
        SigningError: The signature does not hold, or something is in it that was to go.
    """
    with open_source(path, name=name) as copy:
        copy.start_hashing()
        credentials = verify(copy, trust=_with_own(promise.trust, promise.identity.chain), manifest=sidecar)
        _check_state(name, credentials, promise)
        left = _left(copy, sidecar, promise)
        if left:
            raise still_tells(name, left[0])
        return describe(copy), credentials


def _check_state(name: str, credentials: Credentials, promise: Promise) -> None:
    accepted = {"trusted", "valid"}
    if promise.request.accept_broken_parent:
        accepted.add("chain_invalid")
    if credentials.state not in accepted:
        failures = [s.explanation for s in credentials.status if s.kind == "failure"]
        raise SigningError(
            f"The signed copy of {name} did not pass its own check ({credentials.state}): "
            f"{'; '.join(failures[:3]) or 'no reason given'}.",
            hint="Nothing was written. Try --sidecar, or report this file.",
        )


def _left(copy: Source, sidecar: Path | None, promise: Promise) -> tuple[DisclosedField, ...]:
    """Return what the copy or its manifests tell against the promise."""
    from provenance.privacy import check_kept

    policy = promise.privacy or PrivacyPolicy()
    left: tuple[DisclosedField, ...] = ()
    if promise.privacy is not None:
        left = check_kept(copy, policy)
        if promise.request.remote_url:
            left = tuple(field for field in left if field.name not in _REMOTE_FIELDS)
        if copy.media_type in REWRITTEN:
            left = tuple(field for field in left if field.name != UNUSED)
    if not promise.plan.ingredients:
        return left
    store = sidecar.read_bytes() if sidecar else None
    items = read_history(copy, policy, ingredient=copy.name, sidecar=store)
    gone = set(promise.plan.definition.get("redactions", ()))
    return left + tuple(item.field for item in items if item.private or item.uri in gone)


@lru_cache(maxsize=8)
def _with_own(trust: Trust, chain: tuple[bytes, ...]) -> Trust:
    """Add the signer's own chain as an anchor: whether readers trust it is not the question here."""
    from provenance.trust.lists import parse_list

    own = parse_list(chain[-1], name="the signer's own chain", kind="manifest", end_entities=len(chain) == 1)
    return Trust(lists=(own, *trust.lists))
