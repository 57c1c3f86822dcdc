"""Stamping later what was signed offline, in an update manifest."""

from __future__ import annotations

import hashlib
import json
import time

import media_bytes
import pytest
import throwaway

from provenance.errors import SigningError, UsageError
from provenance.keys.load import load_identity
from provenance.signing.engine import TimestampError
from provenance.timestamps.update import AlreadyStampedError, NoUpdateError, add_timestamp
from provenance.verification import verify

FILES = media_bytes.everything()
STAMPABLE = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/svg+xml",
    "image/avif",
    "audio/mp4",
    "video/quicktime",
)
FIXED = ("image/webp", "image/tiff", "audio/wav", "audio/flac")


@pytest.fixture
def identity(tmp_path):
    (tmp_path / "cert.pem").write_text(throwaway.signer().chain_pem)
    (tmp_path / "key.pem").write_text(throwaway.signer().key_pem)
    return load_identity(tmp_path / "key.pem", tmp_path / "cert.pem")


def signed(tmp_path, kind="image/jpeg", **more):
    path = tmp_path / "offline"
    path.write_bytes(throwaway.sign(FILES[kind], kind, **more))
    return path


def leftovers(tmp_path):
    return sorted(p.name for p in tmp_path.iterdir() if p.name not in ("cert.pem", "key.pem", "offline"))


