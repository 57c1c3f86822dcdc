"""The trust lists in force for one verification, and how the C2PA engine is told about them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from provenance.errors import TrustListError
from provenance.model.credentials import TrustListInfo
from provenance.trust.formats import MAX_LIST_BYTES, Kind
from provenance.trust.lists import TrustList, parse_list
from provenance.trust.store import TrustStore

__all__ = ["DEFAULT_EKUS", "Trust", "load_trust"]

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"

DEFAULT_EKUS = (
    "1.3.6.1.5.5.7.3.4",  # emailProtection
    "1.3.6.1.5.5.7.3.36",  # documentSigning
    TIME_STAMPING,
    "1.3.6.1.5.5.7.3.9",  # OCSPSigning
    "1.3.6.1.4.1.311.76.59.1.9",  # Microsoft C2PA signing
    "1.3.6.1.4.1.62558.2.1",  # C2PA claimSigning
)
"""Extended key usages that are always named to the engine. Left to its own default, it calls a leaf invalid
that has only documentSigning, claimSigning or Microsoft's."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust lists in force; equal ones hash alike, so that an engine context can be kept for each."""

    lists: tuple[TrustList, ...]
    """Every list, in the order in which they count."""
    problems: tuple[str, ...] = field(default=(), compare=False)
    """Sentences on stored lists that could not be loaded."""

    @property
    def manifest(self) -> tuple[TrustList, ...]:
        """Lists of claim signers."""
        return self._of("manifest")

    @property
    def tsa(self) -> tuple[TrustList, ...]:
        """Lists of timestamping authorities."""
        return self._of("tsa")

    @property
    def timestamping(self) -> tuple[TrustList, ...]:
        """Lists that vouch for timestamping authorities.

        Those of kind `tsa`, and lists of claim signers whose configuration names timestamping too, as the
        interim list does, which predates the separation.
        """
        return self.tsa + tuple(one for one in self.manifest if TIME_STAMPING in one.ekus)

    @property
    def cawg(self) -> tuple[TrustList, ...]:
        """Lists of CAWG identity signers."""
        return self._of("cawg")

    def _of(self, kind: Kind) -> tuple[TrustList, ...]:
        return tuple(one for one in self.lists if one.kind == kind)

    def infos(self, now: datetime | None = None) -> tuple[TrustListInfo, ...]:
        """What results say about the lists in force."""
        now = now or datetime.now(UTC)
        return tuple(one.info(now) for one in self.lists)

    def notes(self, now: datetime | None = None) -> tuple[str, ...]:
        """Plain sentences on lists that are missing, damaged or stale; empty when all is well."""
        now = now or datetime.now(UTC)
        notes = list(self.problems)
        if not self.manifest:
            notes.append("No trust list is installed, so no signer can be checked. Run `assay trust update`.")
        elif not self.timestamping:
            notes.append(
                "No timestamp trust list is installed, so no timestamp can be checked. "
                "Run `assay trust update official-tsa`."
            )
        notes.extend(_age_note(one, now) for one in self.lists if one.stale(now))
        return tuple(notes)

    def engine_settings(self) -> dict[str, Any]:
        """The `trust` part of the settings for `c2pa.Context.from_dict`.

        The engine does not keep the kinds apart for claim signers, so a verdict of "trusted" still needs our
        own check of the chain against the manifest lists.
        """
        anchors = []
        for one in self.lists:
            entry = {"trust_anchors": one.anchors_pem(), "trust_kind": one.kind, "trust_uri": one.name}
            if one.allowed:
                entry["allowed_list"] = one.allowed_pem()
            anchors.append(entry)
        ekus = dict.fromkeys((*DEFAULT_EKUS, *(oid for one in self.lists for oid in one.ekus)))
        return {"anchors": anchors, "trust_config": "\n".join(ekus)}


def _age_note(one: TrustList, now: datetime) -> str:
    then = (
        f"run `assay trust update {one.name}`."
        if one.url
        else "get a newer copy from whoever issued it and run `assay trust add` with --replace."
    )
    if one.next_update is not None:
        return f"The trust list {one.name} was due to be renewed by {one.next_update[:10]}; {then}"
    return f"The trust list {one.name} is {one.age_days(now)} days old; {then}"


def load_trust(
    *,
    store: TrustStore | None = None,
    extra: Sequence[str | os.PathLike[str] | bytes] = (),
    tsa_extra: Sequence[str | os.PathLike[str] | bytes] = (),
    only_extra: bool = False,
) -> Trust:
    """Gather the lists in force.

    Args:
        store: The stored lists; the user's own store where not given.
        extra: More lists of claim signers, as paths or content.
        tsa_extra: More lists of timestamping authorities, as paths or content.
        only_extra: Leave the stored lists out.

    Returns:
        The given lists, then the stored ones; names are made unique.

    Raises:
        TrustListError: A given list cannot be read or parsed. A damaged stored list is a note instead.
    """
    given = [_given(item, number, "manifest") for number, item in enumerate(extra, 1)]
    given += [_given(item, number, "tsa") for number, item in enumerate(tsa_extra, 1)]
    stored: tuple[TrustList, ...] = ()
    problems: tuple[TrustListError, ...] = ()
    if not only_extra:
        stored, problems = (store or TrustStore()).read()
    return Trust(
        lists=_uniquely_named((*given, *stored)),
        problems=tuple(f"{error.message} {error.hint}" for error in problems),
    )


def _given(item: str | os.PathLike[str] | bytes, number: int, kind: Kind) -> TrustList:
    if isinstance(item, bytes):
        return parse_list(item, name=f"given-{kind}-{number}", kind=kind)
    path = Path(item)
    name = os.fsencode(path.name).decode("utf-8", "replace")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        raise TrustListError(
            f"The trust list {name} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error
    return parse_list(data, name=name, kind=kind)


def _uniquely_named(lists: Iterable[TrustList]) -> tuple[TrustList, ...]:
    taken: set[str] = set()
    result = []
    for one in lists:
        name, count = one.name, 1
        while name in taken:
            count += 1
            name = f"{one.name} ({count})"
        taken.add(name)
        result.append(one if name == one.name else with_changes(one, name=name))
    return tuple(result)
