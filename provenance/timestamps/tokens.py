"""Reading and checking an RFC 3161 timestamp token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from provenance.credentials.der import elements, expect
from provenance.errors import AssayError
from provenance.model.credentials import Timestamp

if TYPE_CHECKING:
    from provenance.trust.bundle import Trust

__all__ = ["Token", "TokenError", "parse_response", "parse_token", "verify_token"]

_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_GRANTED = (0, 1)
_STATUS = {2: "rejected the request", 3: "says that the answer comes later", 4: "warns of revocation",
           5: "says that its certificate is revoked"}  # fmt: skip
_CERTIFICATES = 0xA0


class TokenError(AssayError):
    """A timestamp token is malformed, damaged, or belongs to something else."""

    code = "timestamp_token"
    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A timestamp token, read but not yet checked."""

    der: bytes
    """The TimeStampToken, a CMS ContentInfo in DER."""

    time: datetime
    """The stamped time, with zone."""

    hash_name: str
    """Name of the hash function, `sha256` for instance."""

    imprint: bytes
    """The hash of what was stamped."""

    nonce: int | None
    """The number that ties the token to its request."""

    url: str | None = None
    """Address of the authority that was asked, for a fresh token."""

    authority: str | None = None
    """Common name of the certificate that signed it."""


def parse_response(answer: bytes) -> Token:
    """Return the token in an authority's answer (TimeStampResp).

    Raises:
        TokenError: The authority refused, or the answer is no such thing. The message is what follows the
            authority's name in a sentence.
    """
    try:
        outer = expect(answer, 0, len(answer), 0x30)
        parts = list(elements(answer, outer[2], outer[3]))
        state = expect(answer, parts[0][2], parts[0][3], 0x02)
        status = int.from_bytes(answer[state[2] : state[3]], "big")
    except (ValueError, IndexError, StopIteration) as cause:
        raise TokenError("answered something that is no timestamp") from cause
    if status not in _GRANTED:
        raise TokenError(_STATUS.get(status, f"answered with status {status}"))
    if len(parts) < 2:
        raise TokenError("granted a timestamp and sent none")
    return parse_token(answer[parts[1][1] : parts[1][3]])


def parse_token(der: bytes) -> Token:
    """Return what a TimeStampToken says.

    Raises:
        TokenError: It is malformed, or uses a hash function that is not safe.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        info = decode_timestamp_response(_as_response(der)).tst_info
        hash_name = _HASHES[info.message_imprint.hash_algorithm.dotted_string]
        return Token(
            der=der,
            time=info.gen_time,
            hash_name=hash_name,
            imprint=info.message_imprint.message,
            nonce=info.nonce,
            authority=_authority(der),
        )
    except (ValueError, IndexError, StopIteration, TypeError, KeyError, AttributeError) as cause:
        raise TokenError("answered something that is no timestamp") from cause


def verify_token(
    token: bytes, *, trust: Trust, data: bytes | None = None, sha256: bytes | None = None
) -> Timestamp:
    """Check a token and who issued it.

    Args:
        token: A TimeStampToken in DER.
        trust: Trust lists in force; those for timestamping count.
        data: What was stamped, or
        sha256: its SHA-256.

    Returns:
        When and by whom; `trusted` where the authority's chain ends in a list, `untrusted` where the token is whole
        and the authority on no list.

    Raises:
        TokenError: The token is damaged, or belongs to other data.
    """
    from provenance.credentials.timestamp import read_token
    from provenance.credentials.trustcheck import judge_authority
    from provenance.timestamps.cms import signature_holds

    try:
        found = parse_token(token)
    except TokenError as cause:
        raise TokenError("The timestamp cannot be read.", hint="It may have been changed.") from cause
    if data is not None:
        expected = hashlib.new(found.hash_name, data).digest()
    else:
        expected = sha256 if found.hash_name == "sha256" and sha256 else b""
    if found.imprint != expected:
        raise TokenError("The timestamp belongs to other data.", hint="The data or the token was changed.")
    certificates = read_token(token)
    if certificates is None or not signature_holds(token, certificates.signer):
        raise TokenError(
            "The authority's signature on the timestamp does not hold.", hint="The token was changed."
        )
    judged = judge_authority(token, trust.timestamping, at=found.time)
    return Timestamp(
        state="trusted" if judged.trust_list else "untrusted",
        authority=judged.name,
        time=found.time.isoformat(),
        trust_list=judged.trust_list,
    )


def _authority(der: bytes) -> str | None:
    from provenance.credentials.trustcheck import judge_authority

    return judge_authority(der, (), at=None).name


def _as_response(token: bytes) -> bytes:
    """Wrap a token into the response that rfc3161-client reads: status granted, then the token."""
    body = b"\x30\x03\x02\x01\x00" + _sorted(token)
    return b"\x30" + _length(len(body)) + body


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    width = (size.bit_length() + 7) // 8
    return bytes([0x80 | width]) + size.to_bytes(width, "big")


def _sorted(token: bytes) -> bytes:
    """Return the token with its certificates in DER order.

    OpenSSL and some authorities write them in the order of the chain, which rfc3161-client refuses. They are outside
    of what is signed.
    """
    outer = expect(token, 0, len(token), 0x30)
    wrapped = list(elements(token, outer[2], outer[3]))[1]
    signed = expect(token, wrapped[2], wrapped[3], 0x30)
    for tag, _, start, end in list(elements(token, signed[2], signed[3]))[3:]:
        if tag == _CERTIFICATES:
            ordered = sorted(token[e[1] : e[3]] for e in elements(token, start, end))
            return token[:start] + b"".join(ordered) + token[end:]
    return token
