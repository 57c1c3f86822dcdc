"""What a file tells beside its picture or sound: one record a field, sorted by what it gives away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DisclosedField", "Disclosure", "Group"]

Group = Literal[
    "location", "serial", "owner", "maker note", "thumbnail", "history", "software", "time", "device",
    "caption", "rendering", "other",
]  # fmt: skip
"""What a field gives away; `rendering` fields only say how to show the picture or play the sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedField:
    """One field of a file. Names and values are attacker's text."""

    name: str
    """As a profile names it, e.g. `EXIF:DateTimeOriginal`; plain words for what has no name."""

    where: str
    """Place in plain words, e.g. `JPEG APP1 segment at byte 20, IFD0`."""

    value: str
    """Its value as text, or its length where it is no text."""

    group: Group
    """What it gives away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Everything that a file tells, divided by a policy."""

    removed: tuple[DisclosedField, ...] = ()
    """What a copy under the policy does not carry, in file order."""

    kept: tuple[DisclosedField, ...] = ()
    """What the copy still tells: fields named in the policy, and what rendering needs."""
