"""PEM, DER and ETSI JSON: what comes out, and what is refused with which words."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trust_material import Made, lote, lote_json

from provenance.errors import TrustListError
from provenance.trust import formats
from provenance.trust.formats import from_der, from_json, from_pem, to_pem


def test_pem_with_comments_and_windows_line_ends(roots: tuple[Made, ...]) -> None:
    text = b"".join(b"Subject\tCN=anything - even -----\r\n" + made.pem + b"\r\n# more\r\n" for made in roots)
    text = b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")
    assert from_pem(text, name="x") == tuple(made.der for made in roots)


def test_pem_keeps_each_certificate_once(root: Made) -> None:
    assert from_pem(root.pem * 3, name="x") == (root.der,)


def test_pem_round_trip(roots: tuple[Made, ...]) -> None:
    ders = tuple(made.der for made in roots)
    assert from_pem(to_pem(ders).encode(), name="x") == ders
    assert to_pem([roots[0].der]).encode() == roots[0].pem


GARBAGE = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (GARBAGE, "Block 2 .* not a certificate that can be read"),
        (GARBAGE.replace(b"AAAA", b"?not base64?"), "Block 2 .* not valid base64"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n" + GARBAGE, "Block 2 .* no END line"),
        (b"-----END CERTIFICATE-----\n", "Block 1 .* END line of no block"),
        (GARBAGE.replace(b"CERTIFICATE", b"PRIVATE KEY"), "Block 2 .* private key"),
        (GARBAGE.replace(b"CERTIFICATE", b"ENCRYPTED PRIVATE KEY"), "Block 2 .* private key"),
        (GARBAGE.replace(b"CERTIFICATE", b"X509 CRL"), "Block 2 .* 'X509 CRL', not a certificate"),
    ],
)
def test_bad_block_is_named_by_its_number(root: Made, bad: bytes, words: str) -> None:
    with pytest.raises(TrustListError, match=words) as caught:
        from_pem(root.pem + bad + root.pem, name="x")
    assert caught.value.hint


def test_truncated_inside_the_base64(root: Made) -> None:
    with pytest.raises(TrustListError, match=r"Block 1 .* cut off"):
        from_pem(root.pem[: len(root.pem) // 2], name="x")


@pytest.mark.parametrize("data", [b"", b"<html>404</html>", b"\xff\xfe-\0-\0", b"MIIB"])
def test_no_certificate_at_all(data: bytes) -> None:
    with pytest.raises(TrustListError, match="holds no certificate"):
        from_pem(data, name="x")


def test_der(root: Made) -> None:
    assert from_der(root.der, name="x") == (root.der,)
    with pytest.raises(TrustListError, match="not a certificate"):
        from_der(root.der + b"\0", name="x")


def test_too_many_certificates(root: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_CERTIFICATES", 2)
    assert from_pem(root.pem * 2, name="x")
    with pytest.raises(TrustListError, match="more than 2 certificates"):
        from_pem(root.pem * 3, name="x")
    with pytest.raises(TrustListError, match="more than 2 certificates"):
        from_json(lote_json([root.der] * 3), name="x")


def test_json_gives_dates_and_certificates(roots: tuple[Made, ...]) -> None:
    found = from_json(lote_json([made.der for made in roots]), name="x")
    assert found.certificates == tuple(made.der for made in roots)
    assert (found.issued, found.next_update) == ("2026-08-05T00:11:39Z", "2027-08-05T00:11:39Z")
    assert found.kind is None


def test_json_says_that_it_is_for_timestamps(root: Made) -> None:
    data = lote_json([root.der], name="C2PA TSA Trust List")
    assert from_json(data, name="x").kind == "tsa"
    assert from_json(data, name="x", kind="tsa").certificates == (root.der,)
    with pytest.raises(TrustListError, match="of this kind") as caught:
        from_json(data, name="x", kind="manifest")
    assert "--kind tsa" in caught.value.hint


def test_json_service_type_picks_the_kind(roots: tuple[Made, ...]) -> None:
    document = lote([roots[0].der])
    stamps = lote([roots[1].der], service="http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST")
    document["LoTE"]["TrustedEntitiesList"] += stamps["LoTE"]["TrustedEntitiesList"]
    data = json.dumps(document).encode()
    assert from_json(data, name="x", kind="manifest").certificates == (roots[0].der,)
    assert roots[1].der in from_json(data, name="x", kind="tsa").certificates


def test_json_leaves_withdrawn_services_out(roots: tuple[Made, ...]) -> None:
    document = lote([roots[0].der])
    gone = lote([roots[1].der], status="http://c2pa.org/conformance/trust-list/withdrawn")
    document["LoTE"]["TrustedEntitiesList"] += gone["LoTE"]["TrustedEntitiesList"]
    assert from_json(json.dumps(document).encode(), name="x").certificates == (roots[0].der,)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{}",
        b'{"LoTE": []}',
        b'{"LoTE": {"ListAndSchemeInformation": {}, "TrustedEntitiesList": [7]}}',
        b'{"a":' * 200_000,
        b'{"LoTE": "\xff"}',
    ],
)
def test_json_of_another_shape(data: bytes) -> None:
    with pytest.raises(TrustListError, match="not a JSON list of trusted entities"):
        from_json(data, name="x")


@pytest.mark.parametrize("value", ["AAAA", "?", "é", ""])
def test_json_with_a_broken_certificate(root: Made, value: str) -> None:
    document = lote([root.der, root.der])
    service = document["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"][0]["ServiceInformation"]
    service["ServiceDigitalIdentity"]["X509Certificates"][1]["val"] = value
    with pytest.raises(TrustListError, match="Certificate 2 of trust list x"):
        from_json(json.dumps(document).encode(), name="x")


@given(data=st.binary(max_size=400), cut=st.integers(0, 2000), at=st.integers(0, 2000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_comes_is_certificates_or_an_error(root: Made, data: bytes, cut: int, at: int) -> None:
    pem = root.pem * 2
    mutated = pem[: at % len(pem)] + data + pem[cut % len(pem) :]
    for candidate in (data, mutated, b"{" + data):
        for read in (from_pem, from_json, from_der):
            try:
                found = read(candidate, name="x")
            except TrustListError as error:
                assert re.search("trust list x", str(error), re.IGNORECASE)
            else:
                assert found


def test_many_begin_lines_take_linear_time() -> None:
    with pytest.raises(TrustListError):
        from_pem(b"-----BEGIN " * 700_000, name="x")
