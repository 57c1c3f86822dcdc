"""Asking a real OCSP responder, carrying its answer along, and reading it back."""

from __future__ import annotations

import http.server
import threading
from datetime import UTC, datetime, timedelta

import media_bytes
import pytest
import servers
import throwaway
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from provenance.credentials.status import status_assertion
from provenance.keys.load import load_identity
from provenance.keys.online import examine_revocation
from provenance.revocation import RevocationError, Staple, fetch_ocsp, read_ocsp
from provenance.signing.request import SigningRequest
from provenance.signing.sign import sign
from provenance.verification import verify

JPEG = media_bytes.everything()["image/jpeg"]


class Newsroom:
    """An issuer below the root, and certificates of each fate."""

    def __init__(self) -> None:
        self.issuer = throwaway.authority("Newsroom issuer", issuer=throwaway.root())
        self.good = throwaway.leaf(self.issuer, "In force")
        self.revoked = throwaway.leaf(self.issuer, "Revoked")
        self.unknown = throwaway.leaf(self.issuer, "Never heard of")

    def party(self, name: str) -> throwaway.Party:
        found = getattr(self, name)
        assert isinstance(found, throwaway.Party)
        return found


@pytest.fixture(scope="module")
def room():
    return Newsroom()


@pytest.fixture(scope="module")
def responder(room):
    with servers.ocsp_server(
        room.issuer, good=[room.good.certificate], revoked=[room.revoked.certificate]
    ) as started:
        yield started


@pytest.fixture
def trust():
    return throwaway.trust(throwaway.root())


@pytest.mark.parametrize("fate", ["good", "revoked", "unknown"])
def test_responder_is_asked_and_its_answer_checked(room, responder, fate):
    found = fetch_ocsp(room.party(fate).chain, url=responder.url)
    assert found.status == fate
    assert found.responder == "Throw-away responder"
    assert found.url == responder.url
    assert found.next_update is not None and found.next_update > found.this_update
    assert (found.revoked_at is not None) == (fate == "revoked")
    assert found.reason == ("key_compromise" if fate == "revoked" else None)


def test_address_is_taken_from_the_certificate(room):
    port = servers.closed_port()
    named = with_responder(room.issuer, f"http://127.0.0.1:{port}/")
    with servers.ocsp_server(room.issuer, good=[named.certificate], port=port):
        assert fetch_ocsp(named.chain).status == "good"


def test_issuer_itself_may_answer(room):
    with servers.ocsp_server(room.issuer, good=[room.good.certificate], signed_by=room.issuer) as direct:
        assert fetch_ocsp(room.good.chain, url=direct.url).responder == "Newsroom issuer"


def test_certificate_without_a_responder_says_so(room):
    with pytest.raises(RevocationError, match="names no OCSP responder"):
        fetch_ocsp(room.good.chain)


def test_chain_without_the_issuer_says_what_to_do(room):
    with pytest.raises(RevocationError, match="issuer's certificate is not in the file") as error:
        fetch_ocsp(room.good.chain[:1], url="http://127.0.0.1/")
    assert "Put the chain into the certificate file" in error.value.hint


def test_dead_responder_is_named(room):
    address = f"http://127.0.0.1:{servers.closed_port()}/"
    with pytest.raises(RevocationError, match=f"The OCSP responder {address} refused the connection"):
        fetch_ocsp(room.good.chain, url=address)


def test_answer_of_an_unauthorised_signer_is_refused(room):
    stranger = throwaway.leaf(
        throwaway.authority("Stranger"), "Responder of a stranger", usages=(throwaway.OCSP,)
    )
    with (
        servers.ocsp_server(room.issuer, good=[room.revoked.certificate], signed_by=stranger) as forged,
        pytest.raises(RevocationError, match="not signed by the certificate's issuer"),
    ):
        fetch_ocsp(room.revoked.chain, url=forged.url)


def test_answer_of_a_sibling_certificate_is_refused(room):
    """The same issuer, but a certificate for signing content and not for OCSP."""
    with (
        servers.ocsp_server(room.issuer, good=[room.revoked.certificate], signed_by=room.good) as forged,
        pytest.raises(RevocationError, match="not signed by the certificate's issuer"),
    ):
        fetch_ocsp(room.revoked.chain, url=forged.url)


def test_answer_about_another_certificate_is_refused(room, responder):
    other = fetch_ocsp(room.good.chain, url=responder.url)
    with pytest.raises(RevocationError, match="about another certificate"):
        read_ocsp(other.der, room.revoked.chain)


@pytest.mark.parametrize(
    ("moved", "words"), [(timedelta(days=2), "out of date"), (timedelta(days=-2), "from the future")]
)
def test_old_and_early_answers_are_refused(room, responder, moved, words):
    answer = fetch_ocsp(room.good.chain, url=responder.url)
    with pytest.raises(RevocationError, match=words):
        read_ocsp(answer.der, room.good.chain, now=datetime.now(UTC) + moved)


def test_any_changed_byte_gives_a_result_or_our_error(room, responder):
    answer = fetch_ocsp(room.good.chain, url=responder.url)
    for at in range(len(answer.der)):
        changed = answer.der[:at] + bytes([answer.der[at] ^ 0x15]) + answer.der[at + 1 :]
        try:
            assert read_ocsp(changed, room.good.chain).status == "good"
        except RevocationError:
            continue


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no OCSP response"),
        (b"<html>hotel</html>", "no OCSP response"),
        (b"\x30\x03\x0a\x01\x03", "refused to answer: try later"),
        (bytes(100_000), "answered with more than"),
    ],
)
def test_useless_answers_are_put_into_words(room, body, words):
    with saying(body) as address, pytest.raises(RevocationError, match=words):
        fetch_ocsp(room.good.chain, url=address)


