"""The one rule of `keys doctor` that needs the network: whether the certificate was revoked."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509

from provenance.keys.doctor import RuleResult
from provenance.keys.rules.case import Outcome
from provenance.revocation import OcspAnswer, RevocationError, fetch_ocsp

__all__ = ["examine_revocation"]


def examine_revocation(chain: Sequence[x509.Certificate]) -> RuleResult:
    """Ask the issuer's OCSP responder about the first certificate of a chain.

    Args:
        chain: The certificate, then its issuer.

    Returns:
        Passed, failed where it was revoked, or a warning where nobody can say.
    """
    try:
        answer = fetch_ocsp(chain)
    except RevocationError as error:
        return _result("warning", error.message, error.hint)
    if answer.status == "good":
        return _result("passed", f"{answer.responder} says that it was not revoked.", "")
    if answer.status == "revoked":
        return _result("failed", _revoked(answer), "Get a new certificate for a new key.")
    return _result(
        "warning",
        f"{answer.responder} does not know this certificate.",
        "A new certificate can take hours to be known there; ask its issuer if it stays so.",
    )


def _revoked(answer: OcspAnswer) -> str:
    since = f" since {answer.revoked_at:%Y-%m-%d}" if answer.revoked_at else ""
    why = f" ({answer.reason.replace('_', ' ')})" if answer.reason else ""
    return f"It is revoked{since}{why}."


def _result(outcome: Outcome, found: str, advice: str) -> RuleResult:
    return RuleResult(
        rule="not-revoked",
        profile="c2pa",
        requirement="The certificate was not revoked.",
        outcome=outcome,
        found=found,
        advice=advice,
    )
