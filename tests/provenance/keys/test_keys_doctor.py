"""Every rule of the certificate profile, each with a certificate that breaks this rule alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from provenance.keys import errors
from provenance.keys.authority import new_ca, new_cert
from provenance.keys.doctor import examine_certificate, require_usable
from provenance.keys.load import load_certificates, load_identity
from provenance.keys.rules import chain as chain_rules
from provenance.keys.rules import key as key_rules
from provenance.keys.rules import leaf as leaf_rules
from provenance.keys.rules import official as official_rules

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
EMAIL, TIME, OCSP, ANY, TLS = (
    getattr(ExtendedKeyUsageOID, name)
    for name in ("EMAIL_PROTECTION", "TIME_STAMPING", "OCSP_SIGNING", "ANY_EXTENDED_KEY_USAGE", "SERVER_AUTH")
)


def usage(*uses: str) -> x509.KeyUsage:
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{use: use in uses for use in every.split()})


def purposes(*oids: x509.ObjectIdentifier) -> dict:
    return {"instead": ((x509.ExtendedKeyUsage(oids), False),)}


def named(results, outcome: str, profile: str = "c2pa") -> set[str]:
    return {each.rule for each in results if each.outcome == outcome and each.profile == profile}


def test_a_sound_certificate_keeps_every_rule(forge, now):
    party = forge.leaf()
    results = examine_certificate(forge.chain(party), party.key, now)
    assert named(results, "failed") == named(results, "warning") == set()
    assert len(results) > 30
    assert all(each.requirement and each.found.endswith(".") for each in results)
    assert len({each.rule for each in results}) == len(results)


LEAF_DEFECTS = {
    "public-key": [{"key": rsa.generate_private_key(public_exponent=65537, key_size=1024)}],
    "not-before": [{"begins_in": 5}],
    "not-after": [{"begins_in": -301}],
    "authority-key-identifier": [{"leave_out": (x509.AuthorityKeyIdentifier,)}],
    "extended-key-usage": [{"leave_out": (x509.ExtendedKeyUsage,)}],
    "signing-purpose": [purposes(TLS)],
    "any-purpose": [purposes(EMAIL, ANY)],
    "exclusive-purposes": [purposes(EMAIL, TIME), purposes(EMAIL, OCSP)],
    "key-usage": [
        {"leave_out": (x509.KeyUsage,)},
        {"instead": ((usage("key_encipherment"), True),)},
        {"instead": ((usage("content_commitment"), True),)},
    ],
    "certificate-signing": [{"instead": ((usage("digital_signature", "key_cert_sign"), True),)}],
    "critical-extensions": [
        {"instead": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)}
    ],
}


@pytest.mark.parametrize(
    ("rule", "defect"), [(rule, defect) for rule, defects in LEAF_DEFECTS.items() for defect in defects]
)
def test_names_the_broken_rule(forge, now, rule, defect):
    defect = dict(defect)
    if "begins_in" in defect:
        defect["begins"] = now + timedelta(days=defect.pop("begins_in"))
    party = forge.leaf(**defect)
    results = examine_certificate(forge.chain(party), party.key, now)
    assert named(results, "failed") == {rule}
    [broken] = [each for each in results if each.rule == rule]
    assert broken.advice.endswith(".")
    assert broken.found.startswith("The certificate")


def test_curve_and_kind_of_key(forge, now):
    curve = forge.leaf(key=ec.generate_private_key(ec.SECP256K1()))
    assert "secp256k1" in only(examine_certificate(forge.chain(curve), None, now)).found
    other = forge.leaf(key=dsa.generate_private_key(1024))
    assert "of a kind" in only(examine_certificate(forge.chain(other), None, now)).found


def only(results):
    [broken] = [each for each in results if each.outcome == "failed"]
    return broken


def test_version_1(forge, now):
    old = forge.operate(forge.leaf(), lambda fields: fields[1:7])
    results = examine_certificate((old, forge.intermediate.certificate, forge.root.certificate), None, now)
    assert {"version", "authority-key-identifier", "extended-key-usage", "key-usage"} == named(
        results, "failed"
    )


@pytest.mark.parametrize("tag", [0x81, 0x82])
def test_unique_ids(forge, now, tag):
    unique = bytes([tag, 3, 0, 1, 2])
    odd = forge.operate(forge.leaf(), lambda fields: [*fields[:7], unique, *fields[7:]])
    results = examine_certificate((odd, *forge.chain(forge.leaf())[1:]), None, now)
    assert named(results, "failed") == {"unique-ids"}


def test_algorithms_that_signed_the_certificate(forge, now):
    authority = forge.leaf(
        forge.root, key=rsa.generate_private_key(public_exponent=65537, key_size=2048), ca=True
    )
    rest = (authority.certificate, forge.root.certificate)

    def broken(**options) -> set[str]:
        leaf = forge.leaf(authority, **options).certificate
        return named(examine_certificate((leaf, *rest), None, now), "failed")

    def pss(mask, digest):
        return {"padding": padding.PSS(padding.MGF1(mask), 32), "digest": digest}

    assert broken(digest=hashes.SHA512()) == set()
    assert broken(**pss(hashes.SHA384(), hashes.SHA384())) == set()
    assert broken(digest=hashes.SHA224()) == {"signature-algorithm"}
    assert broken(**pss(hashes.SHA224(), hashes.SHA224())) == {"signature-algorithm"}
    assert "signature-algorithm" in broken(**pss(hashes.SHA512(), hashes.SHA256()))


def test_an_authority_must_not_sign_content(forge, now):
    results = examine_certificate((forge.intermediate.certificate, forge.root.certificate), None, now)
    assert named(results, "failed") == {
        "end-entity",
        "certificate-signing",
        "extended-key-usage",
        "key-usage",
    }


def test_a_self_signed_certificate(forge, now):
    party = forge.leaf()
    alone = forge.issue(party, party)
    assert named(examine_certificate((alone,), None, now), "failed") == {"self-signed"}


def test_things_that_only_deserve_a_warning(forge, now):
    def warned(**changes) -> set[str]:
        results = examine_certificate(forge.chain(forge.leaf(**changes)), None, now)
        assert named(results, "failed") == set()
        return named(results, "warning")

    unnamed = x509.AuthorityKeyIdentifier(
        None, [x509.DirectoryName(forge.root.subject)], forge.intermediate.certificate.serial_number
    )
    assert warned(leave_out=(x509.SubjectKeyIdentifier,)) == {"subject-key-identifier"}
    assert warned(instead=((unnamed, False),)) == {"authority-key-identifier"}
    assert warned(instead=((usage("digital_signature"), False),)) == {"key-usage"}
    assert warned(days=400) == {"lifetime"}
    assert warned(begins=now - timedelta(days=290)) == {"not-after"}
    assert warned(**purposes(CLAIM_SIGNING)) == {"widely-accepted-purpose"}
    assert warned(**purposes(DOCUMENT_SIGNING)) == {"widely-accepted-purpose"}
    assert warned(subject=x509.Name.from_rfc4514_string("CN=Desk,OU=FOR TESTING_ONLY")) == {"for-testing"}


def test_a_certificate_that_claims_the_official_profile_must_not_outlast_it(forge, now):
    policy = x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier("1.3.6.1.4.1.62558.1.1"), None)]
    )
    party = forge.leaf(days=367, instead=((policy, False),))
    assert named(examine_certificate(forge.chain(party), None, now), "failed") == {"lifetime"}


def test_order_links_and_ends_of_the_chain(forge, now):
    party = forge.leaf()
    leaf, intermediate, root = forge.chain(party)

    def broken(*chain, **options) -> set[str]:
        return named(examine_certificate(chain, None, now, **options), "failed")

    assert broken(leaf, intermediate) == set()
    assert broken(leaf, root, intermediate) == {"chain-order"}
    assert "chain-order" in broken(root, intermediate, leaf)
    assert "chain-links" in broken(leaf, root)
    impostor = forge.issue(forge.leaf(subject=forge.intermediate.subject), forge.root, ca=True)
    assert broken(leaf, impostor, root) == {"chain-links"}
    assert broken(leaf, anchors=(intermediate,)) == set()
    assert broken(leaf, intermediate, anchors=(root,)) == set()
    assert broken(leaf, anchors=(root,)) == {"chain-complete"}
    alone = examine_certificate((leaf,), None, now)
    assert named(alone, "failed") == set()
    assert named(alone, "warning") == {"chain-complete"}


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"ca": False}, "chain-authorities", "cA is false"),
        ({"ca": True, "instead": ((usage("digital_signature"), True),)}, "chain-authorities", "keyCertSign"),
        (
            {"ca": True, "leave_out": (x509.SubjectKeyIdentifier,)},
            "chain-authorities",
            "no Subject Key Identifier",
        ),
        (
            {"ca": True, "leave_out": (x509.AuthorityKeyIdentifier,)},
            "chain-authorities",
            "no Authority Key Identifier",
        ),
        ({"ca": True, "days": 5}, "chain-validity", "expired on"),
        (
            {"ca": True, "key": rsa.generate_private_key(public_exponent=65537, key_size=1024)},
            "chain-keys",
            "kind or size",
        ),
    ],
)
def test_defects_of_an_intermediate(forge, now, change, rule, words):
    middle = forge.leaf(forge.root, subject=x509.Name.from_rfc4514_string("CN=Middle"), **change)
    leaf = forge.leaf(middle)
    results = examine_certificate((leaf.certificate, middle.certificate, forge.root.certificate), None, now)
    broken = [each for each in results if each.outcome == "failed" and each.rule == rule]
    assert len(broken) == 1
    assert words in broken[0].found
    assert "Middle" in broken[0].found


def test_an_intermediate_that_is_not_yet_valid(forge, now):
    middle = forge.leaf(forge.root, ca=True, begins=now + timedelta(days=2))
    leaf = forge.leaf(middle)
    results = examine_certificate((leaf.certificate, middle.certificate, forge.root.certificate), None, now)
    assert named(results, "failed") == {"chain-validity"}


def test_more_authorities_than_the_path_length_allows(forge, now):
    second = forge.leaf(forge.intermediate, subject=x509.Name.from_rfc4514_string("CN=Second"), ca=True)
    leaf = forge.leaf(second)
    chain = (leaf.certificate, second.certificate, *forge.chain(leaf)[1:])
    broken = only(examine_certificate(chain, None, now))
    assert broken.rule == "chain-authorities"
    assert "allows only 0 authorities below it, and there are 1" in broken.found


def test_key_and_key_file(forge, now, tmp_path):
    party = forge.leaf()
    path = tmp_path / "key.pem"
    path.write_bytes(party.key_pem())
    path.chmod(0o644)
    results = examine_certificate(forge.chain(party), party.key, now, key_file=path)
    assert named(results, "warning") == {"key-encrypted", "key-file-private"}
    path.write_bytes(party.key_pem(b"secret"))
    path.chmod(0o600)
    results = examine_certificate(forge.chain(party), party.key.public_key(), now, key_file=path)
    assert named(results, "warning") == set()
    results = examine_certificate(forge.chain(party), forge.root.key, now)
    assert named(results, "failed") == {"key-matches"}


def test_an_official_certificate_keeps_the_official_rules(forge, now):
    uuid = UUID("5a2b6a3e-7a52-4a51-9d4e-0f8a3f1e2d3c")
    official = (
        (usage("digital_signature", "content_commitment"), True),
        (x509.CertificatePolicies([policy("1.3.6.1.4.1.62558.1.1")]), False),
        (revocation("http://ocsp.example.org/"), False),
        (raw("1.3.6.1.4.1.62558.3", "060a2b0601040183e85e030a"), False),
        (raw("1.3.6.1.4.1.62558.4", "0c24" + str(uuid).encode().hex()), False),
    )
    subject = x509.Name.from_rfc4514_string("CN=Kestrel Camera,O=Kestrel,C=KE")
    party = forge.leaf(subject=subject, instead=official)
    results = examine_certificate(forge.chain(party), party.key, now)
    assert {each.outcome for each in results} == {"passed"}
    assert any(str(uuid) in each.found for each in results)

    def unmet(index: int, extension: x509.ExtensionType) -> set[str]:
        changed = [*official[:index], (extension, official[index][1]), *official[index + 1 :]]
        leaf = forge.leaf(subject=subject, instead=tuple(changed))
        return named(examine_certificate(forge.chain(leaf), None, now), "warning", "official")

    assert unmet(0, usage("digital_signature")) == {"official-key-usage"}
    assert unmet(0, usage("digital_signature", "content_commitment", "key_agreement")) == {
        "official-key-usage"
    }
    assert unmet(1, x509.CertificatePolicies([policy("1.2.3")])) == {"official-policy"}
    assert unmet(2, revocation("https://ocsp.example.org/")) == {"official-revocation-address"}
    assert unmet(3, raw("1.3.6.1.4.1.62558.3", "060a2b0601040183e85e030b")) == {"official-assurance-level"}
    assert unmet(4, raw("1.3.6.1.4.1.62558.4", "0c0161")) == {"official-product-record"}
    assert unmet(4, raw("1.3.6.1.4.1.62558.4", "0c24" + "ff" * 36)) == {"official-product-record"}


def policy(oid: str) -> x509.PolicyInformation:
    return x509.PolicyInformation(x509.ObjectIdentifier(oid), None)


def raw(oid: str, der: str) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), bytes.fromhex(der))


def revocation(url: str) -> x509.AuthorityInformationAccess:
    place = x509.UniformResourceIdentifier(url)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]
    )


def test_an_official_subject(forge, now):
    for subject in ("CN=Kestrel,O=Kestrel", "CN=Kestrél,O=Kestrel,C=KE"):
        party = forge.leaf(subject=x509.Name.from_rfc4514_string(subject))
        results = examine_certificate(forge.chain(party), None, now)
        assert "official-subject" in named(results, "warning", "official")


def test_an_extension_that_cannot_be_decoded_is_a_finding(forge, now):
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), b"\x30\x05garbage")
    party = forge.leaf(instead=((broken, False),))
    results = examine_certificate(forge.chain(party), None, now)
    assert "extended-key-usage" in named(results, "failed")
    assert "cannot be decoded" in next(each.found for each in results if each.rule == "extended-key-usage")


def test_every_rule_is_exported_and_has_a_requirement():
    for module in (leaf_rules, chain_rules, key_rules, official_rules):
        for name in module.__all__:
            assert getattr(module, name).__doc__.partition("\n")[0].endswith(".")
    party_rules = {each.replace("_", "-") for each in leaf_rules.__all__}
    tested = set(LEAF_DEFECTS) | {
        "version", "unique-ids", "signature-algorithm", "lifetime", "subject-key-identifier",
        "widely-accepted-purpose", "end-entity", "self-signed", "for-testing",
    }  # fmt: skip
    assert party_rules == tested


def test_names_in_a_certificate_cannot_steer_a_terminal(forge, now):
    party = forge.leaf(subject=x509.Name.from_rfc4514_string("CN=Desk\x1b[2J\u202egnp.exe"))
    lonely = examine_certificate((party.certificate, forge.root.certificate), None, now)
    text = "".join(each.found + each.advice for each in lonely)
    assert "\x1b" not in text
    assert "\u202e" not in text


REFUSALS = [
    ({"begins_in": -301}, errors.CertificateExpiredError, "expired on"),
    ({"begins_in": 5}, errors.CertificateNotYetValidError, "is not valid before 20"),
    (purposes(TLS), errors.CertificatePurposeError, r"is for web servers \(TLS\), not for signing content"),
    ({"leave_out": (x509.KeyUsage,)}, errors.CertificateError, "does not say what its key may do"),
]


@pytest.mark.parametrize(("defect", "kind", "words"), REFUSALS)
def test_refuses_to_sign_with_a_certificate_that_validators_refuse(forge, now, tmp_path, defect, kind, words):
    defect = dict(defect)
    if "begins_in" in defect:
        defect["begins"] = now + timedelta(days=defect.pop("begins_in"))
    party = forge.leaf(**defect)
    path = tmp_path / "desk.pem"
    path.write_bytes(party.pem() + forge.intermediate.pem() + party.key_pem())
    with pytest.raises(kind, match=words) as raised:
        require_usable(load_identity(path), now=now)
    assert str(path) in raised.value.message
    assert raised.value.hint.endswith(".")
    assert raised.value.exit_code == 6


def test_requires_the_chain_to_lead_to_a_named_anchor(forge, now, tmp_path):
    party = forge.leaf()
    path = tmp_path / "desk.pem"
    path.write_bytes(party.pem() + party.key_pem())
    identity = load_identity(path)
    require_usable(identity, now=now)
    require_usable(identity, now=now, anchors=[forge.intermediate.certificate])
    with pytest.raises(errors.MissingIntermediateError, match="Test Intermediate"):
        require_usable(identity, now=now, anchors=[forge.root.certificate])


def test_a_test_identity_signs_only_when_asked_to(tmp_path: Path):
    new_ca(tmp_path / "ca", name="Trial", test=True)
    new_cert(tmp_path / "ca", name="Desk", out_dir=tmp_path / "desk")
    identity = load_identity(tmp_path / "desk" / "key.pem", tmp_path / "desk" / "cert.pem")
    assert identity.test
    assert "a test identity" in identity.describe()
    with pytest.raises(errors.ForTestingOnlyError, match="FOR TESTING ONLY") as raised:
        require_usable(identity)
    assert "--test-identity" in raised.value.hint
    require_usable(identity, test_identity=True)
    results = examine_certificate(load_certificates(tmp_path / "desk" / "cert.pem"))
    assert named(results, "warning") == {"for-testing"}
