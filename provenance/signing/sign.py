"""`sign`: from a source to a signed copy in its place, checked by reading it back."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from provenance.errors import AssayError, SigningError, StorageError
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.model.asset import Asset
from provenance.model.credentials import Certificate, Credentials, Timestamp
from provenance.privacy.fields import Disclosure
from provenance.privacy.policy import PrivacyPolicy
from provenance.signing.bare import bare_copy
from provenance.signing.engine import Ingredient, Job, sign_stream
from provenance.signing.place import Workspace, check_target, sync, syncing
from provenance.signing.plan import SigningPlan, make_plan
from provenance.signing.proof import Promise, prove
from provenance.signing.request import SigningRequest
from provenance.source import Source, SourceLike, describe, open_source
from provenance.trust.bundle import Trust, load_trust

if TYPE_CHECKING:
    from provenance.keys.identity import Identity

__all__ = ["SignedAsset", "preview", "sidecar_path", "sign"]

_STRICT = PrivacyPolicy()
_NO_LISTS = Trust(lists=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAsset:
    """A signed copy."""

    before: Asset
    """The source."""

    after: Asset
    """The signed copy."""

    manifest_sha256: str
    """SHA-256 of the manifest store, hexadecimal."""

    label: str
    """Label of the new manifest."""

    signed_at: str
    """Time of the signature, RFC 3339: the stamped one where there is one, else this computer's."""

    timestamp: Timestamp
    """The timestamp, if any."""

    certificate: Certificate
    """Whose signature it is."""

    disclosure: Disclosure
    """What was taken out and what the copy tells."""

    sidecar: str | None = None
    """Name of the file with the manifest, where it is not inside."""

    warnings: tuple[str, ...] = ()
    """What the signer should know, one sentence each."""


