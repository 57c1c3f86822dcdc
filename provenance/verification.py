"""`verify`: everything that a file's Content Credentials say, and whether they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Literal, TypedDict

from provenance.credentials.engine import Answer, ask, read_resource
from provenance.credentials.later import with_later_timestamps
from provenance.credentials.manifests import build_manifests
from provenance.credentials.rollup import generative, parse_time, source_type, state
from provenance.credentials.sidecar import beside, load_sidecar
from provenance.credentials.signature import read_signature
from provenance.errors import AssayError
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.model.credentials import (
    Credentials,
    Manifest,
    ProvenanceState,
    Signer,
    Status,
    Thumbnail,
    Timestamp,
    TrustListInfo,
)
from provenance.source import Source, SourceLike, open_source
from provenance.trust.bundle import Trust, load_trust

__all__ = ["ENGINE_ENDED", "not_read", "signed_by", "verify"]

ENGINE_ENDED = "assay.engine.ended"
"""Status of a file on which the engine ended its own process, or did not end at all."""

_MAX_THUMBNAIL = 4 << 20

Where = Literal["none", "embedded", "sidecar", "remote"]


class _Common(TypedDict):
    """What every result carries, whatever the file held."""

    trust_lists: tuple[TrustListInfo, ...]
    notes: tuple[str, ...]


def verify(
    source: SourceLike | Source,
    *,
    trust: Trust | None = None,
    manifest: str | PathLike[str] | None = None,
    online: bool = False,
    thumbnails: bool = False,
    name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Credentials:
    """Read and check the Content Credentials of a file.

    Args:
        source: A path (`-` for standard input), bytes, a binary file object, or an opened `Source`.
        trust: Trust lists in force; by default those installed (`assay trust list`).
        manifest: A sidecar to use; by default one that lies beside the file, where it embeds nothing.
        online: Whether remote manifests and revocation answers may be fetched. Off, nothing is sent.
        thumbnails: Whether to fill in the pictures that the manifests carry.
        name: What to call the file in results.
        limits: What to refuse before anything is decoded.

    Returns:
        The credentials; broken, missing and unreadable ones are states, not errors.

    Raises:
        UnreadableError: The file or the given sidecar cannot be opened.
        UnsupportedTypeError: The file is of no known type.
        LimitError: The file or sidecar is too large.
    """
    lists = load_trust() if trust is None else trust
    if isinstance(source, Source):
        return _verify(source, lists, manifest, online, thumbnails)
    with open_source(source, name=name, limits=limits) as opened:
        return _verify(opened, lists, manifest, online, thumbnails)


def signed_by(credentials: Credentials, expected: Sequence[str]) -> bool:
    """Return whether one of the `expected` names signed the file, trusted and intact.

    A name matches the organisation or the common name of the certificate as a whole, case aside; a part
    of a name does not, since `AFP` is also a part of `Not AFP`.
    """
    signer = credentials.signer
    if credentials.state != "trusted" or signer is None:
        return False
    names = {n.strip().casefold() for n in (signer.name, signer.organisation) if n}
    return any(wanted.strip().casefold() in names for wanted in expected)


def _verify(
    source: Source, trust: Trust, manifest: str | PathLike[str] | None, online: bool, thumbnails: bool
) -> Credentials:
    now = datetime.now(UTC)
    answer, where, notes = _asked(source, trust, manifest, online)
    common: _Common = {"trust_lists": trust.infos(now), "notes": (*notes, *trust.notes(now))}
    if answer.outcome != "read":
        return _unread(answer, common)
    manifests, found = build_manifests(answer.report)
    active = manifests[0] if manifests else Manifest(label="")
    signer, timestamp = _signature(answer, active, trust)
    manifests = with_later_timestamps(manifests, answer.store, trust)
    verdict = state(answer, manifests, found, anchored=signer is not None and bool(signer.trust_list))
    found += _own_statuses(answer, signer)
    if verdict == "trusted" and _rests_on_doubtful_time(signer, timestamp, now):
        verdict = "valid"
        found += (_doubtful_time(),)
    if thumbnails:
        manifests = tuple(_with_thumbnails(m, source) for m in manifests)
    return Credentials(
        state=verdict,
        signer=signer,
        signed_at=timestamp.time,
        timestamp=timestamp,
        claim_generator=active.claim_generator,
        digital_source_type=source_type(manifests),
        generative=generative(manifests),
        training=active.training,
        status=found,
        manifests=(replace(manifests[0], signer=signer), *manifests[1:]) if manifests else (),
        remote_url=answer.remote_url,
        where=where,
        **common,
    )


def _asked(
    source: Source, trust: Trust, manifest: str | PathLike[str] | None, online: bool
) -> tuple[Answer, Where, tuple[str, ...]]:
    """Ask with the sidecar that was given, else with what is embedded, else with one beside the file."""
    if manifest is not None:
        data = load_sidecar(Path(manifest), limits=source.limits)
        return ask(source, trust=trust, sidecar=data, online=online), "sidecar", ()
    answer = ask(source, trust=trust, online=online)
    near = beside(source.path)
    if near is None:
        return answer, "embedded" if answer.embedded else "remote", ()
    if answer.outcome not in ("absent", "remote"):
        note = f"The sidecar {near.name} was not used: the file itself carries credentials."
        return answer, "embedded", (note,)
    try:
        data = load_sidecar(near, limits=source.limits)
    except AssayError as error:
        return answer, "embedded", (f"{error.message} It was not used.",)
    return ask(source, trust=trust, sidecar=data, online=online), "sidecar", ()


def not_read(reason: str, *, trust: Trust) -> Credentials:
    """Return the credentials of a file on which the engine gave up, ending its process or running out of time.

    Args:
        reason: One plain sentence.
        trust: Trust lists in force.
    """
    status = Status(code=ENGINE_ENDED, url=None, explanation=reason, kind="failure")
    now = datetime.now(UTC)
    note = f"The Content Credentials could not be read: {reason[:1].lower()}{reason[1:]}"
    return Credentials(
        state="unreadable", status=(status,), trust_lists=trust.infos(now), notes=(note, *trust.notes(now))
    )


def _unread(answer: Answer, common: _Common) -> Credentials:
    if answer.outcome == "absent":
        return Credentials(state="absent", **common)
    if answer.outcome == "remote":
        return Credentials(state="remote", remote_url=answer.remote_url, **common)
    code = "assay.manifest.unreadable" if answer.outcome == "broken" else "assay.container.unreadable"
    status = Status(code=code, url=None, explanation=answer.error or "", kind="failure")
    verdict: ProvenanceState = "invalid" if answer.outcome == "broken" else "unreadable"
    return Credentials(state=verdict, status=(status,), **common)


def _signature(answer: Answer, active: Manifest, trust: Trust) -> tuple[Signer | None, Timestamp]:
    """Return signer and timestamp of the active manifest, each checked against the lists for its purpose."""
    from provenance.credentials.trustcheck import judge_authority, judge_signer

    raw = read_signature(answer.store, active.label)
    signer = active.signer
    judged = judge_signer(raw.chain, trust.manifest)
    # The serial number ties what we read to the certificate that the engine checked the signature with.
    if signer is not None and judged is not None and judged.chain[0].serial == signer.serial:
        signer = replace(
            signer,
            name=judged.name or signer.name,
            organisation=judged.organisation or signer.organisation,
            issuer=judged.issuer,
            not_after=judged.not_after,
            trust_list=judged.trust_list,
            chain=judged.chain,
        )
    if active.signed_at is None:
        return signer, Timestamp(state="absent")
    if len(raw.tokens) != 1:  # which one the engine took the time from is not known
        return signer, Timestamp(state="untrusted", time=active.signed_at)
    authority = judge_authority(raw.tokens[0], trust.timestamping, at=parse_time(active.signed_at))
    return signer, Timestamp(
        state="trusted" if authority.trust_list else "untrusted",
        authority=authority.name,
        time=active.signed_at,
        trust_list=authority.trust_list,
    )


def _rests_on_doubtful_time(signer: Signer | None, timestamp: Timestamp, now: datetime) -> bool:
    """Return whether only an untrusted timestamp keeps an expired certificate alive."""
    ends = parse_time(signer.not_after) if signer else None
    return ends is not None and ends < now and timestamp.state != "trusted"


def _own_statuses(answer: Answer, signer: Signer | None) -> tuple[Status, ...]:
    if answer.state != "Trusted" or signer is None or signer.trust_list:
        return ()
    return (
        Status(
            code="assay.signer.wrongPurpose",
            url=None,
            explanation="The engine matched a list, but the certificate may not sign claims or the list is"
            " not for claim signers.",
            kind="failure",
        ),
    )


def _doubtful_time() -> Status:
    return Status(
        code="assay.timestamp.untrusted",
        url=None,
        explanation="The certificate has expired, and no listed authority vouches for the time of signing.",
        kind="failure",
    )


def _with_thumbnails(manifest: Manifest, source: Source) -> Manifest:
    def filled(thumbnail: Thumbnail | None) -> Thumbnail | None:
        if thumbnail is None:
            return None
        data = read_resource(source, thumbnail.identifier, limit=_MAX_THUMBNAIL)
        return replace(thumbnail, data=data)

    ingredients = tuple(replace(i, thumbnail=filled(i.thumbnail)) for i in manifest.ingredients)
    return replace(manifest, thumbnail=filled(manifest.thumbnail), ingredients=ingredients)
