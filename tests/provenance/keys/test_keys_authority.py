"""Making an authority, certificates, official requests and renewals."""

from __future__ import annotations

import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provenance.keys import files
from provenance.keys.algorithms import ALGORITHMS
from provenance.keys.authority import csr, new_ca, new_cert, rotate
from provenance.keys.doctor import examine_certificate
from provenance.keys.errors import (
    CertificateError,
    FileExistsAlreadyError,
    KeyFileError,
    KeyMismatchError,
    PassphraseError,
)
from provenance.keys.files import NewFile, write_all
from provenance.keys.load import is_encrypted, load_certificates, load_identity, load_key

RECORD = UUID("5a2b6a3e-7a52-4a51-9d4e-0f8a3f1e2d3c")


@pytest.fixture
def ca(tmp_path):
    new_ca(tmp_path / "ca", name="Kestrel CA", organisation="Kestrel", country="ke")
    return tmp_path / "ca"


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("algorithm", [each for each in ALGORITHMS if not each.startswith("ps")])
def test_what_it_issues_keeps_every_rule(ca, tmp_path, algorithm):
    issued = new_cert(
        ca, name="Desk", out_dir=tmp_path / "desk", algorithm=algorithm, email="desk@example.org"
    )
    identity = load_identity(issued.key, issued.certificate)
    assert identity.algorithm == algorithm
    assert not identity.test
    assert len(identity.chain) == 2
    results = examine_certificate(identity.certificates, load_key(issued.key))
    assert [each.rule for each in results if each.profile == "c2pa" and each.outcome != "passed"] == []
    assert issued.subject == "Desk (Kestrel)"
    assert issued.not_after == identity.certificates[0].not_valid_after_utc


def test_the_profile_of_a_leaf(ca, tmp_path):
    new_cert(ca, name="Desk", out_dir=tmp_path / "desk", email="desk@example.org")
    leaf, root = load_certificates(tmp_path / "desk" / "cert.pem")
    value = {each.oid: each for each in leaf.extensions}
    assert leaf.version is x509.Version.v3
    assert [each.value for each in leaf.subject] == ["KE", "Kestrel", "Desk"]
    assert value[x509.KeyUsage.oid].critical
    assert value[x509.KeyUsage.oid].value.digital_signature
    assert not value[x509.KeyUsage.oid].value.key_cert_sign
    assert value[x509.BasicConstraints.oid].value.ca is False
    assert set(value[x509.ExtendedKeyUsage.oid].value) == {
        x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1"),
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
    }
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert value[x509.AuthorityKeyIdentifier.oid].value.key_identifier == own.digest
    assert x509.SubjectKeyIdentifier.oid in value
    names = value[x509.SubjectAlternativeName.oid].value
    assert names.get_values_for_type(x509.RFC822Name) == ["desk@example.org"]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=365)
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_keys_are_for_their_owner_alone(ca, tmp_path):
    new_cert(ca, name="Desk", out_dir=tmp_path / "desk")
    assert mode(ca / "ca.key") == mode(tmp_path / "desk" / "key.pem") == 0o600
    assert mode(tmp_path / "desk") == 0o700


@pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX matter")
def test_a_key_is_private_from_the_first_byte(tmp_path, monkeypatch):
    seen = []
    original = os.fsync

    def spy(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            seen.append((stat.S_IMODE(os.fstat(descriptor).st_mode), os.fstat(descriptor).st_size))
        original(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    write_all(NewFile(path=tmp_path / "key", data=b"secret", private=True))
    assert seen == [(0o600, 6)]


def test_nothing_is_overwritten(ca, tmp_path):
    before = {path.name: path.read_bytes() for path in ca.iterdir()}
    with pytest.raises(FileExistsAlreadyError, match=r"ca\.(key|pem) exists already"):
        new_ca(ca, name="Another")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "cert.pem").write_text("mine")
    with pytest.raises(FileExistsAlreadyError, match=r"cert\.pem exists already"):
        new_cert(ca, name="Desk", out_dir=tmp_path / "desk")
    assert {path.name: path.read_bytes() for path in ca.iterdir()} == before
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["cert.pem"]


def test_a_dangling_link_is_not_written_through(ca, tmp_path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "key.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsAlreadyError):
        new_cert(ca, name="Desk", out_dir=tmp_path / "desk")
    assert not (tmp_path / "elsewhere").exists()


def test_of_many_writers_one_wins_and_the_others_leave_nothing(tmp_path):
    outcomes = []

    def write(number: int) -> None:
        try:
            write_all(NewFile(path=tmp_path / "x" / "key", data=b"%d" % number, private=True))
            outcomes.append(number)
        except FileExistsAlreadyError:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [each for each in outcomes if each is not None]
    assert (tmp_path / "x" / "key").read_bytes() == b"%d" % winner
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["key"]


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 2:  # the first file, its folder, then the second
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match="No space left on device"):
        new_ca(tmp_path / "ca", name="Kestrel")
    assert list((tmp_path / "ca").iterdir()) == []


def test_file_systems_without_hard_links(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", refuse)
    new_ca(tmp_path / "ca", name="Kestrel")
    with pytest.raises(FileExistsAlreadyError):
        new_ca(tmp_path / "ca", name="Kestrel")
    assert sorted(path.name for path in (tmp_path / "ca").iterdir()) == ["ca.key", "ca.pem"]


def test_encrypted_keys(tmp_path):
    new_ca(tmp_path / "ca", name="Kestrel", passphrase=b"one")
    assert is_encrypted(tmp_path / "ca" / "ca.key")
    with pytest.raises(PassphraseError):
        new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk")
    with pytest.raises(PassphraseError, match="wrong"):
        new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk", ca_passphrase=b"two")
    new_cert(
        tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk", ca_passphrase=b"one", passphrase=b"three"
    )
    load_key(tmp_path / "desk" / "key.pem", passphrase=b"three")


def test_test_authorities_mark_everything_they_issue(tmp_path):
    new_ca(tmp_path / "ca", name="Trial", test=True)
    new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk")
    for certificate in load_certificates(tmp_path / "desk" / "cert.pem"):
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME):
            [value] = certificate.subject.get_attributes_for_oid(oid)
            assert "FOR TESTING ONLY" in value.value


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_of_a_leaf(ca, tmp_path, days):
    with pytest.raises(CertificateError, match=f"{days} days") as raised:
        new_cert(ca, name="Desk", out_dir=tmp_path / "desk", days=days)
    assert "366" in raised.value.hint
    assert not (tmp_path / "desk").exists()


def test_a_certificate_does_not_outlast_its_authority(tmp_path):
    new_ca(tmp_path / "ca", name="Brief", days=30)
    with pytest.raises(CertificateError, match="before the new certificate would"):
        new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk")
    new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk", days=20)


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "x" * 65},
        {"name": "Desk\u202egnp"},
        {"name": "Desk", "organisation": " "},
        {"name": "Desk", "country": "Kenya"},
        {"name": "Desk", "country": "K1"},
        {"name": "Desk", "email": "dösk@example.org"},
    ],
    ids=str,
)
def test_names_that_cannot_stand_in_a_certificate(ca, tmp_path, options):
    with pytest.raises(CertificateError) as raised:
        new_cert(ca, out_dir=tmp_path / "desk", **options)
    assert raised.value.hint.startswith("Give ")


def test_a_signer_must_not_carry_the_name_of_the_authority(ca, tmp_path):
    with pytest.raises(CertificateError, match="that of the authority itself"):
        new_cert(ca, name="Kestrel CA", out_dir=tmp_path / "desk")


def test_authorities_that_cannot_issue(ca, tmp_path):
    new_ca(tmp_path / "other", name="Other")
    (ca / "ca.key").unlink()
    (tmp_path / "other" / "ca.key").rename(ca / "ca.key")
    with pytest.raises(KeyMismatchError, match=r"ca\.key does not belong to"):
        new_cert(ca, name="Desk", out_dir=tmp_path / "desk")
    with pytest.raises(KeyFileError, match="does not exist"):
        new_cert(tmp_path / "absent", name="Desk", out_dir=tmp_path / "desk")


def test_a_leaf_cannot_play_the_authority(ca, tmp_path):
    new_cert(ca, name="Desk", out_dir=tmp_path / "desk")
    fake = tmp_path / "fake"
    fake.mkdir()
    (tmp_path / "desk" / "cert.pem").rename(fake / "ca.pem")
    (tmp_path / "desk" / "key.pem").rename(fake / "ca.key")
    with pytest.raises(CertificateError, match="not the certificate of an authority"):
        new_cert(fake, name="Next", out_dir=tmp_path / "next")


