"""IPTC-IIM records and Photoshop resources."""

import pytest
from media_bytes import iim, photoshop

from provenance.limits import DEFAULT_LIMITS
from provenance.metadata.iptc import read_iptc, read_photoshop


def read(data, reader=read_iptc):
    entries, problems = reader(data, where="here", limits=DEFAULT_LIMITS)
    return [(e.standard, e.name, e.value) for e in entries], problems


def test_names_of_the_standard():
    data = iim(
        (2, 80, b"A. Writer"), (2, 110, b"Agency"), (2, 25, b"one"), (2, 25, b"two"), (2, 65, b"Editor")
    )
    assert read(data)[0] == [
        ("IPTC", "By-line", "A. Writer"),
        ("IPTC", "Credit", "Agency"),
        ("IPTC", "Keywords", "one"),
        ("IPTC", "Keywords", "two"),
        ("IPTC", "OriginatingProgram", "Editor"),
    ]


@pytest.mark.parametrize(
    "records",
    [
        iim((1, 90, b"\x1b%G"), (2, 120, "Zürich".encode())),
        iim((2, 120, "Zürich".encode())),
        iim((2, 120, "Zürich".encode("latin-1"))),
    ],
    ids=["stated-utf8", "silent-utf8", "latin1"],
)
def test_texts_in_both_charsets(records):
    assert ("IPTC", "Caption-Abstract", "Zürich") in read(records)[0]


def test_unknown_datasets_and_the_version():
    assert read(iim((2, 0, b"\0\4"), (3, 77, b"x")))[0] == [
        ("IPTC", "RecordVersion", "4"),
        ("IPTC", "3:77", "x"),
    ]


def test_extended_length():
    data = b"\x1c\x02\x78" + b"\x80\x04" + (5).to_bytes(4, "big") + b"hello"
    assert read(data)[0] == [("IPTC", "Caption-Abstract", "hello")]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (iim((2, 80, b"A. Writer"))[:-3], "beyond the end"),
        (iim((2, 80, b"A")) + b"garbage", "stop making sense after 6 bytes"),
        (b"\x1c\x02\x78\xff\xff" + b"\xff" * 20, "beyond the end"),
    ],
    ids=["cut-off", "garbage-behind", "endless-length"],
)
def test_broken_records_are_problems(data, problem):
    assert any(problem in p for p in read(data)[1])


def test_padding_behind_the_records_is_no_problem():
    assert read(iim((2, 80, b"A")) + b"\0" * 20)[1] == []


def test_photoshop_resources_are_listed_and_iptc_unpacked():
    data = photoshop(iim((2, 5, b"odd")), (0x040C, b"\xff\xd8\xff"), (0x0425, b"\0" * 16))
    assert read(data, read_photoshop)[0] == [
        ("IPTC", "ObjectName", "odd"),
        ("JPEG", "8BIM 0x040C", "3 bytes"),
        ("JPEG", "8BIM 0x0425", "16 bytes"),
    ]


def test_named_photoshop_resource():
    data = b"8BIM\x04\x0c" + b"\x04name\0" + (2).to_bytes(4, "big") + b"ab" + photoshop(b"", (0x0425, b""))
    assert [name for _, name, _ in read(data, read_photoshop)[0]] == ["8BIM 0x040C", "8BIM 0x0425"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (photoshop(b"", (0x040C, b"x" * 50))[:-20], "0x040C goes beyond"),
        (photoshop(b"", (0x040C, b"xy")) + b"not a resource", "stop making sense"),
    ],
    ids=["cut-off", "garbage-behind"],
)
def test_broken_resources_are_problems(data, problem):
    assert any(problem in p for p in read(data, read_photoshop)[1])
