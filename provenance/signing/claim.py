"""The manifest definition: what the engine is told to sign, built from a request and what its ingredients need.

Who and where stands twice, as `cawg.metadata` (the current standard, attributed to the signer) and as
`stds.schema-org.CreativeWork` (what public inspection pages show); see docs/decisions/0010-who-and-where.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from provenance.credentials.status import status_assertion
from provenance.privacy.fields import DisclosedField
from provenance.signing.request import SigningRequest
from provenance.signing.vocabulary import source_type_url

__all__ = ["BROKEN_LABEL", "TEST_LABEL", "Part", "build_definition", "statements"]

BROKEN_LABEL = "assay.broken-parent"
TEST_LABEL = "assay.test-identity"

_TEST = (
    "Signed with an identity that is for testing only. "
    "Nobody vouches for this file; do not rely on anything that it says."
)
_GENERATED = {
    "partly": "Parts of it come from generative AI.",
    "fully": "All of it comes from generative AI.",
}
_MAX_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An ingredient as the claim refers to it."""

    id: str
    """Identifier within this definition."""

    relationship: str
    """`parentOf` or `componentOf`."""

    media_type: str
    """Its media type."""

    history: bool = False
    """Whether it brings Content Credentials along, which then say where it comes from."""

    broken: str | None = None
    """In words, how its credentials fail to hold; None where they hold or there are none."""

    def definition(self) -> dict[str, Any]:
        """Return what the engine is told about it.

        No title, since a file name can name a source, and a fresh instance id, since the engine would copy the
        one in the file's XMP, by which versions of a file can be tied together.
        """
        return {
            "label": self.id,
            "relationship": self.relationship,
            "format": self.media_type,
            "instance_id": f"xmp:iid:{uuid4()}",
        }


def build_definition(
    request: SigningRequest,
    *,
    media_type: str,
    parts: Sequence[Part],
    redactions: Sequence[tuple[str, str]],
    stripped: bool,
    test: bool,
) -> dict[str, Any]:
    """Return the manifest definition.

    Args:
        request: What to state.
        media_type: Type of the file that is signed.
        parts: Its ingredients, the parent first where there is one.
        redactions: Address and reason code of every assertion of the history to take out.
        stripped: Whether metadata was taken out of a file that has a parent.
        test: Whether the identity is for testing only.
    """
    actions = [
        _inception(request, parts),
        *({"action": "c2pa.placed", "parameters": {"ingredientIds": [p.id]}} for p in _components(parts)),
        *_generated(request, parts),
        *(_stated(a.action, a.description) for a in request.actions),
        *_metadata_edit(request, parts, stripped),
        *(
            {"action": "c2pa.redacted", "reason": reason, "parameters": {"redacted": uri}}
            for uri, reason in redactions
        ),
    ]
    definition: dict[str, Any] = {
        "claim_generator_info": [{"name": "Assay", "version": _version()}],
        "format": media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}, "created": True},
            *_assertions(request, parts, test),
        ],
    }
    if request.title:
        definition["title"] = request.title
    if redactions:
        definition["redactions"] = [uri for uri, _ in redactions]
    return definition


def statements(definition: dict[str, Any]) -> tuple[DisclosedField, ...]:
    """Return what a manifest definition says, field by field, for a dry run."""
    found = []
    if "title" in definition:
        found.append(_field("title", definition["title"]))
    for assertion in definition["assertions"]:
        if assertion["label"].startswith("c2pa.actions"):
            found += [_field(a["action"], _action_words(a)) for a in assertion["data"]["actions"]]
        else:
            found += [
                _field(f"{assertion['label']} {key}", value)
                for key, value in assertion["data"].items()
                if not key.startswith("@")
            ]
    return tuple(found)


@lru_cache(maxsize=1)
def _version() -> str:
    return version("assay-media")


def _inception(request: SigningRequest, parts: Sequence[Part]) -> dict[str, Any]:
    """The first action: created for new work, opened for everything that has a parent."""
    source_type = request.effective_source_type
    action: dict[str, Any] = {"action": "c2pa.created"}
    if _parent(parts) is not None:
        action = {"action": "c2pa.opened", "parameters": {"ingredientIds": [parts[0].id]}}
    if source_type and not _has_history(parts):
        action["digitalSourceType"] = source_type_url(source_type)
    return action


def _parent(parts: Sequence[Part]) -> Part | None:
    return parts[0] if parts and parts[0].relationship == "parentOf" else None


