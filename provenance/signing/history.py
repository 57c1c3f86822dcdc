"""What an ingredient carries along: the assertions of its whole history, and which of them give somebody away.

A manifest store keeps every earlier manifest. A camera's manifest can hold a picture of the scene before a face
was blacked out, and where the camera stood. Such assertions are redacted unless the privacy policy keeps them;
that they were there, and that they were taken out, stays on record (C2PA 2.x, "Redaction of assertions").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provenance.privacy.fields import DisclosedField, Group
from provenance.signing.vocabulary import redactable
from provenance.source import Source

if TYPE_CHECKING:
    from provenance.privacy.policy import PrivacyPolicy

__all__ = ["HistoryItem", "read_history"]

_MAX_DEPTH = 12
_MAX_KEYS = 10_000
_MAX_SHOWN = 300
_KEPT_WHOLE = (
    "c2pa.ingredient",
    "cawg.identity",
    "cawg.training-mining",
    "c2pa.soft-binding",
    "c2pa.time-stamp",
)
"""Assertions that say who, from what and under which terms; they are history and consent, and stay."""

_GROUPS: dict[str, Group] = {
    **dict.fromkeys(
        ("locationcreated", "locationshown", "location", "sublocation", "city", "provincestate"), "location"
    ),
    **dict.fromkeys(
        ("bodyserialnumber", "lensserialnumber", "serialnumber", "cameraserialnumber", "internalserialnumber"),
        "serial",
    ),
    **dict.fromkeys(("cameraownername", "ownername"), "owner"),
    "makernote": "maker note",
}  # fmt: skip
"""Metadata fields that give somebody away, by folded local name, in whichever namespace they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One assertion of an ingredient's history."""

    uri: str
    """Its JUMBF address, as a redaction names it."""

    label: str
    """Its label."""

    field: DisclosedField
    """What a dry run says about it."""

    private: bool
    """Whether the policy wants it out."""


def read_history(
    source: Source, policy: PrivacyPolicy, *, ingredient: str, sidecar: bytes | None = None
) -> tuple[HistoryItem, ...]:
    """Return every assertion in the manifests that `source` brings along; none where they cannot be read.

    Args:
        source: The ingredient's file.
        policy: What may stay.
        ingredient: What to call it, for the dry run.
        sidecar: Its manifest store, where it lies beside the file.
    """
    import c2pa

    from provenance.signing.engine import signing_context
    from provenance.trust.bundle import Trust

    try:
        with c2pa.Reader(
            source.media_type,
            source.stream(),
            manifest_data=sidecar,
            context=signing_context(Trust(lists=())),
        ) as reader:
            report = json.loads(reader.detailed_json())
    except c2pa.C2paError:
        return ()
    return tuple(_items(report, policy, ingredient))


def _items(report: dict[str, Any], policy: PrivacyPolicy, ingredient: str) -> Iterator[HistoryItem]:
    for manifest, content in report.get("manifests", {}).items():
        for label, data in content.get("assertion_store", {}).items():
            group = _group(label, data, policy)
            yield HistoryItem(
                uri=f"self#jumbf=/c2pa/{manifest}/c2pa.assertions/{label}",
                label=label,
                private=group is not None,
                field=DisclosedField(
                    name=label,
                    where=f"history of {ingredient}, manifest {manifest}",
                    value="a picture" if group == "thumbnail" else _short(data),
                    group=group or "history",
                ),
            )


def _group(label: str, data: Any, policy: PrivacyPolicy) -> Group | None:
    """Return what an assertion gives away against the policy, or None."""
    if label.startswith("c2pa.thumbnail."):
        return "thumbnail"
    if not redactable(label) or label.startswith(_KEPT_WHOLE):
        return None
    for key in _keys(data):
        name = key.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        folded = name.casefold()
        group: Group | None = "location" if folded.startswith("gps") else _GROUPS.get(folded)
        if group is not None and not (policy.allows("EXIF", name) or policy.allows("XMP", key)):
            return group
    return None


def _keys(data: Any) -> Iterator[str]:
    """Yield the keys of nested JSON, bounded in depth and number."""
    stack: list[tuple[Any, int]] = [(data, 0)]
    seen = 0
    while stack and seen < _MAX_KEYS:
        value, depth = stack.pop()
        if depth > _MAX_DEPTH:
            continue
        if isinstance(value, dict):
            seen += len(value)
            yield from (key for key in value if isinstance(key, str))
            stack.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            seen += len(value)
            stack.extend((inner, depth + 1) for inner in value)


def _short(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
