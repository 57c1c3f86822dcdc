"""Asking a real timestamp authority, and authorities that misbehave in every way that we could think of."""

from __future__ import annotations

import hashlib
import subprocess

import pytest
import servers
import throwaway

from provenance.errors import UsageError
from provenance.signing.engine import TimestampError
from provenance.timestamps.authorities import request_token

DATA = b"what is to be stamped"

SAID = {
    "error": "answered 500",
    "garbage": "answered something that is no timestamp",
    "plain_text": "answered something that is no timestamp",
    "empty": "answered something that is no timestamp",
    "endless": "answered with more than 262,144 bytes",
    "refused": "rejected the request",
    "other_nonce": "answered another request than ours",
    "other_data": "stamped other data than ours",
    "redirects": "answered 302",
    "slow": "did not answer within 0.4 seconds",
}


def ask(*addresses, **more):
    return request_token(tsas=addresses, data=DATA, **{"retries": 0, "timeout": 0.4, **more})


def test_token_says_when_and_by_whom(tsa):
    token = ask(tsa.url, timeout=10)
    assert token.imprint == hashlib.sha256(DATA).digest()
    assert (token.authority, token.url) == ("Throw-away clock", tsa.url)
    assert token.time.tzinfo is not None


def test_only_the_hash_is_sent(tsa):
    ask(tsa.url, timeout=10)
    (query,) = tsa.requests
    assert hashlib.sha256(DATA).digest() in query
    assert DATA not in query


def test_hash_alone_is_enough(tsa):
    token = request_token(tsas=[tsa.url], sha256=hashlib.sha256(DATA).digest())
    assert token.imprint == hashlib.sha256(DATA).digest()


def test_openssl_accepts_the_token_for_the_data(tsa, tmp_path):
    (tmp_path / "token").write_bytes(ask(tsa.url, timeout=10).der)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "root.pem").write_bytes(tsa.root.pem)
    command = [servers.require_openssl(), "ts", "-verify", "-token_in", "-in", tmp_path / "token",
               "-data", tmp_path / "data", "-CAfile", tmp_path / "root.pem"]  # fmt: skip
    assert b"Verification: OK" in subprocess.run(command, capture_output=True, check=False, timeout=20).stdout


@pytest.mark.parametrize("mode", SAID)
def test_misbehaving_authority_is_named_with_what_it_did(tsa, mode):
    tsa.mode = mode
    tsa.delay = 1.0
    limit = 0.4 if mode == "slow" else 10
    with pytest.raises(TimestampError) as error:
        ask(tsa.url, timeout=limit)
    assert f"{tsa.url} {SAID[mode]}" in error.value.message
    assert "--tsa" in error.value.hint


def test_dead_authority_is_named(dead):
    with pytest.raises(TimestampError, match="refused the connection"):
        ask(dead)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/tsa", "nonsense", "http://user:secret@127.0.0.1/", "http://a b/"]
)
def test_what_is_no_address_is_not_asked(address):
    with pytest.raises(TimestampError, match="is no web address"):
        ask(address)


def test_next_authority_is_asked_when_one_fails(tsa, dead):
    with servers.timestamp_server(mode="error") as broken:
        token = ask(dead, broken.url, tsa.url, timeout=10)
    assert token.url == tsa.url


def test_all_failures_are_told_in_order(tsa, dead):
    tsa.mode = "garbage"
    with pytest.raises(TimestampError) as error:
        ask(dead, tsa.url, timeout=10)
    assert error.value.message == (
        f"No timestamp could be had: {dead} refused the connection; "
        f"{tsa.url} answered something that is no timestamp."
    )


def test_each_authority_is_asked_again(tsa):
    tsa.mode = "error"
    with pytest.raises(TimestampError):
        ask(tsa.url, retries=2, pause=0, timeout=10)
    assert len(tsa.requests) == 3


def test_certificate_for_another_purpose_is_not_listed_as_an_authority():
    # OpenSSL refuses to stamp with such a certificate, so nothing can be had from it either.
    root = throwaway.authority("Clock root")
    with servers.timestamp_server(root=root) as authority:
        wrong = throwaway.leaf(root, "No clock", usages=(throwaway.EMAIL,))
        (authority.folder / "tsa.pem").write_bytes(wrong.pem)
        (authority.folder / "tsa.key").write_text(wrong.key_pem)
        with pytest.raises(TimestampError, match="broke the connection off"):
            ask(authority.url, timeout=10)


def test_no_authority_is_a_usage_error():
    with pytest.raises(UsageError, match="No timestamp authority is named"):
        ask()
