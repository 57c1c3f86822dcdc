"""Who signed a timestamp token, as opposed to whose certificates lie in it."""

from __future__ import annotations

import pytest
import throwaway
from hypothesis import given, settings
from hypothesis import strategies as st
from jumbf import der, token

from provenance.credentials.timestamp import read_token

ROOT = throwaway.authority("Clock root")


def clock(name: str) -> throwaway.Party:
    """A clock whose serial number takes all of its twenty bytes."""
    while (
        made := throwaway.leaf(ROOT, name, usages=(throwaway.TIME,))
    ).certificate.serial_number >> 152 == 0:
        pass
    return made


CLOCK, STRANGER = clock("Clock"), clock("Stranger's clock")


@pytest.mark.parametrize("response", [False, True])
def test_signer_and_the_rest(response):
    found = read_token(token(CLOCK.certificate, ROOT.certificate, response=response))
    assert found is not None
    assert found.signer == CLOCK.der
    assert found.others == (ROOT.der,)


def test_certificate_of_a_stranger_is_not_the_signer():
    found = read_token(token(CLOCK.certificate, STRANGER.certificate, ROOT.certificate))
    assert found is not None
    assert found.signer == CLOCK.der


def test_two_certificates_that_fit_the_name_fit_nobody():
    mine, other = (_number(party) for party in (CLOCK, STRANGER))
    made = token(CLOCK.certificate, STRANGER.certificate)
    forged = made.replace(other, mine)
    assert forged != made
    assert read_token(made) is not None
    assert read_token(forged) is None


def _number(party: throwaway.Party) -> bytes:
    return party.certificate.serial_number.to_bytes(20, "big")


@pytest.mark.parametrize("signers", [0, 2])
def test_one_signer_alone(signers):
    assert read_token(token(CLOCK.certificate, signers=signers)) is None


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x31\0", der(0x30), der(0x30, der(0x30)),
             der(0x30, der(6), der(0xA0)), b"\x30\x03" * 1_000, b"\x30\x82\xff\xf0" + b"\0" * 300_000],
)  # fmt: skip
def test_malformed_token_names_nobody(data):
    assert read_token(data) is None


def test_truncated_token_names_nobody():
    whole = token(CLOCK.certificate)
    assert all(read_token(whole[:end]) is None for end in range(len(whole)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=4))
def test_changed_token_never_raises(at, put):
    whole = bytearray(token(CLOCK.certificate))
    whole[at : at + len(put)] = put
    read_token(bytes(whole))
