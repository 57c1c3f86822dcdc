"""A timestamp for a signature that was made offline, in an update manifest.

An update manifest leaves the content and the first manifest as they are. It carries the timestamp of the first
signature and is stamped itself, so that it too outlives its certificate.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provenance.errors import SigningError, UsageError
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.model.asset import Asset
from provenance.model.credentials import Credentials, Manifest, Timestamp
from provenance.signing.claim import Part, build_definition
from provenance.signing.engine import Ingredient, Job, sign_stream
from provenance.signing.place import Workspace, check_target, sync
from provenance.signing.request import SigningRequest
from provenance.source import Source, describe, open_source
from provenance.trust.bundle import Trust, load_trust
from provenance.verification import verify

if TYPE_CHECKING:
    from provenance.keys.identity import Identity

__all__ = [
    "AlreadyStampedError",
    "NoUpdateError",
    "StampedAsset",
    "add_timestamp",
    "already_stamped",
    "existing_timestamp",
]


class AlreadyStampedError(UsageError):
    """The signature already carries a timestamp."""

    code = "already_stamped"


class NoUpdateError(SigningError):
    """The file can take no update manifest; a custody log can hold the timestamp instead."""

    code = "no_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedAsset:
    """A copy with an update manifest that brings the timestamp."""

    before: Asset
    """The source."""

    after: Asset
    """The copy."""

    label: str
    """Label of the update manifest."""

    stamped: str
    """Label of the manifest whose signature was stamped."""

    manifest_sha256: str
    """SHA-256 of the manifest store, hexadecimal."""

    timestamp: Timestamp
    """The timestamp of the first signature."""

    warnings: tuple[str, ...] = ()
    """Which authorities gave none."""


def existing_timestamp(credentials: Credentials) -> Timestamp | None:
    """Return the timestamp that a file's active manifest already has, its own or a later one."""
    active = credentials.active
    if credentials.timestamp.state != "absent":
        return credentials.timestamp
    return active.later_timestamp if active is not None else None


def already_stamped(name: str, time: str | None) -> AlreadyStampedError:
    """Return the error for a file that needs no timestamp."""
    return AlreadyStampedError(f"{name} already has a timestamp of {time}.", hint="Nothing needs to be done.")


def add_timestamp(
    source: Path,
    target: str | os.PathLike[str],
    *,
    identity: Identity,
    tsa: Sequence[str],
    trust: Trust | None = None,
    overwrite: bool = False,
    before_commit: Callable[[StampedAsset], None] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> StampedAsset:
    """Write a copy of `source` whose signature is stamped, whole or not at all.

    Args:
        source: A signed file; only read.
        target: Where the copy goes; its folder has to exist.
        identity: Who signs the update manifest.
        tsa: Addresses of timestamp authorities, tried in order.
        trust: Lists against which signatures and timestamps are checked; by default those installed.
        overwrite: Whether an existing target may be replaced.
        before_commit: Called with the result before it is moved into place, e.g. to log it.
        limits: What to refuse before anything is decoded.

    Raises:
        UsageError: No authority is named, the target is the source, a link, or exists.
        AlreadyStampedError: There is a timestamp already.
        NoUpdateError: There is nothing to stamp inside, or the format can take no update.
        SigningError: The file carries something broken, or no authority answered. Nothing was written then.
    """
    if not tsa:
        raise UsageError("No timestamp authority is named.", hint="Name one with --tsa.")
    place = Path(target)
    lists = load_trust() if trust is None else trust
    with ExitStack() as files:
        opened = files.enter_context(open_source(source, limits=limits))
        check_target(place, others=[source], overwrite=overwrite)
        first = _stampable(opened, verify(opened, trust=lists))
        workspace = files.enter_context(Workspace(place.absolute().parent))
        path, file = workspace.new()
        job = _job(opened, identity, lists)
        manifest, failures = sign_stream(
            job, identity, opened.stream(), file, tsa=tsa, require_timestamp=True
        )
        sync(file)
        result = replace(
            _read_back(path, opened, first.label, lists, name=place.name),
            manifest_sha256=hashlib.sha256(manifest).hexdigest(),
            warnings=failures,
        )
        if before_commit is not None:
            before_commit(result)
        workspace.put(path, place, overwrite=overwrite)
        return result


def _stampable(source: Source, credentials: Credentials) -> Manifest:
    """Return the manifest to stamp."""
    active = credentials.active
    if credentials.state == "absent":
        raise NoUpdateError(
            f"{source.name} carries no Content Credentials to stamp.",
            hint="Sign it with `assay sign`, or stamp the file as it is into a custody log with --log.",
        )
    if credentials.where != "embedded" or credentials.state in ("remote", "unreadable"):
        raise NoUpdateError(
            f"The Content Credentials of {source.name} are not inside the file, where an update could go.",
            hint="Stamp it into a custody log instead: leave --key out and name --log.",
        )
    if credentials.state not in ("valid", "trusted") or active is None:
        said = [s.explanation for s in credentials.status if s.kind == "failure"]
        raise SigningError(
            f"The Content Credentials of {source.name} do not hold ({'; '.join(said[:2]) or credentials.state}).",
            hint="A timestamp cannot mend that. Sign the original again.",
        )
    stamped = existing_timestamp(credentials)
    if stamped is not None:
        raise already_stamped(source.name, stamped.time)
    return active


def _job(source: Source, identity: Identity, trust: Trust) -> Job:
    part = Part(id="parent", relationship="parentOf", media_type=source.media_type, history=True)
    definition = build_definition(
        SigningRequest(),
        media_type=source.media_type,
        parts=[part],
        redactions=(),
        stripped=False,
        test=identity.test,
    )
    parent = Ingredient(definition=part.definition(), media_type=source.media_type, stream=source.stream())
    return Job(
        name=source.name,
        definition=definition,
        intent="update",
        ingredients=[parent],
        media_type=source.media_type,
        embed=True,
        remote_url=None,
        trust=trust,
        stamp_parent=True,
    )


def _read_back(path: Path, source: Source, stamped: str, trust: Trust, *, name: str) -> StampedAsset:
    """Check the copy as a reader will.

    The engine's updates hold in JPEG, PNG, GIF, SVG, AVIF, HEIC, MP4, MOV and M4A. Other formats state their own size
    or the places of their parts, which an update changes and the first signature covers.
    """
    with open_source(path, name=source.name) as copy:
        credentials = verify(copy, trust=trust)
        first = next((m for m in credentials.manifests if m.label == stamped), None)
        active = credentials.active
        if (
            credentials.state not in ("valid", "trusted")
            or active is None
            or first is None
            or first.later_timestamp is None
        ):
            raise NoUpdateError(
                f"{source.name} is {source.media_type}, in which an update breaks the first signature.",
                hint="Nothing was written. Stamp the file into a custody log instead: name --log.",
            )
        return StampedAsset(
            before=describe(source),
            after=replace(describe(copy), name=name),
            label=active.label,
            stamped=stamped,
            manifest_sha256="",
            timestamp=first.later_timestamp,
        )
