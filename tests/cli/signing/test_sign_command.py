"""`assay sign` as a newsroom uses it, and what it says when something is wrong."""

import json
import shutil

import pytest

from cli.signing.journal import Journal, journal_path

NEW = ("--source-type", "digitalCapture")


def test_one_file_to_a_file(desk):
    photo = desk.photo("a.jpg")
    before = photo.read_bytes()
    answer = desk.sign(photo, "-o", "out.jpg", *NEW)
    assert answer.code == 0
    assert answer.out.startswith("a.jpg: signed, out.jpg; ")
    assert "no timestamp" in answer.err
    assert desk.state("out.jpg") == "trusted"
    assert photo.read_bytes() == before


def test_one_file_into_a_folder_keeps_its_name(desk):
    (desk.folder / "out").mkdir()
    assert desk.sign(desk.photo("a.jpg"), "-o", "out", *NEW).code == 0
    assert desk.state("out/a.jpg") == "trusted"


def test_a_folder_keeps_relative_paths_and_a_bad_file_does_not_stop_it(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/deep/b.jpg", (1, 2, 3))
    (desk.folder / "in" / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    (desk.folder / "in" / "notes.txt").write_text("no picture at all")
    answer = desk.sign("in", "-o", "out", *NEW, "--jobs", "2", "--json")
    assert answer.code == 6
    schemas = {line["asset"]["name"]: line["schema"] for line in answer.lines}
    assert schemas == {
        "a.jpg": "assay/signed/1",
        "deep/b.jpg": "assay/signed/1",
        "bad.jpg": "assay/error/1",
        "notes.txt": "assay/error/1",
    }
    assert desk.state("out/a.jpg") == desk.state("out/deep/b.jpg") == "trusted"
    assert not (desk.folder / "out" / "bad.jpg").exists()


def test_a_second_run_goes_on_where_the_first_one_stopped(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg", (5, 5, 5))
    desk.sign("in", "-o", "out", *NEW)
    first = (desk.folder / "out" / "a.jpg").read_bytes()
    (desk.folder / "out" / "b.jpg").unlink()
    answer = desk.sign("in", "-o", "out", *NEW, "--json")
    assert answer.code == 0
    schemas = {line["asset"]["name"]: line["schema"] for line in answer.lines}
    assert schemas == {"a.jpg": "assay/signing-skipped/1", "b.jpg": "assay/signed/1"}
    assert (desk.folder / "out" / "a.jpg").read_bytes() == first


def test_force_signs_again(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    desk.sign("in", "-o", "out", *NEW)
    answer = desk.sign("in", "-o", "out", *NEW, "--force", "--json")
    assert {line["schema"] for line in answer.lines} == {"assay/signed/1"}


def test_a_changed_source_or_other_statements_are_not_skipped(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    desk.sign("in", "-o", "out", *NEW)
    desk.photo("in/a.jpg", (9, 9, 9))
    answer = desk.sign("in", "-o", "out", *NEW)
    assert answer.code == 6
    assert "a.jpg: not signed. out/a.jpg exists already." in answer.err
    assert "b.jpg: signed earlier" in answer.out
    assert desk.sign("in", "-o", "out", *NEW, "--author", "Ada").code == 6
    assert desk.sign("in", "-o", "out", *NEW, "--author", "Ada", "--force").code == 0


def test_signed_copies_below_the_sources_are_no_sources(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    desk.sign("in", "-o", "in/signed", *NEW)
    answer = desk.sign("in", "-o", "in/signed", *NEW, "--json")
    assert {line["asset"]["name"] for line in answer.lines} == {"a.jpg", "b.jpg"}


def test_a_pattern_that_no_shell_expanded(desk):
    desk.photo("a1.jpg")
    desk.photo("a2.jpg")
    assert desk.sign("a?.jpg", "-o", "out", *NEW).code == 0
    assert desk.state("out/a2.jpg") == "trusted"
    assert "Nothing matches" in desk.sign("x*.jpg", "-o", "out", *NEW).err


def test_two_files_of_one_name_are_refused(desk):
    one, two = desk.photo("x/a.jpg"), desk.photo("y/a.jpg")
    answer = desk.sign(one, two, "-o", "out", *NEW)
    assert answer.code == 2
    assert "would both become" in answer.err


def test_a_link_that_leads_out_of_the_folder_is_refused(desk):
    desk.photo("in/sub/a.jpg")
    desk.photo("in/b.jpg")
    (desk.folder / "elsewhere").mkdir()
    (desk.folder / "out").mkdir()
    (desk.folder / "out" / "sub").symlink_to(desk.folder / "elsewhere")
    answer = desk.sign("in", "-o", "out", *NEW)
    assert answer.code == 6
    assert "is a link that leads out of" in answer.err
    assert list((desk.folder / "elsewhere").iterdir()) == []


def test_the_source_is_never_the_target(desk):
    photo = desk.photo("a.jpg")
    before = photo.read_bytes()
    answer = desk.sign(photo, "-o", photo, "--force", *NEW)
    assert answer.code == 6
    assert "is the same file as" in answer.err
    assert photo.read_bytes() == before


def test_a_dry_run_shows_every_field_and_writes_nothing(desk):
    photo = desk.photo("a.jpg")
    answer = desk.sign(photo, "-o", "out.jpg", *NEW, "--author", "Ada", "--dry-run")
    assert answer.code == 0
    assert "EXIF:Make = Secret Camera Works" in answer.out
    assert "c2pa.created = digitalCapture" in answer.out
    assert "cawg.metadata dc:creator = Ada" in answer.out
    assert (
        answer.out.index("Taken out")
        < answer.out.index("EXIF:Make")
        < answer.out.index("The signed copy tells")
    )
    assert not (desk.folder / "out.jpg").exists()
    plan = desk.sign(photo, "-o", "out.jpg", *NEW, "--dry-run", "--json").lines[0]
    assert plan["schema"] == "assay/signing-plan/1"
    assert {field["name"] for field in plan["removed"]} >= {"EXIF:Make"}


def test_a_dry_run_needs_no_key(desk):
    assert desk.sign(desk.photo("a.jpg"), "-o", "out.jpg", *NEW, "--dry-run", key=False).code == 0


def test_kept_fields_and_strip(desk):
    photo = desk.photo("a.jpg")
    desk.sign(photo, "-o", "kept.jpg", *NEW, "--keep", "EXIF:Make")
    desk.sign(photo, "-o", "bare.jpg", *NEW, "--keep", "EXIF:Make", "--strip")
    desk.sign(photo, "-o", "whole.jpg", *NEW, "--keep-everything")
    found = [
        b"Secret Camera" in (desk.folder / name).read_bytes()
        for name in ("kept.jpg", "bare.jpg", "whole.jpg")
    ]
    assert found == [True, False, True]


def test_every_signature_goes_into_the_log(desk):
    from provenance.custody.log import CustodyLog

    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    log = desk.folder / "custody.jsonl"
    assert desk.sign("in", "-o", "out", *NEW, "--log", log, "--jobs", "2").code == 0
    assert CustodyLog(log).check().sound
    assert sorted(entry.name for entry in CustodyLog(log).entries()) == ["a.jpg", "b.jpg"]


def test_a_sidecar_and_a_remote_manifest(desk):
    photo = desk.photo("a.jpg")
    assert "manifest in side.jpg.c2pa" in desk.sign(photo, "-o", "side.jpg", *NEW, "--sidecar").out
    assert desk.state("side.jpg") == "trusted"
    url = "https://example.org/{name}.c2pa"
    assert desk.sign(photo, "-o", "far.jpg", *NEW, "--remote-url", url).code == 0
    assert b"https://example.org/a.jpg.c2pa" in (desk.folder / "far.jpg").read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--action", "cropd"), "There is no action 'cropd'"),
        (("--source-type", "photo"), "no digital source type 'photo'"),
        (("--redact", "stds.exif"), "gives no reason"),
        (("--redact", "c2pa.actions.v2=pii"), "cannot be redacted"),
        (("--training", "ai_training"), "is no pair"),
        (("--training", "ai_training=never"), "'never' is no choice"),
        (("--training", "ai_training=allowed", "--no-ai-training"), "sets all entries"),
        (("--keep", "GPS"), "names no field that can be kept"),
        (("--strip", "--keep-everything"), "contradict each other"),
        (("--sidecar", "--remote-url", "https://example.org/a"), "beside the file or at an address"),
        (("--published-at", "example.org"), "is no web address"),
    ],
)
def test_what_is_wrong_with_the_options_is_said_before_anything_is_done(desk, options, words):
    answer = desk.sign(desk.photo("a.jpg"), "-o", "out.jpg", *options)
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.splitlines()[-1].strip(), "no hint"
    assert not (desk.folder / "out.jpg").exists()


def test_many_files_cannot_share_one_remote_manifest(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    answer = desk.sign("in", "-o", "out", *NEW, "--remote-url", "https://example.org/a.c2pa")
    assert (answer.code, "{name}" in answer.err) == (2, True)


def test_no_key_is_said(desk):
    answer = desk.sign(desk.photo("a.jpg"), "-o", "out.jpg", *NEW, key=False)
    assert answer.code == 2
    assert "--key" in answer.err


def test_a_test_identity_needs_a_word_and_marks_the_manifest(desk, keys):
    photo = desk.photo("a.jpg")
    trial = ("--key", keys / "test" / "key.pem", "--cert", keys / "test" / "cert.pem")
    answer = desk.sign(photo, "-o", "out.jpg", *NEW, *trial, key=False)
    assert answer.code == 6
    assert "--test-identity" in answer.err
    assert not (desk.folder / "out.jpg").exists()
    assert desk.sign(photo, "-o", "out.jpg", *NEW, *trial, "--test-identity", key=False).code == 0
    assert b"assay.test-identity" in (desk.folder / "out.jpg").read_bytes()


def test_an_assertion_of_ones_own_from_a_file(desk):
    own = {"label": "org.example.review", "data": {"by": "Ed"}, "schema": "schema.json"}
    (desk.folder / "own.json").write_text(json.dumps(own))
    (desk.folder / "schema.json").write_text(json.dumps({"required": ["by"]}))
    photo = desk.photo("a.jpg")
    assert desk.sign(photo, "-o", "out.jpg", *NEW, "--assertion", "own.json").code == 0
    assert b"org.example.review" in (desk.folder / "out.jpg").read_bytes()
    (desk.folder / "own.json").write_text('{"label": "org.example.review"}')
    assert "lacks data, schema" in desk.sign(photo, "-o", "x.jpg", *NEW, "--assertion", "own.json").err


# Profiles


def test_a_profile_holds_a_desks_defaults_and_options_win(desk, keys):
    (desk.folder.parent / "assay.toml").write_text(
        f"""
        [profile.photo]
        key = {str(keys / "key.pem")!r}
        cert = {str(keys / "cert.pem")!r}
        source-type = "digitalCapture"
        organisation = "The Daily Desk"
        author = ["Desk"]
        keep = ["EXIF:Make"]
        training = {{ ai_training = "notAllowed" }}
        """
    )
    photo = desk.photo("a.jpg")
    assert desk.sign(photo, "-o", "one.jpg", "--profile", "photo", key=False).code == 0
    one = (desk.folder / "one.jpg").read_bytes()
    assert b"Secret Camera Works" in one
    assert b"The Daily Desk" in one
    assert b"cawg.ai_training" in one
    assert desk.sign(photo, "-o", "two.jpg", "--author", "Ada", "--profile", "photo", key=False).code == 0
    assert b'"Ada"' in (desk.folder / "two.jpg").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[profile.photo]\nauthors = ['A']", "Did you mean author?"),
        ("[profile.photo]\nxyzzy = 1", "Known keys"),
        ("[profile.photo]\nsidecar = 'yes'", "has to be true or false"),
        ("[profile.photo]\njobs = true", "has to be a whole number"),
        ("[profile.photo]\nkey-passphrase = 'x'", "Secrets do not belong"),
        ("[profile.video]\nsidecar = true", "There is: video."),
        ("", "Add a section"),
    ],
)
def test_a_profile_with_a_mistake_is_refused_with_a_hint(desk, content, words):
    (desk.folder.parent / "assay.toml").write_text(content)
    answer = desk.sign(desk.photo("a.jpg"), "-o", "out.jpg", *NEW, "--profile", "photo")
    assert answer.code == 2
    assert words in answer.err


# The journal


def test_the_journal_survives_a_torn_line_and_lies_apart(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    desk.sign("in", "-o", "out", *NEW)
    path = journal_path(desk.folder / "out")
    assert desk.folder not in path.parents
    assert path.stat().st_mode & 0o077 == 0
    with path.open("ab") as file:
        file.write(b'{"target": "c.jp')
    desk.photo("in/c.jpg")
    desk.sign("in", "-o", "out", *NEW)
    assert set(Journal(path).records()) == {"a.jpg", "b.jpg", "c.jpg"}


def test_a_copy_that_was_changed_after_signing_is_not_skipped(desk):
    desk.photo("in/a.jpg")
    desk.photo("in/b.jpg")
    desk.sign("in", "-o", "out", *NEW)
    shutil.copy("out/a.jpg", "out/b.jpg")
    answer = desk.sign("in", "-o", "out", *NEW)
    assert answer.code == 6
    assert "b.jpg: not signed. out/b.jpg exists already." in answer.err
