"""`assay verify`: states, exit codes, expected signers, lists, sidecars, history."""

from __future__ import annotations

import pytest
import throwaway

STATES = {
    "original.jpg": ("trusted", 0),
    "edited.jpg": ("trusted", 0),
    "broken.jpg": ("invalid", 4),
    "laundered.jpg": ("chain_invalid", 4),
    "stripped.jpg": ("absent", 0),
    "recording.wav": ("trusted", 0),
    "clip.mp4": ("trusted", 0),
}


def test_states_of_the_samples(process, samples, ca):
    ran = process("verify", "--json", "--trust", ca, *(samples / name for name in STATES))
    assert ran.code == 4
    assert {r["asset"]["name"]: r["provenance"]["state"] for r in ran.records} == {
        name: state for name, (state, _) in STATES.items()
    }
    assert {r["schema"] for r in ran.records} == {"assay/verification/1"}
    assert all(r["tool"]["trust_lists"][0]["name"] == "ca.pem" for r in ran.records)


@pytest.mark.parametrize("name", ["original.jpg", "broken.jpg", "laundered.jpg", "stripped.jpg"])
def test_exit_code_of_each_state(assay, samples, ca, name):
    assert assay("verify", "--quiet", "--trust", ca, samples / name).code == STATES[name][1]


def test_without_credentials_it_says_so(assay, samples):
    ran = assay("verify", samples / "stripped.jpg")
    assert "Carries no Content Credentials. Most files on the web carry none." in ran.out


def test_signer_on_no_list_is_a_name_that_nobody_proves(assay, samples):
    ran = assay("verify", "--json", samples / "original.jpg")
    assert ran.code == 0
    (result,) = ran.records
    assert result["provenance"]["state"] == "valid"
    assert result["provenance"]["signer"]["trust_list"] is None
    assert "can't be verified with your trust lists" in result["assessment"]["headline"]
    assert "assay trust update" in result["assessment"]["next_steps"][0]


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (["Assay samples"], 0),
        (["ASSAY SAMPLES - for testing only"], 0),
        (["Assay"], 4),
        (["samples"], 4),
        (["AFP", "Assay samples"], 0),
        (["AFP", "Reuters"], 4),
    ],
)
def test_expected_signer_is_the_whole_name(assay, samples, ca, expected, code):
    options = [part for name in expected for part in ("--expect-signer", name)]
    ran = assay("verify", "--json", "--trust", ca, *options, samples / "original.jpg")
    assert ran.code == code
    assert ran.records[0]["expected"] == expected
    assert ran.records[0]["expectation_met"] is (code == 0)


def test_expected_signer_counts_only_when_trusted_and_intact(assay, samples, ca):
    assert assay("verify", "-q", "--expect-signer", "Assay samples", samples / "original.jpg").code == 4
    broken = assay("verify", "-q", "--trust", ca, "--expect-signer", "Assay samples", samples / "broken.jpg")
    assert broken.code == 4


def test_tree_shows_the_history(assay, samples, ca):
    ran = assay("verify", "--trust", ca, "--tree", samples / "laundered.jpg")
    assert "broken.jpg [its credentials did not match]" in " ".join(ran.out.split())


def test_sidecar_is_found_beside_the_file_and_taken_from_elsewhere(assay, samples, tmp_path):
    plain = (samples / "stripped.jpg").read_bytes()
    _, store = throwaway.sign_apart(plain, "image/jpeg", throwaway.created())
    root = tmp_path / "root.pem"
    root.write_bytes(throwaway.root().pem)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk/photo.jpg").write_bytes(plain)
    (tmp_path / "desk/photo.c2pa").write_bytes(store)
    beside = assay("verify", "--json", "--trust", root, tmp_path / "desk")
    assert beside.code == 0
    (result,) = beside.records
    assert (result["provenance"]["state"], result["provenance"]["where"]) == ("trusted", "sidecar")
    given = assay(
        "verify", "--json", "--trust", root, "--manifest", "desk/photo.c2pa", samples / "stripped.jpg"
    )
    assert given.records[0]["provenance"]["state"] == "trusted"
    other = assay("verify", "--json", "--manifest", "desk/photo.c2pa", samples / "generator-metadata.png")
    assert other.code == 4


def test_manifest_goes_with_one_file(assay, samples, tmp_path):
    (tmp_path / "x.c2pa").write_bytes(b"x")
    ran = assay("verify", "--manifest", "x.c2pa", samples / "stripped.jpg", samples / "original.jpg")
    assert ran.code == 2
    assert "--manifest goes with one file" in ran.err


def test_broken_list_names_itself(assay, samples, tmp_path):
    (tmp_path / "list.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    ran = assay("verify", "--json", "--trust", "list.pem", samples / "original.jpg")
    assert ran.code == 3
    assert ran.records[0]["error"]["code"] == "trust_list"
    assert "list.pem" in ran.records[0]["error"]["message"]


def test_missing_list_is_a_usage_error(assay, samples):
    assert assay("verify", "--trust", "nowhere.pem", samples / "original.jpg").code == 2


def test_timestamp_list_does_not_vouch_for_signers(assay, samples, ca):
    ran = assay("verify", "--json", "--tsa-trust", ca, samples / "original.jpg")
    assert ran.records[0]["provenance"]["state"] == "valid"


def test_damaged_file_is_not_called_absent(assay, samples, tmp_path):
    (tmp_path / "cut.jpg").write_bytes((samples / "stripped.jpg").read_bytes()[:15])
    ran = assay("verify", "--json", "cut.jpg")
    assert ran.code == 3
    assert (
        ran.records[0]["schema"] == "assay/error/1" or ran.records[0]["provenance"]["state"] == "unreadable"
    )


def test_listed_authority_does_not_make_every_purpose_a_signer(assay, samples, tmp_path):
    plain = (samples / "stripped.jpg").read_bytes()
    stamper = throwaway.leaf(throwaway.root(), usages=(throwaway.TIME,))
    (tmp_path / "root.pem").write_bytes(throwaway.root().pem)
    (tmp_path / "stamper.jpg").write_bytes(throwaway.sign(plain, "image/jpeg", party=stamper))
    (tmp_path / "signer.jpg").write_bytes(throwaway.sign(plain, "image/jpeg"))
    ran = assay("verify", "--json", "--trust", "root.pem", "signer.jpg", "stamper.jpg")
    right, wrong = (record["provenance"]["state"] for record in ran.records)
    assert right == "trusted"
    assert wrong in ("valid", "invalid")


def test_sidecar_beside_does_not_override_what_the_file_carries(assay, samples, ca, tmp_path):
    _, store = throwaway.sign_apart(
        (samples / "stripped.jpg").read_bytes(), "image/jpeg", throwaway.created()
    )
    (tmp_path / "original.jpg").write_bytes((samples / "original.jpg").read_bytes())
    (tmp_path / "original.c2pa").write_bytes(store)
    (result,) = assay("verify", "--json", "--trust", ca, "original.jpg").records
    assert (result["provenance"]["state"], result["provenance"]["where"]) == ("trusted", "embedded")
    assert any("original.c2pa was not used" in note for note in result["provenance"]["notes"])
