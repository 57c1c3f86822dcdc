"""Signing with keys on PKCS#11 tokens, against SoftHSM2 tokens that the test makes for itself."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from provenance.keys.algorithms import signature_matches
from provenance.keys.errors import (
    CertificateError,
    KeyMismatchError,
    PassphraseError,
    SignerUnavailableError,
    TokenError,
)
from provenance.keys.pkcs11 import KeyAddress, parse_uri
from provenance.keys.signers import open_identity

PIN = b"271828"
PLACES = ("/usr/lib/softhsm", "/usr/lib64/softhsm", "/usr/local/lib/softhsm", "/opt/homebrew/lib/softhsm")
DRIVER = next((path for place in PLACES if (path := Path(place, "libsofthsm2.so")).exists()), None)
MISSING = [
    name
    for name, there in (
        ("softhsm2-util", shutil.which("softhsm2-util")),
        ("libsofthsm2.so", DRIVER),
        ("python-pkcs11", importlib.util.find_spec("pkcs11")),
    )
    if not there
]
needs_token = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def token(tmp_path_factory, forge, keys_by_algorithm):
    """A token Newsroom with a key of each kind and certificates, and a token Locked with nothing."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        patch.setenv("ASSAY_PKCS11_MODULE", str(DRIVER))
        for label in ("Newsroom", "Locked"):
            softhsm("--init-token", "--free", "--label", label, "--pin", PIN.decode(), "--so-pin", "314159")
        parties = {}
        for number, (algorithm, key) in enumerate(keys_by_algorithm.items(), 1):
            parties[algorithm] = party = forge.leaf(key=key)
            path = folder / f"{algorithm}.key"
            path.write_bytes(party.key_pem())
            path.with_suffix(".pem").write_bytes(party.pem() + forge.intermediate.pem())
            softhsm("--import", str(path), "--token", "Newsroom", "--pin", PIN.decode(),
                    "--label", algorithm, "--id", f"{number:02x}")  # fmt: skip
        store_certificates(forge, parties["es256"].certificate)
        yield folder


def store_certificates(forge, leaf) -> None:
    import pkcs11

    driver = pkcs11.lib(str(DRIVER))
    with driver.get_token(token_label="Newsroom").open(rw=True, user_pin=PIN.decode()) as session:
        for number, certificate in (
            (9, forge.intermediate.certificate),
            (1, leaf),
            (8, forge.root.certificate),
        ):
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: f"certificate {number}",
                    pkcs11.Attribute.ID: bytes([number]),
                    pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                }
            )


@needs_token
@pytest.mark.parametrize("algorithm", ["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"])
def test_every_kind_of_key_signs_on_the_token(token, algorithm):
    uri = f"pkcs11:token=Newsroom;object={algorithm}"
    identity = open_identity(uri, token / f"{algorithm}.pem", passphrase=PIN)
    assert identity.algorithm == algorithm
    assert identity.origin == uri
    public = identity.certificates[0].public_key()
    assert signature_matches(public, algorithm, identity.sign(b"a claim"), b"a claim")
    assert PIN.decode() not in repr(identity) + identity.describe()


@needs_token
def test_the_certificates_may_stand_on_the_token(token, forge):
    asked = []
    identity = open_identity(
        "pkcs11:id=%01;token=Newsroom", passphrase=lambda name: asked.append(name) or PIN
    )
    assert [each.subject for each in identity.certificates][1:] == [
        forge.intermediate.subject,
        forge.root.subject,
    ]
    assert asked == ["token Newsroom"]
    with pytest.raises(CertificateError, match="no certificate with the id or label") as raised:
        open_identity("pkcs11:token=Newsroom;object=es384", passphrase=PIN)
    assert "--cert" in raised.value.hint


