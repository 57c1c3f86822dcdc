"""A throw-away signing identity, and files signed with it by the engine itself."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from provenance.trust.bundle import Trust
from provenance.trust.lists import parse_list

EMAIL = "1.3.6.1.5.5.7.3.4"
DOCUMENT = "1.3.6.1.5.5.7.3.36"
CLAIM = "1.3.6.1.4.1.62558.2.1"
MICROSOFT = "1.3.6.1.4.1.311.76.59.1.9"
TIME = "1.3.6.1.5.5.7.3.8"
OCSP = "1.3.6.1.5.5.7.3.9"
ANY = "2.5.29.37.0"

CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@dataclass(frozen=True)
class Party:
    """A certificate with its key and what is above it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Leaf first; the root stays out, as in real files."""
        return (self.certificate, *(c for c in self.above if c.issuer != c.subject))

    @property
    def chain_pem(self) -> str:
        return "".join(c.public_bytes(Encoding.PEM).decode() for c in self.chain)

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def authority(name: str = "Throw-away root", *, issuer: Party | None = None) -> Party:
    """A root, or an intermediate under `issuer`."""
    return _make(name, issuer, usages=(), days=(-400, 4000))


def leaf(
    issuer: Party,
    name: str = "Throw-away signer",
    *,
    usages: Sequence[str] = (EMAIL,),
    days: tuple[float, float] = (-30, 300),
    responder: str | None = None,
) -> Party:
    """A certificate for signing under `issuer`, valid between two days counted from now.

    With `responder`, it names the address of an OCSP responder.
    """
    return _make(name, issuer, usages=tuple(usages), days=days, responder=responder)


def _make(
    name: str,
    issuer: Party | None,
    *,
    usages: tuple[str, ...],
    days: tuple[float, float],
    responder: str | None = None,
) -> Party:
    ca = not usages
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{name} Ltd"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    signing = issuer.key if issuer else key
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
    )
    if usages:
        oids = [x509.ObjectIdentifier(oid) for oid in usages]
        # RFC 3161 section 2.3 wants the usage of a timestamp authority alone and critical.
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=usages == (TIME,))
    if responder:
        address = x509.UniformResourceIdentifier(responder)
        access = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, address)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    above = (issuer.certificate, *issuer.above) if issuer else ()
    return Party(builder.sign(signing, hashes.SHA256()), key, above)


@lru_cache(maxsize=1)
def root() -> Party:
    """The one root that tests share where they do not care."""
    return authority()


@lru_cache(maxsize=1)
def signer() -> Party:
    """The one signer that tests share where they do not care."""
    return leaf(root())


def trust(*anchors: Party, tsa: Sequence[Party] = (), cawg: Sequence[Party] = ()) -> Trust:
    """Trust lists with these anchors and nothing else: claim signers first, then the other kinds."""
    named = (("signers", "manifest", anchors), ("authorities", "tsa", tsa), ("persons", "cawg", cawg))
    return Trust(
        lists=tuple(
            parse_list(b"".join(p.pem for p in parties), name=name, kind=kind)
            for name, kind, parties in named
            if parties
        )
    )


def created(source_type: str = CAPTURE, **more: Any) -> dict[str, Any]:
    """An actions assertion that begins with `c2pa.created`."""
    return actions({"action": "c2pa.created", "digitalSourceType": source_type, **more})


def actions(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"label": "c2pa.actions.v2", "data": {"actions": list(entries)}}


def definition(media_type: str, *assertions: dict[str, Any], title: str = "A file") -> dict[str, Any]:
    return {
        "title": title,
        "format": media_type,
        "claim_generator_info": [{"name": "throw-away", "version": "1"}],
        "assertions": list(assertions) or [created()],
    }


def engine_context(**builder: Any) -> Any:
    """A context that signs without looking at its own work, and adds no thumbnails."""
    import c2pa

    return c2pa.Context.from_dict(
        {
            "verify": {"verify_after_sign": False, "verify_trust": False, "remote_manifest_fetch": False},
            "builder": {"thumbnail": {"enabled": False}, **builder},
        }
    )


def engine_signer(party: Party | None = None, *, tsa: str | None = None) -> Any:
    import c2pa

    party = party or signer()
    info = c2pa.C2paSignerInfo(
        alg=b"es256", sign_cert=party.chain_pem.encode(), private_key=party.key_pem.encode(),
        ta_url=tsa.encode() if tsa else b"",
    )  # fmt: skip
    if tsa is None:
        info.ta_url = None
    return c2pa.Signer.from_info(info)


def sign(
    data: bytes,
    media_type: str,
    *assertions: dict[str, Any],
    party: Party | None = None,
    title: str = "A file",
    parent: bytes | None = None,
    components: Sequence[tuple[dict[str, Any], str, bytes]] = (),
    tsa: str | None = None,
    more: dict[str, Any] | None = None,
    remote: str | None = None,
) -> bytes:
    """Return `data` with a manifest signed by the engine.

    With `remote`, the manifest stays out of the file and the address goes in; see `sign_apart`.
    """
    return sign_apart(data, media_type, *assertions, party=party, title=title, parent=parent,
                      components=components, tsa=tsa, more=more, remote=remote, embed=remote is None)[0]  # fmt: skip


def sign_apart(
    data: bytes,
    media_type: str,
    *assertions: dict[str, Any],
    party: Party | None = None,
    title: str = "A file",
    parent: bytes | None = None,
    components: Sequence[tuple[dict[str, Any], str, bytes]] = (),
    tsa: str | None = None,
    more: dict[str, Any] | None = None,
    remote: str | None = None,
    embed: bool = False,
) -> tuple[bytes, bytes]:
    """Return the file and its manifest store; the store is in the file only with `embed`."""
    import c2pa

    if parent is not None and not assertions:
        assertions = (actions({"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}}),)
    manifest = {**definition(media_type, *assertions, title=title), **(more or {})}
    builder = c2pa.Builder(json.dumps(manifest), context=engine_context())
    if not embed:
        builder.set_no_embed()
    if remote is not None:
        builder.set_remote_url(remote)
    if parent is not None:
        about = {"title": "parent", "relationship": "parentOf", "label": "parent", "instance_id": "parent"}
        builder.add_ingredient(json.dumps(about), media_type, io.BytesIO(parent))
    for about, kind, body in components:
        builder.add_ingredient(json.dumps({"relationship": "componentOf", **about}), kind, io.BytesIO(body))
    out = io.BytesIO()
    store = builder.sign(engine_signer(party, tsa=tsa), media_type, io.BytesIO(data), out)
    return out.getvalue(), bytes(store)
