"""Where public trust lists come from, and how a stored list is brought up to date.

Assay ships names and addresses only, no certificates, and fetches nothing unless `update` is called, which
only `assay trust update` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import UTC, datetime
from urllib.parse import urljoin

from provenance.errors import AssayError, TrustListError, UsageError
from provenance.trust.formats import Kind
from provenance.trust.lists import TrustList, parse_ekus, parse_list
from provenance.trust.store import TrustStore, checked_name

__all__ = ["PROFILES", "Profile", "Target", "Update", "plan", "update", "update_one"]

Opener = Callable[[str], bytes]
"""Fetches an address or raises NetworkError."""

_C2PA = "https://raw.githubusercontent.com/c2pa-org/conformance-public/refs/heads/main/trust-list/"
_IPTC = "https://trust.iptc.org/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A public trust list that Assay knows by name."""

    name: str
    """Name in the store."""
    kind: Kind
    """What its certificates may sign."""
    title: str
    """What it is, in one line."""
    url: str
    """Where its main file lies."""
    end_entities: bool = False
    """Whether the main file holds single end-entity certificates instead of anchors."""
    allowed: str | None = None
    """File of single end-entity certificates, relative to `url`."""
    ekus: str | None = None
    """File of extended key usages (store.cfg), relative to `url`."""


PROFILES: tuple[Profile, ...] = (
    Profile(
        name="official",
        kind="manifest",
        title="C2PA Trust List: signers of the C2PA conformance programme",
        url=_C2PA + "C2PA-TRUST-LIST.json",
    ),
    Profile(
        name="official-tsa",
        kind="tsa",
        title="C2PA TSA Trust List: timestamping authorities of the C2PA conformance programme",
        url=_C2PA + "C2PA-TSA-TRUST-LIST.json",
    ),
    Profile(
        name="interim",
        kind="manifest",
        title="Frozen interim list of the Content Authenticity Initiative, for files signed before 2026",
        url="https://contentcredentials.org/trust/anchors.pem",
        allowed="allowed.pem",
        ekus="store.cfg",
    ),
    Profile(
        name="iptc",
        kind="manifest",
        title="IPTC Origin Verified News Publishers List: publishers that sign their own content",
        url=_IPTC + "end-entity-list.pem",
        # Its anchors are public authorities that issue to anybody, so for claims only the publishers' own
        # certificates count.
        end_entities=True,
    ),
    Profile(
        name="iptc-cawg",
        kind="cawg",
        title="IPTC Origin Verified News Publishers List, for CAWG identities",
        url=_IPTC + "anchor-list.pem",
        allowed="end-entity-list.pem",
    ),
)
"""The public lists, in the order in which most people need them."""

