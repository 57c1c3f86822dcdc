"""Builds new IPTC-IIM records that hold only the allowed datasets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from provenance.containers.build import number
from provenance.metadata.iptc import DATASETS
from provenance.privacy.policy import PrivacyPolicy

__all__ = ["as_photoshop", "kept_iptc", "records_of"]

_CHARSET = b"\x1c\x01\x5a\x00\x03\x1b%G"
"""Dataset 1:90 that declares UTF-8."""
_VERSION = b"\x1c\x02\x00\x00\x02\x00\x04"
_IIM = 0x0404
_MAX_DATASETS = 5_000


def kept_iptc(records: bytes, policy: PrivacyPolicy) -> bytes:
    """Return the allowed datasets of IIM records; empty where none is left.

    Args:
        records: The records.
        policy: What may stay.
    """
    if not policy.names("IPTC"):
        return b""
    datasets = islice(_datasets(records), _MAX_DATASETS)
    kept = [raw for name, raw in datasets if policy.allows("IPTC", name)]
    charset = _CHARSET if _CHARSET in records else b""
    return charset + _VERSION + b"".join(kept) if kept else b""


def records_of(resources: bytes) -> bytes:
    """Return the IIM records among Photoshop's image resources; empty where there are none."""
    at = 0
    while at + 12 <= len(resources):
        body = at + 6 + (resources[at + 6] + 2) // 2 * 2
        size = number(resources, body, 4)
        if number(resources, at + 4, 2) == _IIM:
            return resources[body + 4 : body + 4 + size]
        at = body + 4 + size + (size & 1)
    return b""


def as_photoshop(records: bytes) -> bytes:
    """Return IIM records as the one image resource of a `Photoshop 3.0` block, without its identifier."""
    head = b"8BIM" + _IIM.to_bytes(2, "big") + b"\0\0"
    return head + len(records).to_bytes(4, "big") + records + bytes(len(records) & 1)


def _datasets(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, raw bytes) of the datasets of plain length in record 2."""
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        record, dataset, size = data[at + 1], data[at + 2], number(data, at + 3, 2)
        if size & 0x8000 or at + 5 + size > len(data):
            return
        if record == 2 and dataset:
            yield DATASETS.get((record, dataset), f"{record}:{dataset}"), data[at : at + 5 + size]
        at += 5 + size
