"""Examine a certificate rule by rule, and refuse to sign with one that validators would refuse.

The rules stand in `provenance.keys.rules`, one function each.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from provenance.errors import SigningError
from provenance.keys import errors
from provenance.keys.algorithms import is_private_key
from provenance.keys.identity import Identity
from provenance.keys.names import TEST_MARK
from provenance.keys.rules import chain, key, leaf, official
from provenance.keys.rules.case import Answer, Case, Outcome, failed, warning

__all__ = ["Profile", "RuleResult", "examine_certificate", "require_usable"]

Profile: TypeAlias = Literal["c2pa", "official"]
"""Which profile a rule belongs to: every signer's, or that of the official C2PA trust list on top."""

_Rule: TypeAlias = Callable[[Case], Answer | None]

_PROFILES: dict[ModuleType, Profile] = {leaf: "c2pa", chain: "c2pa", key: "c2pa", official: "official"}

_ERRORS: dict[str, type[SigningError]] = {
    "not-before": errors.CertificateNotYetValidError,
    "not-after": errors.CertificateExpiredError,
    "extended-key-usage": errors.CertificatePurposeError,
    "signing-purpose": errors.CertificatePurposeError,
    "any-purpose": errors.CertificatePurposeError,
    "exclusive-purposes": errors.CertificatePurposeError,
    "chain-links": errors.MissingIntermediateError,
    "chain-complete": errors.MissingIntermediateError,
    "key-matches": errors.KeyMismatchError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """How a certificate fares against one rule."""

    rule: str
    """Stable id, as in `not-after`."""

    profile: Profile
    """`c2pa` for what every signer's certificate needs, `official` for the C2PA trust list on top."""

    requirement: str
    """What the rule asks for, as a sentence."""

    outcome: Outcome
    """`passed`, `failed` (validators will refuse it) or `warning`; official rules never fail."""

    found: str
    """What was found, as a sentence."""

    advice: str
    """What to do about it; empty when nothing is to be done."""


def examine_certificate(
    chain: Sequence[x509.Certificate],
    key: object | None = None,
    now: datetime | None = None,
    *,
    key_file: Path | None = None,
    anchors: Sequence[x509.Certificate] = (),
) -> tuple[RuleResult, ...]:
    """Check a certificate against every rule of the C2PA certificate profile.

    Args:
        chain: The signer's certificate first, then the others, in the order of their file.
        key: The private or public key that should belong to it, if it is known.
        now: The moment to examine for; the present when None.
        key_file: The file of the private key, to look at how it is protected.
        anchors: Certificates that the chain should lead to, if they are known.

    Returns:
        One result for each rule that applies, in a fixed order.
    """
    case = Case(
        chain=tuple(chain),
        now=now or datetime.now(UTC),
        key=key.public_key() if is_private_key(key) else key,
        key_file=key_file,
        anchors=tuple(anchors),
    )
    return tuple(
        RuleResult(
            rule=rule.__name__.replace("_", "-"),
            profile=profile,
            requirement=(rule.__doc__ or "").partition("\n")[0],
            outcome=answer.outcome,
            found=answer.found,
            advice=answer.advice,
        )
        for module, profile in _PROFILES.items()
        for rule in _rules(module)
        if (answer := _ask(rule, case, profile)) is not None
    )


def require_usable(
    identity: Identity,
    *,
    test_identity: bool = False,
    anchors: Sequence[x509.Certificate] = (),
    now: datetime | None = None,
) -> None:
    """Refuse an identity that must not, or not now, sign.

    Args:
        identity: Who is about to sign.
        test_identity: True where the caller means to sign with an identity that is for testing.
        anchors: Certificates that the chain should lead to, if they are known.
        now: The moment of signing; the present when None.

    Raises:
        CertificateExpiredError: Its validity is over.
        CertificateNotYetValidError: Its validity has not begun.
        CertificatePurposeError: It was issued for another purpose.
        MissingIntermediateError: The chain does not lead to its root.
        CertificateError: It breaks another rule.
        ForTestingOnlyError: It is a test identity, and `test_identity` is False.
    """
    for result in examine_certificate(identity.certificates, now=now, anchors=anchors):
        if result.outcome == "failed":
            kind = _ERRORS.get(result.rule, errors.CertificateError)
            raise kind(f"{identity.origin} cannot be used to sign. {result.found}", hint=result.advice)
    if identity.test and not test_identity:
        raise errors.ForTestingOnlyError(
            f"The certificate in {identity.origin} is marked {TEST_MARK}.",
            hint="Use the newsroom's own identity, or add --test-identity if this is a test.",
        )


def _rules(module: ModuleType) -> Iterator[_Rule]:
    """Public functions that a module defines, in the order in which they stand there."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield value


def _ask(rule: _Rule, case: Case, profile: Profile) -> Answer | None:
    """Apply a rule; a certificate that cannot be decoded where the rule looks breaks it."""
    try:
        return rule(case)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension):
        refuse = failed if profile == "c2pa" else warning
        return refuse(
            "This part of the certificate cannot be decoded, or has a value that is not supported.",
            "Ask your certificate authority for a new one.",
        )