_BY_NAME = {profile.name: profile for profile in PROFILES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One list to fetch."""

    profile: Profile
    """What to fetch; made up for a list that is not a public one."""
    before: TrustList | None
    """The stored list, which stays if anything fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """How the update of one list went."""

    name: str
    """Name of the list."""
    before: TrustList | None
    """The list stored before."""
    after: TrustList | None
    """The list stored now; None where the update failed."""
    error: AssayError | None = None
    """Why it failed; the list stored before is still there."""

    @property
    def added(self) -> tuple[bytes, ...]:
        """DER of certificates that are new."""
        return _missing(self.after, self.before)

    @property
    def removed(self) -> tuple[bytes, ...]:
        """DER of certificates that are gone."""
        return _missing(self.before, self.after) if self.after is not None else ()


def _missing(here: TrustList | None, there: TrustList | None) -> tuple[bytes, ...]:
    known = set(there.certificates) if there is not None else set()
    return tuple(der for der in here.certificates if der not in known) if here is not None else ()


def plan(
    names: Sequence[str], *, store: TrustStore, url: str | None = None, kind: Kind | None = None
) -> tuple[Target, ...]:
    """Work out what to fetch, without fetching.

    Args:
        names: Names of lists; empty for all public ones and every stored one that has an address.
        store: Where the lists are kept. A list once fetched from a mirror goes on being fetched there.
        url: Another address, for exactly one name.
        kind: What a list that is new here is for.

    Raises:
        UsageError: `url` without one name, an unknown name without `url`, or a `kind` that contradicts.
        TrustListError: A name that cannot name a list.
    """
    if url is not None and len(names) != 1:
        raise UsageError("--url needs exactly one name.", hint="Say how the list is called with --name.")
    stored = {one.name: one for one in store.lists()}
    if not names:
        names = [*_BY_NAME, *(one.name for one in stored.values() if one.url and one.name not in _BY_NAME)]
    return tuple(_target(checked_name(name), stored.get(name), url, kind) for name in dict.fromkeys(names))


def _target(name: str, before: TrustList | None, url: str | None, kind: Kind | None) -> Target:
    address = url or (before.url if before is not None else None)
    profile = _BY_NAME.get(name)
    if profile is None:
        if address is None:
            raise UsageError(
                f"No address is known for a trust list named {name}.",
                hint=f"Known lists: {', '.join(_BY_NAME)}. For others give --url.",
            )
        profile = Profile(
            name=name,
            kind=kind or (before.kind if before is not None else "manifest"),
            title="",
            url=address,
            end_entities=before is not None and not before.anchors,
        )
    if kind is not None and kind != profile.kind:
        raise UsageError(f"The list {name} is of kind {profile.kind}.", hint="Leave --kind out.")
    return Target(profile=with_changes(profile, url=address or profile.url), before=before)


def update(
    names: Sequence[str],
    *,
    store: TrustStore,
    url: str | None = None,
    kind: Kind | None = None,
    opener: Opener | None = None,
    now: datetime | None = None,
) -> tuple[Update, ...]:
    """Fetch lists and replace the stored ones; a list that fails keeps its old content.

    Args:
        names: Names of lists; empty for all public ones and every stored one that has an address.
        store: Where the lists are kept.
        url: Another address, for exactly one name.
        kind: What a list that is new here is for.
        opener: Fetches an address; `provenance.trust.download.download` where not given.
        now: The time that is stored as that of fetching; the clock where not given.

    Returns:
        One result a list. Failures are in `error`, so that one dead server does not stop the others.

    Raises:
        UsageError, TrustListError: See `plan`.
    """
    targets = plan(names, store=store, url=url, kind=kind)
    return tuple(update_one(target, store=store, opener=opener, now=now) for target in targets)


def update_one(
    target: Target, *, store: TrustStore, opener: Opener | None = None, now: datetime | None = None
) -> Update:
    """Fetch one list and replace the stored one; see `update`."""
    name = target.profile.name
    try:
        after = _fetch(target, opener or _download, now or datetime.now(UTC))
        store.add(after, replace=True)
    except AssayError as error:
        if target.before is not None:
            error.hint = f"The list stored before was kept. {error.hint}"
        return Update(name=name, before=target.before, after=None, error=error)
    return Update(name=name, before=target.before, after=after)


def _fetch(target: Target, opener: Opener, now: datetime) -> TrustList:
    profile, before = target.profile, target.before
    data = opener(profile.url)
    allowed = opener(urljoin(profile.url, profile.allowed)) if profile.allowed else None
    config = opener(urljoin(profile.url, profile.ekus)) if profile.ekus else b""
    after = parse_list(
        data,
        name=profile.name,
        kind=profile.kind,
        allowed=allowed,
        ekus=parse_ekus(config.decode("utf-8", "replace")),
        end_entities=profile.end_entities,
        fetched=now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        url=profile.url,
    )
    if before is None:
        return after
    if before.issued and after.issued and _time(after.issued) < _time(before.issued):
        raise TrustListError(
            f"{profile.url} gives a list of {after.issued[:10]}, older than the stored one of "
            f"{before.issued[:10]}.",
            hint=f"If that is meant, run `assay trust remove {profile.name}` first.",
        )
    if profile.name not in _BY_NAME and before.anchors:
        # What came from files beside the address is not at the address.
        return with_changes(after, allowed=before.allowed, ekus=before.ekus)
    return after


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _download(url: str) -> bytes:
    from provenance.trust.download import download

    return download(url)
