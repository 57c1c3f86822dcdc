"""Asking the engine (c2pa-rs through c2pa-python) what a file carries, without ever letting it raise.

The engine's error types and its habit of raising for broken manifests stop here: what comes out is an
`Answer`. Settings go through `Context`, the only way that this release honours.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from provenance.source import Source

if TYPE_CHECKING:
    import c2pa

    from provenance.trust.bundle import Trust

__all__ = ["Answer", "ask", "make_context", "read_resource"]

_REMOTE = re.compile(r"must fetch remote manifests from url (\S{1,2048})")

# Messages about the file around the manifest; anything else the engine raises is about the manifest.
_CONTAINER_TROUBLE = ("asset could not be parsed", "NotSupported", "type is unsupported", "could not be read")

_STORE_UUID = bytes.fromhex("63327061 0011 0010 8000 00AA00389B71")
"""JUMBF type of a C2PA manifest store (C2PA 2.x, "Manifest store")."""

_SCAN_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the engine said about one file."""

    outcome: Literal["read", "absent", "remote", "broken", "unreadable"]
    """`broken`: there is a manifest and it cannot be read. `unreadable`: the container itself cannot."""

    state: Literal["Invalid", "Valid", "Trusted"] | None = None
    """The engine's validation state, for `read`."""

    report: dict[str, Any] = field(default_factory=dict)
    """Its JSON, for `read`."""

    store: bytes = b""
    """JUMBF bytes of the active manifest and what it refers to, for `read`; empty where not to be had."""

    embedded: bool = True
    """Whether the manifest store was in the file itself."""

    remote_url: str | None = None
    """Where the file says that its credentials lie."""

    error: str | None = None
    """The engine's words, for `broken` and `unreadable`."""


def ask(source: Source, *, trust: Trust, sidecar: bytes | None = None, online: bool = False) -> Answer:
    """Return what the engine finds in `source`.

    Args:
        source: The opened file.
        trust: Trust lists in force.
        sidecar: A manifest store to use instead of an embedded one.
        online: Whether the engine may fetch a remote manifest and revocation answers.
    """
    import c2pa

    context = make_context(trust, online=online)
    try:
        stream = source.stream()
        reader = c2pa.Reader(source.media_type, stream, manifest_data=sidecar, context=context)
    except c2pa.C2paError.ManifestNotFound:
        return Answer(outcome="absent")
    except c2pa.C2paError as error:
        return _refused(source, str(error), given=sidecar is not None)
    with reader:
        # Only a fetched or given manifest can lie elsewhere than in the file.
        return _answer(reader, elsewhere=online or sidecar is not None)


def read_resource(source: Source, identifier: str, *, limit: int) -> bytes:
    """Return a resource (a thumbnail, say) of the active manifest store; empty where it cannot be had.

    Args:
        source: The opened file.
        identifier: JUMBF address as the engine reported it.
        limit: Largest resource that is returned, in bytes.
    """
    import c2pa

    from provenance.trust.bundle import Trust

    try:
        with c2pa.Reader(
            source.media_type, source.stream(), context=make_context(Trust(lists=()), online=False)
        ) as reader:
            held = io.BytesIO()
            reader.resource_to_stream(identifier, held)
    except c2pa.C2paError:
        return b""
    data = held.getvalue()
    return data if len(data) <= limit else b""


def _answer(reader: c2pa.Reader, *, elsewhere: bool) -> Answer:
    report = msgspec.json.decode(reader.json())
    label = report.get("active_manifest")
    return Answer(
        outcome="read",
        state=report.get("validation_state"),
        report=report,
        store=_store(reader, label) if isinstance(label, str) else b"",
        embedded=not elsewhere or reader.is_embedded(),
        remote_url=reader.get_remote_url() if elsewhere else None,
    )


def _store(reader: c2pa.Reader, label: str) -> bytes:
    import c2pa

    held = _Received()
    try:
        reader.resource_to_stream(label, held)
    except c2pa.C2paError:
        return b""
    return b"".join(held.parts)


class _Received:
    """A stream that keeps what the engine writes as it comes; stores can be large, and this copies nothing."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(part)
        return len(part)

    def read(self, _size: int = -1) -> bytes:
        return b""

    def seek(self, _offset: int, _whence: int = 0) -> int:
        return self.tell()

    def tell(self) -> int:
        return sum(map(len, self.parts))

    def flush(self) -> None:
        pass


def _refused(source: Source, message: str, *, given: bool) -> Answer:
    remote = _REMOTE.search(message)
    if remote:
        return Answer(outcome="remote", remote_url=remote.group(1))
    if not any(words in message for words in _CONTAINER_TROUBLE):
        return Answer(outcome="broken", error=message)
    # The container could not be walked. Whether a manifest is in there decides what that means.
    outcome: Literal["broken", "unreadable"] = "broken" if given or _has_store(source) else "unreadable"
    return Answer(outcome=outcome, error=message)


def _has_store(source: Source) -> bool:
    """Return whether the bytes of a manifest store's type stand anywhere in the file."""
    at, kept = 0, b""
    while block := source.read(at, _SCAN_BLOCK):
        if _STORE_UUID in kept + block:
            return True
        kept, at = block[-len(_STORE_UUID) :], at + len(block)
    return False


@lru_cache(maxsize=8)
def make_context(trust: Trust, *, online: bool) -> c2pa.Context:
    """Return the engine's settings for these lists; kept, because reading the lists takes longer than most files."""
    import c2pa

    settings = {
        "verify": {
            "remote_manifest_fetch": online,
            "ocsp_fetch": online,
            "verify_trust": True,
            "verify_timestamp_trust": True,
        },
        "trust": trust.engine_settings(),
    }
    return c2pa.Context.from_dict(settings)