def test_responder_that_knows_get_alone_is_asked_so(room, responder):
    answer = fetch_ocsp(room.good.chain, url=responder.url)
    with saying(answer.der, post=405) as address:
        assert fetch_ocsp(room.good.chain, url=address).status == "good"


def test_staple_asks_once_for_many_files(room, responder, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "provenance.revocation.fetch_ocsp", lambda *a, **k: asked.append(1) or fetch_ocsp(*a, **k)
    )
    staple = Staple(room.good.chain, url=responder.url)
    assert staple.der() == staple.der()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("fate", "words"),
    [("revoked", r"is revoked since \d{4}-\d\d-\d\d \(key compromise\)"), ("unknown", "does not know")],
)
def test_nothing_is_stapled_but_a_good_answer(room, responder, fate, words):
    with pytest.raises(RevocationError, match=words):
        Staple(room.party(fate).chain, url=responder.url).der()


@pytest.mark.parametrize(
    ("fate", "state", "code", "kind"),
    [
        ("good", "trusted", "signingCredential.ocsp.notRevoked", "success"),
        ("revoked", "invalid", "signingCredential.ocsp.revoked", "failure"),
        ("unknown", "trusted", "signingCredential.ocsp.unknown", "informational"),
    ],
)
def test_stapled_answer_is_read_back_offline(room, responder, trust, fate, state, code, kind):
    party = room.party(fate)
    answer = fetch_ocsp(party.chain, url=responder.url)
    signed = throwaway.sign(
        JPEG, "image/jpeg", throwaway.created(), status_assertion(answer.der), party=party
    )
    found = verify(signed, trust=trust)
    assert found.state == state
    assert kind in {s.kind for s in found.status if s.code == code}


def test_answer_about_another_certificate_does_not_count(room, responder, trust):
    """A revoked signer carries the sound answer about somebody else."""
    other = fetch_ocsp(room.good.chain, url=responder.url)
    signed = throwaway.sign(
        JPEG, "image/jpeg", throwaway.created(), status_assertion(other.der), party=room.revoked
    )
    codes = {s.code for s in verify(signed, trust=trust).status}
    assert "signingCredential.ocsp.notRevoked" not in codes


def test_sign_carries_the_answer_along(room, responder, trust, tmp_path):
    (tmp_path / "cert.pem").write_text(room.good.chain_pem)
    (tmp_path / "key.pem").write_text(room.good.key_pem)
    (tmp_path / "in.jpg").write_bytes(JPEG)
    identity = load_identity(tmp_path / "key.pem", tmp_path / "cert.pem")
    staple = Staple(identity.certificates, url=responder.url)
    request = SigningRequest(source_type="digitalCapture", certificate_status=staple.der())
    sign(tmp_path / "in.jpg", tmp_path / "out.jpg", identity=identity, request=request, trust=trust)
    found = verify(tmp_path / "out.jpg", trust=trust)
    assert found.state == "trusted"
    assert "signingCredential.ocsp.notRevoked" in {s.code for s in found.status}
    plain = SigningRequest(source_type="digitalCapture")
    sign(tmp_path / "in.jpg", tmp_path / "plain.jpg", identity=identity, request=plain, trust=trust)
    more = (tmp_path / "out.jpg").stat().st_size - (tmp_path / "plain.jpg").stat().st_size
    assert more < 2.5 * len(staple.der())


@pytest.mark.parametrize(
    ("fate", "outcome", "words"),
    [
        ("good", "passed", "says that it was not revoked"),
        ("revoked", "failed", "It is revoked since"),
        ("unknown", "warning", "does not know this certificate"),
    ],
)
def test_doctor_tells_what_the_responder_says(room, fate, outcome, words):
    port = servers.closed_port()
    party = with_responder(room.issuer, f"http://127.0.0.1:{port}/")
    lists = {fate: [party.certificate]} if fate != "unknown" else {}
    with servers.ocsp_server(room.issuer, port=port, **lists):
        found = examine_revocation(party.chain)
    assert found.outcome == outcome
    assert words in found.found


def test_doctor_warns_where_nobody_can_be_asked(room):
    found = examine_revocation(room.good.chain)
    assert (found.outcome, found.found) == ("warning", "The certificate names no OCSP responder.")


def with_responder(issuer: throwaway.Party, url: str) -> throwaway.Party:
    """A signer whose certificate names a responder."""
    return throwaway.leaf(issuer, "Names its responder", responder=url)


class saying:
    """A web server with one answer, whatever it is asked."""

    def __init__(self, body: bytes, *, post: int = 200) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.answer(post)

            def do_GET(self) -> None:
                self.answer(200)

            def answer(self, code: int) -> None:
                self.send_response(code)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return

            def log_message(self, *_given: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __exit__(self, *_given: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def test_query_names_the_certificate_and_nothing_else(room, responder, monkeypatch):
    sent = []
    from provenance import revocation

    real = revocation.exchange
    monkeypatch.setattr(
        revocation, "exchange", lambda url, body, **k: sent.append(body) or real(url, body, **k)
    )
    fetch_ocsp(room.good.chain, url=responder.url)
    query = ocsp.load_der_ocsp_request(sent[0])
    assert query.serial_number == room.good.certificate.serial_number
    assert len(list(query.extensions)) == 0
    assert room.good.certificate.public_bytes(Encoding.DER) not in sent[0]
