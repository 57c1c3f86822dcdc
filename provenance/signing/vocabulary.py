"""What may be stated in a manifest. The engine signs nonsense without complaint, so the lists stand here.

Sources: C2PA 2.x, "Actions" (list of action names), "Digital source type", "Redaction of assertions";
CAWG Training and Data Mining assertion 1.1; C2PA 2.x, "Assertion labels" (grammar of labels).
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from provenance.credentials.source_types import known
from provenance.errors import UsageError

__all__ = [
    "TRAINING_ENTRIES",
    "TRAINING_USES",
    "action_name",
    "check_label",
    "check_source_type",
    "nearest",
    "reason_code",
    "redactable",
    "source_type_url",
    "training_entry",
]

_ACTIONS = frozenset(
    {
        "c2pa.addedText",
        "c2pa.adjustedColor",
        "c2pa.changedSpeed",
        "c2pa.color_adjustments",
        "c2pa.converted",
        "c2pa.cropped",
        "c2pa.deleted",
        "c2pa.drawing",
        "c2pa.dubbed",
        "c2pa.edited",
        "c2pa.edited.metadata",
        "c2pa.enhanced",
        "c2pa.filtered",
        "c2pa.orientation",
        "c2pa.published",
        "c2pa.removed",
        "c2pa.repackaged",
        "c2pa.resized",
        "c2pa.resized.proportional",
        "c2pa.transcoded",
        "c2pa.translated",
        "c2pa.trimmed",
        "c2pa.unknown",
        "c2pa.watermarked",
        "c2pa.watermarked.bound",
        "c2pa.watermarked.unbound",
    }
)
_OWN = {
    "c2pa.created": "It is written for new work; state --source-type.",
    "c2pa.opened": "It is written for every file that has a parent; state --parent.",
    "c2pa.placed": "It is written for every ingredient; state --ingredient.",
    "c2pa.redacted": "It is written for every redaction; state --redact.",
}
"""Actions that follow from other options, so that manifest and ingredients cannot contradict each other."""

TRAINING_ENTRIES = (
    "cawg.ai_generative_training",
    "cawg.ai_training",
    "cawg.ai_inference",
    "cawg.data_mining",
)
TRAINING_USES = ("allowed", "notAllowed", "constrained")

_REASONS = {
    "pii": "c2pa.PII.present",
    "invalid": "c2pa.invalid.data",
    "trade-secret": "c2pa.trade-secret.present",
    "government": "c2pa.government.confidential",
}

_C2PA_TYPES = frozenset({"empty", "trainedAlgorithmicData"})
_ENTITY_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9_-]{0,62}){1,8}")
_RESERVED = ("c2pa.", "cawg.", "stds.", "assay.")
_OPEN_STANDARD = ("stds.schema-org.ClaimReview",)
_FIXED = ("c2pa.actions", "c2pa.hash.")
"""Assertions that no redaction may touch (C2PA 2.x, "Redaction of assertions")."""


def action_name(text: str) -> str:
    """Return the full name of an action that a caller may state.

    Args:
        text: `cropped`, `c2pa.cropped`, or an entity's own, as `com.example.retouched`.

    Raises:
        UsageError: There is no such action, or it is written by other options.
    """
    name = text if "." in text and text.split(".", 1)[0] not in ("edited", "resized", "watermarked") else ""
    name = name or f"c2pa.{text}"
    if name in _OWN:
        raise UsageError(f"The action {name} is not stated by hand.", hint=_OWN[name])
    if name in _ACTIONS:
        return name
    if not name.startswith(_RESERVED) and _ENTITY_LABEL.fullmatch(name):
        return name
    raise UsageError(
        f"There is no action {text!r} in C2PA.",
        hint=nearest(text, sorted(n.removeprefix("c2pa.") for n in _ACTIONS)),
    )


def check_source_type(name: str) -> str:
    """Return the digital source type `name` if IPTC or C2PA know it.

    Raises:
        UsageError: They do not.
    """
    if known(name):
        return name
    raise UsageError(
        f"There is no digital source type {name!r}.",
        hint="Common ones: digitalCapture (a photograph or recording), screenCapture, humanEdits, "
        "compositeCapture, trainedAlgorithmicMedia (generated), compositeWithTrainedAlgorithmicMedia.",
    )


def source_type_url(name: str) -> str:
    """Return the address of a source type, as it stands in a manifest."""
    home = "c2pa.org" if name in _C2PA_TYPES else "cv.iptc.org/newscodes"
    return f"http://{home}/digitalsourcetype/{name}"


def training_entry(text: str) -> str:
    """Return the full name of a training or mining entry.

    Args:
        text: `ai_training` or `cawg.ai_training`; dashes pass for underscores.

    Raises:
        UsageError: There is no such entry.
    """
    name = f"cawg.{text.removeprefix('cawg.').replace('-', '_')}"
    if name in TRAINING_ENTRIES:
        return name
    raise UsageError(
        f"There is no training entry {text!r}.",
        hint=nearest(text, [entry.removeprefix("cawg.") for entry in TRAINING_ENTRIES]),
    )


def reason_code(text: str) -> str:
    """Return the C2PA code for the reason of a redaction.

    Args:
        text: `pii`, `invalid`, `trade-secret`, `government`, a code, or an entity's own reason.

    Raises:
        UsageError: It is none of these.
    """
    if text in _REASONS:
        return _REASONS[text]
    if text in _REASONS.values():
        return text
    if not text.startswith(_RESERVED) and _ENTITY_LABEL.fullmatch(text):
        return text
    raise UsageError(
        f"{text!r} is no reason for a redaction.",
        hint=f"Give one of {', '.join(_REASONS)}, or a reason of your own as in com.example.my-reason.",
    )


def redactable(label: str) -> bool:
    """Return whether an assertion may be redacted: actions and hash bindings never."""
    return not label.startswith(_FIXED)


def check_label(label: str) -> str:
    """Return the label of a custom assertion if it is an entity's own.

    Raises:
        UsageError: It is malformed, or belongs to a standard.
    """
    if label in _OPEN_STANDARD:
        return label
    if not _ENTITY_LABEL.fullmatch(label) or "__" in label:
        raise UsageError(
            f"{label!r} is no assertion label.",
            hint="Use your domain backwards and a name, as in com.example.desk.review.",
        )
    if label.startswith(_RESERVED):
        raise UsageError(
            f"The label {label} belongs to a standard.",
            hint="Use your own domain backwards, as in com.example.desk.review.",
        )
    return label


def nearest(word: str, words: list[str]) -> str:
    """Return a hint that names what was probably meant, or all there is."""
    found = get_close_matches(word, words, n=1)
    return f"Did you mean {found[0]}?" if found else f"Known: {', '.join(words)}."
