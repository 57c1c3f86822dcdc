"""What the engine says arrives as an answer, whatever it raises."""

from __future__ import annotations

import media_bytes
import pytest
import throwaway

from provenance.credentials.engine import ask, make_context, read_resource
from provenance.source import open_source

LISTS = throwaway.trust(throwaway.root())
JPEG = media_bytes.jpeg()


def asked(data: bytes, **options):
    with open_source(data) as source:
        return ask(source, trust=LISTS, **options)


def test_absent():
    answer = asked(JPEG)
    assert (answer.outcome, answer.state, answer.report) == ("absent", None, {})


@pytest.mark.parametrize(
    "media_type", ["image/jpeg", "image/png", "audio/wav", "video/mp4", "image/tiff", "audio/mpeg"]
)
def test_read(media_type):
    answer = asked(throwaway.sign(media_bytes.everything()[media_type], media_type))
    assert (answer.outcome, answer.state, answer.embedded, answer.remote_url) == (
        "read",
        "Trusted",
        True,
        None,
    )
    assert answer.report["active_manifest"].encode() in answer.store


def test_hash_that_does_not_match():
    answer = asked(
        throwaway.sign(media_bytes.jpeg(comment=b"hello"), "image/jpeg").replace(b"hello", b"hullo")
    )
    assert (answer.outcome, answer.state) == ("read", "Invalid")


def test_remote_is_not_fetched():
    answer = asked(throwaway.sign(JPEG, "image/jpeg", remote="http://127.0.0.1:9/a.c2pa"))
    assert (answer.outcome, answer.remote_url) == ("remote", "http://127.0.0.1:9/a.c2pa")


def test_given_store_is_used():
    plain, apart = throwaway.sign_apart(JPEG, "image/jpeg")
    answer = asked(plain, sidecar=apart)
    assert (answer.outcome, answer.state, answer.embedded) == ("read", "Trusted", False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"c2pa.claim.v2", b"c2pa.claim.v9"),
        (b"jinstanceID", b"\xff\xff\xffstanceID"),
        (b"claim_generator_info", b"claim_generator_inf\xff"),
    ],
    ids=["no claim", "claim that is no CBOR", "claim that is no UTF-8"],
)
def test_store_that_cannot_be_read_is_broken(old, new):
    signed = throwaway.sign(JPEG, "image/jpeg")
    assert old in signed
    answer = asked(signed.replace(old, new))
    assert answer.outcome == "broken"
    assert answer.error


def test_container_that_cannot_be_walked_is_unreadable():
    answer = asked(b"\x89PNG\r\n\x1a\n" + b"\xff" * 200)
    assert answer.outcome == "unreadable"
    assert answer.error


def test_container_that_cannot_be_walked_but_holds_a_store_is_broken():
    signed = throwaway.sign(media_bytes.png(), "image/png")
    answer = asked(signed[:8] + b"\xff\xff\xff\xff" + signed[12:])
    assert answer.outcome == "broken"


def test_store_across_the_blocks_of_the_search_is_found():
    store = throwaway.sign_apart(JPEG, "image/jpeg")[1]
    for shift in (1 << 20) - 20, (1 << 20) - 8, (1 << 20) + 3:
        answer = asked(b"\x89PNG\r\n\x1a\n" + b"\xff" * (shift - 40) + store)
        assert answer.outcome == "broken"


def test_context_is_kept_for_equal_lists():
    same = throwaway.trust(throwaway.root())
    assert make_context(LISTS, online=False) is make_context(same, online=False)
    assert make_context(LISTS, online=False) is not make_context(LISTS, online=True)


def test_resource_and_its_limit():
    thumbnail = media_bytes.saved("JPEG", media_bytes.picture((8, 8)))
    signed = signed_with_thumbnail(thumbnail)
    with open_source(signed) as source:
        report = ask(source, trust=LISTS).report
        identifier = report["manifests"][report["active_manifest"]]["thumbnail"]["identifier"]
        assert read_resource(source, identifier, limit=1 << 20) == thumbnail
        assert read_resource(source, identifier, limit=len(thumbnail) - 1) == b""
        assert read_resource(source, "self#jumbf=/c2pa/no/such/thing", limit=100) == b""


def signed_with_thumbnail(thumbnail: bytes) -> bytes:
    import io
    import json

    import c2pa

    manifest = throwaway.definition("image/jpeg") | {
        "thumbnail": {"format": "image/jpeg", "identifier": "t.jpg"}
    }
    builder = c2pa.Builder(json.dumps(manifest), context=throwaway.engine_context())
    builder.add_resource("t.jpg", io.BytesIO(thumbnail))
    out = io.BytesIO()
    builder.sign(throwaway.engine_signer(), "image/jpeg", io.BytesIO(JPEG), out)
    return out.getvalue()
