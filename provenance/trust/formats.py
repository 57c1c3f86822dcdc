"""Read certificates out of the forms that trust lists are published in.

PEM with comments between the blocks (RFC 7468), one DER certificate (RFC 5280), and the JSON of a list of
trusted entities (ETSI TS 119 602). Every certificate is parsed once here, so that a garbage block is an error
that names its number: the C2PA engine skips such a block without a word.
"""

from __future__ import annotations

import binascii
import warnings
from collections.abc import Sequence
from typing import Literal

import msgspec

from provenance.errors import TrustListError

__all__ = [
    "MAX_CERTIFICATES",
    "MAX_LIST_BYTES",
    "Kind",
    "PublishedList",
    "from_der",
    "from_json",
    "from_pem",
    "to_pem",
]

Kind = Literal["manifest", "tsa", "cawg"]
"""What the certificates of a list may sign: claims, timestamps, or CAWG identities."""

MAX_LIST_BYTES = 8 * 2**20
"""Largest trust list that is read, in bytes."""

MAX_CERTIFICATES = 5_000
"""Most certificates in one trust list."""

_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_CERTIFICATE_LABELS = (b"CERTIFICATE", b"X509 CERTIFICATE")
_GET_AGAIN = "Get the list again from its publisher, or take the broken block out."
_TRUSTED_STATUS = frozenset({"trusted", "granted"})


class PublishedList(msgspec.Struct, frozen=True, kw_only=True):
    """What the JSON form of a list says."""

    certificates: tuple[bytes, ...]
    """DER of the certificates whose service is in good standing and of the wanted kind."""
    kind: Kind | None
    """What the list says that it is for; None where it does not say."""
    issued: str | None
    """ListIssueDateTime as stated."""
    next_update: str | None
    """NextUpdate as stated."""


