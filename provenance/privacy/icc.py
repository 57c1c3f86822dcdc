"""Colour profiles without private tags: Apple keeps a display's serial number in one, calibrators the time.

Only what no colour engine reads becomes zeros, so that the profile keeps its length and its colours. A profile
without private tags stays as it is, byte by byte.
"""

from __future__ import annotations

from provenance.containers.build import number
from provenance.metadata.icc import COLOUR_TAGS

__all__ = ["kept_icc"]

_HEADER, _ENTRY = 132, 12
_MAX_TAGS = 200
_BLANKED = ((24, 12), (48, 8), (80, 20))
"""Time of creation, device, creator and identifier in the header: places and bytes."""


def kept_icc(profile: bytes) -> bytes:
    """Return the profile, of the same length, with zeros for private tags; empty where it is no profile.

    Args:
        profile: The bytes of the profile.
    """
    size = number(profile, 0, 4)
    count = number(profile, 128, 4)
    table = _HEADER + _ENTRY * count
    if profile[36:40] != b"acsp" or count > _MAX_TAGS or not table <= size <= len(profile):
        return b""
    entries = [profile[p : p + _ENTRY] for p in range(_HEADER, table, _ENTRY)]
    kept = [entry for entry in entries if entry[:4] in COLOUR_TAGS]
    changed = bytearray(profile)
    changed[128:table] = (len(kept).to_bytes(4, "big") + b"".join(kept)).ljust(table - 128, b"\0")
    at = table
    for first, last in [*sorted(map(_range, kept)), (len(profile), len(profile))]:
        if at < first:
            changed[at:first] = bytes(min(first, len(profile)) - at)
        at = max(at, min(last, len(profile)))
    if changed == profile:
        return profile
    for place, length in _BLANKED:
        changed[place : place + length] = bytes(length)
    return bytes(changed)


def _range(entry: bytes) -> tuple[int, int]:
    """Return first and past-the-last byte of the data of a tag."""
    at = number(entry, 4, 4)
    return at, at + number(entry, 8, 4)
