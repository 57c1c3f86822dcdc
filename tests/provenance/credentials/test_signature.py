"""Which certificates and tokens a manifest's signature carries, and that nobody can slip in others."""

from __future__ import annotations

import cbor2
import media_bytes
import pytest
import throwaway
from hypothesis import given, settings
from hypothesis import strategies as st
from jumbf import box, cose, manifest, signature, store, superbox

from provenance.credentials.engine import ask
from provenance.credentials.signature import RawSignature, read_signature
from provenance.source import open_source

LABEL = "urn:c2pa:one"
NOTHING = RawSignature()


def read(body: bytes) -> RawSignature:
    return read_signature(store(manifest(LABEL, signature(body))), LABEL)


def test_chain_of_a_file_signed_by_the_engine():
    with open_source(throwaway.sign(media_bytes.jpeg(), "image/jpeg")) as source:
        answer = ask(source, trust=throwaway.trust(throwaway.root()))
    found = read_signature(answer.store, answer.report["active_manifest"])
    assert found.chain == (throwaway.signer().der,)
    assert found.tokens == ()
    assert len(found.signature) == 64


@pytest.mark.parametrize("label", [33, "x5chain"])
@pytest.mark.parametrize("place", ["protected", "unprotected"])
def test_chain_under_either_label_in_either_header(label, place):
    headers = (
        ({label: [b"leaf", b"above"]}, {}) if place == "protected" else ({}, {label: [b"leaf", b"above"]})
    )
    assert read(cose(*headers)).chain == (b"leaf", b"above")


def test_chain_of_one_certificate_without_a_list():
    assert read(cose({33: b"leaf"})).chain == (b"leaf",)


def test_tokens_of_both_versions():
    tokens = {
        "sigTst": {"tstTokens": [{"val": b"one"}]},
        "sigTst2": {"tstTokens": [{"val": b"two"}, {"val": b"three"}]},
    }
    assert read(cose({33: b"leaf"}, tokens)).tokens == (b"two", b"three", b"one")


@pytest.mark.parametrize(
    "headers",
    [
        ({33: [b"shown"], "x5chain": [b"checked"]}, {}),
        ({"x5chain": [b"checked"], 33: [b"shown"]}, {}),
        ({33: [b"shown"]}, {33: [b"checked"]}),
        ({33: [b"shown"]}, {"x5chain": [b"checked"]}),
    ],
)
def test_two_chains_name_nobody(headers):
    assert read(cose(*headers)).chain == ()


def test_manifest_inside_another_is_not_taken_for_the_active_one():
    forged = manifest(LABEL, signature(cose({33: [b"forged"]})))
    around = superbox("urn:c2pa:older", superbox("c2pa.assertions", forged), forged)
    own = manifest(LABEL, signature(cose({33: [b"own"]})))
    assert read_signature(store(around, own), LABEL).chain == (b"own",)


def test_signature_inside_an_assertion_is_not_taken_for_the_real_one():
    forged = signature(cose({33: [b"forged"]}))
    own = superbox(LABEL, superbox("c2pa.assertions", forged), signature(cose({33: [b"own"]})))
    assert read_signature(store(own), LABEL).chain == (b"own",)


@pytest.mark.parametrize(
    "twice",
    [
        lambda a, b: store(manifest(LABEL, a), manifest(LABEL, b)),
        lambda a, b: store(manifest(LABEL, a, b)),
        lambda a, b: store(manifest(LABEL, a)) + store(manifest(LABEL, b)),
    ],
    ids=["manifests", "signatures", "stores"],
)
def test_of_two_with_the_same_name_neither_counts(twice):
    a, b = (signature(cose({33: [name]})) for name in (b"a", b"b"))
    assert read_signature(twice(a, b), LABEL) == NOTHING


def test_label_is_compared_as_a_whole():
    built = store(manifest(LABEL + ":more", signature(cose({33: [b"leaf"]}))))
    assert read_signature(built, LABEL) == NOTHING


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"\x01", cbor2.dumps([]), cbor2.dumps({}), cbor2.dumps(cbor2.CBORTag(18, [])),
        cbor2.dumps(cbor2.CBORTag(18, [1, 2, 3, 4])), cbor2.dumps(cbor2.CBORTag(18, [b"\xff", {}, None, b""])),
        cose({33: 7}), cose({33: {"a": 1}}), cose({33: [1, "two", None]}), cose({}, {"sigTst": 4}),
        cose({}, {"sigTst": {"tstTokens": 3}}), cose({}, {"sigTst": {"tstTokens": [{}]}}),
        cose({}, {"sigTst2": {"tstTokens": [{"val": "text"}]}}), cose({}, {"sigTst2": []}),
        b"\x5b" + b"\xff" * 8, b"\x9b" + b"\xff" * 8, b"\x81" * 100_000, b"\xd8\x1d\x00", b"\xc2\x41\x00",
    ],
)  # fmt: skip
def test_malformed_signature_names_nobody(body):
    found = read(body)
    assert (found.chain, found.tokens) == ((), ())


def test_no_more_certificates_than_a_chain_can_have():
    assert len(read(cose({33: [b"x"] * 1_000})).chain) == 16


def test_truncated_store_never_raises():
    whole = store(manifest(LABEL, signature(cose({33: [b"leaf"]}))))
    assert read_signature(whole, LABEL).chain
    for end in range(len(whole)):
        read_signature(whole[:end], LABEL)


def test_boxes_without_end_are_given_up():
    assert (
        read_signature(
            store(box(b"free", b"") * 20_000 + manifest(LABEL, signature(cose({33: b"x"})))), LABEL
        )
        == NOTHING
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 120), st.binary(max_size=6))
def test_any_bytes_never_raise(noise, at, put):
    whole = bytearray(store(manifest(LABEL, signature(cose({33: [b"leaf"]})))))
    whole[at : at + len(put)] = put
    read_signature(bytes(whole), LABEL)
    read_signature(noise, LABEL)
    read(noise)
