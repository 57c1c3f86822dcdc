"""Checking tokens: whole or not, for this data or other, from a listed authority or another."""

from __future__ import annotations

import hashlib
import warnings

import pytest
import servers
import throwaway
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.credentials.timestamp import read_token
from provenance.timestamps.authorities import request_token
from provenance.timestamps.tokens import TokenError, parse_response, parse_token, verify_token

DATA = b"what was stamped"


@pytest.fixture(scope="module")
def authority():
    with servers.timestamp_server() as started:
        yield started


@pytest.fixture(scope="module")
def token(authority):
    return request_token(tsas=[authority.url], data=DATA).der


@pytest.fixture
def listed(authority):
    return throwaway.trust(throwaway.root(), tsa=[authority.root])


def test_listed_authority_is_trusted(token, listed):
    found = verify_token(token, data=DATA, trust=listed)
    assert (found.state, found.authority, found.trust_list) == ("trusted", "Throw-away clock", "authorities")


def test_authority_on_no_list_is_untrusted(token):
    found = verify_token(token, data=DATA, trust=throwaway.trust(throwaway.root()))
    assert (found.state, found.trust_list) == ("untrusted", None)


def test_intermediate_on_the_list_is_enough():
    root = throwaway.authority("Clock root")
    middle = throwaway.authority("Clock middle", issuer=root)
    with servers.timestamp_server(root=middle) as authority:
        token = request_token(tsas=[authority.url], data=DATA).der
    found = verify_token(token, data=DATA, trust=throwaway.trust(throwaway.root(), tsa=[middle]))
    assert found.state == "trusted"


def test_list_of_claim_signers_does_not_vouch_for_time(token, authority):
    assert verify_token(token, data=DATA, trust=throwaway.trust(authority.root)).state == "untrusted"


def test_other_data_is_refused(token, listed):
    with pytest.raises(TokenError, match="belongs to other data"):
        verify_token(token, data=DATA + b"!", trust=listed)


def test_hash_serves_as_well_as_the_data(token, listed):
    assert verify_token(token, sha256=hashlib.sha256(DATA).digest(), trust=listed).state == "trusted"


def test_changed_time_breaks_the_signature(token, listed):
    stamped = parse_token(token).time.strftime("%Y%m%d%H%M%SZ").encode()
    assert token.count(stamped) >= 1
    earlier = token.replace(stamped, b"2001" + stamped[4:], 1)
    with pytest.raises(TokenError, match="signature on the timestamp does not hold"):
        verify_token(earlier, data=DATA, trust=listed)


@pytest.mark.parametrize("damaged", [b"", b"\x30", b"\x30\x80", b"no token at all", bytes(2000)])
def test_what_is_no_token_is_said_to_be_none(damaged, listed):
    with pytest.raises(TokenError, match="cannot be read"):
        verify_token(damaged, data=DATA, trust=listed)


@pytest.mark.parametrize(
    "answer", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x00", b"\x30\x05\x30\x03\x02\x01\x00"]
)
def test_answers_without_a_token(answer):
    with pytest.raises(TokenError):
        parse_response(answer)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_gives_a_result_or_our_error(token, listed, data):
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + bytes([data.draw(st.integers(0, 255))]) + token[at + 1 :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography warns about odd certificates
        try:
            found = verify_token(changed, data=DATA, trust=listed)
        except TokenError:
            return
    # What is signed cannot have been changed then.
    assert found.time == parse_token(token).time.isoformat()


def test_strangers_certificate_in_the_token_does_not_vouch_for_it(authority, listed):
    """Somebody puts the certificate of a listed authority into a token of his own."""
    with servers.timestamp_server(name="Stranger") as stranger:
        (stranger.folder / "chain.pem").write_bytes(
            stranger.root.pem + authority.party.pem + authority.root.pem
        )
        token = request_token(tsas=[stranger.url], data=DATA).der
    held = read_token(token)
    assert held is not None and authority.party.der in held.others
    found = verify_token(token, data=DATA, trust=listed)
    assert (found.state, found.authority) == ("untrusted", "Stranger")
