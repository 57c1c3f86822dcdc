"""Timestamps in later manifests: only a sound token over the signature that it names counts."""

from __future__ import annotations

import base64

import pytest
import servers
import throwaway

from provenance.credentials import later
from provenance.credentials.signature import RawSignature
from provenance.model.credentials import Assertion, Manifest
from provenance.timestamps.authorities import request_token

SIGNATURE = b"a signature of 64 bytes, more or less"
TRUST = throwaway.trust(throwaway.root())


@pytest.fixture(scope="module")
def token():
    with servers.timestamp_server() as authority:
        return base64.b64encode(request_token(tsas=[authority.url], data=SIGNATURE).der).decode()


@pytest.fixture(autouse=True)
def one_signature(monkeypatch):
    monkeypatch.setattr(later, "read_signature", lambda store, label: RawSignature(signature=SIGNATURE))


def history(data, label="c2pa.time-stamp"):
    return (
        Manifest(label="new", assertions=(Assertion(label=label, data=data),)),
        Manifest(label="old"),
    )


def stamped(manifests):
    found = later.with_later_timestamps(manifests, b"", TRUST)
    return [m.label for m in found if m.later_timestamp is not None]


@pytest.mark.parametrize("label", ["c2pa.time-stamp", "c2pa.time-stamp__1"])
def test_sound_token_counts(token, label):
    assert stamped(history({"old": token}, label)) == ["old"]


def test_stated_time_of_the_signature_itself_stays(token):
    new, old = history({"old": token})
    own = Manifest(label=old.label, signed_at="2020-01-01T00:00:00+00:00")
    (_, found) = later.with_later_timestamps((new, own), b"", TRUST)
    assert found.signed_at == own.signed_at


def test_manifest_cannot_stamp_itself(token):
    assert stamped(history({"new": token})) == []


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        {"old": None},
        {"old": 7},
        {"old": ["AAAA"]},
        {"old": ""},
        {"old": "not base64!"},
        {"old": "AAAA"},
        {"unknown": "AAAA"},
        {"old": "A" * 200_000},
    ],
)
def test_malformed_assertion_is_no_timestamp(data):
    assert stamped(history(data)) == []


def test_thousands_of_entries_are_not_all_looked_at(token):
    crowd = {f"label {number}": token for number in range(5000)} | {"old": token}
    assert stamped(history(crowd)) == []


def test_other_assertion_with_a_similar_label_is_none(token):
    assert stamped(history({"old": token}, "c2pa.time-stamps")) == []
