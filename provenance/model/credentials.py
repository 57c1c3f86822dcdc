"""Content Credentials (C2PA) as our own typed model.

Terms are those of the C2PA specification 2.x: a *manifest store* holds *manifests*, each with a *claim*,
*assertions*, *ingredients* and a signature; the *active manifest* speaks about the file as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "TEST_MARK",
    "Action",
    "Assertion",
    "Certificate",
    "Credentials",
    "Generative",
    "Identity",
    "Ingredient",
    "Manifest",
    "ProvenanceState",
    "Signer",
    "Status",
    "StatusKind",
    "Thumbnail",
    "Timestamp",
    "TimestampState",
    "TrustListInfo",
]

TEST_MARK = "FOR TESTING ONLY"
"""What a test identity carries in its common name and organisational unit."""

ProvenanceState = Literal["absent", "remote", "unreadable", "invalid", "chain_invalid", "valid", "trusted"]
"""`remote`: credentials are said to lie elsewhere and were not fetched. `unreadable`: the container is
damaged or of a type that the engine cannot walk, so nobody could look. `chain_invalid`: the latest
signature is intact, its history is broken. `valid`: intact, signer not on the trust lists in force."""

StatusKind = Literal["success", "informational", "failure"]
Generative = Literal["fully", "partly", "no", "unstated"]
TimestampState = Literal["absent", "untrusted", "trusted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One X.509 certificate of a chain."""

    subject: str
    """RFC 4514 name of the holder."""
    issuer: str
    """RFC 4514 name of the issuer."""
    serial: str
    """Serial number, decimal digits."""
    not_before: str
    """Start of validity, RFC 3339."""
    not_after: str
    """End of validity, RFC 3339."""
    sha256: str
    """SHA-256 of the DER encoding, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a manifest, as the certificate says."""

    name: str | None
    """Common name of the certificate."""
    organisation: str | None
    """Organisation of the certificate."""
    issuer: str | None
    """Name of the authority that issued the certificate."""
    serial: str | None
    """Serial number, decimal digits."""
    not_after: str | None
    """End of the certificate's validity, RFC 3339."""
    trust_list: str | None = None
    """Name of the trust list that the chain ends in; None where it ends in none."""
    algorithm: str | None = None
    """Signature algorithm, e.g. `es256`."""
    chain: tuple[Certificate, ...] = ()
    """Leaf first. Filled for the active manifest only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """An RFC 3161 countersignature that says when the signature existed."""

    state: TimestampState
    """`trusted` only where the authority's chain ends in a timestamp trust list."""
    authority: str | None = None
    """Name of the timestamping authority."""
    time: str | None = None
    """The stamped time, RFC 3339."""
    trust_list: str | None = None
    """Name of the timestamp trust list that matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One validation status, with the upstream code word for word."""

    code: str
    """C2PA status code, or `assay.…` for our own checks."""
    url: str | None
    """JUMBF address of what it is about."""
    explanation: str
    """Free text of the engine or of ours."""
    kind: StatusKind
    """How it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A picture carried inside a manifest."""

    format: str
    """Media type as stated."""
    identifier: str
    """JUMBF address."""
    data: bytes = b""
    """The picture; only where asked for, else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One entry of the actions assertion: what was done to the asset."""

    action: str
    """C2PA action name, e.g. `c2pa.created`."""
    when: str | None = None
    """Stated time of the action."""
    software: str | None = None
    """Software agent, as stated."""
    digital_source_type: str | None = None
    """Short name of the IPTC or C2PA digital source type."""
    description: str | None = None
    """Free text, as stated."""
    reason: str | None = None
    """Stated reason, e.g. of a redaction."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """The rest, as stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """An assertion that has no field of its own in this model."""

    label: str
    """Label, e.g. `stds.schema-org.CreativeWork`."""
    data: Any
    """Content as JSON."""
    created: bool | None = None
    """Whether the signer itself created it (claim v2); None where the claim does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A CAWG identity assertion: a person or organisation that vouches beside the signer."""

    state: Literal["trusted", "valid", "invalid", "unknown"]
    """What the engine says of its signature."""
    name: str | None
    """Subject of the certificate or the verified identity."""
    organisation: str | None = None
    """Organisation of the certificate."""
    signature_type: str | None = None
    """`cawg.x509.cose` or `cawg.identity_claims_aggregation`."""
    verified: tuple[str, ...] = ()
    """Verified accounts and names, `provider: name`."""
    roles: tuple[str, ...] = ()
    """Stated roles, e.g. `cawg.creator`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """An asset that went into this one."""

    title: str | None
    """Title as stated."""
    format: str | None
    """Media type as stated."""
    relationship: str
    """`parentOf`, `componentOf` or `inputTo`."""
    manifest: str | None = None
    """Label of its own manifest in this store; None where it brought none."""
    instance_id: str | None = None
    """Stated instance id."""
    broken: bool = False
    """Whether its credentials did not match, when it was added or now."""
    status: tuple[Status, ...] = ()
    """Failures and notices about it, recorded at signing or found now."""
    thumbnail: Thumbnail | None = None
    """Its picture, if the manifest carries one."""
    description: str | None = None
    """Free text, as stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One manifest of the store."""

    label: str
    """URN or other label, unique in the store."""
    title: str | None = None
    """Title as stated."""
    format: str | None = None
    """Media type as stated."""
    instance_id: str | None = None
    """Stated instance id."""
    claim_version: int | None = None
    """Version of the claim, 1 or 2."""
    claim_generator: str | None = None
    """Software that made the claim."""
    signer: Signer | None = None
    """Who signed it."""
    signed_at: str | None = None
    """Stamped time of the signature, RFC 3339."""
    later_timestamp: Timestamp | None = None
    """Timestamp of the signature that a later manifest brought (`c2pa.time-stamp`)."""
    digital_source_type: str | None = None
    """Short name of the source type of the first action."""
    generative: Generative = "unstated"
    """What this manifest and its own ingredients state about generative AI."""
    training: dict[str, str] = field(default_factory=dict)
    """Training and mining choices, `ai_training: notAllowed` and the like."""
    actions: tuple[Action, ...] = ()
    """What was done, in order."""
    ingredients: tuple[Ingredient, ...] = ()
    """What went in."""
    identities: tuple[Identity, ...] = ()
    """CAWG identities."""
    assertions: tuple[Assertion, ...] = ()
    """Everything else."""
    redactions: tuple[str, ...] = ()
    """JUMBF addresses of assertions that this manifest redacted in its ingredients."""
    thumbnail: Thumbnail | None = None
    """Picture of the asset at that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustListInfo:
    """A trust list that was in force for a result."""

    name: str
    """Name in the store, or the file name given."""
    kind: Literal["manifest", "tsa", "cawg"]
    """What its certificates may sign."""
    certificates: int
    """Number of anchors and allowed certificates."""
    sha256: str
    """SHA-256 over the list's content, hexadecimal."""
    issued: str | None = None
    """Date the publisher gives, RFC 3339."""
    next_update: str | None = None
    """Date by which the publisher promises a new one, RFC 3339."""
    fetched: str | None = None
    """When it was stored here, RFC 3339."""
    stale: bool = False
    """Past its next update, or older than 120 days where it has no such date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Everything that a file's Content Credentials say, and whether they hold."""

    state: ProvenanceState
    """The whole chain rolled up into one word."""
    signer: Signer | None = None
    """Signer of the active manifest."""
    signed_at: str | None = None
    """Stamped time of the active manifest, RFC 3339; None without a timestamp."""
    timestamp: Timestamp = Timestamp(state="absent")
    """Timestamp of the active manifest."""
    claim_generator: str | None = None
    """Software that made the active claim."""
    digital_source_type: str | None = None
    """Short name of the source type, taken from the active manifest or the parents it opened."""
    generative: Generative = "unstated"
    """What the chain states about generative AI."""
    training: dict[str, str] = field(default_factory=dict)
    """Training and mining choices of the active manifest."""
    status: tuple[Status, ...] = ()
    """Validation statuses, failures first."""
    manifests: tuple[Manifest, ...] = ()
    """Active manifest first, then its history."""
    remote_url: str | None = None
    """Where the file says its credentials lie."""
    where: Literal["none", "embedded", "sidecar", "remote"] = "none"
    """Where the manifest store was read from."""
    trust_lists: tuple[TrustListInfo, ...] = ()
    """The lists that were in force."""
    notes: tuple[str, ...] = ()
    """Sentences for the reader: no list installed, a stale list, a sidecar that was ignored."""

    @property
    def active(self) -> Manifest | None:
        """The active manifest, or None where there is none or it could not be parsed."""
        return self.manifests[0] if self.manifests else None
