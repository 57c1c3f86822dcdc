"""EXIF blocks."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_bytes import XMP, exif_of, icc, iim, photoshop
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.metadata.entry import Metadata
from provenance.metadata.exif import read_exif


def read(data, limits=DEFAULT_LIMITS):
    entries, problems = read_exif(data, where="here", limits=limits)
    return Metadata(entries=tuple(entries), problems=tuple(problems))


def values(data):
    return {e.name: e.value for e in read(data).entries}


def block(*fields, order="<", rest=b"", following=0):
    """An EXIF block of one directory; `rest` begins at byte 26 for one field, 12 later for each more."""
    start = {"<": b"II*\0\x08\0\0\0", ">": b"MM\0*\0\0\0\x08"}[order]
    packed = b"".join(struct.pack(order + "HHI", *f[:3]) + f[3] for f in fields)
    return start + struct.pack(order + "H", len(fields)) + packed + struct.pack(order + "I", following) + rest


def user_comment(body, order="<"):
    return block((0x9286, 7, len(body), struct.pack(order + "I", 26)), order=order, rest=body)


def test_names_and_values_of_every_directory():
    exif = Image.Exif()
    exif[0x010F], exif[0x0131], exif[0x0112] = "Maker", "Software 2", 6
    exif.get_ifd(0x8769).update(
        {
            0x9003: "2026:11:23 10:00:00",
            0x829A: IFDRational(1, 60),
            0x829D: IFDRational(56, 10),
            0x9000: b"0232",
        }
    )
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.5)})
    found = values(exif.tobytes())
    assert found["Make"] == "Maker"
    assert found["Orientation"] == "6"
    assert found["DateTimeOriginal"] == "2026:11:23 10:00:00"
    assert (found["ExposureTime"], found["FNumber"]) == ("1/60", "5.6")
    assert (found["GPSLatitudeRef"], found["GPSLatitude"]) == ("N", "48, 51, 29.5")
    assert found["ExifVersion"] == "0232"
    assert "ExifOffset" not in found


def test_thumbnail_directory_has_a_prefix():
    second = struct.pack("<HHHIII", 1, 0x0103, 3, 1, 6, 0)
    assert values(block((0x0112, 3, 1, b"\1\0\0\0"), following=26, rest=second)) == {
        "Orientation": "1",
        "Thumbnail.Compression": "6",
    }


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("text", ["masterpiece, Steps: 20, Sampler: Euler a", "猫がいる風景, Steps: 20"])
def test_user_comment_in_utf16_of_either_order(codec, order, text):
    assert values(user_comment(b"UNICODE\0" + text.encode(codec), order)) == {"UserComment": text}


@given(text=st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=80))
@settings(max_examples=40)
def test_user_comment_round_trip(text):
    expected = text.rstrip()
    for body in (
        b"ASCII\0\0\0" + text.encode(),
        b"UNICODE\0" + text.encode("utf-16-be"),
        b"\0" * 8 + text.encode(),
    ):
        assert values(user_comment(body))["UserComment"] == expected or not expected


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"UNICODE\0" + "\ufeffwith mark".encode("utf-16-be"), "with mark"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
        (b"ASCII\0\0\0" + "naïve".encode("latin-1"), "naïve"),
        (b'{"AIGC": {"Label": "1"}}', '{"AIGC": {"Label": "1"}}'),  # no charset at all
        (b"\0" * 8 + bytes(range(4)), "0x00010203"),
        (b"UNICODE\0\xd8", ""),
    ],
)
def test_user_comment_in_other_charsets(body, text):
    assert values(user_comment(body)) == {"UserComment": text}


def test_windows_fields_are_utf16():
    text = "Titel äöü".encode("utf-16-le") + b"\0\0"
    assert values(block((0x9C9B, 1, len(text), struct.pack("<I", 26)), rest=text)) == {"XPTitle": "Titel äöü"}


def test_maker_note_is_only_measured():
    note = b"Nikon\0" + b"\1" * 5000
    value = values(block((0x927C, 7, len(note), struct.pack("<I", 26)), rest=note))["MakerNote"]
    assert value.startswith("5,006 bytes, beginning with 0x4e696b6f6e")
    assert len(value) < 100


@pytest.mark.parametrize(
    ("over", "under", "text"),
    [
        (49, 1, "49"),
        (10, 600, "1/60"),
        (56, 10, "5.6"),
        (69, 100, "0.69"),
        (-3, 6, "-1/2"),
        (7, 3, "7/3"),
        (1, 0, "1/0"),
    ],
)
def test_rationals(over, under, text):
    data = block((0x9204, 10, 1, struct.pack("<I", 26)), rest=struct.pack("<ii", over, under))
    assert values(data) == {"ExposureBiasValue": text}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ((0x011A, 5, 1, struct.pack("<I", 26)), "0/0"),
        ((0x9204, 10, 1, struct.pack("<I", 26)), "0/0"),
        ((0x0103, 3, 2, b"\1\0\2\0"), "1, 2"),
        ((0xFDE8, 99, 1, b"\0" * 4), "1 values of the unknown type 99"),
        ((0xA300, 7, 1, b"\3\0\0\0"), "0x03"),
        ((0x010F, 2, 4, b"a\0b\0"), "a b"),
    ],
)
def test_unusual_values(field, value):
    assert [e.value for e in read(block(field, rest=b"\0" * 8)).entries] == [value]


def test_unknown_tags_are_named_by_number():
    assert list(values(block((0xFDE8, 3, 1, b"\1\0\0\0")))) == ["0xFDE8"]


def test_long_lists_are_cut_and_marked():
    entry = read(block((0x0111, 3, 1000, struct.pack("<I", 26)), rest=b"\1\0" * 1000)).entries[0]
    assert entry.value.endswith("… (1,000 values)")
    assert entry.truncated


def test_long_text_is_cut_and_marked():
    text = b"x" * 100
    entry = read(user_comment(b"ASCII\0\0\0" + text), Limits(max_value_bytes=20)).entries[0]
    assert (entry.value, entry.truncated) == ("x" * 12, True)


def test_other_standards_inside_are_unpacked():
    parts = (
        (0x2BC, XMP),
        (0x83BB, iim((2, 110, b"Agency"))),
        (0x8649, photoshop(iim((2, 5, b"T")))),
        (0x8773, icc()),
    )
    fields, rest, at = [], b"", 14 + 12 * 4
    for tag, data in parts:
        fields.append((tag, 7, len(data), struct.pack("<I", at + len(rest))))
        rest += data
    found = read(block(*fields, rest=rest))
    names = [(e.standard, e.name) for e in found.entries]
    assert ("XMP", "xmp:CreatorTool") in names
    assert ("IPTC", "Credit") in names
    assert ("IPTC", "ObjectName") in names
    assert ("ICC", "ICC profile") in names
    assert found.problems == ()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "TIFF header"),
        (b"Exif\0\0garbage!", "TIFF header"),
        (b"II*\0\xff\xff\xff\xff", "there is none"),
        (block((0x010F, 2, 50_000, b"\0\0\1\0")), "points outside"),
        (block((0x010F, 3, 1, b"\0" * 4), following=8), "already read"),
    ],
    ids=["empty", "no-header", "no-directory", "value-outside", "loop"],
)
def test_broken_blocks_are_problems(data, problem):
    assert any(problem in p for p in read(data).problems)


def test_identifier_before_the_header_is_skipped():
    assert values(b"Exif\0\0" + exif_of().removeprefix(b"Exif\0\0")) == {"Make": "Maker", "Model": "Model 1"}
