"""The whole way: sign, read back, keep what was promised, never lose a file."""

import dataclasses
import errno
import os

import pytest
import throwaway
from media_bytes import everything, exif_of, jpeg, picture, saved
from servers import timestamp_server

from provenance.errors import SigningError, UsageError
from provenance.privacy import PrivacyPolicy
from provenance.signing.claim import BROKEN_LABEL, TEST_LABEL
from provenance.signing.engine import TimestampError
from provenance.signing.place import Workspace
from provenance.signing.request import (
    CustomAssertion,
    Redaction,
    SigningRequest,
    StatedAction,
    no_training,
)
from provenance.signing.sign import preview, sidecar_path
from provenance.trust.bundle import Trust

PHOTO = SigningRequest(source_type="digitalCapture")
UNSIGNABLE = {
    "application/c2pa",
    "image/jxl",
    "application/pdf",
}  # the last two: the smallest files of media_bytes
FORMATS = sorted(set(everything()) - UNSIGNABLE)


def probes(plain, signed):
    """Offsets in `signed` of content that also stands in the unsigned copy, the end of the file first."""
    for percent in range(97, 3, -3):
        at = len(plain) * percent // 100
        window = plain[at : at + 6]
        if signed.count(window) == 1:
            yield signed.index(window) + 2
    if plain[-8:] == signed[-8:]:
        yield len(signed) - 4
    yield signed.index(plain[len(plain) // 2 :][:8])  # content that repeats itself


@pytest.mark.parametrize("media_type", FORMATS)
def test_round_trip_is_trusted_and_a_changed_byte_of_content_is_not(desk, tmp_path, valid_files, media_type):
    source, target, apart = tmp_path / "source", tmp_path / "signed", tmp_path / "apart"
    source.write_bytes(valid_files[media_type])
    try:
        result = desk.sign(source, target)
        options = {}
    except SigningError as error:
        assert "cannot be stripped safely" in error.message, error
        assert "--keep-everything" in error.hint
        options = {"privacy": None}
        result = desk.sign(source, target, **options)
    desk.sign(source, apart, SigningRequest(source_type="digitalCapture", sidecar=True), **options)
    assert desk.verify(target).state == "trusted"
    assert desk.verify(apart).state == "trusted"
    assert result.after.media_type == media_type
    assert source.read_bytes() == valid_files[media_type]
    signed, states = target.read_bytes(), []
    for at in probes(apart.read_bytes(), signed):
        changed = bytearray(signed)
        changed[at] ^= 1
        states.append(desk.verify(bytes(changed)).state)
        if states[-1] == "invalid":
            break
    assert "invalid" in states


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_file_can_be_signed_with_its_metadata_as_it_is(desk, tmp_path, valid_files, media_type):
    source, target = tmp_path / "source", tmp_path / "signed"
    source.write_bytes(valid_files[media_type])
    result = desk.sign(source, target, privacy=None)
    assert result.disclosure.removed == ()
    assert desk.verify(target).state == "trusted"


def test_new_work_states_what_was_asked_for(desk, photo, tmp_path):
    schema = {"type": "object", "properties": {"score": {"type": "integer"}}, "additionalProperties": False}
    request = SigningRequest(
        title="A bridge",
        authors=("Ada Writer",),
        organisation="The Daily Desk",
        source_type="digitalCapture",
        actions=(StatedAction(action="cropped", description="Left edge"),),
        published_at="https://example.org/bridge",
        verification_text="Two witnesses were asked.",
        captured_by="Cam Person",
        training=no_training(),
        assertions=(CustomAssertion(label="org.example.desk", data={"score": 3}, schema=schema),),
    )
    desk.sign(photo, tmp_path / "out.jpg", request)
    manifest = desk.verify(tmp_path / "out.jpg").active
    assert manifest.title == "A bridge"
    assert [a.action for a in manifest.actions] == ["c2pa.created", "c2pa.cropped"]
    assert manifest.digital_source_type == "digitalCapture"
    assert manifest.training == dict.fromkeys(
        ("ai_generative_training", "ai_training", "ai_inference", "data_mining"), "notAllowed"
    )
    said = {a.label: a.data for a in manifest.assertions}
    assert said["stds.schema-org.CreativeWork"]["author"] == [{"@type": "Person", "name": "Ada Writer"}]
    assert said["stds.schema-org.CreativeWork"]["backstory"] == "Two witnesses were asked."
    assert said["cawg.metadata"]["dc:contributor"] == ["Cam Person"]
    assert said["org.example.desk"] == {"score": 3}


def test_nothing_is_stated_that_was_not_asked_for(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "out.jpg")
    manifest = desk.verify(tmp_path / "out.jpg").active
    assert (manifest.title, manifest.assertions, manifest.ingredients) == (None, (), ())
    assert b"photo.jpg" not in (tmp_path / "out.jpg").read_bytes()


def test_new_work_without_a_source_type_is_refused(desk, photo, tmp_path):
    with pytest.raises(SigningError, match="how it came about is not stated") as caught:
        desk.sign(photo, tmp_path / "out.jpg", SigningRequest())
    assert "--source-type" in caught.value.hint


def test_metadata_is_gone_and_what_is_kept_is_named(desk, tmp_path):
    source = tmp_path / "a.jpg"
    source.write_bytes(jpeg(exif=exif_of({0x010F: "Maker of Secrets", 0x0131: "Kept Software"})))
    policy = PrivacyPolicy(keep=frozenset({"EXIF:Software"}))
    result = desk.sign(source, tmp_path / "out.jpg", privacy=policy)
    data = (tmp_path / "out.jpg").read_bytes()
    assert b"Maker of Secrets" not in data
    assert b"Kept Software" in data
    assert "EXIF:Make" in {field.name for field in result.disclosure.removed}
    assert "EXIF:Software" in {field.name for field in result.disclosure.kept}


def test_the_plan_says_what_signing_discloses_and_writes_nothing(desk, photo, tmp_path):
    before = sorted(tmp_path.iterdir())
    plan = preview(photo, request=PHOTO, trust=desk.trust)
    assert sorted(tmp_path.iterdir()) == before
    assert plan.disclosure == desk.sign(photo, tmp_path / "out.jpg").disclosure
    assert any(f.name == "c2pa.created" and f.value == "digitalCapture" for f in plan.disclosure.kept)


def test_the_plan_fails_where_signing_would(desk, tmp_path, valid_files):
    source = tmp_path / "raw.dng"
    source.write_bytes(valid_files["image/x-adobe-dng"])
    for attempt in (
        lambda: preview(source, request=PHOTO, trust=desk.trust),
        lambda: desk.sign(source, tmp_path / "out.dng"),
    ):
        with pytest.raises(SigningError, match="cannot be stripped safely"):
            attempt()
    kept = {
        field.name for field in preview(source, request=PHOTO, privacy=None, trust=desk.trust).disclosure.kept
    }
    assert len(kept) > 1


# History


def test_signing_an_already_signed_file_keeps_its_history(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg")
    desk.sign(tmp_path / "first.jpg", tmp_path / "second.jpg", SigningRequest())
    credentials = desk.verify(tmp_path / "second.jpg")
    assert credentials.state == "trusted"
    assert len(credentials.manifests) == 2
    assert credentials.active.actions[0].action == "c2pa.opened"
    assert credentials.active.ingredients[0].relationship == "parentOf"
    assert credentials.active.ingredients[0].title is None


def test_a_default_source_type_does_not_overrule_a_history(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg", SigningRequest(source_type="trainedAlgorithmicMedia"))
    desk.sign(tmp_path / "first.jpg", tmp_path / "second.jpg", PHOTO)
    credentials = desk.verify(tmp_path / "second.jpg")
    assert credentials.digital_source_type == "trainedAlgorithmicMedia"
    assert credentials.generative == "fully"


def test_generated_parts_of_an_edit_are_on_record(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg")
    desk.sign(tmp_path / "first.jpg", tmp_path / "second.jpg", SigningRequest(ai_disclosure="partly"))
    assert desk.verify(tmp_path / "second.jpg").generative == "partly"


def test_no_ai_is_not_stated_against_the_history(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg", SigningRequest(ai_disclosure="fully"))
    with pytest.raises(SigningError, match="states in its history that it comes fully from generative AI"):
        desk.sign(tmp_path / "first.jpg", tmp_path / "second.jpg", SigningRequest(ai_disclosure="none"))


def test_a_history_in_a_sidecar_is_kept(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg", SigningRequest(source_type="digitalCapture", sidecar=True))
    desk.sign(tmp_path / "first.jpg", tmp_path / "second.jpg", SigningRequest())
    credentials = desk.verify(tmp_path / "second.jpg")
    assert credentials.state == "trusted"
    assert len(credentials.manifests) == 2


def test_a_parent_and_ingredients_are_recorded(desk, photo, tmp_path):
    (tmp_path / "edit.jpg").write_bytes(jpeg())
    (tmp_path / "part.png").write_bytes(saved("PNG"))
    request = SigningRequest(parent=photo, ingredients=(tmp_path / "part.png",))
    desk.sign(tmp_path / "edit.jpg", tmp_path / "out.jpg", request)
    manifest = desk.verify(tmp_path / "out.jpg").active
    assert {(i.relationship, i.format) for i in manifest.ingredients} == {
        ("parentOf", "image/jpeg"),
        ("componentOf", "image/png"),
    }
    assert [a.action for a in manifest.actions][:2] == ["c2pa.opened", "c2pa.placed"]


def test_a_second_parent_is_refused(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg")
    with pytest.raises(UsageError, match="it is its own parent"):
        desk.sign(tmp_path / "first.jpg", tmp_path / "out.jpg", SigningRequest(parent=photo))


def broken(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "sound.jpg")
    data = bytearray((tmp_path / "sound.jpg").read_bytes())
    data[-20] ^= 0xFF
    path = tmp_path / "broken.jpg"
    path.write_bytes(data)
    assert desk.verify(path).state == "invalid"
    return path


def test_laundering_a_broken_parent_is_refused(desk, photo, tmp_path):
    path = broken(desk, photo, tmp_path)
    with pytest.raises(SigningError, match=r"broken.jpg does not match its Content Credentials"):
        desk.sign(path, tmp_path / "out.jpg", SigningRequest())
    assert not (tmp_path / "out.jpg").exists()


def test_an_accepted_broken_parent_is_said_in_the_manifest(desk, photo, tmp_path):
    path = broken(desk, photo, tmp_path)
    result = desk.sign(path, tmp_path / "out.jpg", SigningRequest(accept_broken_parent=True))
    credentials = desk.verify(tmp_path / "out.jpg")
    assert credentials.state == "chain_invalid"
    said = next(a.data["statement"] for a in credentials.active.assertions if a.label == BROKEN_LABEL)
    assert "does not match its Content Credentials; the signer knew that" in said
    assert said in result.warnings


def test_a_history_elsewhere_is_not_dropped_silently(desk, photo, tmp_path):
    data = throwaway.sign(photo.read_bytes(), "image/jpeg", remote="https://example.org/a.c2pa")
    (tmp_path / "remote.jpg").write_bytes(data)
    with pytest.raises(SigningError, match="elsewhere, where they were not fetched"):
        desk.sign(tmp_path / "remote.jpg", tmp_path / "out.jpg", SigningRequest())


def test_a_file_for_testing_is_marked(test_desk, photo, tmp_path):
    test_desk.sign(photo, tmp_path / "out.jpg")
    labels = [a.label for a in test_desk.verify(tmp_path / "out.jpg").active.assertions]
    assert TEST_LABEL in labels


# Thumbnails and redaction


def secret_original(tmp_path):
    """A picture with a face, its place, and a thumbnail of its own in EXIF; and the edit without the face."""
    face = picture((640, 480))
    gps = {1: "N", 2: (52.0, 31.0, 12.25), 3: "E", 4: (13.0, 24.0, 18.5)}
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "Secret Camera Works"
    exif.get_ifd(0x8825).update(gps)
    original, edit = tmp_path / "original.jpg", tmp_path / "edit.jpg"
    original.write_bytes(saved("JPEG", face, exif=exif.tobytes()))
    face.paste((0, 0, 0), (200, 100, 440, 380))
    edit.write_bytes(saved("JPEG", face, exif=exif.tobytes()))
    return original, edit


def thumbnails(desk, path):
    return {
        label: data
        for store in desk.manifests(path).values()
        for label, data in store.items()
        if label.startswith("c2pa.thumbnail.")
    }


def test_thumbnails_leak_the_original_with_the_engines_defaults_and_not_with_ours(desk, tmp_path):
    import io

    import c2pa

    original, edit = secret_original(tmp_path)
    context = c2pa.Context.from_dict({"verify": {"verify_after_sign": False}})
    opened = throwaway.actions({"action": "c2pa.opened", "parameters": {"ingredientIds": ["p"]}})
    builder = c2pa.Builder(throwaway.definition("image/jpeg", opened), context=context)
    builder.add_ingredient(
        {"title": "o", "relationship": "parentOf", "label": "p"},
        "image/jpeg",
        io.BytesIO(original.read_bytes()),
    )
    out = io.BytesIO()
    builder.sign(throwaway.engine_signer(), "image/jpeg", io.BytesIO(edit.read_bytes()), out)
    leaky = tmp_path / "leaky.jpg"
    leaky.write_bytes(out.getvalue())
    assert "c2pa.thumbnail.ingredient" in thumbnails(desk, leaky)
    assert b"Secret Camera Works" in leaky.read_bytes()

    ours = tmp_path / "ours.jpg"
    desk.sign(edit, ours, SigningRequest(parent=original))
    assert thumbnails(desk, ours) == {}
    assert b"Secret Camera Works" not in ours.read_bytes()
    assert ours.read_bytes().count(b"\xff\xd8\xff") == 1

    # And a history that already carries such a picture loses it.
    again = tmp_path / "again.jpg"
    result = desk.sign(leaky, again, SigningRequest())
    assert thumbnails(desk, again) == {}
    assert {f.group for f in result.disclosure.removed} >= {"thumbnail"}
    credentials = desk.verify(again)
    assert credentials.state == "trusted"
    assert len(credentials.active.redactions) == 2
    assert {a.reason for a in credentials.active.actions if a.action == "c2pa.redacted"} == {
        "c2pa.PII.present"
    }


def test_a_place_in_the_history_is_redacted_unless_it_is_kept(desk, photo, tmp_path):
    place = {"label": "stds.exif", "data": {"exif:GPSLatitude": "52,31.2N", "exif:Make": "C"}}
    data = throwaway.sign(photo.read_bytes(), "image/jpeg", throwaway.created(), place)
    (tmp_path / "camera.jpg").write_bytes(data)
    assert b"52,31.2N" in data
    desk.sign(tmp_path / "camera.jpg", tmp_path / "out.jpg", SigningRequest())
    assert b"52,31.2N" not in (tmp_path / "out.jpg").read_bytes()
    policy = PrivacyPolicy(keep=frozenset({"EXIF:GPSLatitude"}))
    desk.sign(tmp_path / "camera.jpg", tmp_path / "kept.jpg", SigningRequest(), privacy=policy)
    assert b"52,31.2N" in (tmp_path / "kept.jpg").read_bytes()


def test_redaction_removes_the_bytes_and_keeps_the_reason(desk, photo, tmp_path):
    request = SigningRequest(source_type="digitalCapture", authors=("Hidden Person",))
    desk.sign(photo, tmp_path / "first.jpg", request)
    redactions = tuple(
        Redaction(assertion=label, reason="trade-secret")
        for label in ("cawg.metadata", "stds.schema-org.CreativeWork")
    )
    desk.sign(tmp_path / "first.jpg", tmp_path / "out.jpg", SigningRequest(redactions=redactions))
    credentials = desk.verify(tmp_path / "out.jpg")
    assert credentials.state == "trusted"
    assert b"Hidden Person" not in (tmp_path / "out.jpg").read_bytes()
    reasons = [a.reason for a in credentials.active.actions if a.action == "c2pa.redacted"]
    assert reasons == ["c2pa.trade-secret.present"] * 2


def test_redaction_of_what_is_not_there_names_what_is(desk, photo, tmp_path):
    desk.sign(photo, tmp_path / "first.jpg")
    request = SigningRequest(redactions=(Redaction(assertion="stds.exif", reason="pii"),))
    with pytest.raises(SigningError, match=r"no assertion stds.exif in the history of first.jpg") as caught:
        desk.sign(tmp_path / "first.jpg", tmp_path / "out.jpg", request)
    assert "c2pa.actions.v2" in caught.value.hint


# Never lose a file


def test_the_same_file_is_refused_under_every_name(desk, photo, tmp_path):
    content = photo.read_bytes()
    os.link(photo, tmp_path / "hard.jpg")
    (tmp_path / "soft.jpg").symlink_to(photo)
    for target in (photo, tmp_path / "hard.jpg", tmp_path / "." / "photo.jpg"):
        with pytest.raises(UsageError, match="is the same file as"):
            desk.sign(photo, target, overwrite=True)
    with pytest.raises(UsageError, match="is a link"):
        desk.sign(photo, tmp_path / "soft.jpg", overwrite=True)
    with pytest.raises(UsageError, match="is the same file as"):
        (tmp_path / "edit.jpg").write_bytes(jpeg())
        desk.sign(tmp_path / "edit.jpg", photo, SigningRequest(parent=photo), overwrite=True)
    assert photo.read_bytes() == content


def test_an_existing_target_stays_unless_it_may_be_replaced(desk, photo, tmp_path):
    target = tmp_path / "out.jpg"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        desk.sign(photo, target)
    assert target.read_bytes() == b"mine"
    desk.sign(photo, target, overwrite=True)
    assert desk.verify(target).state == "trusted"


def test_a_target_that_appears_meanwhile_stays(desk, photo, tmp_path):
    target = tmp_path / "out.jpg"
    with pytest.raises(UsageError, match="exists already"):
        desk.sign(photo, target, before_commit=lambda _: target.write_bytes(b"another's"))
    assert target.read_bytes() == b"another's"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jpg", "photo.jpg"]


def test_a_missing_folder_is_said_before_anything_is_written(desk, photo, tmp_path):
    with pytest.raises(UsageError, match=r"folder of .* does not exist"):
        desk.sign(photo, tmp_path / "no" / "out.jpg")


def test_a_source_that_changes_meanwhile_is_not_signed(desk, photo, tmp_path):
    def meddle(claim):
        os.utime(photo, ns=(1, 1))
        return desk.identity.sign(claim)

    identity = dataclasses.replace(desk.identity, sign=meddle)
    with pytest.raises(SigningError, match="changed while it was signed"):
        dataclasses.replace(desk, identity=identity).sign(photo, tmp_path / "out.jpg")
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


def test_the_real_error_of_a_key_comes_through(desk, photo, tmp_path):
    def locked(claim):
        raise SigningError("The token was pulled out.", hint="Put it back.")

    def crashes(claim):
        raise ZeroDivisionError("a bug in a driver")

    for sign, words in (
        (locked, "The token was pulled out"),
        (crashes, "ZeroDivisionError: a bug in a driver"),
    ):
        with pytest.raises(SigningError, match=words):
            identity = dataclasses.replace(desk.identity, sign=sign)
            dataclasses.replace(desk, identity=identity).sign(photo, tmp_path / "out.jpg")
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_key_that_signs_wrongly_is_noticed(desk, photo, tmp_path):
    identity = dataclasses.replace(desk.identity, sign=lambda claim: bytes(64))
    with pytest.raises(SigningError):
        dataclasses.replace(desk, identity=identity).sign(photo, tmp_path / "out.jpg")
    assert not (tmp_path / "out.jpg").exists()


class FullDisk:
    """A file that can be opened and takes nothing more."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("which", [0, 1], ids=["the stripped copy", "the signed file"])
def test_a_full_disk_leaves_the_old_state(desk, photo, tmp_path, monkeypatch, which):
    new, made = Workspace.new, []

    def full(self):
        path, file = new(self)
        made.append(path)
        return path, FullDisk(file) if len(made) == which + 1 else file

    monkeypatch.setattr(Workspace, "new", full)
    target = tmp_path / "out.jpg"
    target.write_bytes(b"old")
    with pytest.raises(SigningError, match="The disk is full"):
        desk.sign(photo, target, overwrite=True)
    assert target.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jpg", "photo.jpg"]


def test_a_log_that_fails_stops_the_move(desk, photo, tmp_path):
    def refuse(result):
        raise SigningError("The log is full.")

    with pytest.raises(SigningError, match="The log is full"):
        desk.sign(photo, tmp_path / "out.jpg", before_commit=refuse)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


# Beside the file, and time


def test_a_sidecar_leaves_the_file_without_a_manifest(desk, photo, tmp_path):
    target = tmp_path / "out.jpg"
    result = desk.sign(photo, target, SigningRequest(source_type="digitalCapture", sidecar=True))
    assert result.sidecar == "out.jpg.c2pa"
    credentials = desk.verify(target)
    assert (credentials.state, credentials.where) == ("trusted", "sidecar")
    sidecar_path(target).unlink()
    assert desk.verify(target).state == "absent"


def test_a_remote_manifest_is_written_for_upload(desk, photo, tmp_path):
    target, url = tmp_path / "out.jpg", "https://example.org/out.c2pa"
    desk.sign(photo, target, SigningRequest(source_type="digitalCapture", remote_url=url))
    assert desk.verify(target).state == "trusted"
    sidecar_path(target).unlink()
    alone = desk.verify(target)
    assert (alone.state, alone.remote_url) == ("remote", url)


def test_a_dead_timestamp_authority_fails_only_where_a_timestamp_is_required(
    desk, photo, tmp_path, monkeypatch
):
    monkeypatch.setattr("provenance.signing.engine._PAUSE", 0)
    dead = ("http://127.0.0.1:9/", "http://127.0.0.1:10/")
    with pytest.raises(TimestampError, match=r"127.0.0.1:9/ gave no usable answer.*127.0.0.1:10/") as caught:
        desk.sign(photo, tmp_path / "out.jpg", tsa=dead, require_timestamp=True)
    assert "--tsa" in caught.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]
    result = desk.sign(photo, tmp_path / "out.jpg", tsa=dead)
    assert any("127.0.0.1:9/" in warning for warning in result.warnings)


def test_the_second_authority_is_asked_when_the_first_is_dead(desk, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("provenance.signing.engine._PAUSE", 0)
    with timestamp_server() as authority:
        clocks = throwaway.trust(tsa=[authority.root]).lists
        stamped = dataclasses.replace(desk, trust=Trust(lists=(*desk.trust.lists, *clocks)))
        tsa = ("http://127.0.0.1:9/", authority.url)
        result = stamped.sign(photo, tmp_path / "out.jpg", tsa=tsa, require_timestamp=True)
        assert result.timestamp.state == "trusted"
        assert result.signed_at == result.timestamp.time
        assert not any("certificate ends" in warning for warning in result.warnings)
        unknown = desk.sign(photo, tmp_path / "unknown.jpg", tsa=tsa)
        assert any("on none of the trust lists" in warning for warning in unknown.warnings)


def test_garbage_from_an_authority_is_no_timestamp(desk, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("provenance.signing.engine._PAUSE", 0)
    for mode in ("garbage", "error", "refused", "other_data"):
        with (
            timestamp_server(mode=mode) as authority,
            pytest.raises(TimestampError, match="no usable answer"),
        ):
            desk.sign(photo, tmp_path / "out.jpg", tsa=(authority.url,), require_timestamp=True)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_timestamp_cannot_be_required_of_nobody(desk, photo, tmp_path):
    with pytest.raises(TimestampError, match="no timestamp authority is named"):
        desk.sign(photo, tmp_path / "out.jpg", require_timestamp=True)


def test_without_a_timestamp_the_end_of_validity_is_said(desk, photo, tmp_path):
    result = desk.sign(photo, tmp_path / "out.jpg")
    assert any("counts only until the certificate ends on" in warning for warning in result.warnings)