@needs_token
def test_a_token_signs_for_several_threads(token):
    identity = open_identity("pkcs11:token=Newsroom;object=es256", token / "es256.pem", passphrase=PIN)
    public = identity.certificates[0].public_key()
    texts = [b"claim %d" % number for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        signatures = list(pool.map(identity.sign, texts))
    assert all(
        signature_matches(public, "es256", signature, text)
        for text, signature in zip(texts, signatures, strict=True)
    )


@needs_token
def test_a_key_on_the_token_that_belongs_to_another_certificate(token, forge, tmp_path):
    other = forge.leaf()
    (tmp_path / "other.pem").write_bytes(other.pem())
    with pytest.raises(KeyMismatchError, match="pkcs11:token=Newsroom;object=es256 does not belong"):
        open_identity("pkcs11:token=Newsroom;object=es256", tmp_path / "other.pem", passphrase=PIN)


@needs_token
def test_wrong_and_missing_pins(token):
    for wrong in (b"000000", b"1", b"\xff\xfe"):
        with pytest.raises(PassphraseError, match="PIN for the token Locked is wrong") as raised:
            open_identity("pkcs11:token=Locked", token / "es256.pem", passphrase=wrong)
        assert "lock themselves" in raised.value.hint
    with pytest.raises(PassphraseError, match="token Locked is locked, and no passphrase"):
        open_identity("pkcs11:token=Locked", token / "es256.pem")


@needs_token
@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("pkcs11:token=Absent", r"No token fits this address \(found: Locked, Newsroom\)"),
        ("pkcs11:object=es256", "More than one token fits"),
        ("pkcs11:token=Newsroom;object=absent", "No private key"),
        ("pkcs11:token=Newsroom", "More than one private key"),
        ("pkcs11:token=Newsroom;id=%ff", "No private key"),
        ("pkcs11:token=Newsroom;serial=0000", "No token fits"),
    ],
)
def test_says_which_token_or_key_is_not_there(token, uri, words):
    with pytest.raises(TokenError, match=words):
        open_identity(uri, token / "es256.pem", passphrase=PIN)


@needs_token
def test_drivers_that_cannot_be_used(token, tmp_path, monkeypatch):
    (tmp_path / "driver.so").write_bytes(b"no library")
    for path in (tmp_path / "absent.so", tmp_path / "driver.so"):
        with pytest.raises(TokenError, match="could not be used"):
            open_identity("pkcs11:", token / "es256.pem", passphrase=PIN, settings={"module": str(path)})
    monkeypatch.delenv("ASSAY_PKCS11_MODULE")
    with pytest.raises(SignerUnavailableError, match="driver of the token is not known") as raised:
        open_identity("pkcs11:", token / "es256.pem", passphrase=PIN)
    assert "ASSAY_PKCS11_MODULE" in raised.value.hint


def test_without_the_extra(monkeypatch):
    monkeypatch.setattr("provenance.keys.pkcs11.is_available", lambda: False)
    with pytest.raises(SignerUnavailableError, match="pkcs11 cannot be used") as raised:
        open_identity("pkcs11:token=Newsroom")
    assert "assay-media[hsm]" in raised.value.hint


def test_reads_addresses():
    assert parse_uri("pkcs11:") == KeyAddress()
    assert parse_uri("pkcs11:token=Desk%20One;id=%01%ff;object=a%3Bb;type=private;serial=7") == KeyAddress(
        token="Desk One", id=b"\x01\xff", object="a;b", serial="7"
    )


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("pkcs11:token=Desk?pin-value=1234", "must not stand"),
        ("pkcs11:token=Desk;pin-value=1234", "must not stand"),
        ("pkcs11:token=Desk?module-path=/x.so", "is not supported"),
        ("pkcs11:tocken=Desk", "'tocken' in a pkcs11: address is not supported"),
        ("pkcs11:token", "has no value"),
        ("pkcs11:token=", "has no value"),
    ],
)
def test_refuses_addresses_that_it_does_not_understand(uri, words):
    with pytest.raises(TokenError, match=words) as raised:
        parse_uri(uri)
    assert "1234" not in raised.value.message + raised.value.hint
