"""What a rule is given and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from cryptography import x509

__all__ = ["Answer", "Case", "Outcome", "extension_of", "failed", "passed", "warning"]

Outcome: TypeAlias = Literal["passed", "failed", "warning"]
"""How a rule came out."""

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The certificates under examination and what is known around them."""

    chain: tuple[x509.Certificate, ...]
    """Certificates in the order given, the signer's own first."""

    now: datetime
    """The moment to examine for, in UTC."""

    key: object | None = None
    """The public key that the signer's private key belongs to, where it is known."""

    key_file: Path | None = None
    """The file of the private key, where there is one."""

    anchors: tuple[x509.Certificate, ...] = ()
    """Certificates that the chain should lead to; empty when nothing is known of them."""

    @property
    def leaf(self) -> x509.Certificate:
        """The signer's own certificate."""
        return self.chain[0]

    @property
    def claims_official(self) -> bool:
        """True when the certificate says that it was issued under the C2PA certificate policy."""
        policies = extension_of(self.leaf, x509.CertificatePolicies)
        return any(each.policy_identifier.dotted_string == "1.3.6.1.4.1.62558.1.1" for each in policies or ())


@dataclass(frozen=True, slots=True)
class Answer:
    """How one rule came out for one case."""

    outcome: Outcome
    """Passed, failed or warning."""

    found: str
    """What was found, as a sentence."""

    advice: str = ""
    """What to do about it, as a sentence; empty when nothing is to be done."""


def passed(found: str) -> Answer:
    """The rule is kept."""
    return Answer("passed", found)


def failed(found: str, advice: str) -> Answer:
    """The rule is broken, and validators will refuse the certificate."""
    return Answer("failed", found, advice)


def warning(found: str, advice: str) -> Answer:
    """The certificate can be used, but some will stumble over this."""
    return Answer("warning", found, advice)


def extension_of(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    """An extension of a certificate, or None where it has none of this kind."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
