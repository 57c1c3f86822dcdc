"""`verify`: sidecars, thumbnails, times, notes, and whom it names."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import c2pa
import media_bytes
import pytest
import servers
import throwaway

from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError
from provenance.limits import Limits
from provenance.model.credentials import Credentials
from provenance.model.serial import decode, encode
from provenance.trust.bundle import Trust
from provenance.verification import not_read, signed_by, verify

ROOT = throwaway.root()
LISTS = throwaway.trust(ROOT)
JPEG = media_bytes.jpeg()


def test_absent():
    credentials = verify(JPEG, trust=LISTS)
    assert credentials == Credentials(state="absent", trust_lists=LISTS.infos(), notes=tuple(LISTS.notes()))


def test_signer_is_named_with_its_list():
    credentials = verify(throwaway.sign(JPEG, "image/jpeg"), trust=LISTS)
    signer = credentials.signer
    assert signer is not None
    assert (credentials.state, credentials.where) == ("trusted", "embedded")
    assert (signer.name, signer.organisation) == ("Throw-away signer", "Throw-away signer Ltd")
    assert (signer.issuer, signer.trust_list) == ("Throw-away root", "signers")
    assert credentials.active is not None
    assert credentials.active.signer == signer
    assert decode(Credentials, encode(credentials)) == credentials


@pytest.mark.parametrize(
    "given", [str, lambda path: path, lambda path: path.read_bytes(), lambda path: path.open("rb")]
)
def test_paths_bytes_and_file_objects(tmp_path, given):
    path = tmp_path / "a.jpg"
    path.write_bytes(throwaway.sign(JPEG, "image/jpeg"))
    source = given(path)
    assert verify(source, trust=LISTS).state == "trusted"
    if hasattr(source, "close"):
        source.close()


def test_what_cannot_be_opened(tmp_path):
    with pytest.raises(UnreadableError):
        verify(tmp_path / "gone.jpg", trust=LISTS)
    with pytest.raises(UnsupportedTypeError):
        verify(b"nothing that anybody knows", trust=LISTS)
    with pytest.raises(LimitError):
        verify(JPEG, trust=LISTS, limits=Limits(max_bytes=10))


class TestSidecars:
    @pytest.fixture
    def apart(self, tmp_path):
        data, store = throwaway.sign_apart(JPEG, "image/jpeg")
        (tmp_path / "a.jpg").write_bytes(data)
        (tmp_path / "a.c2pa").write_bytes(store)
        return tmp_path / "a.jpg", tmp_path / "a.c2pa"

    def test_beside_the_file(self, apart):
        credentials = verify(apart[0], trust=LISTS)
        assert (credentials.state, credentials.where) == ("trusted", "sidecar")

    def test_given(self, apart):
        moved = apart[1].rename(apart[1].with_name("elsewhere.bin"))
        assert verify(apart[0], trust=LISTS).state == "absent"
        assert verify(apart[0], trust=LISTS, manifest=moved).where == "sidecar"

    def test_of_another_file(self, apart):
        apart[0].write_bytes(media_bytes.jpeg(comment=b"another"))
        assert verify(apart[0], trust=LISTS).state == "invalid"

    def test_is_not_used_where_the_file_has_its_own(self, apart):
        apart[0].write_bytes(throwaway.sign(JPEG, "image/jpeg", title="embedded"))
        credentials = verify(apart[0], trust=LISTS)
        assert credentials.active is not None
        assert (credentials.where, credentials.active.title) == ("embedded", "embedded")
        assert any("a.c2pa was not used" in note for note in credentials.notes)

    def test_cannot_replace_broken_credentials_of_the_file(self, apart):
        signed = throwaway.sign(media_bytes.jpeg(comment=b"hello"), "image/jpeg")
        apart[0].write_bytes(signed.replace(b"hello", b"hullo"))
        assert verify(apart[0], trust=LISTS).state == "invalid"

    def test_that_is_none_is_a_note(self, apart):
        apart[1].write_bytes(b"not a store")
        credentials = verify(apart[0], trust=LISTS)
        assert credentials.state == "absent"
        assert any("no C2PA manifest store" in note for note in credentials.notes)

    def test_given_that_is_none_is_an_error(self, apart):
        apart[1].write_bytes(b"not a store")
        with pytest.raises(UnreadableError):
            verify(apart[0], trust=LISTS, manifest=apart[1])

    def test_alone(self, apart):
        assert verify(apart[1], trust=LISTS).state in ("invalid", "valid", "trusted")


def test_thumbnails_are_read_on_request():
    small = media_bytes.saved("JPEG", media_bytes.picture((8, 8)))
    manifest = throwaway.definition("image/jpeg") | {
        "thumbnail": {"format": "image/jpeg", "identifier": "t.jpg"}
    }
    builder = c2pa.Builder(json.dumps(manifest), context=throwaway.engine_context())
    builder.add_resource("t.jpg", io.BytesIO(small))
    out = io.BytesIO()
    builder.sign(throwaway.engine_signer(), "image/jpeg", io.BytesIO(JPEG), out)
    for wanted, expected in ((True, small), (False, b"")):
        active = verify(out.getvalue(), trust=LISTS, thumbnails=wanted).active
        assert active is not None
        assert active.thumbnail is not None
        assert active.thumbnail.data == expected


@pytest.fixture(scope="module")
def clock():
    with servers.timestamp_server() as server:
        yield server


@pytest.fixture(scope="module")
def stamped(clock):
    return throwaway.sign(JPEG, "image/jpeg", tsa=clock.url)


class TestTimes:
    """A real authority on loopback (OpenSSL's); skipped where there is no openssl."""

    def test_listed_clock(self, clock, stamped):
        credentials = verify(stamped, trust=throwaway.trust(ROOT, tsa=[clock.root]))
        assert credentials.state == "trusted"
        assert (credentials.timestamp.state, credentials.timestamp.trust_list) == ("trusted", "authorities")
        assert credentials.timestamp.authority == "Throw-away clock"
        assert credentials.signed_at is not None
        stamp = datetime.fromisoformat(credentials.signed_at)
        assert abs(stamp - datetime.now(UTC)) < timedelta(hours=1)

    def test_unlisted_clock(self, stamped):
        credentials = verify(stamped, trust=LISTS)
        assert credentials.state == "trusted"
        assert (credentials.timestamp.state, credentials.timestamp.trust_list) == ("untrusted", None)

    def test_list_of_signers_vouches_for_no_clock(self, clock, stamped):
        credentials = verify(stamped, trust=throwaway.trust(ROOT, clock.root))
        assert credentials.timestamp.state == "untrusted"

    def test_list_of_clocks_vouches_for_no_signer(self, clock, stamped):
        assert verify(stamped, trust=throwaway.trust(clock.root, tsa=[clock.root])).state == "valid"

    def test_none(self):
        credentials = verify(throwaway.sign(JPEG, "image/jpeg"), trust=LISTS)
        assert (credentials.timestamp.state, credentials.signed_at) == ("absent", None)


def test_expired_certificate_that_only_a_doubtful_time_keeps_alive(monkeypatch):
    """Years later: the certificate has expired, and nobody that counts says when it signed."""
    import provenance.verification as module

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=3_650)

    signed = throwaway.sign(JPEG, "image/jpeg")
    monkeypatch.setattr(module, "datetime", Later)
    credentials = verify(signed, trust=LISTS)
    assert credentials.state == "valid"
    assert "assay.timestamp.untrusted" in {s.code for s in credentials.status}


@pytest.mark.parametrize(
    ("expected", "met"),
    [
        (["Throw-away signer"], True),
        (["throw-away SIGNER ltd "], True),
        (["AFP", "Throw-away signer"], True),
        (["Throw-away"], False),
        (["signer"], False),
        (["Throw-away signer", ""], True),
        ([""], False),
        ([], False),
    ],
)
def test_expected_signer_is_compared_as_a_whole(expected, met):
    assert signed_by(verify(throwaway.sign(JPEG, "image/jpeg"), trust=LISTS), expected) is met


def test_expected_signer_that_is_not_listed_does_not_count():
    signed = throwaway.sign(JPEG, "image/jpeg")
    assert not signed_by(verify(signed, trust=Trust(lists=())), ["Throw-away signer"])


def test_engine_that_gave_up():
    credentials = not_read("It took longer than 3 seconds.", trust=LISTS)
    assert (credentials.state, credentials.where) == ("unreadable", "none")
    assert credentials.status[0].code == "assay.engine.ended"
    assert "it took longer" in credentials.notes[0]