@pytest.mark.parametrize("kind", STAMPABLE)
def test_stamped_copy_reads_trusted_and_tells_the_time(tmp_path, tsa, trust, identity, kind):
    source = signed(tmp_path, kind)
    before = source.read_bytes()
    result = add_timestamp(source, tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    assert source.read_bytes() == before
    found = verify(tmp_path / "out", trust=trust)
    assert found.state == "trusted"
    assert found.timestamp.state == "trusted"  # the update is stamped itself
    stamped = next(m for m in found.manifests if m.label == result.stamped)
    assert stamped.later_timestamp is not None
    assert (stamped.later_timestamp.state, stamped.later_timestamp.authority) == (
        "trusted",
        "Throw-away clock",
    )
    assert stamped.signed_at == stamped.later_timestamp.time
    assert result.after.sha256 == hashlib.sha256((tmp_path / "out").read_bytes()).hexdigest()
    assert leftovers(tmp_path) == ["out"]


@pytest.mark.parametrize("kind", FIXED)
def test_format_that_states_its_size_takes_no_update(tmp_path, tsa, trust, identity, kind):
    """Pins what the engine does in this release; a copy that it breaks is never written."""
    with pytest.raises(NoUpdateError, match=f"is {kind}, in which an update breaks") as error:
        add_timestamp(signed(tmp_path, kind), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    assert "--log" in error.value.hint
    assert leftovers(tmp_path) == []


def test_authority_on_no_list_is_untrusted(tmp_path, tsa, identity):
    trust = throwaway.trust(throwaway.root())
    add_timestamp(signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    stamped = verify(tmp_path / "out", trust=trust).manifests[1]
    assert stamped.later_timestamp is not None
    assert stamped.later_timestamp.state == "untrusted"


def test_update_adds_no_title_and_no_thumbnail(tmp_path, tsa, trust, identity):
    add_timestamp(signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    active = verify(tmp_path / "out", trust=trust).manifests[0]
    assert (active.title, active.thumbnail) == (None, None)
    assert [(i.title, i.thumbnail, i.relationship) for i in active.ingredients] == [(None, None, "parentOf")]


def test_content_changed_after_the_stamp_is_invalid(tmp_path, tsa, trust, identity):
    add_timestamp(signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    data = bytearray((tmp_path / "out").read_bytes())
    data[-3] ^= 1
    assert verify(bytes(data), trust=trust).state in ("invalid", "chain_invalid")


def test_token_for_another_signature_does_not_count(tmp_path, tsa, trust):
    """A stranger's update manifest carries a sound token over something else."""
    from provenance.timestamps.authorities import request_token

    offline = signed(tmp_path).read_bytes()
    label = verify(offline, trust=trust).manifests[0].label
    token = request_token(tsas=[tsa.url], data=b"another signature").der
    extra = {"label": "c2pa.time-stamp", "data": {label: list(token)}}
    opened = throwaway.actions({"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}})
    forged = throwaway.sign(FILES["image/jpeg"], "image/jpeg", opened, extra, parent=offline)
    found = verify(forged, trust=trust)
    assert label in {m.label for m in found.manifests}
    assert all(m.later_timestamp is None for m in found.manifests)


def test_second_authority_is_asked_when_the_first_is_dead(tmp_path, tsa, trust, dead, identity, monkeypatch):
    monkeypatch.setattr("provenance.signing.engine._PAUSE", 0)
    result = add_timestamp(
        signed(tmp_path), tmp_path / "out", identity=identity, tsa=[dead, tsa.url], trust=trust
    )
    assert result.timestamp.state == "trusted"
    assert dead in result.warnings[0]


@pytest.mark.parametrize("mode", ["error", "garbage", "other_nonce"])
def test_no_usable_timestamp_leaves_nothing_behind(tmp_path, tsa, trust, identity, monkeypatch, mode):
    monkeypatch.setattr("provenance.signing.engine._PAUSE", 0)
    tsa.mode = mode
    with pytest.raises(TimestampError, match=r"no usable answer"):
        add_timestamp(signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    assert leftovers(tmp_path) == []


def test_stamped_file_is_not_stamped_again(tmp_path, tsa, trust, identity):
    source = signed(tmp_path, tsa=tsa.url)
    with pytest.raises(AlreadyStampedError, match=r"offline already has a timestamp of 2"):
        add_timestamp(source, tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)


def test_unsigned_file_has_nothing_to_stamp(tmp_path, trust, identity):
    (tmp_path / "offline").write_bytes(FILES["image/jpeg"])
    with pytest.raises(NoUpdateError, match=r"carries no Content Credentials to stamp") as error:
        add_timestamp(
            tmp_path / "offline", tmp_path / "out", identity=identity, tsa=["http://x/"], trust=trust
        )
    assert "assay sign" in error.value.hint


def test_sidecar_cannot_be_updated(tmp_path, trust, identity):
    data, store = throwaway.sign_apart(FILES["image/jpeg"], "image/jpeg")
    (tmp_path / "offline").write_bytes(data)
    (tmp_path / "offline.c2pa").write_bytes(store)
    with pytest.raises(NoUpdateError, match="not inside the file"):
        add_timestamp(
            tmp_path / "offline", tmp_path / "out", identity=identity, tsa=["http://x/"], trust=trust
        )


def test_broken_file_is_not_stamped(tmp_path, trust, identity):
    source = signed(tmp_path)
    data = bytearray(source.read_bytes())
    data[-3] ^= 1
    source.write_bytes(data)
    with pytest.raises(SigningError, match="do not hold") as error:
        add_timestamp(source, tmp_path / "out", identity=identity, tsa=["http://x/"], trust=trust)
    assert "Sign the original again" in error.value.hint


def test_source_is_never_the_target(tmp_path, trust, identity):
    source = signed(tmp_path)
    with pytest.raises(UsageError, match="same file"):
        add_timestamp(source, source, identity=identity, tsa=["http://x/"], trust=trust, overwrite=True)


def test_failing_log_stops_the_copy(tmp_path, tsa, trust, identity):
    def full(_result):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        add_timestamp(
            signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust, before_commit=full
        )  # fmt: skip
    assert leftovers(tmp_path) == []


def test_stamped_signature_outlives_its_certificate(tmp_path, tsa, trust, identity):
    """What was signed with a certificate that has ended since is accepted only with the timestamp."""
    short = throwaway.leaf(throwaway.root(), "Short-lived", days=(-1, 4 / 86400))
    source = signed(tmp_path, party=short)
    add_timestamp(source, tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    time.sleep(max(0.0, short.certificate.not_valid_after_utc.timestamp() - time.time()) + 1.1)
    assert verify(source, trust=trust).state == "invalid"
    found = verify(tmp_path / "out", trust=trust)
    assert found.state == "trusted"
    assert found.manifests[1].later_timestamp is not None


def test_size_of_the_update_stays_below_20_kilobytes(tmp_path, tsa, trust, identity):
    source = signed(tmp_path)
    add_timestamp(source, tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    assert (tmp_path / "out").stat().st_size - source.stat().st_size < 20_000


def test_result_can_be_written_as_json(tmp_path, tsa, trust, identity):
    import msgspec

    result = add_timestamp(signed(tmp_path), tmp_path / "out", identity=identity, tsa=[tsa.url], trust=trust)
    assert json.loads(msgspec.json.encode(result))["timestamp"]["state"] == "trusted"
