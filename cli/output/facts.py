"""What to say about credentials and measurements, as plain values that every form of output can lay out.

Nothing here escapes: labels are ours, values may be the file's own text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cli.output.quantities import count_words, date_words, day_words, ratio_words
from cli.output.terms import (
    generative_words,
    source_type_words,
    status_words,
    timestamp_words,
    training_choice_words,
    training_words,
)
from detectors.wording import EDITED, PROPOSITIONS, band_words
from provenance.model.assessment import Assessment, Axis
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials, Signer, Status, StatusKind, TrustListInfo
from provenance.sniff import kind_of

__all__ = [
    "Fact",
    "StatusGroup",
    "ai_facts",
    "axis_sentence",
    "expectation_sentence",
    "grouped_status",
    "shape_words",
    "signer_words",
    "strength_words",
    "trust_list_words",
    "vouching_facts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One labelled statement."""

    label: str
    """What it is about; our own words."""
    value: str
    """The statement; may hold the file's own text."""
    note: str = ""
    """What to keep in mind about it; may hold the file's own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusGroup:
    """All validation statuses of one code."""

    code: str
    """The code, word for word."""
    kind: StatusKind
    """How it counts."""
    words: str
    """A plain sentence; empty where the code is not a common one."""
    entries: tuple[Status, ...]
    """The statuses themselves."""


def signer_words(signer: Signer | None) -> str:
    """Return the signer's name as the certificate has it, with the organisation where it differs."""
    if signer is None:
        return "a signer that could not be read"
    if signer.name and signer.organisation and signer.organisation != signer.name:
        return f"{signer.name} ({signer.organisation})"
    return signer.name or signer.organisation or "a signer without a name"


def vouching_facts(credentials: Credentials) -> tuple[Fact, ...]:
    """Return who vouches for a file: signer, issuer, trust list, time and timestamp."""
    signer = credentials.signer
    if signer is None:
        return ()
    facts = [
        Fact(label="Signed by", value=signer.name or signer_words(signer), note=_signer_note(credentials))
    ]
    if signer.organisation and signer.name:
        facts.append(Fact(label="Organisation", value=signer.organisation))
    facts.append(Fact(label="Certificate issued by", value=signer.issuer or "not stated"))
    facts.append(_trust_fact(credentials, signer))
    facts.append(_time_fact(credentials))
    if credentials.timestamp.authority:
        facts.append(Fact(label="Timestamp authority", value=credentials.timestamp.authority))
    facts += _later_facts(credentials)
    if signer.not_after:
        facts.append(Fact(label="Certificate valid until", value=day_words(signer.not_after)))
    if credentials.claim_generator:
        facts.append(Fact(label="Signed with the software", value=credentials.claim_generator))
    if credentials.where == "sidecar":
        facts.append(Fact(label="Credentials read from", value="a separate .c2pa file"))
    elif credentials.where == "remote":
        facts.append(Fact(label="Credentials read from", value="a server that the file names"))
    return tuple(facts)


def ai_facts(credentials: Credentials) -> tuple[Fact, ...]:
    """Return what the credentials state about origin, generative AI and training on the file."""
    if credentials.active is None:
        return ()
    facts = []
    if credentials.digital_source_type:
        facts.append(Fact(label="Stated origin", value=source_type_words(credentials.digital_source_type)))
    facts.append(Fact(label="Generative AI", value=generative_words(credentials.generative)))
    facts.extend(
        Fact(label=training_words(entry), value=training_choice_words(choice))
        for entry, choice in credentials.training.items()
    )
    return tuple(facts)


def trust_list_words(info: TrustListInfo) -> str:
    """Return dates and age of a trust list in words."""
    said = []
    if info.issued:
        said.append(f"issued {day_words(info.issued)}")
    if info.next_update:
        said.append(f"next update due {day_words(info.next_update)}")
    if info.fetched:
        said.append(f"stored here {day_words(info.fetched)}")
    if info.stale:
        said.append("out of date")
    return ", ".join([count_words(info.certificates, "certificate"), *said])


