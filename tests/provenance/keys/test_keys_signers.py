"""One call for every kind of signer, and plug-ins of other packages."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from provenance.errors import SigningError
from provenance.keys import errors, signers
from provenance.keys.algorithms import signer_for
from provenance.keys.identity import make_identity
from provenance.keys.signers import SignerPlugin, open_identity


class VaultPlugin:
    """A signer as another package would provide it."""

    unavailable_message = "Install the vault's own software."

    def __init__(self, party, chain) -> None:
        self.party, self.chain, self.seen = party, chain, []

    def is_available(self) -> bool:
        return True

    def open_signer(self, uri, options):
        self.seen.append((uri, options))
        return make_identity(self.chain, signer_for(self.party.key, "es256"), algorithm="es256", origin=uri)


@pytest.fixture
def vault(forge, monkeypatch):
    party = forge.leaf()
    plugin = VaultPlugin(party, forge.chain(party))
    provide(monkeypatch, plugin)
    return plugin


def provide(monkeypatch, plugin) -> None:
    entry = SimpleNamespace(name="vault", load=lambda: plugin)
    monkeypatch.setattr(signers, "entry_points", lambda group: [entry] if group == "assay.signers" else [])


def test_a_plug_in_is_found_by_its_scheme(vault, tmp_path):
    assert isinstance(vault, SignerPlugin)
    identity = open_identity(
        "vault:desk",
        tmp_path / "cert.pem",
        passphrase=b"secret",
        algorithm="es256",
        settings={"region": "eu"},
    )
    assert identity.origin == "vault:desk"
    [(uri, options)] = vault.seen
    assert uri == "vault:desk"
    assert options.cert == tmp_path / "cert.pem"
    assert options.settings == {"region": "eu"}
    assert "secret" not in repr(options)


def test_no_plugins_leaves_it_out(vault):
    with pytest.raises(
        errors.SignerUnavailableError, match=r"vault: is neither a file nor a signer"
    ) as raised:
        open_identity("vault:desk", plugins=False)
    assert "(installed: https, pkcs11)" in raised.value.message
    assert vault.seen == []


def test_the_key_of_a_plug_in_is_tried_before_the_first_file(vault, forge):
    vault.party = forge.leaf()
    with pytest.raises(errors.KeyMismatchError, match="vault:desk does not belong"):
        open_identity("vault:desk")


def test_a_plug_in_that_is_not_ready(vault):
    vault.is_available = lambda: False
    with pytest.raises(errors.SignerUnavailableError, match="vault cannot be used") as raised:
        open_identity("vault:desk")
    assert raised.value.hint == "Install the vault's own software."


def test_a_plug_in_that_crashes_is_named(vault):
    def crash(uri, options):
        raise KeyError("token\x1b[2J")

    vault.open_signer = crash
    with pytest.raises(errors.SignerUnavailableError, match="The signer vault failed") as raised:
        open_identity("vault:desk")
    assert "\x1b" not in raised.value.message


def test_an_error_of_a_plug_in_passes_through(vault):
    def refuse(uri, options):
        raise SigningError("The vault is closed at night.", hint="Come back in the morning.")

    vault.open_signer = refuse
    with pytest.raises(SigningError, match="closed at night"):
        open_identity("vault:desk")


def test_a_plug_in_that_does_not_follow_the_protocol(monkeypatch):
    provide(monkeypatch, object())
    with pytest.raises(errors.SignerUnavailableError, match="does not follow the protocol"):
        open_identity("vault:desk")


def test_a_plug_in_that_cannot_be_loaded(monkeypatch):
    entry = EntryPoint(name="vault", value="no_such_package_of_ours:plugin", group="assay.signers")
    monkeypatch.setattr(signers, "entry_points", lambda group: [entry])
    with pytest.raises(errors.SignerUnavailableError, match="could not be loaded"):
        open_identity("vault:desk")


def test_a_plug_in_cannot_take_the_place_of_a_built_in_signer(vault, monkeypatch):
    entry = SimpleNamespace(name="pkcs11", load=lambda: vault)
    monkeypatch.setattr(signers, "entry_points", lambda group: [entry])
    with pytest.raises(errors.TokenError):
        open_identity("pkcs11:nonsense")
    assert vault.seen == []


def test_paths_are_paths(pair, tmp_path, monkeypatch):
    assert open_identity(*pair).origin == str(pair[1])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vault:desk").write_bytes(pair[0].read_bytes())
    assert open_identity("vault:desk", pair[1]).algorithm == "es256"
    with pytest.raises(errors.KeyFileError, match="does not exist"):
        open_identity("C:\\keys\\key.pem", pair[1])
    with pytest.raises(errors.KeyFileError, match="does not exist"):
        open_identity("absent.pem", pair[1])


def test_an_identity_that_cannot_sign_now_is_not_opened(forge, tmp_path, now):
    party = forge.leaf(begins=now - timedelta(days=301))
    path = tmp_path / "old.pem"
    path.write_bytes(party.key_pem() + party.pem() + forge.intermediate.pem())
    with pytest.raises(errors.CertificateExpiredError, match=r"old\.pem cannot be used to sign"):
        open_identity(path)
    assert open_identity(path, now=now - timedelta(days=3)).algorithm == "es256"
