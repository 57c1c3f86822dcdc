"""Colour profiles."""

import pytest
from media_bytes import icc

from provenance.limits import DEFAULT_LIMITS
from provenance.metadata.icc import read_icc


def read(data):
    entries, problems = read_icc(data, where="here", limits=DEFAULT_LIMITS)
    return [(e.standard, e.name, e.value) for e in entries], problems


def profile(description):
    head = b"\0" * 36 + b"acsp" + b"\0" * 88
    table = (1).to_bytes(4, "big") + b"desc" + (144).to_bytes(4, "big") + len(description).to_bytes(4, "big")
    return head + table + description


def test_description_of_a_written_profile():
    assert read(icc()) == ([("ICC", "ICC profile", "sRGB built-in")], [])


@pytest.mark.parametrize(
    "description",
    [
        b"desc\0\0\0\0" + (8).to_bytes(4, "big") + b"Display\0",
        b"mluc\0\0\0\0\0\0\0\1\0\0\0\x0cenUS\0\0\0\x0e\0\0\0\x1c" + "Display".encode("utf-16-be"),
        b"text\0\0\0\0Display\0",
    ],
    ids=["version-2", "version-4", "plain"],
)
def test_every_form_of_description(description):
    assert read(profile(description))[0] == [("ICC", "ICC profile", "Display")]


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "no profile header"), (b"\0" * 200, "no profile header"), (icc()[:140], "no description")],
)
def test_broken_profiles_are_problems(data, problem):
    assert any(problem in p for p in read(data)[1])