def to_pem(certificates: Sequence[bytes]) -> str:
    """Write DER certificates as one PEM text, 64 characters a line (RFC 7468)."""
    blocks = []
    for der in certificates:
        text = binascii.b2a_base64(der, newline=False).decode("ascii")
        lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
        blocks.append(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
    return "".join(blocks)


def from_der(data: bytes, *, name: str) -> tuple[bytes, ...]:
    """Take one DER certificate.

    Raises:
        TrustListError: `data` is not exactly one certificate.
    """
    return (_checked(data, f"The file given for trust list {name}"),)


def from_pem(data: bytes, *, name: str) -> tuple[bytes, ...]:
    """Take every certificate of a PEM text; anything between the blocks is a comment.

    Args:
        data: The text, any line ends, with or without a byte order mark.
        name: Name of the list, for messages.

    Returns:
        DER certificates in the order of the text, each once.

    Raises:
        TrustListError: There is no block, or one is broken or no certificate (the message names its number).
    """
    found: dict[bytes, None] = {}
    label: bytes | None = None
    lines: list[bytes] = []
    number = 0
    for raw in data.removeprefix(b"\xef\xbb\xbf").splitlines():
        line = raw.strip()
        where = f"Block {number} of trust list {name}"
        if line.startswith(_BEGIN) and line.endswith(_TAIL):
            if label is not None:
                raise TrustListError(f"{where} has no END line.", hint=_GET_AGAIN)
            number += 1
            _check_count(number, name)
            label, lines = line[len(_BEGIN) : -len(_TAIL)], []
        elif line.startswith(_END) and line.endswith(_TAIL):
            if label is None or line[len(_END) : -len(_TAIL)] != label:
                raise TrustListError(f"{where} is followed by an END line of no block.", hint=_GET_AGAIN)
            found[_block(label, lines, where)] = None
            label = None
        elif label is not None:
            lines.append(line)
    if label is not None:
        raise TrustListError(f"Block {number} of trust list {name} is cut off: no END line.", hint=_GET_AGAIN)
    if not found:
        raise TrustListError(
            f"Trust list {name} holds no certificate.",
            hint="Give a PEM file, the JSON form of a list, or one DER certificate.",
        )
    return tuple(found)


def _block(label: bytes, lines: list[bytes], where: str) -> bytes:
    if b"PRIVATE KEY" in label:
        raise TrustListError(
            f"{where} is a private key.",
            hint="A trust list holds certificates only. Keep the key where nobody else can read it.",
        )
    if label not in _CERTIFICATE_LABELS:
        shown = label[:40].decode("ascii", "backslashreplace")
        raise TrustListError(f"{where} is a {shown!r}, not a certificate.", hint=_GET_AGAIN)
    try:
        der = binascii.a2b_base64(b"".join(lines), strict_mode=True)
    except binascii.Error as error:
        raise TrustListError(f"{where} is not valid base64.", hint=_GET_AGAIN) from error
    return _checked(der, where)


def _checked(der: bytes, where: str) -> bytes:
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            # Old authorities have oddities that cryptography warns about; they are still certificates.
            warnings.simplefilter("ignore")
            x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as error:
        raise TrustListError(f"{where} is not a certificate that can be read.", hint=_GET_AGAIN) from error
    return der


def _check_count(number: int, name: str) -> None:
    if number > MAX_CERTIFICATES:
        raise TrustListError(
            f"Trust list {name} holds more than {MAX_CERTIFICATES:,} certificates.",
            hint="Split it into several lists.",
        )


class _Text(msgspec.Struct):
    value: str = ""


class _X509(msgspec.Struct):
    val: str


class _Identity(msgspec.Struct):
    certificates: list[_X509] = msgspec.field(name="X509Certificates", default_factory=list)


class _Service(msgspec.Struct, rename="pascal"):
    service_digital_identity: _Identity = msgspec.field(default_factory=_Identity)
    service_status: str | None = None
    service_type_identifier: str | None = None


class _ServiceEntry(msgspec.Struct, rename="pascal"):
    service_information: _Service


class _Entity(msgspec.Struct, rename="pascal"):
    trusted_entity_services: list[_ServiceEntry] = msgspec.field(default_factory=list)


class _Scheme(msgspec.Struct, rename="pascal"):
    scheme_name: list[_Text] = msgspec.field(default_factory=list)
    list_issue_date_time: str | None = None
    next_update: str | None = None


class _ListOfTrustedEntities(msgspec.Struct, rename="pascal"):
    list_and_scheme_information: _Scheme
    trusted_entities_list: list[_Entity] = msgspec.field(default_factory=list)


class _Document(msgspec.Struct):
    list: _ListOfTrustedEntities = msgspec.field(name="LoTE")


def from_json(data: bytes, *, name: str, kind: Kind | None = None) -> PublishedList:
    """Take certificates and dates from an ETSI TS 119 602 list of trusted entities.

    A certificate counts where its service is trusted (or has no status) and, where the list says what the
    service is for, where that is the wanted kind.

    Args:
        data: JSON, UTF-8.
        name: Name of the list, for messages.
        kind: The wanted kind; None takes the kind that the list itself states.

    Raises:
        TrustListError: Not such a list, a broken certificate, or none that fits.
    """
    try:
        document = msgspec.json.decode(data, type=_Document).list
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TrustListError(
            f"Trust list {name} is not a JSON list of trusted entities (ETSI TS 119 602).",
            hint="Take the PEM form of the list instead.",
        ) from error
    scheme = document.list_and_scheme_information
    stated = _kind_of(" ".join(text.value for text in scheme.scheme_name))
    wanted = kind or stated
    found: dict[bytes, None] = {}
    others: set[Kind] = set()
    number = 0
    for entity in document.trusted_entities_list:
        for entry in entity.trusted_entity_services:
            service = entry.service_information
            its_kind = _kind_of(service.service_type_identifier or "") or stated
            if service.service_status and service.service_status.rpartition("/")[2] not in _TRUSTED_STATUS:
                continue
            if wanted and its_kind and its_kind != wanted:
                others.add(its_kind)
                continue
            for certificate in service.service_digital_identity.certificates:
                number += 1
                _check_count(number, name)
                found[_decoded(certificate.val, f"Certificate {number} of trust list {name}")] = None
    if not found:
        hint = "Ask the publisher for a current list."
        if others:
            hint = f"It says that it is for another kind: try --kind {sorted(others)[0]}."
        raise TrustListError(f"Trust list {name} holds no trusted certificate of this kind.", hint=hint)
    return PublishedList(
        certificates=tuple(found),
        kind=stated,
        issued=scheme.list_issue_date_time,
        next_update=scheme.next_update,
    )


def _decoded(text: str, where: str) -> bytes:
    try:
        der = binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise TrustListError(f"{where} is not valid base64.", hint=_GET_AGAIN) from error
    return _checked(der, where)


def _kind_of(text: str) -> Kind | None:
    lowered = text.lower()
    if "tsa" in lowered.replace("/", " ").split() or "timestamp" in lowered.replace("-", "").replace(" ", ""):
        return "tsa"
    if "cawg" in lowered:
        return "cawg"
    return None
