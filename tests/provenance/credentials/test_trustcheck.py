"""Our own check of certificate chains: who may sign claims, who may stamp times, and in which lists they end."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import throwaway
from jumbf import token
from throwaway import ANY, CLAIM, DOCUMENT, EMAIL, MICROSOFT, OCSP, TIME

from provenance.credentials.trustcheck import judge_authority, judge_signer
from provenance.trust.bundle import Trust
from provenance.trust.lists import parse_list

ROOT = throwaway.authority("Signer root")
MIDDLE = throwaway.authority("Signer middle", issuer=ROOT)
CLOCKS = throwaway.authority("Clock root")
LISTS = throwaway.trust(ROOT, tsa=[CLOCKS])
NOW = datetime.now(UTC)


def ders(*parties: throwaway.Party) -> tuple[bytes, ...]:
    return tuple(party.der for party in parties)


def listed(chain, lists=None) -> str | None:
    judged = judge_signer(chain, LISTS.manifest if lists is None else lists)
    assert judged is not None
    return judged.trust_list


def test_what_is_said_of_a_signer():
    leaf = throwaway.leaf(MIDDLE, "A signer")
    judged = judge_signer(ders(leaf, MIDDLE), LISTS.manifest)
    assert judged is not None
    assert (judged.name, judged.organisation, judged.issuer) == ("A signer", "A signer Ltd", "Signer middle")
    assert judged.trust_list == "signers"
    assert [c.sha256 for c in judged.chain] == [hashlib.sha256(p.der).hexdigest() for p in (leaf, MIDDLE)]
    assert datetime.fromisoformat(judged.not_after) == leaf.certificate.not_valid_after_utc


@pytest.mark.parametrize("usage", [EMAIL, DOCUMENT, CLAIM, MICROSOFT])
def test_usages_that_allow_claims(usage):
    assert listed(ders(throwaway.leaf(ROOT, usages=(usage,)))) == "signers"


@pytest.mark.parametrize(
    "usages", [(TIME,), (OCSP,), (ANY,), (EMAIL, TIME), (CLAIM, OCSP), (EMAIL, ANY), ("1.2.3.4",)]
)
def test_usages_that_forbid_claims(usages):
    assert listed(ders(throwaway.leaf(ROOT, usages=usages))) is None


def test_list_may_name_more_usages_but_not_forbidden_ones():
    both = parse_list(ROOT.pem, name="own", kind="manifest", ekus=("1.2.3.4", TIME))
    assert listed(ders(throwaway.leaf(ROOT, usages=("1.2.3.4",))), (both,)) == "own"
    assert listed(ders(throwaway.leaf(ROOT, usages=(TIME,))), (both,)) is None


def test_lists_of_other_kinds_do_not_count():
    assert listed(ders(throwaway.leaf(CLOCKS))) is None


def test_intermediate_as_anchor():
    assert listed(ders(throwaway.leaf(MIDDLE), MIDDLE), throwaway.trust(MIDDLE).manifest) == "signers"


def test_missing_intermediate_leads_nowhere():
    assert listed(ders(throwaway.leaf(MIDDLE))) is None


def test_leaf_that_is_allowed_by_itself():
    leaf = throwaway.leaf(throwaway.authority("Unknown root"))
    other = throwaway.leaf(throwaway.authority("Unknown root"))
    own = parse_list(ROOT.pem, name="own", kind="manifest", allowed=leaf.pem)
    assert listed(ders(leaf), (own,)) == "own"
    assert listed(ders(other), (own,)) is None


def test_authority_of_the_same_name_is_not_the_anchor():
    forged = throwaway.authority("Signer root")
    assert listed(ders(throwaway.leaf(forged), forged)) is None


def test_leaf_of_an_honest_signer_cannot_issue_another():
    honest = throwaway.leaf(ROOT, "Honest")
    forged = throwaway.leaf(throwaway.Party(honest.certificate, honest.key), "Forged")
    assert listed(ders(forged, honest)) is None


def test_honest_chain_behind_a_forged_leaf_does_not_help():
    forged = throwaway.leaf(throwaway.authority("Elsewhere"), "Forged")
    assert listed(ders(forged, throwaway.leaf(ROOT), ROOT)) is None


def test_chain_that_cannot_be_parsed():
    assert judge_signer((), LISTS.manifest) is None
    assert judge_signer((b"", b"x"), LISTS.manifest) is None
    assert judge_signer((b"\x30\x03\x02\x01\x00",), LISTS.manifest) is None


def test_damaged_certificates_never_raise():
    good = throwaway.leaf(ROOT).der
    for at in range(0, len(good), 3):
        bad = bytearray(good)
        bad[at] ^= 0x15
        judged = judge_signer((bytes(bad), ROOT.der), LISTS.manifest)
        assert judged is None or judged.trust_list is None


def test_long_chain_of_the_same_certificate_ends():
    assert listed((throwaway.leaf(MIDDLE).der, *[MIDDLE.der] * 50)) == "signers"
    forged = throwaway.authority("Elsewhere")
    assert listed((throwaway.leaf(forged).der, *[forged.der] * 50)) is None


def authority(made: bytes, at: datetime | None = NOW):
    return judge_authority(made, LISTS.timestamping, at=at)


def test_listed_clock():
    clock = throwaway.leaf(CLOCKS, "Clock", usages=(TIME,))
    judged = authority(token(clock.certificate))
    assert (judged.name, judged.trust_list) == ("Clock", "authorities")


def test_clock_is_judged_at_the_stamped_time():
    clock = throwaway.leaf(CLOCKS, "Clock", usages=(TIME,), days=(-300, -100))
    made = token(clock.certificate)
    assert authority(made, NOW - timedelta(days=200)).trust_list == "authorities"
    assert authority(made, NOW).trust_list is None
    assert authority(made, NOW - timedelta(days=400)).trust_list is None
    assert authority(made, None).trust_list is None


def test_certificate_without_the_usage_is_no_clock():
    assert authority(token(throwaway.leaf(CLOCKS, usages=(EMAIL,)).certificate)).trust_list is None


def test_clock_under_a_root_for_signers_is_not_listed():
    assert authority(token(throwaway.leaf(ROOT, usages=(TIME,)).certificate)).trust_list is None


def test_own_clock_with_a_listed_clock_beside_it_is_not_listed():
    own = throwaway.leaf(throwaway.authority("Own"), "Own clock", usages=(TIME,))
    listed_clock = throwaway.leaf(CLOCKS, "Listed clock", usages=(TIME,))
    judged = authority(token(own.certificate, listed_clock.certificate, CLOCKS.certificate))
    assert (judged.name, judged.trust_list) == ("Own clock", None)


def test_list_of_signers_that_names_timestamping_vouches_for_clocks():
    interim = parse_list(ROOT.pem, name="interim", kind="manifest", ekus=(EMAIL, TIME))
    made = token(throwaway.leaf(ROOT, usages=(TIME,)).certificate)
    assert judge_authority(made, Trust(lists=(interim,)).timestamping, at=NOW).trust_list == "interim"


def test_no_token():
    assert authority(b"").name is None
