"""From the engine's JSON to our typed manifests.

Everything in that JSON except the statuses is the signer's text. Wrong types are dropped rather than trusted:
a title that is a list is no title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from provenance.credentials.source_types import generative_of, short_name
from provenance.model.credentials import (
    Action,
    Assertion,
    Generative,
    Identity,
    Ingredient,
    Manifest,
    Signer,
    Status,
    StatusKind,
    Thumbnail,
)

__all__ = ["breaks", "build_manifests"]

_ACTION_LABELS = ("c2pa.actions", "c2pa.actions.v2")
_TRAINING_LABELS = ("cawg.training-mining", "c2pa.training-mining")
_USES = ("allowed", "notAllowed", "constrained")

_TOLERATED = frozenset({"signingCredential.untrusted", "ingredient.unknownProvenance"})
_UNREACHABLE = "cawg.ica.did_unavailable"
_UNTRUSTED_IDENTITY = frozenset({"cawg.x509.credential.untrusted", "cawg.ica.untrusted_issuer"})
_TRUSTED_IDENTITY = frozenset({"cawg.x509.credential.trusted", "cawg.ica.credential_valid"})

_ByUrl = Mapping[str, Sequence[Status]]


def build_manifests(report: dict[str, Any]) -> tuple[tuple[Manifest, ...], tuple[Status, ...]]:
    """Return the manifests of one engine report and what it says about the active one.

    Args:
        report: The engine's JSON.

    Returns:
        The manifests, the active one first, then its history; and the statuses of the active one, failures first.
        Where the engine could not read the active one, an empty one stands in its place: what an earlier manifest
        says must not pass for what the file says now.
    """
    raw = _dict(report.get("manifests"))
    active = _text(report.get("active_manifest"))
    labels = [active] if active else []
    labels += [label for label in raw if label != active]
    results = _dict(report.get("validation_results"))
    found = _statuses(results.get("activeManifest"))
    by_url = _by_url(found, results)
    return tuple(_manifest(label, _dict(raw.get(label)), by_url) for label in labels), found


def _statuses(group: Any) -> tuple[Status, ...]:
    """Return the statuses of one `{"success": [...], "informational": [...], "failure": [...]}` group."""
    kinds: tuple[StatusKind, ...] = ("failure", "informational", "success")
    return tuple(_status(entry, kind) for kind in kinds for entry in _dicts(_dict(group).get(kind)))


def _manifest(label: str, raw: dict[str, Any], found: _ByUrl) -> Manifest:
    assertions = _dicts(raw.get("assertions"))
    actions = tuple(_actions(assertions))
    signature = _dict(raw.get("signature_info"))
    source_type = _first_source_type(actions) or _photo_metadata_type(assertions)
    return Manifest(
        label=label,
        title=_text(raw.get("title")),
        format=_text(raw.get("format")),
        instance_id=_text(raw.get("instance_id")),
        claim_version=raw["claim_version"] if isinstance(raw.get("claim_version"), int) else None,
        claim_generator=_generator(raw),
        signer=_signer(signature) if signature else None,
        signed_at=_text(signature.get("time")),
        digital_source_type=source_type,
        generative=_generative(actions, source_type),
        training=_training(assertions),
        actions=actions,
        ingredients=tuple(_ingredient(label, entry, found) for entry in _dicts(raw.get("ingredients"))),
        identities=tuple(_identities(label, assertions, found)),
        assertions=tuple(_others(assertions)),
        redactions=_texts(raw.get("redactions")),
        thumbnail=_thumbnail(raw.get("thumbnail")),
    )


def _signer(signature: dict[str, Any]) -> Signer:
    return Signer(
        name=_text(signature.get("common_name")),
        organisation=_text(signature.get("issuer")),
        issuer=None,
        serial=_text(signature.get("cert_serial_number")),
        not_after=None,
        algorithm=(_text(signature.get("alg")) or "").lower() or None,
    )


def _generator(raw: dict[str, Any]) -> str | None:
    infos = raw.get("claim_generator_info")
    named = [
        " ".join(filter(None, (_text(info.get("name")), _text(info.get("version")))))
        for info in _dicts(infos if isinstance(infos, list) else [infos])
    ]
    return ", ".join(filter(None, named)) or _text(raw.get("claim_generator"))


def _actions(assertions: Iterable[dict[str, Any]]) -> Iterable[Action]:
    for assertion in assertions:
        if _base(assertion) in _ACTION_LABELS:
            for raw in _dicts(_dict(assertion.get("data")).get("actions")):
                yield _action(raw)


def _action(raw: dict[str, Any]) -> Action:
    agent = raw.get("softwareAgent")
    if isinstance(agent, dict):
        agent = " ".join(filter(None, (_text(agent.get("name")), _text(agent.get("version")))))
    parameters = _dict(raw.get("parameters"))
    return Action(
        action=_text(raw.get("action")) or "",
        when=_text(raw.get("when")),
        software=_text(agent),
        digital_source_type=short_name(raw.get("digitalSourceType")),
        description=_text(raw.get("description")) or _text(parameters.get("description")),
        reason=_text(raw.get("reason")),
        parameters={k: v for k, v in parameters.items() if k not in ("ingredient", "ingredients")},
    )


def _first_source_type(actions: tuple[Action, ...]) -> str | None:
    created = next((a for a in actions if a.action == "c2pa.created"), None)
    if created is not None:
        return created.digital_source_type
    return next((a.digital_source_type for a in actions if a.digital_source_type), None)


def _photo_metadata_type(assertions: Iterable[dict[str, Any]]) -> str | None:
    """Return a source type stated in an IPTC or metadata assertion, as older files do."""
    for assertion in assertions:
        if _base(assertion) in ("stds.iptc.photo-metadata", "stds.iptc", "c2pa.metadata", "cawg.metadata"):
            for key, value in _dict(assertion.get("data")).items():
                if key.rsplit(":", 1)[-1].casefold() == "digitalsourcetype":
                    return short_name(value)
    return None


def _generative(actions: tuple[Action, ...], source_type: str | None) -> Generative:
    """Return what one manifest alone states; its ingredients come in through the roll-up."""
    own = generative_of(source_type)
    if own == "fully":
        return "fully"
    # A generated part that was added later makes a picture partly generated, whatever it began as.
    later = {generative_of(a.digital_source_type) for a in actions}
    return "partly" if own == "partly" or later & {"fully", "partly"} else own


def _training(assertions: Iterable[dict[str, Any]]) -> dict[str, str]:
    choices: dict[str, str] = {}
    for label in reversed(_TRAINING_LABELS):  # the CAWG spelling is read last, so that it wins
        for assertion in assertions:
            if _base(assertion) == label:
                for name, entry in _dict(_dict(assertion.get("data")).get("entries")).items():
                    use = entry.get("use") if isinstance(entry, dict) else entry
                    if use in _USES:
                        choices[str(name).split(".", 1)[-1]] = use
    return choices


def breaks(status: Status) -> bool:
    """Return whether a status about an ingredient means that its credentials did not hold.

    That its signer or an identity is on no list is no break; neither is a doubtful timestamp.
    """
    tolerated = status.code in _TOLERATED or status.code.startswith(("cawg.", "timeStamp."))
    return status.kind == "failure" and not tolerated


def _ingredient(label: str, raw: dict[str, Any], by_url: _ByUrl) -> Ingredient:
    recorded = _dict(raw.get("validation_results"))
    found = _statuses(recorded.get("activeManifest"))
    for delta in _dicts(recorded.get("ingredientDeltas")):
        found += _statuses(delta.get("validationDeltas"))
    # Before claim version 2 only failures were recorded, as a flat list.
    found += tuple(_status(entry, "failure") for entry in _dicts(raw.get("validation_status")))
    found += tuple(by_url.get(f"self#jumbf=/c2pa/{label}/c2pa.assertions/{raw.get('label')}", ()))
    return Ingredient(
        title=_text(raw.get("title")),
        format=_text(raw.get("format")),
        relationship=_text(raw.get("relationship")) or "componentOf",
        manifest=_text(raw.get("active_manifest")),
        instance_id=_text(raw.get("instance_id")),
        broken=any(breaks(s) for s in found),
        status=tuple(dict.fromkeys(s for s in found if s.kind != "success")),
        thumbnail=_thumbnail(raw.get("thumbnail")),
        description=_text(raw.get("description")),
    )


def _identities(label: str, assertions: Iterable[dict[str, Any]], found: _ByUrl) -> Iterable[Identity]:
    for assertion in assertions:
        if _base(assertion) != "cawg.identity":
            continue
        data = _dict(assertion.get("data"))
        payload = _dict(data.get("signer_payload")) or _dict(data.get("c2paAsset"))
        signature = _dict(data.get("signature_info"))
        url = f"self#jumbf=/c2pa/{label}/c2pa.assertions/{assertion.get('label')}"
        yield Identity(
            state=_identity_state(found.get(url, ())),
            name=_text(signature.get("common_name")),
            organisation=_text(signature.get("issuer")),
            signature_type=_text(payload.get("sig_type")),
            verified=tuple(_verified(data)),
            roles=_texts(payload.get("role")),
        )


def _identity_state(found: Sequence[Status]) -> Literal["trusted", "valid", "invalid", "unknown"]:
    codes = {s.code for s in found}
    if _UNREACHABLE in codes or not codes:
        return "unknown"
    if {s.code for s in found if s.kind == "failure"} - _UNTRUSTED_IDENTITY:
        return "invalid"
    return "trusted" if codes & _TRUSTED_IDENTITY and not codes & _UNTRUSTED_IDENTITY else "valid"


def _verified(data: dict[str, Any]) -> Iterable[str]:
    for entry in _dicts(data.get("verifiedIdentities")):
        provider = _text(_dict(entry.get("provider")).get("name"))
        name = _text(entry.get("name")) or _text(entry.get("username"))
        told = ": ".join(filter(None, (provider, name)))
        if told:
            yield told


def _others(assertions: Iterable[dict[str, Any]]) -> Iterable[Assertion]:
    shown = {*_ACTION_LABELS, *_TRAINING_LABELS, "cawg.identity"}
    for raw in assertions:
        if _base(raw) not in shown:
            created = raw.get("created")
            yield Assertion(
                label=_text(raw.get("label")) or "",
                data=raw.get("data"),
                created=created if isinstance(created, bool) else None,
            )


def _by_url(active: tuple[Status, ...], results: dict[str, Any]) -> _ByUrl:
    found: dict[str, list[Status]] = defaultdict(list)
    for status in active:
        found[status.url or ""].append(status)
    for delta in _dicts(results.get("ingredientDeltas")):
        url = _text(delta.get("ingredientAssertionURI")) or ""
        found[url].extend(_statuses(delta.get("validationDeltas")))
    return found


def _status(raw: dict[str, Any], kind: StatusKind) -> Status:
    code, url, explanation = raw.get("code"), raw.get("url"), raw.get("explanation")
    return Status(
        code=code if isinstance(code, str) and code else "unknown",
        url=url if isinstance(url, str) and url else None,
        explanation=explanation if isinstance(explanation, str) else "",
        kind=kind,
    )


def _thumbnail(raw: Any) -> Thumbnail | None:
    entry = _dict(raw)
    identifier = _text(entry.get("identifier"))
    return Thumbnail(format=_text(entry.get("format")) or "", identifier=identifier) if identifier else None


def _base(assertion: dict[str, Any]) -> str:
    """Return an assertion's label without the `__2` of a repeated one."""
    return str(assertion.get("label", "")).split("__", 1)[0]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
