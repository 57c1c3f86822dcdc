"""JPEG XL, bare and in boxes."""

import pytest
from media_bytes import box, jxl

from provenance.containers.walker import measure, walk
from provenance.source import open_source

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"


def bits(*fields):
    """Pack (value, width) pairs as JPEG XL does, lowest bit first."""
    value, at = 0, 0
    for number, width in fields:
        value |= number << at
        at += width
    return b"\xff\x0a" + value.to_bytes(12, "little")


@pytest.mark.parametrize(
    ("codestream", "size"),
    [
        (jxl(24, 16), (24, 16)),
        (bits((1, 1), (1, 5), (1, 3)), (16, 16)),  # small, square
        (bits((0, 1), (1, 2), (1079, 13), (5, 3)), (1920, 1080)),  # 16:9
        (bits((0, 1), (0, 2), (299, 9), (0, 3), (2, 2), (4999, 18)), (5000, 300)),
    ],
)
def test_size_header(codestream, size):
    for data in (codestream, SIGNATURE + box(b"ftyp", b"jxl \0\0\0\0") + box(b"jxlc", codestream)):
        with open_source(data) as source:
            assert measure(source)[:2] == size
            assert (walk(source).width, walk(source).height) == size


def test_split_codestream():
    data = SIGNATURE + box(b"jxlp", b"\0\0\0\0", jxl(24, 16)) + box(b"Exif", b"\0" * 20)
    with open_source(data) as source:
        assert measure(source)[:2] == (24, 16)
        assert [p.path for p in walk(source).parts] == ["JXL ", "jxlp", "Exif"]


def test_boxes_without_a_codestream_have_no_size():
    with open_source(SIGNATURE + box(b"free")) as source:
        assert measure(source) == (None, None, None)
