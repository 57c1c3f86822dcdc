"""One list: its dates, its digest, and how it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from trust_material import NOW, Made, lote_json

from provenance.errors import TrustListError
from provenance.trust.formats import MAX_LIST_BYTES
from provenance.trust.lists import TrustList, parse_ekus, parse_list

SHARED = Path(__file__).parents[4] / "shared" / "trust"


def one(root: Made, **options: str | None) -> TrustList:
    return TrustList(name="x", kind="manifest", anchors=(root.der,), **options)


def test_pem_der_and_json_give_the_same_list(root: Made) -> None:
    digests = {parse_list(data, name="x").sha256 for data in (root.pem, root.der, lote_json([root.der]))}
    assert len(digests) == 1


def test_digest_ignores_order_but_not_role(roots: tuple[Made, ...]) -> None:
    a, b, _ = (made.der for made in roots)
    base = TrustList(name="x", kind="manifest", anchors=(a, b))
    assert base.sha256 == TrustList(name="y", kind="manifest", anchors=(b, a)).sha256
    assert base.sha256 != TrustList(name="x", kind="manifest", anchors=(a,), allowed=(b,)).sha256
    assert base.sha256 != TrustList(name="x", kind="manifest", anchors=(a, b), ekus=("1.2.3",)).sha256


def test_json_dates_come_out_as_utc(root: Made) -> None:
    data = lote_json([root.der], issued="2026-08-05T02:00:00+02:00", next_update="2027-08-05")
    found = parse_list(data, name="x")
    assert (found.issued, found.next_update) == ("2026-08-05T00:00:00Z", "2027-08-05T00:00:00Z")


@pytest.mark.parametrize("date", ["soon", "2026-13-01", "9" * 400])
def test_unreadable_date(root: Made, date: str) -> None:
    with pytest.raises(TrustListError, match="date that cannot be read"):
        parse_list(lote_json([root.der], next_update=date), name="x")
    with pytest.raises(TrustListError, match="date that cannot be read"):
        one(root, fetched=date)


def test_kind_comes_from_the_caller_then_the_list(root: Made) -> None:
    stamps = lote_json([root.der], name="C2PA TSA Trust List")
    assert parse_list(stamps, name="x").kind == "tsa"
    assert parse_list(root.pem, name="x").kind == "manifest"
    assert parse_list(root.pem, name="x", kind="cawg").kind == "cawg"


def test_end_entities_become_allowed(root: Made, leaf: Made) -> None:
    both = parse_list(root.pem, name="x", allowed=leaf.pem)
    assert (both.anchors, both.allowed) == ((root.der,), (leaf.der,))
    only = parse_list(leaf.pem, name="x", end_entities=True)
    assert (only.anchors, only.allowed) == ((), (leaf.der,))
    assert only.anchors_pem() == "" and only.allowed_pem().encode() == leaf.pem


def test_list_without_certificates() -> None:
    with pytest.raises(TrustListError, match="holds no certificate"):
        TrustList(name="x", kind="manifest")


def test_too_large(root: Made) -> None:
    with pytest.raises(TrustListError, match="larger than 8 MiB"):
        parse_list(root.pem + b"#" * MAX_LIST_BYTES, name="x")


@pytest.mark.parametrize(
    ("dates", "stale"),
    [
        ({"next_update": "2026-11-23T11:59:59Z"}, True),
        ({"next_update": "2026-11-23T12:00:01Z"}, False),
        ({"next_update": "2027-01-01T00:00:00Z", "fetched": "2020-01-01T00:00:00Z"}, False),
        ({"fetched": "2026-07-26T11:59:59Z"}, True),
        ({"fetched": "2026-07-26T12:00:00Z"}, False),
        ({"fetched": "2026-07-26T11:59:59"}, True),
        ({"issued": "2001-01-01T00:00:00Z"}, False),
        ({}, False),
    ],
)
def test_stale(root: Made, dates: dict[str, str], stale: bool) -> None:
    assert one(root, **dates).stale(NOW) is stale
    assert one(root, **dates).info(NOW).stale is stale


def test_age_counts_from_issue_then_from_fetching(root: Made) -> None:
    day = (NOW - timedelta(days=10, hours=1)).isoformat()
    assert one(root, issued=day, fetched=NOW.isoformat()).age_days(NOW) == 10
    assert one(root, fetched=day).age_days(NOW) == 10
    assert one(root).age_days(NOW) is None
    assert one(root, issued=(NOW + timedelta(days=3)).isoformat()).age_days(NOW) == 0


def test_info_counts_everything(root: Made, leaf: Made) -> None:
    info = parse_list(root.pem, name="x", allowed=leaf.pem).info(NOW)
    assert (info.name, info.kind, info.certificates, info.stale) == ("x", "manifest", 2, False)
    assert parse_list(root.pem, name="x").info().certificates == 1


def test_ekus() -> None:
    text = "\ufeff//id-kp-emailProtection \r\n1.3.6.1.5.5.7.3.4\r\n# other\n\n1.3.6.1.5.5.7.3.4\n1.2.3"
    assert parse_ekus(text) == ("1.3.6.1.5.5.7.3.4", "1.2.3")
    assert parse_ekus("") == ()


@pytest.mark.parametrize("line", ["emailProtection", "1.2", "1..2.3", "1.2.٣.4", "1." * 80 + "1", "<html>"])
def test_ekus_with_another_line(line: str) -> None:
    with pytest.raises(TrustListError, match="Line 2"):
        parse_ekus("1.2.3\n" + line)


def test_too_many_ekus() -> None:
    with pytest.raises(TrustListError, match="more than 200"):
        parse_ekus("\n".join(f"1.2.{number}" for number in range(201)))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public lists do not lie beside the checkout")
def test_public_lists() -> None:
    def read(name: str) -> bytes:
        return (SHARED / name).read_bytes()

    official = parse_list(read("C2PA-TRUST-LIST.json"), name="official")
    assert len(official.anchors) == 30
    assert official.sha256 == parse_list(read("C2PA-TRUST-LIST.pem"), name="official").sha256
    assert official.next_update == "2027-08-05T00:11:39Z"
    assert not official.stale(datetime(2027, 8, 4, tzinfo=UTC))
    assert official.stale(datetime(2027, 8, 6, tzinfo=UTC))
    assert len(parse_list(read("C2PA-TSA-TRUST-LIST.pem"), name="tsa", kind="tsa").anchors) == 22
    ekus = parse_ekus(read("interim-store.cfg").decode())
    interim = parse_list(
        read("interim-anchors.pem"), name="interim", allowed=read("interim-allowed.pem"), ekus=ekus
    )
    assert (len(interim.anchors), len(interim.allowed), len(interim.ekus)) == (18, 86, 6)
