"""What the engine does and a newsroom would not expect, one test an edge (docs on the engine, "Sharp edges")."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import c2pa
import media_bytes
import pytest
import throwaway
from throwaway import CLAIM, DOCUMENT, EMAIL, MICROSOFT, OCSP, TIME

from provenance.credentials.engine import ask, make_context
from provenance.source import open_source
from provenance.trust.bundle import Trust
from provenance.verification import signed_by, verify

ROOT = throwaway.root()
LISTS = throwaway.trust(ROOT)
JPEG = media_bytes.jpeg(comment=b"hello")


def engine_says(data: bytes, lists=LISTS) -> str | None:
    with open_source(data) as source:
        return ask(source, trust=lists).state


def codes(credentials) -> set[str]:
    return {s.code for s in credentials.status if s.kind == "failure"}


@dataclass
class Listener:
    """A server on this machine, what it serves and what it was asked."""

    url: str
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            here.asked.append(self.path)
            page = here.pages.get(self.path)
            self.send_response(200 if page else 404)
            self.send_header("Content-Length", str(len(page or b"")))
            self.end_headers()
            self.wfile.write(page or b"")

        do_HEAD = do_POST = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Listener(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


def test_edge_2_phones_home(listener):
    """The engine fetches what a file names, unless told not to."""
    data, store = throwaway.sign_apart(JPEG, "image/jpeg", remote=f"{listener.url}/a.c2pa")
    listener.pages["/a.c2pa"] = store
    credentials = verify(data, trust=LISTS)
    assert (credentials.state, credentials.remote_url) == ("remote", f"{listener.url}/a.c2pa")
    assert listener.asked == []


def test_edge_2_asked_to_it_fetches_once(listener):
    data, store = throwaway.sign_apart(JPEG, "image/jpeg", remote=f"{listener.url}/a.c2pa")
    listener.pages["/a.c2pa"] = store
    credentials = verify(data, trust=LISTS, online=True)
    assert (credentials.state, credentials.where) == ("trusted", "remote")
    assert credentials.remote_url == f"{listener.url}/a.c2pa"
    assert listener.asked == ["/a.c2pa"]


@pytest.mark.parametrize("page", [None, b"<html>not a manifest</html>"])
def test_edge_2_what_cannot_be_fetched_is_a_state(listener, page):
    data = throwaway.sign(JPEG, "image/jpeg", remote=f"{listener.url}/a.c2pa")
    if page:
        listener.pages["/a.c2pa"] = page
    assert verify(data, trust=LISTS, online=True).state in ("remote", "invalid")
    assert listener.asked == ["/a.c2pa"]


def test_edge_2_embedded_manifest_is_not_looked_up_elsewhere(listener):
    data, _ = throwaway.sign_apart(JPEG, "image/jpeg", remote=f"{listener.url}/a.c2pa", embed=True)
    assert verify(data, trust=LISTS, online=True).state == "trusted"
    assert listener.asked == []


def test_edge_3_laundering():
    """Signing a file whose own credential is broken gives what the engine calls Trusted."""
    broken = throwaway.sign(JPEG, "image/jpeg").replace(b"hello", b"hullo")
    assert verify(broken, trust=LISTS).state == "invalid"
    laundered = throwaway.sign(broken, "image/jpeg", parent=broken)
    assert engine_says(laundered) == "Trusted"
    credentials = verify(laundered, trust=LISTS)
    assert credentials.state == "chain_invalid"
    assert [i.broken for i in credentials.manifests[0].ingredients] == [True]
    assert not signed_by(credentials, ["Throw-away signer"])


def test_edge_3_laundering_twice():
    broken = throwaway.sign(JPEG, "image/jpeg").replace(b"hello", b"hullo")
    once = throwaway.sign(broken, "image/jpeg", parent=broken)
    twice = throwaway.sign(once, "image/jpeg", parent=once)
    assert engine_says(twice) == "Trusted"
    assert verify(twice, trust=LISTS).state == "chain_invalid"


def test_edge_3_laundering_as_a_component():
    broken = throwaway.sign(JPEG, "image/jpeg").replace(b"hello", b"hullo")
    component = ({"title": "broken"}, "image/jpeg", broken)
    assert (
        verify(throwaway.sign(JPEG, "image/jpeg", components=[component]), trust=LISTS).state
        == "chain_invalid"
    )


def test_edge_3_honest_history_stays_trusted():
    first = throwaway.sign(JPEG, "image/jpeg")
    assert verify(throwaway.sign(first, "image/jpeg", parent=first), trust=LISTS).state == "trusted"
    unknown = throwaway.leaf(throwaway.authority("Elsewhere"))
    other = throwaway.sign(JPEG, "image/jpeg", party=unknown)
    assert verify(throwaway.sign(other, "image/jpeg", parent=other), trust=LISTS).state in (
        "trusted",
        "valid",
    )


@pytest.mark.parametrize("usage", [TIME, OCSP])
@pytest.mark.parametrize("under", ["signers", "clocks"])
def test_edge_4_certificate_for_another_purpose_signs_no_claim(usage, under):
    """The engine does not keep the purposes of its trust lists and of certificates apart."""
    clocks = throwaway.authority("Clock root")
    lists = throwaway.trust(ROOT, tsa=[clocks])
    party = throwaway.leaf(ROOT if under == "signers" else clocks, "Clock", usages=(usage,))
    signed = throwaway.sign(JPEG, "image/jpeg", party=party)
    assert engine_says(signed, lists) == "Trusted"
    credentials = verify(signed, trust=lists)
    assert credentials.state == "valid"
    assert "assay.signer.wrongPurpose" in codes(credentials)
    assert credentials.signer is not None
    assert credentials.signer.trust_list is None


@pytest.mark.parametrize("kind", ["tsa", "cawg"])
def test_edge_4_lists_of_other_kinds_vouch_for_no_signer(kind):
    other = throwaway.authority("Another root")
    lists = throwaway.trust(ROOT, **{kind: [other]})
    credentials = verify(throwaway.sign(JPEG, "image/jpeg", party=throwaway.leaf(other)), trust=lists)
    assert credentials.state == "valid"


@pytest.mark.parametrize("usage", [EMAIL, DOCUMENT, CLAIM, MICROSOFT])
def test_edge_5_usages_that_the_engine_must_be_told_of(usage):
    """Left to its own default, the engine calls a leaf with one of three of these Invalid."""
    signed = throwaway.sign(JPEG, "image/jpeg", party=throwaway.leaf(ROOT, usages=(usage,)))
    assert verify(signed, trust=LISTS).state == "trusted"
    assert verify(signed, trust=throwaway.trust(throwaway.authority("Elsewhere"))).state == "valid"


def test_edge_5_holds_without_any_list():
    signed = throwaway.sign(JPEG, "image/jpeg", party=throwaway.leaf(ROOT, usages=(CLAIM,)))
    credentials = verify(signed, trust=Trust(lists=()))
    assert credentials.state == "valid"
    assert any("assay trust update" in note for note in credentials.notes)


def test_edge_7_valid_carries_a_failure():
    """`signingCredential.untrusted` stands among the failures of a file that is intact."""
    signed = throwaway.sign(JPEG, "image/jpeg")
    credentials = verify(signed, trust=throwaway.trust(throwaway.authority("Elsewhere")))
    assert credentials.state == "valid"
    assert codes(credentials) == {"signingCredential.untrusted"}


def test_edge_7_not_checked_is_not_invalid():
    """The engine says Invalid where it was told not to look; ours is always told to look."""
    signed = throwaway.sign(JPEG, "image/jpeg")
    blind = c2pa.Context.from_dict({"verify": {"verify_after_reading": False}})
    with open_source(signed) as source, c2pa.Reader("image/jpeg", source.stream(), context=blind) as reader:
        assert reader.get_validation_state() == "Invalid"
    with open_source(signed) as source:
        context = make_context(LISTS, online=False)
        with c2pa.Reader("image/jpeg", source.stream(), context=context) as reader:
            assert reader.get_validation_state() == "Trusted"
