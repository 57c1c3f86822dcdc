"""`assay examine`, as its contract says: outputs, exit codes, folders, standard input."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

MEDIA = (
    "ai-declared.jpg",
    "broken.jpg",
    "clip.mp4",
    "generator-metadata.png",
    "recording.wav",
    "stripped.jpg",
)


@pytest.fixture
def folder(tmp_path, samples):
    """A folder with media, a text, a hidden file and a folder below."""
    root = tmp_path / "inbox"
    (root / "wire").mkdir(parents=True)
    (root / ".cache").mkdir()
    for name in ("stripped.jpg", "recording.wav"):
        shutil.copy(samples / name, root / name)
    shutil.copy(samples / "broken.jpg", root / "wire/broken.jpg")
    shutil.copy(samples / "broken.jpg", root / ".cache/hidden.jpg")
    (root / ".hidden.jpg").write_bytes(b"x")
    (root / "note.txt").write_text("no picture")
    return root


def test_json_is_one_object_a_file_and_line_and_nothing_else(process, samples, ca):
    ran = process("examine", "--json", "--trust", ca, *(samples / name for name in MEDIA))
    assert ran.code == 0
    assert ran.err == ""
    assert [r["asset"]["name"] for r in ran.records] == list(MEDIA)
    assert {r["schema"] for r in ran.records} == {"assay/assessment/1"}
    states = dict(zip(MEDIA, (r["provenance"]["state"] for r in ran.records), strict=True))
    assert states == {
        "ai-declared.jpg": "trusted", "broken.jpg": "invalid", "clip.mp4": "trusted",
        "generator-metadata.png": "absent", "recording.wav": "trusted", "stripped.jpg": "absent",
    }  # fmt: skip


def test_keys_are_those_of_the_contract(assay, samples, ca):
    (result,) = assay("examine", "--json", "--trust", ca, samples / "original.jpg").records
    assert {
        "schema", "tool", "asset", "provenance", "declared", "matched", "measured", "generated", "edited",
        "assessment", "seconds",
    } <= set(result)  # fmt: skip
    assert {"name", "sha256", "bytes", "media_type", "width", "height", "seconds"} <= set(result["asset"])
    assert {
        "state", "signer", "signed_at", "timestamp", "claim_generator", "digital_source_type", "generative", "training",
        "status", "manifests", "remote_url",
    } <= set(result["provenance"])  # fmt: skip
    assert {"name", "organisation", "issuer", "serial", "not_after", "trust_list"} <= set(
        result["provenance"]["signer"]
    )
    assert {"log10_lr", "strength", "reason"} <= set(result["generated"])
    assert {"log10_lr", "strength", "regions", "reason"} <= set(result["edited"])
    assert {"headline", "next_steps", "limits"} == set(result["assessment"])
    assert {
        "check", "version", "basis", "outcome", "points_to", "log10_lr", "strength", "summary", "because", "regions",
        "caveats", "reason",
    } <= set(result["measured"][0])  # fmt: skip
    assert result["tool"]["offline"] is True


def test_text_begins_with_title_headline_and_next_steps(assay, samples, ca):
    ran = assay("examine", "--trust", ca, samples / "original.jpg")
    assert ran.code == 0
    first, second = ran.out.split("\n\n")[:2]
    assert first.startswith("original.jpg  JPEG picture, 480 × 320 pixels")
    assert "Signed by Assay samples (a test identity)" in first
    assert second.startswith("Next\n")
    assert 1 <= second.count("\n  - ") <= 3


def test_quiet_is_title_and_headline(assay, samples):
    ran = assay("examine", "--quiet", samples / "stripped.jpg")
    assert ran.out.startswith("stripped.jpg  ")
    assert "Nothing found either way." in ran.out
    assert "\n\n" not in ran.out


def test_verbose_shows_more(assay, samples):
    short = assay("examine", samples / "stripped.jpg").out
    long = assay("examine", "--verbose", samples / "stripped.jpg").out
    assert "more with --verbose" in short
    assert "more with --verbose" not in long
    assert len(long) > len(short)


def test_file_of_no_known_type_costs_itself(process, samples):
    ran = process("examine", "--json", samples / "make.py", samples / "stripped.jpg", samples / "missing.jpg")
    assert ran.code == 3
    kinds = [r["schema"] for r in ran.records]
    assert kinds == ["assay/error/1", "assay/assessment/1", "assay/error/1"]
    unknown, _, missing = ran.records
    assert unknown["error"]["code"] == "unsupported_type"
    assert missing["asset"]["name"] == "missing.jpg"
    assert unknown["error"]["hint"]
    assert missing["error"]["hint"]


def test_errors_in_text_go_to_standard_error(assay, samples):
    ran = assay("examine", samples / "make.py")
    assert ran.code == 3
    assert ran.out == ""
    assert "Error: " in ran.err
    assert "Hint: " in ran.err


def test_folder_is_searched_and_hidden_files_passed_over(assay, folder):
    ran = assay("examine", "--json", folder)
    assert ran.code == 3  # for note.txt
    assert [r["asset"]["name"] for r in ran.records] == [
        "note.txt", "recording.wav", "stripped.jpg", "wire/broken.jpg",
    ]  # fmt: skip


def test_empty_folder_is_a_usage_error(assay, tmp_path):
    (tmp_path / "empty").mkdir()
    ran = assay("examine", tmp_path / "empty")
    assert ran.code == 2
    assert "There is no file" in ran.err


def test_standard_input(process, samples):
    ran = process("examine", "--json", "-", stdin=(samples / "generator-metadata.png").read_bytes())
    assert ran.code == 0
    (result,) = ran.records
    assert result["asset"]["name"] == "standard input"
    assert result["asset"]["media_type"] == "image/png"
    assert any(f["check"] == "marks.a1111" and f["summary"] for f in result["declared"])


def test_empty_standard_input_is_an_error_of_that_file(assay):
    ran = assay("examine", "--json", "-")
    assert ran.code == 3
    assert ran.records[0]["error"]["code"] == "unreadable"


@pytest.mark.parametrize(
    ("level", "sample", "code"),
    [
        ("unsigned", "stripped.jpg", 4),
        ("unsigned", "original.jpg", 0),
        ("invalid", "laundered.jpg", 4),
        ("invalid", "stripped.jpg", 0),
        ("declared", "ai-declared.jpg", 4),
        ("declared", "generator-metadata.png", 4),
        ("declared", "original.jpg", 0),
        ("moderate", "stripped.jpg", 0),
    ],
)
def test_fail_on(assay, samples, ca, level, sample, code):
    ran = assay("examine", "--quiet", "--trust", ca, "--fail-on", level, samples / sample)
    assert ran.code == code, ran.out + ran.err


def test_fail_on_takes_several_levels_and_no_others(assay, samples):
    ran = assay(
        "examine", "-q", "--fail-on", "invalid", "--fail-on", "declared", samples / "generator-metadata.png"
    )
    assert ran.code == 4
    assert assay("examine", "--fail-on", "ugly", samples / "stripped.jpg").code == 2


def test_expected_signer(assay, samples, ca):
    met = assay(
        "examine", "--json", "--trust", ca, "--expect-signer", "assay SAMPLES", samples / "original.jpg"
    )
    assert met.code == 0
    assert met.records[0]["expectation_met"] is True
    unmet = assay("examine", "--json", "--trust", ca, "--expect-signer", "AFP", samples / "original.jpg")
    assert unmet.code == 4
    assert "not by AFP as expected" in unmet.records[0]["assessment"]["headline"]


def test_higher_code_wins_over_a_condition(assay, samples):
    ran = assay("examine", "-q", "--fail-on", "unsigned", samples / "make.py", samples / "stripped.jpg")
    assert ran.code == 4


def test_report_and_bundle(process, samples, tmp_path):
    ran = process("examine", "--json", "--html", "report.html", "--bundle", "b.zip", samples / "stripped.jpg")
    assert ran.code == 0
    assert len(ran.records) == 1
    assert "Report written" in ran.err
    assert "stripped.jpg" in (tmp_path / "report.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        assert bundle.testzip() is None
        results = [n for n in bundle.namelist() if n.endswith((".json", ".jsonl"))]
        assert any(b"assay/assessment/1" in bundle.read(name) for name in results)
    again = process("examine", "--html", "report.html", samples / "stripped.jpg")
    assert again.code == 2
    assert "--force" in again.err
    assert process("examine", "-q", "--force", "--html", "report.html", samples / "stripped.jpg").code == 0


def test_report_into_a_missing_folder_is_refused_before_the_work(assay, samples):
    ran = assay("examine", "--html", "nowhere/report.html", samples / "stripped.jpg")
    assert ran.code == 2
    assert ran.out == ""
    assert "does not exist" in ran.err


def test_single_check_and_family(assay, samples):
    ran = assay("examine", "--json", "--check", "marks.a1111", samples / "generator-metadata.png")
    assert list(ran.records[0]["tool"]["checks"]) == ["marks.a1111"]
    unknown = assay("examine", "--check", "marks.a1112", samples / "generator-metadata.png")
    assert unknown.code == 2
    assert "Did you mean marks.a1111" in unknown.err


def test_limit_on_bytes(assay, samples):
    ran = assay("examine", "--json", "--max-bytes", "100", samples / "stripped.jpg")
    assert ran.code == 3
    assert ran.records[0]["error"]["code"] == "limit"


def test_no_file_is_a_usage_error(assay):
    assert assay("examine").code == 2


def test_names_that_steer_a_terminal_are_shown_as_escapes(assay, samples, tmp_path):
    name = "photo\u202egnp.exe\x1b[31m.jpg"
    shutil.copy(samples / "stripped.jpg", tmp_path / name)
    ran = assay("examine", tmp_path / name)
    assert "\u202e" not in ran.out
    assert "\x1b" not in ran.out
    assert "\\u202e" in ran.out
    (record,) = assay("examine", "--json", tmp_path / name).records
    assert record["asset"]["name"] == name
    assert json.dumps(record)