def test_a_request_for_the_official_profile(tmp_path):
    issued = csr(tmp_path / "new", name="Kestrel Camera", organisation="Kestrel", country="KE", record=RECORD)
    request = x509.load_pem_x509_csr(issued.certificate.read_bytes())
    assert request.is_signature_valid
    assert request.public_key() == load_key(issued.key).public_key()
    assert issued.not_after is None
    assert [each.value for each in request.subject] == ["KE", "Kestrel", "Kestrel Camera"]
    value = {each.oid.dotted_string: each for each in request.extensions}
    assert value["2.5.29.19"].critical
    assert value["2.5.29.19"].value.ca is False
    usage = value["2.5.29.15"]
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_encipherment
    assert {each.dotted_string for each in value["2.5.29.37"].value} == {
        "1.3.6.1.4.1.62558.2.1",
        "1.3.6.1.5.5.7.3.4",
    }
    assert [each.policy_identifier.dotted_string for each in value["2.5.29.32"].value] == [
        "1.3.6.1.4.1.62558.1.1"
    ]
    level = value["1.3.6.1.4.1.62558.3"].value.value
    assert level == bytes.fromhex("060a2b0601040183e85e030a")  # OBJECT IDENTIFIER 1.3.6.1.4.1.62558.3.10
    assert value["1.3.6.1.4.1.62558.4"].value.value == b"\x0c\x24" + str(RECORD).encode()


def test_an_official_request_takes_plain_ascii_only(tmp_path):
    with pytest.raises(CertificateError, match="plain ASCII"):
        csr(tmp_path, name="Kestrél", organisation="Kestrel", country="KE")


def test_rotation_keeps_subject_and_old_files(ca, tmp_path):
    desk = tmp_path / "desk"
    new_cert(ca, name="Desk", out_dir=desk, email="desk@example.org", algorithm="es384")
    old = load_identity(desk / "key.pem", desk / "cert.pem")
    before = {name: (desk / name).read_bytes() for name in ("key.pem", "cert.pem")}
    day = datetime(2026, 12, 1, tzinfo=UTC)
    issued = rotate(desk, ca_dir=ca, now=day)
    new = load_identity(desk / "key.pem", desk / "cert.pem")
    assert new.certificates[0].subject == old.certificates[0].subject
    assert new.certificates[0].public_key() != old.certificates[0].public_key()
    assert new.certificates[0].serial_number != old.certificates[0].serial_number
    assert new.algorithm == "es384"
    names = new.certificates[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == ["desk@example.org"]
    assert issued.kept == (desk / "key.pem.2026-12-01", desk / "cert.pem.2026-12-01")
    assert {path.name.removesuffix(".2026-12-01"): path.read_bytes() for path in issued.kept} == before
    assert load_identity(*issued.kept).chain == old.chain
    if os.name == "posix":
        assert mode(desk / "key.pem") == mode(desk / "key.pem.2026-12-01") == 0o600
    rotate(desk, ca_dir=ca, now=day)
    assert sorted(path.name for path in desk.iterdir()) == [
        "cert.pem",
        "cert.pem.2026-12-01",
        "cert.pem.2026-12-01.2",
        "key.pem",
        "key.pem.2026-12-01",
        "key.pem.2026-12-01.2",
    ]


def test_rotation_keeps_the_passphrase(ca, tmp_path):
    desk = tmp_path / "desk"
    new_cert(ca, name="Desk", out_dir=desk, passphrase=b"secret")
    with pytest.raises(PassphraseError, match="wrong"):
        rotate(desk, ca_dir=ca, passphrase=b"typo")
    with pytest.raises(PassphraseError):
        rotate(desk, ca_dir=ca)
    assert sorted(path.name for path in desk.iterdir()) == ["cert.pem", "key.pem"]
    rotate(desk, ca_dir=ca, passphrase=b"secret")
    load_identity(desk / "key.pem", desk / "cert.pem", passphrase=b"secret")


@pytest.mark.parametrize("step", range(1, 12))
def test_a_rotation_that_is_cut_short_loses_nothing(ca, tmp_path, monkeypatch, step):
    desk = tmp_path / "desk"
    new_cert(ca, name="Desk", out_dir=desk)
    before = {name: (desk / name).read_bytes() for name in ("key.pem", "cert.pem")}
    calls = []
    original = os.fsync

    def stop(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == step:
            raise KeyboardInterrupt
        original(descriptor)

    monkeypatch.setattr(os, "fsync", stop)
    try:
        rotate(desk, ca_dir=ca)
        assert len(calls) < step
    except KeyboardInterrupt:
        pass
    monkeypatch.undo()
    held = {path.read_bytes() for path in desk.iterdir()}
    assert set(before.values()) <= held
    load_key(desk / "key.pem")
    load_certificates(desk / "cert.pem")
    rotate(desk, ca_dir=ca)
    load_identity(desk / "key.pem", desk / "cert.pem")