def sign(
    source: SourceLike | Source,
    target: str | os.PathLike[str],
    *,
    identity: Identity,
    request: SigningRequest,
    privacy: PrivacyPolicy | None = _STRICT,
    tsa: Sequence[str] = (),
    require_timestamp: bool = False,
    trust: Trust | None = None,
    overwrite: bool = False,
    before_commit: Callable[[SignedAsset], None] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> SignedAsset:
    """Write a signed copy of `source` to `target`, whole or not at all.

    The source is only read. The copy is written beside the target without the metadata that `privacy` does
    not keep, signed, brought to the disk, read back and checked, and only then moved into its place.

    Args:
        source: A path, bytes, a binary file object, or an opened `Source`.
        target: Where the signed copy goes; its folder has to exist.
        identity: Who signs (`provenance.keys.signers.open_identity`).
        request: What to state.
        privacy: What metadata may stay; by default only what is needed to show it. None signs the file
            with all of its metadata, for types that cannot be copied without it.
        tsa: Addresses of timestamp authorities, tried in order.
        require_timestamp: Whether to fail without a timestamp.
        trust: Lists against which histories and timestamps are checked; by default those installed.
        overwrite: Whether an existing target may be replaced.
        before_commit: Called with the result before it is moved, e.g. to log it; an exception stops the move.
        limits: What to refuse before anything is decoded.

    Returns:
        What was signed.

    Raises:
        UsageError: The target is the source, a link, or exists; or the request contradicts the file.
        SigningError: It could not be signed, or the check of the copy failed. Nothing was written then.
        UnreadableError: The source or an ingredient cannot be read.
    """
    place = Path(target)
    lists = load_trust() if trust is None else trust
    with ExitStack() as files:
        opened = _enter(source, limits, files)
        opened.start_hashing()
        _check_places(opened, place, request, overwrite=overwrite)
        plan = make_plan(opened, request, privacy=privacy, trust=lists, test=identity.test, files=files)
        state = _state(opened)
        workspace = files.enter_context(Workspace(place.absolute().parent))
        try:
            return _sign(
                opened,
                place,
                plan,
                workspace,
                identity=identity,
                request=request,
                privacy=privacy,
                tsa=tsa,
                require_timestamp=require_timestamp,
                trust=lists,
                overwrite=overwrite,
                before_commit=before_commit,
                unchanged=lambda: _state(opened) == state,
            )
        except OSError as cause:
            raise _disk_error(place, cause) from cause


def preview(
    source: SourceLike | Source,
    *,
    request: SigningRequest,
    privacy: PrivacyPolicy | None = _STRICT,
    test: bool = False,
    trust: Trust | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> SigningPlan:
    """Return what `sign` would do, without writing it: the same decisions by the same code.

    Args:
        source: A path, bytes, a binary file object, or an opened `Source`.
        request: What to state.
        privacy: What metadata may stay; None for all of it.
        test: Whether the identity would be one for testing.
        trust: Lists against which histories are checked; by default those installed.
        limits: What to refuse before anything is decoded.

    Raises:
        AssayError: What `sign` would raise before it writes.
    """
    lists = load_trust() if trust is None else trust
    with ExitStack() as files:
        opened = _enter(source, limits, files)
        plan = make_plan(opened, request, privacy=privacy, trust=lists, test=test, files=files)
        if plan.strip and privacy is not None:
            # Whether a file can be copied without its metadata shows only when it is done.
            bare_copy(opened, privacy, files.enter_context(Workspace(Path(tempfile.gettempdir()))))
        return plan


def sidecar_path(target: Path) -> Path:
    """Return where the manifest of `target` lies when it is not inside.

    The full name plus `.c2pa`, so that a raw file and a JPEG of the same name do not share one.
    """
    return target.with_name(target.name + ".c2pa")


def _enter(source: SourceLike | Source, limits: Limits, files: ExitStack) -> Source:
    if isinstance(source, Source):
        return source
    return files.enter_context(open_source(source, limits=limits))


def _check_places(source: Source, target: Path, request: SigningRequest, *, overwrite: bool) -> None:
    others = [p for p in (source.path, request.parent, *request.ingredients) if p is not None]
    check_target(target, others=others, overwrite=overwrite)
    if request.sidecar or request.remote_url:
        # Of a pair, the sidecar comes first; one without its file is what an interrupted run left.
        check_target(sidecar_path(target), others=others, overwrite=overwrite or not target.exists())


def _sign(
    source: Source,
    target: Path,
    plan: SigningPlan,
    workspace: Workspace,
    *,
    identity: Identity,
    request: SigningRequest,
    privacy: PrivacyPolicy | None,
    tsa: Sequence[str],
    require_timestamp: bool,
    trust: Trust,
    overwrite: bool,
    before_commit: Callable[[SignedAsset], None] | None,
    unchanged: Callable[[], bool],
) -> SignedAsset:
    embed = not (request.sidecar or request.remote_url)
    job = _job(source, plan, request, trust, embed=embed)
    bare = source.stream() if privacy is None or not plan.strip else bare_copy(source, privacy, workspace)
    path, file = workspace.new()
    manifest, failures = sign_stream(
        job,
        identity,
        bare,
        file,
        tsa=tsa,
        require_timestamp=require_timestamp,
    )
    sidecar = None if embed else _write(workspace, manifest)
    if not unchanged():
        raise SigningError(
            f"{source.name} changed while it was signed.", hint="Sign it again when it is complete."
        )
    # The engine parses every list anew for every file; a copy without history and timestamp needs none.
    needed = trust if plan.ingredients or tsa else _NO_LISTS
    promise = Promise(identity=identity, request=request, privacy=privacy, trust=needed, plan=plan)
    with syncing(file):
        after, credentials = prove(path, promise, name=source.name, sidecar=sidecar)
    result = SignedAsset(
        before=describe(source),
        after=replace(after, name=target.name),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        label=credentials.active.label if credentials.active else "",
        signed_at=credentials.signed_at or datetime.now(UTC).isoformat(timespec="seconds"),
        timestamp=credentials.timestamp,
        certificate=_leaf(identity),
        disclosure=plan.disclosure,
        sidecar=None if embed else sidecar_path(target).name,
        warnings=(*plan.warnings, *failures, *_time_warnings(credentials, identity)),
    )
    if before_commit is not None:
        before_commit(result)
    if sidecar is not None:
        workspace.put(sidecar, sidecar_path(target), overwrite=True)
    workspace.put(path, target, overwrite=overwrite)
    return result


def _job(source: Source, plan: SigningPlan, request: SigningRequest, trust: Trust, *, embed: bool) -> Job:
    return Job(
        name=source.name,
        definition=plan.definition,
        intent=plan.intent,
        ingredients=[
            Ingredient(
                definition=entry.part.definition(),
                media_type=entry.source.media_type,
                stream=entry.source.stream(),
                sidecar=entry.sidecar,
            )
            for entry in plan.ingredients
        ],
        media_type=source.media_type,
        embed=embed,
        remote_url=request.remote_url,
        trust=trust,
    )


def _write(workspace: Workspace, manifest: bytes) -> Path:
    path, file = workspace.new()
    file.write(manifest)
    sync(file)
    return path


def _leaf(identity: Identity) -> Certificate:
    from provenance.trust.describe import describe as describe_certificate

    return describe_certificate(identity.chain[0])


def _time_warnings(credentials: Credentials, identity: Identity) -> tuple[str, ...]:
    if credentials.timestamp.state == "absent":
        ends = identity.certificates[0].not_valid_after_utc.date().isoformat()
        return (f"There is no timestamp, so the signature counts only until the certificate ends on {ends}.",)
    if credentials.timestamp.state == "untrusted":
        return ("The timestamp authority is on none of the trust lists that are installed here.",)
    return ()


def _state(source: Source) -> tuple[int, int] | None:
    """Return what changes when somebody writes into the source."""
    if source.path is None:
        return None
    info = source.path.stat()
    return info.st_size, info.st_mtime_ns


def _disk_error(target: Path, cause: OSError) -> AssayError:
    if cause.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            f"The disk is full; {target} was not written.", hint="Make room and run the same command again."
        )
    return StorageError(
        f"{target} was not written: {cause.strerror or cause}.",
        hint="Check the disk and the permissions of its folder.",
    )
