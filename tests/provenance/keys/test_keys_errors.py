"""Read aloud what a newsroom is told when a key or certificate is wrong: what, which file, what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from provenance.errors import SigningError
from provenance.keys import errors
from provenance.keys.authority import new_ca, new_cert
from provenance.keys.signers import open_identity

BANNED = ("fake", "real ", "authentic", "genuine", "verified", "% AI")


@pytest.fixture
def desk(forge, tmp_path):
    """Writes an identity whose leaf has a defect, and gives back its path."""

    def write(**defect):
        party = forge.leaf(**defect)
        path = tmp_path / "desk.pem"
        path.write_bytes(party.key_pem() + party.pem() + forge.intermediate.pem())
        return path

    return write


def told(call) -> tuple[str, str]:
    with pytest.raises(SigningError) as raised:
        call()
    assert raised.value.exit_code == 6
    return raised.value.message, raised.value.hint


def test_wrong_passphrase(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "key.pem"
    path.write_bytes(party.key_pem(b"secret") + party.pem())
    assert told(lambda: open_identity(path, passphrase=b"Secret")) == (
        f"The passphrase for {path} is wrong.",
        "Check the passphrase, its upper and lower case and the keyboard layout.",
    )


def test_no_passphrase(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "key.pem"
    path.write_bytes(party.key_pem(b"secret") + party.pem())
    assert told(lambda: open_identity(path)) == (
        f"{path} is locked, and no passphrase was given.",
        "Run it in a terminal to be asked, set ASSAY_KEY_PASSPHRASE, or store it in the keyring.",
    )


def test_expired(desk, now):
    path = desk(begins=now - timedelta(days=303))
    day = f"{now - timedelta(days=3):%Y-%m-%d}"
    assert told(lambda: open_identity(path)) == (
        f"{path} cannot be used to sign. The certificate expired on {day}.",
        "Make a new one with `assay keys rotate`, or ask your certificate authority for a renewal.",
    )


def test_not_yet_valid(desk, now):
    path = desk(begins=now + timedelta(days=3))
    day = f"{now + timedelta(days=3):%Y-%m-%d}"
    assert told(lambda: open_identity(path)) == (
        f"{path} cannot be used to sign. The certificate is not valid before {day}.",
        "Wait until then, and check that this computer's clock is right.",
    )


def test_wrong_purpose(desk):
    path = desk(instead=((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False),))
    assert told(lambda: open_identity(path)) == (
        f"{path} cannot be used to sign. The certificate is for code signing, not for signing content.",
        "Ask for one with the purpose C2PA claim signing (1.3.6.1.4.1.62558.2.1) and e-mail protection or "
        "document signing.",
    )


def test_key_and_certificate_do_not_belong_together(forge, tmp_path, pair):
    other = tmp_path / "other.pem"
    other.write_bytes(forge.leaf().key_pem())
    assert told(lambda: open_identity(other, pair[1])) == (
        f"The key in {other} does not belong to the certificate of Kestrel Desk (Kestrel) in {pair[1]}.",
        "Give the key and the certificate that were made together.",
    )


def test_missing_intermediate(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "desk.pem"
    path.write_bytes(party.key_pem() + party.pem() + forge.root.pem())
    assert told(lambda: open_identity(path)) == (
        f"The certificates in {path} do not connect: the one of Test Intermediate (Kestrel), which issued the "
        "one of Kestrel Desk (Kestrel), is missing.",
        "Get the missing certificate from your certificate authority and add it to the file.",
    )


def test_missing_intermediate_below_a_known_anchor(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "desk.pem"
    path.write_bytes(party.key_pem() + party.pem())
    message, hint = told(lambda: open_identity(path, anchors=[forge.root.certificate]))
    assert message == (
        f"{path} cannot be used to sign. The certificates end with that of Kestrel Desk (Kestrel) and lead to none "
        "of the trust anchors that you named; the certificate of Test Intermediate (Kestrel) is missing, or the "
        "anchor is another."
    )
    assert hint == (
        "Get the certificates between yours and the root from your authority and put them into the file."
    )


def test_a_test_identity(tmp_path):
    new_ca(tmp_path / "ca", name="Trial", test=True)
    new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path)
    assert told(lambda: open_identity(tmp_path / "key.pem", tmp_path / "cert.pem")) == (
        f"The certificate in {tmp_path / 'cert.pem'} is marked FOR TESTING ONLY.",
        "Use the newsroom's own identity, or add --test-identity if this is a test.",
    )
    identity = open_identity(tmp_path / "key.pem", tmp_path / "cert.pem", test_identity=True)
    assert identity.test


def test_overwriting(tmp_path):
    new_ca(tmp_path, name="Kestrel")
    assert told(lambda: new_ca(tmp_path, name="Kestrel")) == (
        f"{tmp_path / 'ca.key'} exists already and is left as it is.",
        "Choose another folder, or use `assay keys rotate` to replace a key and keep the old one.",
    )


def test_a_missing_file(tmp_path, pair):
    assert told(lambda: open_identity(tmp_path / "absent.pem", pair[1])) == (
        f"{tmp_path / 'absent.pem'} does not exist.",
        "Check the path.",
    )


def test_every_error_has_a_code_of_its_own():
    kinds = [getattr(errors, name) for name in errors.__all__]
    assert all(issubclass(kind, SigningError) and kind.exit_code == 6 for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert not any(word in (kind.__doc__ or "") for kind in kinds for word in BANNED)
