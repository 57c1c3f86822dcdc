"""Everything that is decided before a byte is written: history, redactions, disclosure, and what to refuse."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provenance.credentials.sidecar import beside, load_sidecar
from provenance.errors import SigningError, UsageError
from provenance.model.credentials import Credentials
from provenance.privacy.fields import DisclosedField, Disclosure
from provenance.signing.absence import may_carry_credentials
from provenance.signing.claim import Part, build_definition, statements
from provenance.signing.history import HistoryItem, read_history
from provenance.signing.request import Redaction, SigningRequest
from provenance.source import Source, open_source
from provenance.verification import verify

if TYPE_CHECKING:
    from provenance.privacy.policy import PrivacyPolicy
    from provenance.signing.engine import Intent
    from provenance.trust.bundle import Trust

__all__ = ["IngredientPlan", "SigningPlan", "make_plan"]

_PRIVATE_REASON = "c2pa.PII.present"
_QUIET_ACTIONS = frozenset({"c2pa.edited.metadata", "c2pa.published"})
"""Actions that leave the content alone, so that an update manifest may state them."""

_BROKEN = {
    "invalid": "does not match its Content Credentials",
    "chain_invalid": "has a history that does not match its Content Credentials",
    "remote": "has its Content Credentials elsewhere, where they were not fetched",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientPlan:
    """One opened ingredient."""

    part: Part
    """As the claim refers to it."""

    source: Source
    """Its file, open."""

    sidecar: bytes | None
    """Its manifest store, where that lies beside it."""

    items: tuple[HistoryItem, ...]
    """The assertions of its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPlan:
    """What will be signed, and what that discloses."""

    definition: dict[str, Any]
    """The manifest definition."""

    intent: Intent
    """New work, an edit, or an update."""

    ingredients: tuple[IngredientPlan, ...]
    """The parent first, where there is one."""

    disclosure: Disclosure
    """Every field that goes, and every field that the signed copy will tell."""

    strip: bool
    """Whether the copy differs from the source."""

    warnings: tuple[str, ...] = ()
    """What the signer should know."""