def _has_history(parts: Sequence[Part]) -> bool:
    """Return whether a parent's own credentials say how it came about; a desk's default must not overrule them."""
    parent = _parent(parts)
    return parent is not None and parent.history


def _generated(request: SigningRequest, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Say on record that generated parts came in after a history that knows nothing of them."""
    if request.ai_disclosure not in _GENERATED or not _has_history(parts):
        return []
    action = _stated("c2pa.edited", _GENERATED[request.ai_disclosure])
    return [action | {"digitalSourceType": source_type_url(request.effective_source_type or "")}]


def _components(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.relationship == "componentOf"]


def _stated(action: str, description: str | None) -> dict[str, Any]:
    return {"action": action} | ({"description": description} if description else {})


def _metadata_edit(request: SigningRequest, parts: Sequence[Part], stripped: bool) -> list[dict[str, Any]]:
    named = any(a.action == "c2pa.edited.metadata" for a in request.actions)
    if not stripped or named or _parent(parts) is None:
        return []
    return [_stated("c2pa.edited.metadata", "Metadata was taken out before publication.")]


def _assertions(request: SigningRequest, parts: Sequence[Part], test: bool) -> list[dict[str, Any]]:
    found = []
    work, metadata = _creative_work(request), _metadata(request)
    if work:
        found.append(_assertion("stds.schema-org.CreativeWork", work))
    if metadata:
        found.append(_assertion("cawg.metadata", metadata))
    if request.training:
        entries = {
            choice.entry: {"use": choice.use}
            | ({"constraint_info": choice.constraint} if choice.constraint else {})
            for choice in request.training
        }
        found.append({"label": "cawg.training-mining", "data": {"entries": entries}, "created": True})
    found += [_assertion(custom.label, dict(custom.data)) for custom in request.assertions]
    if request.certificate_status is not None:
        found.append(status_assertion(request.certificate_status))
    broken = [part.broken for part in parts if part.broken]
    if broken:
        found.append(_assertion(BROKEN_LABEL, {"statement": " ".join(broken)}))
    if test:
        found.append(_assertion(TEST_LABEL, {"statement": _TEST}))
    return found


def _assertion(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "data": data, "kind": "Json", "created": True}


def _creative_work(request: SigningRequest) -> dict[str, Any]:
    """The statement in schema.org terms."""
    body: dict[str, Any] = {}
    if request.authors:
        body["author"] = [{"@type": "Person", "name": name} for name in request.authors]
    if request.organisation:
        body["publisher"] = {"@type": "Organization", "name": request.organisation}
        # Inspection pages show the author as the producer; without a person that is the organisation.
        body.setdefault("author", [body["publisher"]])
    if request.captured_by:
        person = {"@type": "Person", "name": request.captured_by}
        body["contributor"] = {"@type": "Role", "roleName": "captured by", "contributor": person}
    if request.published_at:
        body["url"] = request.published_at
    if request.verification_text:
        body["backstory"] = request.verification_text
    if not body:
        return {}
    if request.title:
        body["name"] = request.title
    return {"@context": "https://schema.org", "@type": "CreativeWork", **body}


def _metadata(request: SigningRequest) -> dict[str, Any]:
    """The same statement in Dublin Core, as XMP and IPTC use it."""
    body: dict[str, Any] = {
        "dc:creator": list(request.authors),
        "dc:publisher": [request.organisation] if request.organisation else [],
        "dc:contributor": [request.captured_by] if request.captured_by else [],
        "dc:identifier": request.published_at,
        "dc:description": request.verification_text,
    }
    body = {key: value for key, value in body.items() if value}
    if not body:
        return {}
    if request.title:
        body["dc:title"] = request.title
    return {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, **body}


def _action_words(action: dict[str, Any]) -> str:
    parameters = action.get("parameters", {})
    words = (
        action.get("digitalSourceType", "").rsplit("/", 1)[-1],
        action.get("description", ""),
        parameters.get("redacted", ""),
        action.get("reason", ""),
    )
    return ", ".join(filter(None, words)) or "stated without further words"


def _field(name: str, value: Any) -> DisclosedField:
    text = value if isinstance(value, str) else _plain(value)
    shown = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
    return DisclosedField(name=name, where="new manifest", value=shown, group="other")


def _plain(value: Any) -> str:
    """Return the words in nested JSON, without its syntax."""
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_plain(v)}" for k, v in value.items() if not k.startswith("@"))
    if isinstance(value, list):
        return "; ".join(_plain(entry) for entry in value)
    return str(value)
