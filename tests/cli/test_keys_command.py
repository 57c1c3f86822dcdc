"""`assay keys`: what it writes, what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.commands.keys import command
from cli.main import cli
from provenance.keys.errors import FileExistsAlreadyError, KeyFileError, PassphraseError
from provenance.keys.load import is_encrypted, load_identity, load_key


def run(*arguments: object, **options) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments], **options)


@pytest.fixture
def made(tmp_path):
    """A folder with an authority `ca` and an identity `desk`."""
    assert run("new-ca", "--out", tmp_path / "ca", "--name", "Kestrel CA").exit_code == 0
    result = run("new-cert", "--ca", tmp_path / "ca", "--name", "Kestrel Desk", "--out", tmp_path / "desk")
    assert result.exit_code == 0
    return tmp_path


def test_makes_what_sign_takes(made):
    identity = load_identity(made / "desk" / "key.pem", made / "desk" / "cert.pem")
    assert len(identity.chain) == 2
    assert sorted(path.name for path in made.rglob("*.*")) == ["ca.key", "ca.pem", "cert.pem", "key.pem"]


def test_says_what_it_made(tmp_path):
    result = run("new-ca", "--out", tmp_path, "--name", "Kestrel CA")
    assert result.stdout.splitlines()[0].startswith("For Kestrel CA, valid until 20")
    assert f"{tmp_path / 'ca.key'} (private" in result.stdout
    made = json.loads(run("new-ca", "--out", tmp_path / "x", "--json").stdout)
    assert made["schema"] == "assay/keys/1"
    assert made["certificate"] == str(tmp_path / "x" / "ca.pem")
    assert made["subject"] == "Newsroom CA"


def test_doctor_on_a_sound_certificate(made):
    for place in (["doctor", made / "desk"], ["doctor", "--cert", made / "desk" / "cert.pem"]):
        result = run(*place)
        assert result.exit_code == 0, result.output
        assert "This certificate can be used to sign" in result.stdout
        assert "BROKEN" not in result.stdout
    assert "key-encrypted" in run("doctor", made / "desk").stdout


def test_doctor_names_the_broken_rule_and_ends_with_6(made):
    run("new-ca", "--out", made / "other")
    run("new-cert", "--ca", made / "other", "--name", "Another", "--out", made / "another")
    key = made / "another" / "key.pem"
    result = run("doctor", "--cert", made / "desk" / "cert.pem", "--key", key)
    assert result.exit_code == 6
    assert "BROKEN   key-matches: The private key does not belong to the certificate." in result.stdout
    assert "Broken: key-matches" in result.stdout.splitlines()[-1]
    result = run("doctor", made / "desk", "--trust", made / "other" / "ca.pem", "--json")
    assert result.exit_code == 6
    record = json.loads(result.stdout)
    assert record["schema"] == "assay/keys-doctor/1"
    assert record["usable"] is False
    assert [each["rule"] for each in record["rules"] if each["outcome"] == "failed"] == ["chain-complete"]
    assert run("doctor", made / "desk", "--trust", made / "ca" / "ca.pem").exit_code == 0


def test_doctor_on_the_authority_itself(made):
    result = run("doctor", made / "ca" / "ca.pem")
    assert result.exit_code == 6
    assert "end-entity" in result.stdout


def test_doctor_wants_one_certificate(made):
    assert run("doctor").exit_code == 2
    assert run("doctor", made / "desk", "--cert", made / "desk").exit_code == 2
    assert isinstance(run("doctor", made / "absent").exception, KeyFileError)


def test_nothing_is_overwritten(made):
    result = run("new-ca", "--out", made / "ca")
    assert isinstance(result.exception, FileExistsAlreadyError)


def test_encryption_takes_the_passphrase_from_the_environment(tmp_path):
    env = {"ASSAY_KEY_PASSPHRASE": "geheim ünd lang"}
    run("new-ca", "--out", tmp_path / "ca", "--encrypt", env=env)
    assert is_encrypted(tmp_path / "ca" / "ca.key")
    load_key(tmp_path / "ca" / "ca.key", passphrase="geheim ünd lang".encode())
    options = ("new-cert", "--ca", tmp_path / "ca", "--name", "Desk", "--out", tmp_path / "desk")
    assert isinstance(run(*options).exception, PassphraseError)
    assert run(*options, env=env).exit_code == 0
    assert not is_encrypted(tmp_path / "desk" / "key.pem")
    assert run("new-ca", "--out", tmp_path / "x", "--encrypt").exit_code == 2
    assert not (tmp_path / "x").exists()


def test_rotation(made):
    result = run("rotate", "--out", made / "desk", "--ca", made / "ca", "--json")
    record = json.loads(result.stdout)
    assert len(record["kept"]) == 2
    assert all(Path(path).exists() for path in record["kept"])
    assert "(the old one)" in run("rotate", "--out", made / "desk", "--ca", made / "ca").stdout


def test_request(tmp_path):
    names = ("--name", "Kestrel Camera", "--organisation", "Kestrel", "--country", "KE")
    result = run("csr", "--out", tmp_path / "a", *names)
    assert result.exit_code == 0
    assert "no product record" in result.stderr
    record = "5a2b6a3e-7a52-4a51-9d4e-0f8a3f1e2d3c"
    result = run("csr", "--out", tmp_path / "b", *names, "--record", record)
    assert result.stderr == ""
    assert "BEGIN CERTIFICATE REQUEST" in (tmp_path / "b" / "request.csr").read_text()
    assert run("csr", "--out", tmp_path / "c", *names, "--record", "7").exit_code == 2


@pytest.mark.parametrize("name", ["", *command.commands])
def test_help(name):
    result = CliRunner().invoke(cli, ["keys", *filter(None, [name]), "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_no_option_takes_a_passphrase():
    for each in command.commands.values():
        for parameter in each.params:
            assert not {"passphrase", "password", "pin"} & set(parameter.name.split("_"))


def test_importing_it_is_light():
    code = "import sys, cli.commands.keys; print([m for m in ('cryptography', 'numpy', 'c2pa') if m in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"
