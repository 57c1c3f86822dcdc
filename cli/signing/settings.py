"""From the command's options to what `provenance.sign` takes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provenance.errors import UsageError

if TYPE_CHECKING:
    from provenance.keys.identity import Identity
    from provenance.keys.load import Passphrase
    from provenance.limits import Limits
    from provenance.privacy.policy import PrivacyPolicy
    from provenance.revocation import Staple
    from provenance.signing.request import CustomAssertion, SigningRequest
    from provenance.trust.bundle import Trust

__all__ = [
    "digest",
    "open_signer",
    "open_staple",
    "request_for",
    "signing_limits",
    "signing_privacy",
    "signing_trust",
]

_PLACE = "{name}"
_STATED = (
    "title", "authors", "organisation", "source_type", "actions", "published_at", "verification_text", "captured_by",
    "ai_disclosure", "training", "no_ai_training", "parent", "ingredients", "redactions", "assertions", "sidecar",
    "remote_url", "accept_broken_parent", "keep", "keep_everything", "strip", "tsa",
)  # fmt: skip


def request_for(options: dict[str, Any], name: str, *, staple: Staple | None = None) -> SigningRequest:
    """Return what to state about one file.

    Args:
        options: The command's options, as JSON values.
        name: The file's relative name, for `{name}` in an address.
        staple: Where to get the revocation answer that is carried along.

    Raises:
        UsageError: An option is malformed, unknown or contradicts another.
        RevocationError: The certificate is revoked, or nobody can say that it is not.
    """
    from urllib.parse import quote

    from provenance.signing.request import (
        Redaction,
        SigningRequest,
        StatedAction,
        TrainingChoice,
        no_training,
    )

    remote = options["remote_url"]
    training = tuple(_training(text, TrainingChoice) for text in options["training"])
    if options["no_ai_training"]:
        if training:
            raise UsageError(
                "--no-ai-training sets all entries.", hint="Leave it out to set them one by one."
            )
        training = no_training()
    return SigningRequest(
        title=options["title"],
        authors=tuple(options["authors"]),
        organisation=options["organisation"],
        source_type=options["source_type"],
        actions=tuple(_split(text, StatedAction, "action", "description") for text in options["actions"]),
        published_at=options["published_at"],
        verification_text=options["verification_text"],
        captured_by=options["captured_by"],
        ai_disclosure=options["ai_disclosure"],
        training=training,
        parent=Path(options["parent"]) if options["parent"] else None,
        ingredients=tuple(Path(path) for path in options["ingredients"]),
        redactions=tuple(_redaction(text, Redaction) for text in options["redactions"]),
        assertions=tuple(_assertion(Path(path)) for path in options["assertions"]),
        certificate_status=staple.der() if staple else None,
        sidecar=options["sidecar"],
        remote_url=remote.replace(_PLACE, quote(name)) if remote else None,
        accept_broken_parent=options["accept_broken_parent"],
    )


def signing_privacy(options: dict[str, Any]) -> PrivacyPolicy | None:
    """Return what metadata may stay; None for all of it.

    Raises:
        UsageError: A field cannot be kept, or options contradict each other.
    """
    from provenance.privacy import PrivacyPolicy

    if options["keep_everything"]:
        if options["strip"]:
            raise UsageError("--strip and --keep-everything contradict each other.", hint="Leave one out.")
        return None
    return PrivacyPolicy(keep=frozenset() if options["strip"] else frozenset(options["keep"]))


def signing_trust(options: dict[str, Any]) -> Trust:
    """Return the trust lists in force."""
    from provenance.trust.bundle import load_trust

    return load_trust(extra=options["trust"], tsa_extra=options["tsa_trust"])


def signing_limits(options: dict[str, Any]) -> Limits:
    """Return the limits in force."""
    from dataclasses import replace

    from provenance.limits import DEFAULT_LIMITS

    return replace(DEFAULT_LIMITS, max_bytes=options["max_bytes"] or DEFAULT_LIMITS.max_bytes)


def open_signer(options: dict[str, Any], passphrase: Passphrase) -> Identity:
    """Open the identity to sign with.

    Raises:
        UsageError: No key is named.
        SigningError: The key or its certificate cannot be used.
    """
    from provenance.keys.signers import open_identity

    if not options["key"]:
        raise UsageError("No key is named.", hint="Add --key and --cert, or a --profile that names them.")
    settings = dict(_pair(text, "--signer-option") for text in options["signer_options"])
    return open_identity(
        options["key"],
        options["cert"],
        passphrase=passphrase,
        settings=settings,
        test_identity=options["test_identity"],
    )


def open_staple(options: dict[str, Any], identity: Identity) -> Staple | None:
    """Return where revocation answers come from; None where none are wanted."""
    if not options.get("ocsp"):
        return None
    from provenance.revocation import Staple

    return Staple(identity.certificates)


def digest(options: dict[str, Any], identity: Identity) -> str:
    """Return a digest of everything that is stated, and of who signs."""
    stated = json.dumps({name: options[name] for name in _STATED}, sort_keys=True)
    return hashlib.sha256(stated.encode() + identity.chain[0]).hexdigest()


def _split(text: str, kind: Any, first: str, second: str) -> Any:
    head, equals, tail = text.partition("=")
    return kind(**{first: head, second: tail if equals else None})


def _redaction(text: str, kind: Any) -> Any:
    # An address of an assertion has an equals sign of its own, so the last one counts.
    head, equals, reason = text.rpartition("=")
    if not equals or not head or head == "self#jumbf":
        raise UsageError(
            f"--redact {text} gives no reason.",
            hint="Write stds.exif=pii, for instance; reasons are pii, invalid, trade-secret and government.",
        )
    return kind(assertion=head, reason=reason)


def _training(text: str, kind: Any) -> Any:
    entry, use = _pair(text, "--training")
    use, colon, constraint = use.partition(":")
    return kind(entry=entry, use=use, constraint=constraint if colon else None)


def _pair(text: str, option: str) -> tuple[str, str]:
    head, equals, tail = text.partition("=")
    if not equals or not head or not tail:
        raise UsageError(f"{option} {text} is no pair.", hint=f"Write {option} NAME=VALUE.")
    return head, tail


def _assertion(path: Path) -> CustomAssertion:
    from provenance.signing.request import CustomAssertion

    content = _json(path)
    missing = [key for key in ("label", "data", "schema") if key not in content]
    if missing:
        raise UsageError(
            f"{path.name} lacks {', '.join(missing)}.",
            hint='An assertion file is {"label": …, "data": {…}, "schema": {…} or the path of a schema}.',
        )
    schema = content["schema"]
    if isinstance(schema, str):
        schema = _json(path.parent / schema)
    if not isinstance(content["data"], dict) or not isinstance(content["label"], str):
        raise UsageError(
            f"{path.name} has no object as its data, or no text as its label.", hint="Correct it."
        )
    return CustomAssertion(label=content["label"], data=content["data"], schema=schema)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as cause:
        raise UsageError(f"{path.name} is no JSON that can be read: {cause}", hint="Correct it.") from cause
    if not isinstance(content, dict):
        raise UsageError(f"{path.name} holds no JSON object.", hint="Correct it.")
    return content
