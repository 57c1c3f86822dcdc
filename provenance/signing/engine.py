"""c2pa-python as a signer: the one place that builds, signs and turns its errors into ours.

The engine swallows exceptions of callbacks (signer, source, destination) and reports something misleading
instead; here the real one is kept and raised. It takes one timestamp authority; here several are tried.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from provenance.errors import AssayError, SigningError

if TYPE_CHECKING:
    import c2pa

    from provenance.keys.identity import Identity
    from provenance.trust.bundle import Trust

__all__ = ["Ingredient", "Job", "TimestampError", "sign_stream", "signing_context"]

Intent = Literal["create", "edit", "update"]

_NO_PARENT_STAMP = "timestamp token not found"
_ATTEMPTS = 2
_PAUSE = 1.0
_PATIENCE = 5.0


class TimestampError(SigningError):
    """None of the timestamp authorities answered with a usable timestamp."""

    code = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One ingredient for the engine."""

    definition: dict[str, Any]
    """What is said about it."""

    media_type: str
    """Its type."""

    stream: BinaryIO
    """Its bytes."""

    sidecar: bytes | None = None
    """Its manifest store, where that lies beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One signature to make."""

    name: str
    """What to call the file in messages."""

    definition: dict[str, Any]
    """The manifest definition."""

    intent: Intent
    """New work, an edit, or an update that leaves the content alone."""

    ingredients: Sequence[Ingredient]
    """What goes in, in the order of the definition."""

    media_type: str
    """Type of the file."""

    embed: bool
    """Whether the manifest goes into the file."""

    remote_url: str | None
    """Address of the manifest to write into the file."""

    trust: Trust
    """Lists against which ingredients are checked."""

    stamp_parent: bool = False
    """Whether the authority is also asked to stamp the parent's signature (`c2pa.time-stamp`)."""


@lru_cache(maxsize=8)
def signing_context(trust: Trust, *, stamp_parent: bool = False) -> c2pa.Context:
    """Return the engine's settings for signing: no thumbnails of anything, nothing fetched.

    The engine's own check after signing is off, because the finished file is read back from the disk anyway.
    """
    import c2pa

    settings = {
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
        "builder": {
            "thumbnail": {"enabled": False},
            "auto_timestamp_assertion": {
                "enabled": stamp_parent,
                "fetch_scope": "parent",
                "skip_existing": True,
            },
        },
        "trust": trust.engine_settings(),
    }
    return c2pa.Context.from_dict(settings)


def sign_stream(
    job: Job,
    identity: Identity,
    source: BinaryIO,
    target: BinaryIO,
    *,
    tsa: Sequence[str] = (),
    require_timestamp: bool = False,
) -> tuple[bytes, tuple[str, ...]]:
    """Sign `source` into `target`.

    Args:
        job: What to sign and how.
        identity: Who signs.
        source: The bytes to sign; only read.
        target: An empty file, opened for reading and writing.
        tsa: Addresses of timestamp authorities (RFC 3161), tried in order, each twice unless it hangs.
        require_timestamp: Whether to fail where none of them answers.

    Returns:
        The manifest store, and sentences on what went less than well.

    Raises:
        TimestampError: No authority answered, and a timestamp is required.
        SigningError: Anything else; errors of the key and of the disk come through as they are.
    """
    failures: list[str] = []
    for address in tsa:
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE)
            started = time.monotonic()
            try:
                return _sign_once(job, identity, source, target, address), tuple(failures)
            except TimestampError as error:
                last = error.message
            if time.monotonic() - started > _PATIENCE:
                break  # it hangs, and a batch cannot wait for it twice
        failures.append(last)
    if require_timestamp:
        raise TimestampError(
            f"{job.name} was not signed: " + (" ".join(failures) or "no timestamp authority is named."),
            hint="Check the connection, name further authorities with --tsa, or sign without --require-timestamp.",
        )
    return _sign_once(job, identity, source, target, None), tuple(failures)


