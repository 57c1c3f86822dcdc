"""Rules for the certificates above the signer's own (C2PA specification, 14.5; RFC 5280, 6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cryptography import x509

from provenance.keys.algorithms import algorithm_of
from provenance.keys.chain import find_leaf, is_issued_by, is_self_signed
from provenance.keys.names import day, display_name
from provenance.keys.rules.case import Answer, Case, extension_of, failed, passed, warning

__all__ = [
    "chain_authorities",
    "chain_complete",
    "chain_keys",
    "chain_links",
    "chain_order",
    "chain_validity",
]

_GET_CHAIN = "Get the certificates between yours and the root from your authority and put them into the file."
_ASK = "Ask your certificate authority for its current certificates."


def chain_order(case: Case) -> Answer:
    """The signer's own certificate comes first, each followed by its issuer's."""
    if find_leaf(case.chain) is not case.chain[0]:
        return failed(
            f"The certificates are out of order: the first is that of {display_name(case.leaf.subject)}, which "
            "issued another one in the file.",
            "Put the signer's own certificate first. `assay sign` does so by itself when it reads the file.",
        )
    for lower, upper in pairwise(case.chain):
        if lower.issuer != upper.subject and any(lower.issuer == other.subject for other in case.chain):
            return failed(
                f"The certificates are out of order: that of {display_name(lower.subject)} is not followed by "
                "the one that issued it.",
                "Put each certificate after the one that it issued. `assay sign` does so by itself.",
            )
    return passed("They are in order.")


def chain_links(case: Case) -> Answer | None:
    """Each certificate was signed by the one after it."""
    if len(case.chain) == 1:
        return None
    for lower, upper in pairwise(case.chain):
        if lower.issuer != upper.subject:
            if any(lower.issuer == other.subject for other in case.chain):
                continue  # only out of order, which is a rule of its own
            return failed(
                f"The certificate of {display_name(lower.issuer)}, which issued the one of "
                f"{display_name(lower.subject)}, is missing from the file.",
                _GET_CHAIN,
            )
        if not is_issued_by(lower, upper):
            return failed(
                f"The certificate of {display_name(lower.subject)} was not signed with the key of "
                f"{display_name(upper.subject)}, although it names that issuer.",
                "The authority has probably changed its key. " + _ASK,
            )
    return passed("All signatures fit.")


def chain_complete(case: Case) -> Answer:
    """The certificates lead to the root, or to a certificate on the trust list."""
    last = case.chain[-1]
    if any(last == anchor or is_issued_by(last, anchor) for anchor in case.anchors):
        return passed("They lead to a trust anchor that you named.")
    if case.anchors:
        return failed(
            f"The certificates end with that of {display_name(last.subject)} and lead to none of the trust anchors "
            f"that you named; the certificate of {display_name(last.issuer)} is missing, or the anchor is another.",
            _GET_CHAIN,
        )
    if is_self_signed(last):
        return passed(f"They lead to the root of {display_name(last.subject)}.")
    if len(case.chain) == 1:
        return warning(
            f"The file holds the signer's certificate alone; that of {display_name(last.issuer)}, which issued "
            "it, is not there. Validators can follow it only if they have that one on a trust list.",
            _GET_CHAIN,
        )
    return passed(f"They lead to {display_name(last.issuer)}, which validators must have on a trust list.")


def chain_authorities(case: Case) -> Answer | None:
    """Each certificate above the signer's is that of an authority and may sign certificates."""
    if len(case.chain) == 1 or chain_order(case).outcome == "failed":
        return None  # how many authorities stand below one shows only in their order
    for depth, certificate in enumerate(case.chain[1:]):
        problem = _authority_problem(certificate, depth)
        if problem:
            return failed(f"The certificate of {display_name(certificate.subject)} {problem}.", _ASK)
    return passed("They are.")


def chain_keys(case: Case) -> Answer | None:
    """The keys of the authorities are of a kind and size that C2PA allows."""
    for certificate in case.chain[1:]:
        if algorithm_of(certificate.public_key()) is None:
            return failed(
                f"The key of {display_name(certificate.subject)} is of a kind or size that C2PA does not allow.",
                _ASK,
            )
    return passed("They are.") if len(case.chain) > 1 else None


def chain_validity(case: Case) -> Answer | None:
    """The certificates above the signer's are valid now."""
    for certificate in case.chain[1:]:
        if case.now > certificate.not_valid_after_utc:
            return failed(
                f"The certificate of the authority {display_name(certificate.subject)} expired on "
                f"{day(certificate.not_valid_after_utc)}.",
                _ASK,
            )
        if case.now < certificate.not_valid_before_utc:
            return failed(
                f"The certificate of the authority {display_name(certificate.subject)} is not valid before "
                f"{day(certificate.not_valid_before_utc)}.",
                "Check that this computer's clock is right. " + _ASK,
            )
    return passed("They are.") if len(case.chain) > 1 else None


def _authority_problem(certificate: x509.Certificate, depth: int) -> str | None:
    return next(_authority_problems(certificate, depth), None)


def _authority_problems(certificate: x509.Certificate, depth: int) -> Iterator[str]:
    """What keeps a certificate with `depth` authorities below it from being an authority's, in words."""
    constraints = extension_of(certificate, x509.BasicConstraints)
    usage = extension_of(certificate, x509.KeyUsage)
    if constraints is None or not constraints.ca:
        yield "is not that of an authority (cA is false), yet it issued another one"
    elif constraints.path_length is not None and depth > constraints.path_length:
        yield f"allows only {constraints.path_length} authorities below it, and there are {depth}"
    if usage is None or not usage.key_cert_sign:
        yield "may not sign certificates (keyCertSign is missing)"
    if extension_of(certificate, x509.SubjectKeyIdentifier) is None:
        yield "has no Subject Key Identifier, which authorities must have"
    if extension_of(certificate, x509.AuthorityKeyIdentifier) is None and not is_self_signed(certificate):
        yield "has no Authority Key Identifier"
