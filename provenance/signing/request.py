"""What a caller wants to state about a file, checked before anything is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from provenance.credentials.source_types import generative_of
from provenance.errors import UsageError
from provenance.signing import vocabulary

__all__ = [
    "AiDisclosure",
    "CustomAssertion",
    "Redaction",
    "SigningRequest",
    "StatedAction",
    "TrainingChoice",
    "no_training",
]

AiDisclosure = Literal["fully", "partly", "none"]

_MAX_TEXT = 10_000
_DEFAULT_TYPE = {"fully": "trainedAlgorithmicMedia", "partly": "compositeWithTrainedAlgorithmicMedia"}
_STATES = {"fully": "fully", "partly": "partly", "none": "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAction:
    """Something that was done to the file before it was signed."""

    action: str
    """Name, with or without `c2pa.`; full after the check."""

    description: str | None = None
    """What exactly, in words."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "action", vocabulary.action_name(self.action))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingChoice:
    """Whether one kind of training or mining is consented to (CAWG Training and Data Mining)."""

    entry: str
    """Name, with or without `cawg.`; full after the check."""

    use: str
    """`allowed`, `notAllowed` or `constrained`."""

    constraint: str | None = None
    """Under which condition, for `constrained`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "entry", vocabulary.training_entry(self.entry))
        if self.use not in vocabulary.TRAINING_USES:
            raise UsageError(
                f"{self.use!r} is no choice for training.",
                hint=f"Give one of {', '.join(vocabulary.TRAINING_USES)}.",
            )
        if (self.use == "constrained") != (self.constraint is not None):
            raise UsageError(
                "A condition goes with the choice 'constrained', and only with it.",
                hint="Write ai_training=constrained:ask rights@example.org, for instance.",
            )


def no_training() -> tuple[TrainingChoice, ...]:
    """Return the choices that allow none of the four kinds of training and mining."""
    return tuple(TrainingChoice(entry=entry, use="notAllowed") for entry in vocabulary.TRAINING_ENTRIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """An assertion of the history that is taken out, for a reason that stays."""

    assertion: str
    """Its label, in whichever manifest of the history it stands, or its full JUMBF address."""

    reason: str
    """`pii`, `invalid`, `trade-secret`, `government`, or a code; a full code after the check."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", vocabulary.reason_code(self.reason))
        if not vocabulary.redactable(self.assertion.rsplit("/", 1)[-1]):
            raise UsageError(
                f"{self.assertion} cannot be redacted: actions and hash bindings hold a history together.",
                hint="Redact what gives somebody away, such as stds.exif or c2pa.metadata.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomAssertion:
    """An assertion of the newsroom's own."""

    label: str
    """Its label, the newsroom's domain backwards first."""

    data: Mapping[str, Any]
    """Its content."""

    schema: Mapping[str, Any]
    """JSON Schema that the content has to fit."""

    def __post_init__(self) -> None:
        vocabulary.check_label(self.label)
        _check_schema(self.label, self.data, self.schema)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """Everything that one signature is to state. Nothing is stated that is not named here.

    Checked when made: contradictions and unknown names raise `UsageError` with a hint.
    """

    title: str | None = None
    """Title of the work. File names are never stated, since they can name a source."""

    authors: tuple[str, ...] = ()
    """Names of its authors."""

    organisation: str | None = None
    """Who publishes it."""

    source_type: str | None = None
    """Short name of the digital source type; needed for new work."""

    actions: tuple[StatedAction, ...] = ()
    """What was done, in order."""

    published_at: str | None = None
    """Web address where it is published."""

    verification_text: str | None = None
    """How the newsroom verified what it shows, in its own words."""

    captured_by: str | None = None
    """Who took the picture or made the recording, if that may be known."""

    ai_disclosure: AiDisclosure | None = None
    """How much of it comes from generative AI."""

    training: tuple[TrainingChoice, ...] = ()
    """Consent to training and mining, entry by entry."""

    parent: Path | None = None
    """The file that this is an edit of."""

    ingredients: tuple[Path, ...] = ()
    """Files that were placed into it."""

    redactions: tuple[Redaction, ...] = ()
    """Assertions of the history to take out."""

    assertions: tuple[CustomAssertion, ...] = ()
    """Further assertions."""

    certificate_status: bytes | None = None
    """OCSP response about the signer's certificate, to be carried along (`provenance.revocation.Staple`)."""

    sidecar: bool = False
    """Write the manifest beside the file instead of into it."""

    remote_url: str | None = None
    """Where the manifest will be found; it is written beside the file, to be uploaded there."""

    accept_broken_parent: bool = False
    """Sign although the history does not hold, and say so in the manifest."""

    def __post_init__(self) -> None:
        for name in ("title", "organisation", "verification_text", "captured_by"):
            _check_text(name.replace("_", " "), getattr(self, name))
        for author in self.authors:
            _check_text("author", author)
        for address in (self.published_at, self.remote_url):
            _check_address(address)
        if self.source_type is not None:
            vocabulary.check_source_type(self.source_type)
        if self.sidecar and self.remote_url:
            raise UsageError(
                "A manifest lies beside the file or at an address, not both.",
                hint="With --remote-url it is written beside the file anyway, for you to upload.",
            )
        entries = [choice.entry for choice in self.training]
        if len(set(entries)) < len(entries):
            raise UsageError("A training entry is given twice.", hint="Give each entry once.")
        _check_disclosure(self.ai_disclosure, self.source_type)

    @property
    def effective_source_type(self) -> str | None:
        """The source type given, or the one that follows from the AI disclosure."""
        return self.source_type or _DEFAULT_TYPE.get(self.ai_disclosure or "")


def _check_disclosure(disclosure: AiDisclosure | None, source_type: str | None) -> None:
    if disclosure is not None and disclosure not in _STATES:
        raise UsageError(f"{disclosure!r} is no AI disclosure.", hint="Give fully, partly or none.")
    if disclosure is None or source_type is None:
        return
    stated = generative_of(source_type)
    if stated not in ("unstated", _STATES[disclosure]):
        raise UsageError(
            f"The AI disclosure '{disclosure}' contradicts the source type {source_type}.",
            hint="Leave one of the two out, or correct it.",
        )


def _check_text(name: str, text: str | None) -> None:
    if text is None:
        return
    if not text.strip() or len(text) > _MAX_TEXT or "\0" in text:
        raise UsageError(
            f"The {name} is empty, too long, or has characters that no text has.",
            hint=f"Give 1 to {_MAX_TEXT:,} characters, or leave it out.",
        )


def _check_address(address: str | None) -> None:
    if address is None:
        return
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()
    except ValueError:
        sound = False
    if not sound or parts.username or parts.password or " " in address:
        raise UsageError(f"{address!r} is no web address.", hint="Give one that begins with https://.")


def _check_schema(label: str, data: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    try:
        from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
        from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]
        from referencing import Registry
        from referencing.exceptions import Unresolvable
    except ImportError as cause:
        raise UsageError(
            "Custom assertions are checked with the package jsonschema, which is not installed.",
            hint="Install it: pip install jsonschema",
        ) from cause
    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry: a schema must not make us fetch what it refers to.
        problem = next(Draft202012Validator(schema, registry=Registry()).iter_errors(data), None)
    except SchemaError as cause:
        raise UsageError(
            f"The schema for {label} is no JSON Schema: {cause.message}.", hint="Correct the schema."
        ) from cause
    except Unresolvable as cause:
        raise UsageError(
            f"The schema for {label} refers to another one.", hint="Put everything into one schema file."
        ) from cause
    if problem is not None:
        raise UsageError(
            f"The assertion {label} does not fit its schema at {problem.json_path}: {problem.message}.",
            hint="Correct the assertion.",
        )
