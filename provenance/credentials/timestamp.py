"""Which certificates an RFC 3161 timestamp token carries, and which of them signed it.

A token is a CMS SignedData whose certificates are a set in any order, and anybody can put a stranger's
certificate into that set. Only the signer information says which one signed. Sources: RFC 3161 section 2.4.2,
RFC 5652 sections 3, 5.1 and 5.3, X.690 (DER).
"""

from __future__ import annotations

from dataclasses import dataclass

from provenance.credentials.der import Element, elements, expect

__all__ = ["SignedToken", "read_token"]

_SEQUENCE, _SET, _INTEGER, _OID, _CERTIFICATES, _EXPLICIT = 0x30, 0x31, 0x02, 0x06, 0xA0, 0xA0
_MAX_CERTIFICATES = 16
_MAX_TOKEN = 1 << 18  # bytes; real ones have about ten thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedToken:
    """The certificates of a token, still in DER."""

    signer: bytes
    """The certificate that signed it."""

    others: tuple[bytes, ...] = ()
    """Those that lead from it to an anchor, in no order."""


def read_token(der: bytes) -> SignedToken | None:
    """Return the certificates of a token; None where it is malformed or does not say who signed it.

    Args:
        der: A TimeStampToken, or the TimeStampResp around one, in DER.
    """
    if len(der) > _MAX_TOKEN:
        return None
    try:
        return _read(der)
    except (IndexError, ValueError, StopIteration):
        return None


def _read(der: bytes) -> SignedToken | None:
    outer = expect(der, 0, len(der), _SEQUENCE)
    first, *rest = elements(der, outer[2], outer[3])
    if first[0] == _SEQUENCE:  # PKIStatusInfo: this is a whole response
        first, *rest = elements(der, rest[0][2], rest[0][3])
    if first[0] != _OID or not rest or rest[0][0] != _EXPLICIT:
        return None
    signed = expect(der, rest[0][2], rest[0][3], _SEQUENCE)
    parts = list(elements(der, signed[2], signed[3]))
    pool = next((part for part in parts[3:] if part[0] == _CERTIFICATES), None)
    if pool is None or parts[-1][0] != _SET:
        return None
    infos = list(elements(der, parts[-1][2], parts[-1][3]))
    if len(infos) != 1:  # RFC 3161 allows one signer alone
        return None
    name = _signer_id(der, infos[0])
    certificates = tuple(dict.fromkeys(der[e[1] : e[3]] for e in elements(der, pool[2], pool[3])))
    if len(certificates) > _MAX_CERTIFICATES:
        return None
    signers = [one for one in certificates if _issuer_and_serial(one) == name]
    if len(signers) != 1:
        return None
    return SignedToken(signer=signers[0], others=tuple(c for c in certificates if c != signers[0]))


def _signer_id(der: bytes, info: Element) -> tuple[bytes, bytes] | None:
    """Return issuer and serial number out of a SignerInfo: version, then the id."""
    _, sid, *_ = elements(der, info[2], info[3])
    if sid[0] != _SEQUENCE:
        return None
    issuer, serial = elements(der, sid[2], sid[3])
    return der[issuer[1] : issuer[3]], der[serial[2] : serial[3]]


def _issuer_and_serial(der: bytes) -> tuple[bytes, bytes]:
    """Return issuer and serial number out of a certificate: [version], serial, algorithm, issuer."""
    outer = expect(der, 0, len(der), _SEQUENCE)
    inner = expect(der, outer[2], outer[3], _SEQUENCE)
    fields = [e for e in elements(der, inner[2], inner[3]) if e[0] != _EXPLICIT]
    serial, _, issuer = fields[:3]
    return der[issuer[1] : issuer[3]], der[serial[2] : serial[3]]
