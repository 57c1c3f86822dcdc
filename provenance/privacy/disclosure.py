"""`disclose` says what a file tells and what a copy would; `check_kept` proves it of the finished copy.

Both read the file with the metadata readers and a walk over its parts. They share nothing with the writers of
this package, so that a mistake in a writer is found and not repeated.
"""

from __future__ import annotations

import re
from functools import cache

from provenance.containers.walker import walk
from provenance.metadata.entry import Entry
from provenance.metadata.exif import tag_name
from provenance.metadata.reader import read_metadata
from provenance.privacy.fields import DisclosedField, Disclosure, Group
from provenance.privacy.groups import group_of
from provenance.privacy.known import TIFF_TAGS
from provenance.privacy.opaque import opaque_fields
from provenance.privacy.policy import PrivacyPolicy, is_rendering, is_structure
from provenance.source import Source

__all__ = ["check_kept", "disclose"]

_PLAIN = 64
"""Longest value of a field that serves only the format; a longer one holds something else."""

_PAGED = ("image/tiff", "image/x-adobe-dng")
_PAGE = re.compile(r"^IFD\d+\.(?!SubIFD)")
"""What stands before names of the second page and those behind it."""

_NAMELESS = "the colour profile has no description."
"""The one problem that hides nothing."""

_LETTERS = re.compile(r"[^\W\d_]")

_SILENT = (
    ("GIF", "Application", "NETSCAPE2.0"),
    ("GIF", "Application", "ANIMEXTS1.0"),
    ("ID3", "GEOB", "application/x-c2pa-manifest-store"),
    ("ID3", "GEOB", "application/c2pa"),
    ("MP4", "CreateDate", "not set"),
    ("MP4", "ModifyDate", "not set"),
    ("MP4", "free", "0x"),
    ("QuickTime", "free", "0x"),
    ("QuickTime", "key 1718773093", "0x"),
)
"""What says nothing, as standard, name and beginning of the value: loop counts, credentials, times that are not
set, and `free` boxes among user data, whose content the walk over the boxes looks at."""


def disclose(source: Source, policy: PrivacyPolicy) -> Disclosure:
    """Return what a file tells beside its picture or sound, divided by what a copy would still carry.

    C2PA manifests are not looked at: signing reads them, and redacts their assertions.

    Args:
        source: The opened file.
        policy: What a copy may tell.

    Raises:
        UnreadableError: The medium failed.
    """
    container = walk(source)
    metadata = read_metadata(source, container)
    removed, kept = list[DisclosedField](), list[DisclosedField]()
    pages = container.media_type in _PAGED
    for entry in metadata.entries:
        name = _PAGE.sub("", entry.name) if pages else entry.name
        if _is_silent(entry) or (pages and _draws(entry, name)):
            continue
        rendering = is_rendering(entry.standard, name, entry.value)
        allowed = rendering or policy.allows(entry.standard, name)
        (kept if allowed else removed).append(_field(entry, "rendering" if rendering else None))
    for field in opaque_fields(source, container):
        standard, _, name = field.name.partition(":")
        (kept if policy.allows(standard, name) else removed).append(field)
    removed += [_unread(s) for s in metadata.problems if not s.endswith(_NAMELESS)]
    return Disclosure(removed=tuple(removed), kept=tuple(kept))


def check_kept(source: Source, policy: PrivacyPolicy) -> tuple[DisclosedField, ...]:
    """Return what a finished copy still tells although the policy does not allow it; empty when it held.

    What could not be read counts as told, because nothing could be promised of it.

    Args:
        source: The finished file, opened anew.
        policy: What it may tell.

    Raises:
        UnreadableError: The medium failed.
    """
    return disclose(source, policy).removed


def _is_silent(entry: Entry) -> bool:
    """Return whether an entry says nothing: it is empty, belongs to the format, or is the credentials."""
    if not entry.value or (is_structure(entry.standard, entry.name) and len(entry.value) <= _PLAIN):
        return True
    return any(
        (entry.standard, entry.name) == (standard, name) and entry.value.startswith(beginning)
        for standard, name, beginning in _SILENT
    )


def _draws(entry: Entry, name: str) -> bool:
    """Return whether an entry of a TIFF page says where the picture lies and how to draw it."""
    numbers = entry.value.startswith("0x") or not _LETTERS.search(entry.value.split("…")[0])
    return entry.standard == "EXIF" and numbers and name in _drawing_names()


@cache
def _drawing_names() -> frozenset[str]:
    return frozenset(tag_name(tag, "IFD0") for tag in TIFF_TAGS)


def _field(entry: Entry, group: Group | None) -> DisclosedField:
    return DisclosedField(
        name=f"{entry.standard}:{entry.name}",
        where=entry.where,
        value=entry.value,
        group=group or group_of(entry.standard, entry.name),
    )


def _unread(sentence: str) -> DisclosedField:
    return DisclosedField(name="unreadable metadata", where="metadata", value=sentence, group="other")
