"""Options from `assay.toml` and from the environment."""

from __future__ import annotations

import pytest


@pytest.fixture
def configured(environment):
    """Write the user's configuration file."""
    from pathlib import Path

    def write(text: str) -> Path:
        folder = Path(environment["XDG_CONFIG_HOME"]) / "assay"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "assay.toml").write_text(text, encoding="utf-8")
        return folder / "assay.toml"

    return write


def test_file_sets_options_by_their_names(assay, configured, samples, ca):
    configured(f'[verify]\ntrust = ["{ca}"]\nexpect-signer = "Agence France-Presse"\njson = true\n')
    ran = assay("verify", samples / "original.jpg")
    assert ran.code == 4
    (result,) = ran.records
    assert result["provenance"]["state"] == "trusted"
    assert result["expected"] == ["Agence France-Presse"]


def test_section_is_for_its_command_alone(assay, configured, samples):
    configured("[verify]\njson = true\n")
    assert assay("examine", samples / "stripped.jpg").out.startswith("stripped.jpg")


def test_sections_of_others_are_left_alone(assay, configured, samples):
    configured('[profile.desk]\nauthor = ["Desk"]\n[sign]\nnonsense = 1\n')
    assert assay("verify", samples / "stripped.jpg").code == 0


def test_command_line_wins_over_environment_and_environment_over_file(assay, configured, samples):
    configured('[verify]\nexpect-signer = "File"\n')
    (by_file,) = assay("verify", "--json", samples / "original.jpg").records
    assert by_file["expected"] == ["File"]
    variable = {"ASSAY_VERIFY_EXPECT_SIGNER": "Agence France-Presse;Reuters"}
    (by_variable,) = assay("verify", "--json", samples / "original.jpg", **variable).records
    assert by_variable["expected"] == ["Agence France-Presse", "Reuters"]
    (by_hand,) = assay(
        "verify", "--json", "--expect-signer", "Me", samples / "original.jpg", **variable
    ).records
    assert by_hand["expected"] == ["Me"]


def test_environment_sets_switches_and_choices(assay, samples):
    ran = assay(
        "examine", samples / "stripped.jpg", ASSAY_EXAMINE_JSON="1", ASSAY_EXAMINE_FAIL_ON="invalid;unsigned"
    )
    assert ran.code == 4
    assert len(ran.records) == 1
    assert assay("examine", samples / "stripped.jpg", ASSAY_EXAMINE_FAIL_ON="ugly").code == 2


def test_group_takes_sections_below(assay, configured):
    configured("[trust]\nlist = {json = true}\n")
    ran = assay("trust", "list")
    assert ran.code == 0
    assert ran.out == ""  # no list, and so no object
    configured("[trust.list]\nyaml = true\n")
    assert "'yaml' under [trust.list]" in assay("trust", "list").err


def test_unknown_option_is_an_error_and_not_silence(assay, configured, samples):
    configured("[verify]\ntrusted = true\n")
    ran = assay("verify", samples / "original.jpg")
    assert ran.code == 2
    assert "sets 'trusted' under [verify], and there is no such option" in ran.err
    assert "assay verify --help" in ran.err


@pytest.mark.parametrize(
    "text",
    [
        '[sign]\nkey-passphrase = "x"\n',
        'passphrase = "x"\n',
        '[profile.desk]\npin = "1234"\n',
        '[profile.desk.signer-option]\nPassword = "x"\n',
        '[[profiles]]\nname = "desk"\n[profiles.deep]\nclient-secret = "x"\n',
        '[[desks]]\npassphrase = "x"\n',
    ],
)
def test_secrets_in_the_file_are_refused(assay, configured, samples, text):
    configured(text)
    ran = assay("verify", samples / "original.jpg")
    assert ran.code == 2
    assert "Secrets do not belong into a file" in ran.err
    assert "ASSAY_KEY_PASSPHRASE" in ran.err


def test_words_that_only_contain_a_secret_word_are_fine(assay, configured, samples):
    configured('[profile.desk]\nauthor = ["Ping"]\nspinning = "x"\n')
    assert assay("verify", samples / "stripped.jpg").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[verify\n", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"verify = 3\n", "[verify] is no section"),
    ],
)
def test_broken_file_is_named(assay, samples, tmp_path, content, said):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    ran = assay("verify", samples / "original.jpg", ASSAY_CONFIG=str(path))
    assert ran.code == 2
    assert said in ran.err
    assert "own.toml" in ran.err


def test_named_file_has_to_exist(assay, samples):
    ran = assay("verify", samples / "original.jpg", ASSAY_CONFIG="nowhere.toml")
    assert ran.code == 2
    assert "There is no configuration file nowhere.toml." in ran.err


def test_working_folder_is_not_asked(assay, samples, tmp_path):
    (tmp_path / "assay.toml").write_text("[verify]\njson = true\nonline = true\nnonsense = 1\n")
    (tmp_path / ".assay.toml").write_text("[verify]\njson = true\n")
    ran = assay("verify", samples / "stripped.jpg")
    assert ran.code == 0
    assert ran.out.startswith("stripped.jpg")


def test_value_of_the_wrong_sort_is_a_usage_error(assay, configured, samples):
    configured('[examine]\ntimeout = "soon"\n')
    assert assay("examine", samples / "stripped.jpg").code == 2
