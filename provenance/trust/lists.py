"""One trust list: certificates, what they may sign, and the dates that say how far to rely on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from provenance.errors import TrustListError
from provenance.model.credentials import TrustListInfo
from provenance.trust.formats import MAX_LIST_BYTES, Kind, from_der, from_json, from_pem, to_pem

__all__ = ["STALE_AFTER", "Kind", "TrustList", "parse_ekus", "parse_list", "rfc3339"]

STALE_AFTER = timedelta(days=120)
"""Age since fetching at which a list without a promised next update counts as stale."""

_MAX_EKUS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """Certificates that count for one purpose, with the dates of the list.

    Raises:
        TrustListError: A date is not RFC 3339, or there is no certificate at all.
    """

    name: str
    """Name in the store, or the file name given."""
    kind: Kind
    """What the certificates may sign."""
    anchors: tuple[bytes, ...] = ()
    """DER of roots and intermediates in which a signer's chain may end."""
    allowed: tuple[bytes, ...] = ()
    """DER of single end-entity certificates that count without a chain."""
    ekus: tuple[str, ...] = ()
    """Extended key usage OIDs that the list adds; empty where it names none."""
    issued: str | None = None
    """Date the publisher gives, RFC 3339."""
    next_update: str | None = None
    """Date by which the publisher promises a new one, RFC 3339."""
    fetched: str | None = None
    """When it was stored here, RFC 3339; None for a list given for one run only."""
    url: str | None = None
    """Where it was fetched from."""

    def __post_init__(self) -> None:
        for date in (self.issued, self.next_update, self.fetched):
            _when(date, self.name)
        if not self.anchors and not self.allowed:
            raise TrustListError(
                f"Trust list {self.name} holds no certificate.", hint="Give at least one certificate."
            )

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Anchors, then allowed certificates."""
        return self.anchors + self.allowed

    def __hash__(self) -> int:
        # Lists are keys of caches on the path of every verification; equality still compares every byte.
        return hash((self.name, self.kind, len(self.anchors), len(self.allowed), self.fetched))

    @property
    def sha256(self) -> str:
        """SHA-256 over what the list holds, hexadecimal; order, comments and file format do not matter."""
        return _digest(self)

    def anchors_pem(self) -> str:
        """The anchors as PEM; empty text where there are none."""
        return to_pem(self.anchors)

    def allowed_pem(self) -> str:
        """The allowed end-entity certificates as PEM; empty text where there are none."""
        return to_pem(self.allowed)

    def stale(self, now: datetime) -> bool:
        """Whether the list is too old to rely on without a word.

        Args:
            now: The time to judge by, with a time zone.

        Returns:
            True past `next_update`; without such a date, more than `STALE_AFTER` since it was fetched.
        """
        due = _when(self.next_update, self.name)
        if due is not None:
            return now > due
        fetched = _when(self.fetched, self.name)
        return fetched is not None and now - fetched > STALE_AFTER

    def age_days(self, now: datetime) -> int | None:
        """Whole days since the publisher's date, or since fetching where it gives none."""
        start = _when(self.issued, self.name) or _when(self.fetched, self.name)
        return None if start is None else max(0, (now - start).days)

    def info(self, now: datetime | None = None) -> TrustListInfo:
        """What results say about this list.

        Args:
            now: The time to judge staleness by; the clock where not given.
        """
        return TrustListInfo(
            name=self.name,
            kind=self.kind,
            certificates=len(self.certificates),
            sha256=self.sha256,
            issued=self.issued,
            next_update=self.next_update,
            fetched=self.fetched,
            stale=self.stale(now or datetime.now(UTC)),
        )


@lru_cache(maxsize=64)
def _digest(trust_list: TrustList) -> str:
    digest = hashlib.sha256()
    for label, certificates in ((b"anchor", trust_list.anchors), (b"allowed", trust_list.allowed)):
        for one in sorted(hashlib.sha256(der).digest() for der in certificates):
            digest.update(label + one)
    for oid in sorted(trust_list.ekus):
        digest.update(b"eku" + oid.encode("ascii", "backslashreplace") + b"\0")
    return digest.hexdigest()


def parse_list(
    data: bytes,
    *,
    name: str,
    kind: Kind | None = None,
    allowed: bytes | None = None,
    ekus: tuple[str, ...] = (),
    end_entities: bool = False,
    fetched: str | None = None,
    url: str | None = None,
) -> TrustList:
    """Read a list from PEM, from the ETSI TS 119 602 JSON form, or from one DER certificate.

    Args:
        data: The file, at most 8 MiB and 5,000 certificates.
        name: Name of the list.
        kind: What it is for; None takes what a JSON list says of itself, else `manifest`.
        allowed: A second file of single end-entity certificates, in the same forms.
        ekus: Extended key usage OIDs of its store.cfg.
        end_entities: The file itself holds single end-entity certificates, not anchors.
        fetched: When it was fetched, RFC 3339.
        url: Where it was fetched from.

    Raises:
        TrustListError: Too large, nothing usable in it, or a broken block, which the message numbers.
    """
    certificates, stated, issued, next_update = _read(data, name, kind)
    extra = _read(allowed, name, kind)[0] if allowed is not None else ()
    return TrustList(
        name=name,
        kind=kind or stated or "manifest",
        anchors=() if end_entities else certificates,
        allowed=tuple(dict.fromkeys(certificates + extra)) if end_entities else extra,
        ekus=ekus,
        issued=rfc3339(issued, name) if issued else None,
        next_update=rfc3339(next_update, name) if next_update else None,
        fetched=fetched,
        url=url,
    )


def _read(
    data: bytes, name: str, kind: Kind | None
) -> tuple[tuple[bytes, ...], Kind | None, str | None, str | None]:
    if len(data) > MAX_LIST_BYTES:
        raise TrustListError(
            f"Trust list {name} is larger than {MAX_LIST_BYTES // 2**20} MiB.",
            hint="Check that this is a trust list; if it is, split it.",
        )
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        published = from_json(start, name=name, kind=kind)
        return published.certificates, published.kind, published.issued, published.next_update
    if data.startswith(b"\x30") and b"-----BEGIN " not in data:
        return from_der(data, name=name), None, None, None
    return from_pem(data, name=name), None, None, None


def parse_ekus(text: str) -> tuple[str, ...]:
    """Read the OIDs of a `store.cfg`: one a line, comments start with `//` or `#`.

    Raises:
        TrustListError: A line is neither, or there are more than 200 OIDs.
    """
    found: dict[str, None] = {}
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("//", "#")):
            continue
        arcs = line.split(".")
        if len(line) > 100 or len(arcs) < 3 or not all(arc.isascii() and arc.isdigit() for arc in arcs):
            raise TrustListError(
                f"Line {number} of the key usage file is not an object identifier.",
                hint="Write one OID such as 1.3.6.1.5.5.7.3.4 a line; comments start with //.",
            )
        found[line] = None
        if len(found) > _MAX_EKUS:
            raise TrustListError(
                f"The key usage file names more than {_MAX_EKUS} OIDs.",
                hint="Check that this is a store.cfg.",
            )
    return tuple(found)


def rfc3339(text: str, name: str) -> str:
    """Bring a date to RFC 3339 in UTC with seconds.

    Raises:
        TrustListError: `text` is no date.
    """
    when = _when(text, name)
    assert when is not None  # only None gives None
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _when(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise TrustListError(
            f"Trust list {name} gives a date that cannot be read: {text[:40]!r}.",
            hint="Get the list again from its publisher.",
        ) from error