def grouped_status(statuses: Iterable[Status]) -> tuple[StatusGroup, ...]:
    """Return the statuses by code, failures first, in the order in which the codes first appear."""
    groups: dict[tuple[StatusKind, str], list[Status]] = {}
    for status in statuses:
        groups.setdefault((status.kind, status.code), []).append(status)
    rank = {"failure": 0, "informational": 1, "success": 2}
    return tuple(
        StatusGroup(code=code, kind=kind, words=status_words(code), entries=tuple(entries))
        for (kind, code), entries in sorted(groups.items(), key=lambda item: rank[item[0][0]])
    )


def shape_words(asset: Asset) -> str:
    """Return width and height, or an empty string where the file has none."""
    return f"{asset.width:,} × {asset.height:,} pixels" if asset.width and asset.height else ""


_STRENGTHS = {
    "none": "does not help decide",
    "weak": "slight support; on its own not enough",
    "moderate": "moderate support",
    "strong": "strong support",
}


def strength_words(strength: str) -> str:
    """Return the words for a band of the likelihood ratio."""
    return _STRENGTHS.get(strength, strength)


def axis_sentence(axis: Axis, question: str, media_type: str) -> str:
    """Return what the measurements together say on one question.

    Args:
        axis: Sum of the measured findings.
        question: `generated` or `edited`.
        media_type: Type of the file, which decides how the two propositions are named.
    """
    pair = EDITED if question == "edited" else PROPOSITIONS.get(kind_of(media_type))
    if axis.log10_lr is None or pair is None:
        return axis.reason or "There is no calibrated answer to this question for this file."
    if axis.strength == "none":
        return f"Does not help decide between {pair[0]} and {pair[1]}."
    favoured, other = pair if axis.log10_lr > 0 else pair[::-1]
    ratio = ratio_words(abs(axis.log10_lr))
    if axis.strength == "weak":
        verb = "there is" if question == "edited" else "it is"
        words = f"Slightly more expected if {verb} {favoured} than if {verb} {other}; on its own not enough"
    else:
        words = f"{band_words(axis.log10_lr).capitalize()} {favoured} over {other}"
    return f"{words} (likelihood ratio {ratio})."


def expectation_sentence(assessment: Assessment) -> str:
    """Return whether an expected signer signed, or an empty string where none was expected."""
    if assessment.expectation_met is None:
        return ""
    names = " or ".join(assessment.expected)
    if assessment.expectation_met:
        return f"Expected signer {names}: signed by it, with a certificate on a trust list."
    return f"Expected signer {names}: not signed by it with a certificate on a trust list."


def _signer_note(credentials: Credentials) -> str:
    if credentials.state in ("invalid", "remote"):
        return "The check failed, so this name is only what the credentials say."
    if credentials.state == "valid" and credentials.signer and not credentials.signer.trust_list:
        return "The identity of the signer can't be verified with your trust lists."
    return ""


def _trust_fact(credentials: Credentials, signer: Signer) -> Fact:
    if signer.trust_list is None:
        return Fact(
            label="Trust list",
            value="none of the lists in force",
            note="Anyone can make a certificate in any name; without a list nobody stands behind the name.",
        )
    dates = [
        f"{trust_list_words(info)}."
        for info in credentials.trust_lists
        if info.name == signer.trust_list and info.kind == "manifest"
    ]
    return Fact(label="Trust list", value=signer.trust_list, note="".join(dates[:1]))


def _later_facts(credentials: Credentials) -> list[Fact]:
    """Signatures that a later manifest brought the timestamp for."""
    stamps = [m.later_timestamp for m in credentials.manifests if m.later_timestamp is not None]
    return [
        Fact(
            label="Earlier signature made before",
            value=date_words(stamp.time) if stamp.time else "not known",
            note=f"{timestamp_words(stamp.state)}.",
        )
        for stamp in stamps[:3]
    ]


def _time_fact(credentials: Credentials) -> Fact:
    stamp = credentials.timestamp
    when = stamp.time or credentials.signed_at
    note = f"{timestamp_words(stamp.state)}."
    return Fact(label="Signed at", value=date_words(when) if when else "not known", note=note)