def make_plan(
    source: Source,
    request: SigningRequest,
    *,
    privacy: PrivacyPolicy | None,
    trust: Trust,
    test: bool,
    files: ExitStack,
) -> SigningPlan:
    """Decide what to sign.

    Args:
        source: The file, open.
        request: What to state.
        privacy: What may be told; None leaves the file's metadata as it is.
        trust: Lists against which histories are checked.
        test: Whether the identity is for testing only.
        files: Closes the ingredients when the caller is done.

    Raises:
        SigningError: The history is broken, a source type is missing, or a redaction finds nothing.
        UsageError: The request contradicts the file.
    """
    from provenance.privacy import PrivacyPolicy, disclose

    strict = PrivacyPolicy() if privacy is None else privacy
    rules = _Rules(request=request, privacy=strict, trust=trust)
    ingredients = _ingredients(source, rules, files)
    _check_inception(source, request, ingredients)
    metadata = disclose(source, strict)
    if privacy is None:
        metadata = Disclosure(kept=metadata.removed + metadata.kept)
    redactions = _redactions(source, ingredients, request)
    definition = build_definition(
        request,
        media_type=source.media_type,
        parts=[entry.part for entry in ingredients],
        redactions=redactions,
        stripped=bool(metadata.removed),
        test=test,
    )
    removed_uris = {uri for uri, _ in redactions}
    items = [item for entry in ingredients for item in entry.items]
    return SigningPlan(
        definition=definition,
        intent=_intent(source, request, ingredients, metadata),
        ingredients=ingredients,
        disclosure=Disclosure(
            removed=metadata.removed + _fields(items, removed_uris, inside=True),
            kept=metadata.kept + statements(definition) + _fields(items, removed_uris, inside=False),
        ),
        strip=bool(metadata.removed),
        warnings=tuple(part.broken for part in (e.part for e in ingredients) if part.broken),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What every ingredient is looked at with."""

    request: SigningRequest
    """What to state."""

    privacy: PrivacyPolicy
    """What may be told."""

    trust: Trust
    """Lists against which histories are checked."""


def _ingredients(source: Source, rules: _Rules, files: ExitStack) -> tuple[IngredientPlan, ...]:
    """Open the parent and the components; a file that carries a history is always its own parent."""
    request = rules.request
    own = _credentials(source, rules)
    found = []
    if own.state != "absent":
        if request.parent is not None:
            raise UsageError(
                f"{source.name} carries Content Credentials, so it is its own parent.",
                hint="Leave --parent out, or name the other file with --ingredient.",
            )
        found.append(_ingredient(source, own, "parent", rules))
    named = [("parent", request.parent)] if request.parent else []
    named += [(f"part{number}", path) for number, path in enumerate(request.ingredients, 1)]
    for ident, path in named:
        opened = files.enter_context(open_source(path, limits=source.limits))
        found.append(_ingredient(opened, _credentials(opened, rules), ident, rules))
    return tuple(found)


def _credentials(source: Source, rules: _Rules) -> Credentials:
    if not may_carry_credentials(source):
        return Credentials(state="absent")
    return verify(source, trust=rules.trust)


def _ingredient(source: Source, credentials: Credentials, ident: str, rules: _Rules) -> IngredientPlan:
    relationship = "parentOf" if ident == "parent" else "componentOf"
    near = beside(source.path) if credentials.where == "sidecar" else None
    sidecar = load_sidecar(near, limits=source.limits) if near else None
    part = Part(
        id=ident,
        relationship=relationship,
        media_type=source.media_type,
        history=credentials.state != "absent",
        broken=_broken(source, credentials, rules.request, relationship),
    )
    if rules.request.ai_disclosure == "none" and credentials.generative in ("partly", "fully"):
        raise SigningError(
            f"{source.name} states in its history that it comes {credentials.generative} from generative AI.",
            hint="Give --ai-disclosure partly or fully.",
        )
    items: tuple[HistoryItem, ...] = ()
    if credentials.state != "absent":
        items = read_history(source, rules.privacy, ingredient=source.name, sidecar=sidecar)
    return IngredientPlan(part=part, source=source, sidecar=sidecar, items=items)


def _broken(
    source: Source, credentials: Credentials, request: SigningRequest, relationship: str
) -> str | None:
    """Return in words what does not hold, where that was accepted.

    Raises:
        SigningError: It was not accepted. Signed all the same, the copy would look sound (a broken
            credential is laundered).
    """
    if credentials.state == "unreadable":
        why = credentials.status[0].explanation if credentials.status else "its structure cannot be read"
        raise SigningError(
            f"{source.name} cannot be signed: {why}.", hint="Ask for the file again, or for another format."
        )
    words = _BROKEN.get(credentials.state)
    if words is None:
        return None
    if not request.accept_broken_parent:
        raise SigningError(
            f"{source.name} {words}. Signing it would hide that.",
            hint="Sign the version before the damage, or add --accept-broken-parent; the manifest will say so.",
        )
    role = "The parent of this file" if relationship == "parentOf" else "An ingredient of this file"
    return f"{role} {words}; the signer knew that and signed all the same."


def _check_inception(source: Source, request: SigningRequest, ingredients: Sequence[IngredientPlan]) -> None:
    has_parent = any(entry.part.relationship == "parentOf" for entry in ingredients)
    if not has_parent and request.effective_source_type is None:
        raise SigningError(
            f"{source.name} is new work, and how it came about is not stated.",
            hint="Add --source-type digitalCapture for a photograph or recording, or another type; "
            "for an edit, name the original with --parent.",
        )


def _redactions(
    source: Source, ingredients: Sequence[IngredientPlan], request: SigningRequest
) -> tuple[tuple[str, str], ...]:
    """Return address and reason of each assertion to take out, in the order of the history."""
    items = [item for entry in ingredients for item in entry.items]
    reasons: dict[str, str] = {item.uri: _PRIVATE_REASON for item in items if item.private}
    for wanted in request.redactions:
        found = [item for item in items if wanted.assertion in (item.label, item.uri)]
        if not found:
            raise _nothing_to_redact(source, wanted, items)
        reasons |= {item.uri: wanted.reason for item in found}
    return tuple(reasons.items())


def _nothing_to_redact(source: Source, wanted: Redaction, items: Sequence[HistoryItem]) -> SigningError:
    labels = sorted({item.label for item in items})
    return SigningError(
        f"There is no assertion {wanted.assertion} in the history of {source.name}.",
        hint=f"There is: {', '.join(labels)}." if labels else "It has no history; leave --redact out.",
    )


def _intent(
    source: Source, request: SigningRequest, ingredients: Sequence[IngredientPlan], metadata: Disclosure
) -> Intent:
    """An update manifest is for redactions of a file that stays as it is; anything else with a parent is an edit."""
    if not ingredients or ingredients[0].part.relationship != "parentOf":
        return "create"
    alone = len(ingredients) == 1 and ingredients[0].source is source and not ingredients[0].sidecar
    unchanged = not metadata.removed and {a.action for a in request.actions} <= _QUIET_ACTIONS
    return "update" if alone and unchanged and request.redactions else "edit"


def _fields(items: Sequence[HistoryItem], removed: set[str], *, inside: bool) -> tuple[DisclosedField, ...]:
    return tuple(item.field for item in items if (item.uri in removed) == inside)