def _sign_once(job: Job, identity: Identity, source: BinaryIO, target: BinaryIO, tsa: str | None) -> bytes:
    import c2pa

    held = _Held()
    target.seek(0)
    target.truncate()
    source.seek(0)
    try:
        with _quiet():
            builder = _builder(job, held)
            algorithm = c2pa.C2paSigningAlg[identity.algorithm.upper()]
            signer = c2pa.Signer.from_callback(held.guard(identity.sign), algorithm, identity.chain_pem, tsa)
            with signer:
                manifest = builder.sign(
                    signer, job.media_type, _Watched(source, held), _Watched(target, held)
                )
    except c2pa.C2paError as error:
        raise _explained(job, held, str(error), tsa) from error
    if held.error is not None:
        raise held.error
    return bytes(manifest)


def _builder(job: Job, held: _Held) -> c2pa.Builder:
    import c2pa

    builder = c2pa.Builder(job.definition, context=signing_context(job.trust, stamp_parent=job.stamp_parent))
    intents = c2pa.C2paBuilderIntent
    kinds = {"create": intents.CREATE, "edit": intents.EDIT, "update": intents.UPDATE}
    builder.set_intent(kinds[job.intent])
    for entry in job.ingredients:
        definition = dict(entry.definition)
        if entry.sidecar is not None:
            resource = f"{definition['label']}.c2pa"
            builder.add_resource(resource, io.BytesIO(entry.sidecar))
            definition |= _apart(entry, resource, job)
        entry.stream.seek(0)
        builder.add_ingredient(definition, entry.media_type, _Watched(entry.stream, held))
    if not job.embed:
        builder.set_no_embed()
    if job.remote_url:
        builder.set_remote_url(job.remote_url)
    return builder


def _apart(entry: Ingredient, resource: str, job: Job) -> dict[str, Any]:
    """Return what ties an ingredient to the manifest store that lies beside it.

    The engine only looks for a store inside of the stream, so the check that it would make, and has to record, is made
    by its reader.
    """
    import c2pa

    entry.stream.seek(0)
    context = signing_context(job.trust)
    with c2pa.Reader(entry.media_type, entry.stream, manifest_data=entry.sidecar, context=context) as reader:
        report = json.loads(reader.json())
    return {
        "manifest_data": {"format": "application/c2pa", "identifier": resource},
        "validation_results": report["validation_results"],
        "active_manifest": report["active_manifest"],
    }


def _explained(job: Job, held: _Held, message: str, tsa: str | None) -> Exception:
    """Return what really went wrong: the exception of a callback, or the engine's words in ours."""
    if isinstance(held.error, AssayError | OSError):
        return held.error
    if held.error is not None:
        return SigningError(
            f"{job.name} could not be signed: the key failed with {type(held.error).__name__}: {held.error}.",
            hint="Check that the token or service is connected; --verbose shows where it happened.",
        )
    if tsa is not None and (message.startswith("Signature:") or _NO_PARENT_STAMP in message):
        # The key has done its part, so what is left of the signature is the timestamp.
        return TimestampError(f"The timestamp authority {tsa} gave no usable answer.")
    if "embedding error" in message:
        return SigningError(
            f"{job.name} cannot take a manifest inside; a locked PDF is one such file.",
            hint="Write the manifest beside it, with --sidecar.",
        )
    return SigningError(
        f"{job.name} could not be signed: {message}.",
        hint="The file may be damaged. Try --sidecar, which leaves its structure alone.",
    )


class _Held:
    """Keeps the first exception of a callback, which the engine would swallow."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def guard(self, function: Any) -> Any:
        """Return `function`, remembering the first exception that it raises."""

        def guarded(*given: Any) -> Any:
            try:
                return function(*given)
            except Exception as error:
                self.error = self.error or error
                raise

        return guarded


class _Watched:
    """A binary file whose exceptions are kept."""

    def __init__(self, file: Any, held: _Held) -> None:
        self.read = held.guard(file.read)
        self.readinto = held.guard(file.readinto)  # saves the engine's binding a copy of every block
        self.write = held.guard(file.write)
        self.seek = held.guard(file.seek)
        self.tell = held.guard(file.tell)
        self.flush = held.guard(file.flush)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the engine's own log line about a failed callback off the terminal; the error itself is raised."""
    log = logging.getLogger("c2pa")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before
