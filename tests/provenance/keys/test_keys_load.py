"""Keys and certificates from files, in every form that authorities and tools hand out."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from itertools import permutations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.keys.algorithms import ALGORITHMS, signature_matches
from provenance.keys.errors import (
    CertificateError,
    KeyFileError,
    KeyMismatchError,
    MissingIntermediateError,
    PassphraseError,
)
from provenance.keys.load import is_encrypted, load_certificates, load_identity, load_key, read_bundle

PASSPHRASE = "Grüße aus der Redaktion".encode()
FORMS = [
    ("pem", PrivateFormat.PKCS8, Encoding.PEM),
    ("pem", PrivateFormat.TraditionalOpenSSL, Encoding.PEM),
    ("der", PrivateFormat.PKCS8, Encoding.DER),
    ("der", PrivateFormat.TraditionalOpenSSL, Encoding.DER),
]


@pytest.mark.parametrize(("suffix", "form", "encoding"), FORMS)
@pytest.mark.parametrize("algorithm", ["es256", "es384", "es512", "ps256"])
def test_loads_pkcs8_sec1_and_pkcs1(keys_by_algorithm, tmp_path, algorithm, suffix, form, encoding):
    key = keys_by_algorithm[algorithm]
    path = tmp_path / f"key.{suffix}"
    path.write_bytes(key.private_bytes(encoding, form, NoEncryption()))
    assert load_key(path).private_numbers() == key.private_numbers()
    assert not is_encrypted(path)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("algorithm", ["es256", "ps256"])
def test_unlocks_encrypted_keys(keys_by_algorithm, tmp_path, algorithm, form):
    key = keys_by_algorithm[algorithm]
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(PASSPHRASE)))
    assert is_encrypted(path)
    assert load_key(path, passphrase=PASSPHRASE).private_numbers() == key.private_numbers()
    asked = []
    load_key(path, passphrase=lambda name: asked.append(name) or PASSPHRASE)
    assert asked == [str(path)]
    with pytest.raises(PassphraseError, match="wrong"):
        load_key(path, passphrase=b"guess")
    with pytest.raises(PassphraseError, match="no passphrase was given"):
        load_key(path)
    with pytest.raises(PassphraseError, match="no passphrase was given"):
        load_key(path, passphrase=lambda name: None)


def test_unlocks_an_encrypted_der_key(keys_by_algorithm, tmp_path):
    key = keys_by_algorithm["ed25519"]
    path = tmp_path / "key.der"
    path.write_bytes(
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE))
    )
    assert load_key(path, passphrase=PASSPHRASE).private_bytes_raw() == key.private_bytes_raw()


def test_does_not_ask_for_a_passphrase_that_is_not_needed(pair):
    def never(name: str) -> bytes:
        raise AssertionError(name)

    load_key(pair[0], passphrase=never)
    load_key(pair[0], passphrase=b"superfluous")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_loads_what_openssl_writes_with_curve_parameters_first(tmp_path):
    path = tmp_path / "key.pem"
    command = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    assert path.read_text().startswith("-----BEGIN EC PARAMETERS-----")
    assert isinstance(load_key(path), ec.EllipticCurvePrivateKey)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256K1()),
        dsa.generate_private_key(1024),
        x25519.X25519PrivateKey.generate(),
        rsa.generate_private_key(public_exponent=65537, key_size=1024),
    ],
    ids=["curve_of_bitcoin", "dsa", "key_agreement_only", "rsa_1024"],
)
def test_refuses_keys_that_c2pa_does_not_allow(tmp_path, key):
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyFileError, match="kind or size"):
        load_key(path)


def test_refuses_what_is_no_key(tmp_path, pair):
    with pytest.raises(KeyFileError, match="holds no private key"):
        load_key(pair[1])
    for data in (
        b"",
        b"hello",
        b"\x30\x03\x02\x01\x03",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ):
        path = tmp_path / "broken"
        path.write_bytes(data)
        with pytest.raises(KeyFileError, match="holds no private key"):
            load_key(path)
    with pytest.raises(KeyFileError, match="does not exist"):
        load_key(tmp_path / "absent.pem")
    with pytest.raises(KeyFileError, match="is a folder"):
        load_key(tmp_path)
    huge = tmp_path / "huge.pem"
    huge.write_bytes(bytes(2**20 + 1))
    with pytest.raises(KeyFileError, match="larger than any key"):
        load_key(huge)


def test_says_that_an_openssh_key_needs_converting(tmp_path, keys_by_algorithm):
    path = tmp_path / "id_ed25519"
    key = keys_by_algorithm["ed25519"]
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    with pytest.raises(KeyFileError, match="OpenSSH") as raised:
        load_key(path)
    assert "ssh-keygen" in raised.value.hint


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_loading_crash(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "key"
    for prefix in (b"", b"\x30\x82\x00\x40\x02\x01\x03\x30\x40\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"):
        path.write_bytes(prefix + data)
        with pytest.raises((KeyFileError, PassphraseError)):
            load_key(path, passphrase=b"x")
        with pytest.raises(KeyFileError):
            load_certificates(path)


@pytest.mark.parametrize("passphrase", [None, b"", PASSPHRASE], ids=["open", "empty", "locked"])
def test_loads_pkcs12_with_its_chain(forge, tmp_path, passphrase):
    party = forge.leaf()
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    others = [forge.root.certificate, forge.intermediate.certificate]
    path = tmp_path / "desk.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"desk", party.key, party.certificate, others, lock)
    )
    identity = load_identity(path, passphrase=passphrase)
    assert identity.certificates == forge.chain(party)
    assert identity.origin == str(path)
    chain, key = read_bundle(path, passphrase=passphrase)
    assert set(chain) == set(forge.chain(party))
    assert key is not None
    if passphrase:
        with pytest.raises(PassphraseError, match=r"desk\.p12 is wrong"):
            load_identity(path, passphrase=b"guess")
        with pytest.raises(PassphraseError, match="no passphrase was given"):
            load_identity(path)


def test_says_when_a_pkcs12_file_lacks_the_key(forge, tmp_path):
    path = tmp_path / "certificates.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", None, forge.leaf().certificate, None, NoEncryption())
    )
    with pytest.raises(KeyFileError, match="no private key"):
        load_identity(path)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_puts_certificates_in_order(forge, tmp_path, order):
    party = forge.leaf()
    chain = forge.chain(party)
    path = tmp_path / "cert.pem"
    path.write_bytes(b"".join(chain[index].public_bytes(Encoding.PEM) for index in order))
    assert load_certificates(path) == chain
    key = tmp_path / "key.pem"
    key.write_bytes(party.key_pem())
    assert load_identity(key, path).certificates == chain


def test_takes_one_der_certificate(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "cert.der"
    path.write_bytes(party.certificate.public_bytes(Encoding.DER))
    assert load_certificates(path) == (party.certificate,)


def test_takes_key_and_certificates_from_one_file(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "both.pem"
    path.write_bytes(party.pem() + party.key_pem() + forge.intermediate.pem())
    assert load_identity(path).certificates == forge.chain(party)[:2]
    assert read_bundle(path)[1] is not None


def test_leaves_out_certificates_that_lead_nowhere(forge, tmp_path, pair):
    stray = forge.leaf(forge.root).certificate
    mixed = tmp_path / "mixed.pem"
    mixed.write_bytes(pair[1].read_bytes() + stray.public_bytes(Encoding.PEM))
    assert stray not in load_identity(pair[0], mixed).certificates


def test_names_a_missing_intermediate(forge, tmp_path):
    party = forge.leaf()
    path = tmp_path / "gap.pem"
    path.write_bytes(party.pem() + forge.root.pem())
    with pytest.raises(MissingIntermediateError, match=r"Test Intermediate \(Kestrel\), which issued"):
        load_certificates(path)


def test_notices_a_key_of_another_certificate(forge, tmp_path, pair):
    other = tmp_path / "other.pem"
    other.write_bytes(forge.leaf().key_pem())
    with pytest.raises(KeyMismatchError, match="does not belong to the certificate of Kestrel Desk"):
        load_identity(other, pair[1])


def test_asks_for_the_certificate_when_the_key_file_has_none(pair):
    with pytest.raises(CertificateError, match="no certificate") as raised:
        load_identity(pair[0])
    assert "--cert" in raised.value.hint


def test_refuses_more_certificates_than_any_chain_has(tmp_path, pair):
    path = tmp_path / "list.pem"
    path.write_bytes(pair[1].read_bytes() * 20)
    with pytest.raises(KeyFileError, match="more than 32"):
        load_certificates(path)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_signs_in_the_form_that_cose_wants(forge, keys_by_algorithm, tmp_path, algorithm):
    party = forge.leaf(key=keys_by_algorithm[algorithm])
    (tmp_path / "key.pem").write_bytes(party.key_pem())
    (tmp_path / "cert.pem").write_bytes(party.pem())
    identity = load_identity(tmp_path / "key.pem", tmp_path / "cert.pem")
    assert identity.algorithm == algorithm
    signature, data = identity.sign(b"a claim"), b"a claim"
    public = party.key.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        half = {"es256": 32, "es384": 48, "es512": 66}[algorithm]
        assert len(signature) == 2 * half
        parts = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
        digest = getattr(hashes, f"SHA{algorithm[2:]}")()
        public.verify(utils.encode_dss_signature(*parts), data, ec.ECDSA(digest))
    elif isinstance(public, rsa.RSAPublicKey):
        digest = getattr(hashes, f"SHA{algorithm[2:]}")()
        scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
        public.verify(signature, data, scheme, digest)
    else:
        assert isinstance(public, ed25519.Ed25519PublicKey)
        public.verify(signature, data)
    assert signature_matches(public, identity.algorithm, signature, data)
    assert not signature_matches(public, identity.algorithm, signature, b"another claim")
    assert not signature_matches(public, identity.algorithm, signature + b"\0", data)


def test_an_rsa_key_can_be_told_which_digest_to_use(forge, keys_by_algorithm, tmp_path, pair):
    party = forge.leaf(key=keys_by_algorithm["ps256"])
    (tmp_path / "rsa.pem").write_bytes(party.key_pem() + party.pem())
    assert load_identity(tmp_path / "rsa.pem", algorithm="ps512").algorithm == "ps512"
    for wrong in ("es256", "ed25519"):
        with pytest.raises(CertificateError, match=f"cannot be used with {wrong}") as raised:
            load_identity(tmp_path / "rsa.pem", algorithm=wrong)
        assert "ps256" in raised.value.hint
    with pytest.raises(CertificateError, match="cannot be used with es384"):
        load_identity(*pair, algorithm="es384")


def test_an_identity_describes_itself_without_its_key(pair, now):
    identity = load_identity(*pair)
    ends = now + timedelta(days=290)
    assert identity.describe() == (
        f"Kestrel Desk (Kestrel), issued by Test Intermediate (Kestrel), es256, valid until {ends:%Y-%m-%d}, "
        f"from {pair[1]}"
    )
    assert "PRIVATE" not in repr(identity) + identity.chain_pem
    assert identity.chain_pem.encode() == pair[1].read_bytes()
