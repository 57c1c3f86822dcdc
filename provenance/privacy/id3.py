"""Builds a new ID3v2 tag that holds only the allowed frames, and finds the tags at the end of a recording."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from provenance.containers.build import number
from provenance.containers.id3 import frames, tag_head
from provenance.limits import Limits
from provenance.metadata.id3 import read_id3
from provenance.privacy.policy import PrivacyPolicy
from provenance.source import Source

__all__ = ["kept_id3", "tail_start"]

_MANIFEST = (b"application/x-c2pa-manifest-store", b"application/c2pa")
_OBJECTS = ("GEOB", "GEO")
_MAX_TAILS = 8


def kept_id3(tag: bytes, policy: PrivacyPolicy, limits: Limits, *, manifest: bool) -> bytes:
    """Return a tag with the allowed frames of `tag`, as they were written; empty where none is left.

    Args:
        tag: The whole tag.
        policy: What may stay.
        limits: Bounds on values.
        manifest: Whether the frame that holds a C2PA manifest store stays.
    """
    head = tag_head(tag[:10])
    if head is None or not (manifest or policy.names("ID3")):
        return b""
    end = min(head.size, len(tag))
    if head.unsynchronised:
        tag = tag[:10] + tag[10:end].replace(b"\xff\0", b"\xff")
        end = len(tag)
    kept = list[bytes]()
    for frame in islice(frames(lambda at, size: tag[at : at + size], 10, end, head), limits.max_entries):
        raw = tag[frame.at : frame.at + frame.size]
        if _is_manifest(frame.ident, raw[frame.header :]):
            allowed = manifest
        else:
            allowed = _allowed(raw, head.version, policy, limits)
        if allowed:
            kept.append(raw)
    body = b"".join(kept)
    return b"ID3" + bytes([head.version, 0, 0]) + _syncsafe(len(body)) + body if body else b""


def tail_start(source: Source, start: int, end: int) -> int:
    """Return where the tags at the end of a recording begin: ID3v1, APEv2, Lyrics3; `end` where there are none.

    Args:
        source: The opened file.
        start: Where the recording begins.
        end: Where the file ends.
    """
    for _ in range(_MAX_TAILS):
        size = next((s for s in _tails(source, end) if 0 < s <= end - start), 0)
        if not size:
            break
        end -= size
    return end


def _tails(source: Source, end: int) -> Iterator[int]:
    """Yield the sizes of the tags that may end at `end`."""
    if source.read(end - 128, 3) == b"TAG":
        yield 128
    if source.read(end - 227, 4) == b"TAG+":
        yield 227
    footer = source.read(end - 32, 32)
    if footer[:8] == b"APETAGEX":
        yield number(footer, 12, 4, "little") + (32 if number(footer, 20, 4, "little") >> 31 else 0)
    if footer[-9:] == b"LYRICS200" and footer[-15:-9].isdigit():
        yield int(footer[-15:-9]) + 15


def _allowed(raw: bytes, version: int, policy: PrivacyPolicy, limits: Limits) -> bool:
    """Return whether every entry that the metadata reader sees in one frame may stay."""
    alone = b"ID3" + bytes([version, 0, 0]) + _syncsafe(len(raw) + 10) + raw + bytes(10)
    entries, _ = read_id3(alone, where="", limits=limits)
    return bool(entries) and all(policy.allows("ID3", e.name) for e in entries)


def _is_manifest(ident: str, body: bytes) -> bool:
    return ident in _OBJECTS and body[1:].startswith(_MANIFEST)


def _syncsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
