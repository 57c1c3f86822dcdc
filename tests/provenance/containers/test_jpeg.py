"""JPEG segments."""

import os

import pytest
from media_bytes import jpeg, picture, saved, segment
from PIL import Image

from provenance.containers.walker import measure, walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def names(data):
    return [p.path for p in walked(data).parts]


def test_segments_in_file_order():
    assert names(jpeg(segment(0xE1, b"Exif\0\0"), comment=b"hello")) == [
        *("SOI", "APP1", "APP0", "COM", "DQT", "DQT", "SOF0", "DHT", "DHT", "DHT", "DHT", "SOS", "EOI")
    ]


def test_parts_cover_the_file_without_gaps():
    data = jpeg(quality=95)
    parts = walked(data).parts
    assert [p.offset for p in parts[1:]] == [p.end for p in parts[:-1]]
    assert (parts[0].offset, parts[-1].end) == (0, len(data))


def test_progressive_file_has_every_scan():
    found = names(saved("JPEG", picture((64, 64)), progressive=True))
    assert "SOF2" in found
    assert found.count("SOS") > 3


def test_restart_markers_belong_to_their_scan():
    data = saved("JPEG", picture((256, 256)), restart_marker_blocks=2)
    assert b"\xff\xd3" in data
    parts = walked(data).parts
    assert [p.path for p in parts].count("SOS") == 1
    assert not any(p.path.startswith("RST") for p in parts)
    assert "DRI" in [p.path for p in parts]


def test_scan_longer_than_a_block_is_followed():
    noise = Image.frombytes("RGB", (1200, 900), os.urandom(1200 * 900 * 3))
    data = saved("JPEG", noise, quality=100)
    assert len(data) > 2 << 20
    container = walked(data)
    assert (container.parts[-1].path, container.end, container.problems) == ("EOI", len(data), ())


def test_marker_across_the_border_of_two_blocks_is_found():
    head = b"\xff\xd8" + segment(0xDA, b"\1\1\0\0\0\0")
    for shift in range(-3, 3):
        filler = b"\1" * ((1 << 20) + shift)
        container = walked(head + filler + b"\xff\xd9")
        assert (container.parts[-1].path, container.trailing) == ("EOI", 0)


def test_second_picture_is_trailing():
    data, second = jpeg(), jpeg()
    container = walked(data + second)
    assert (container.end, container.trailing) == (len(data), len(second))


def test_picture_inside_a_segment_is_not_walked():
    assert names(jpeg(segment(0xE1, jpeg()))).count("SOI") == 1


def test_fill_bytes_before_a_marker_are_allowed():
    container = walked(jpeg().replace(b"\xff\xda", b"\xff\xff\xff\xda", 1))
    assert container.problems == ()
    assert "SOS" in [p.path for p in container.parts]


def test_missing_end_is_a_problem():
    container = walked(jpeg()[:-2])
    assert container.problems == ("The file ends without an end-of-image marker.",)
    assert container.parts[-1].path == "SOS"


def test_segment_beyond_the_end_is_a_problem():
    container = walked(b"\xff\xd8\xff\xe1\xff\xffExif")
    assert any("beyond the end" in p for p in container.problems)


@pytest.mark.parametrize("length", [b"\0\0", b"\0\1"])
def test_impossible_length_is_a_problem_and_the_walk_goes_on(length):
    data = jpeg()
    container = walked(data[:2] + b"\xff\xe5" + length + b"\1\1" + data[2:])
    assert any("impossible length" in p for p in container.problems)
    assert container.parts[-1].path == "EOI"


def test_bytes_between_segments_are_a_problem_and_skipped():
    data = jpeg()
    container = walked(data[:20] + b"lost" + data[20:])
    assert container.problems == ("Bytes at 20 belong to no segment.",)
    assert container.parts[-1].path == "EOI"
    with open_source(data[:20] + b"\0\0" + data[20:]) as source:
        assert measure(source) == (24, 16, None)


def test_height_can_come_after_the_first_scan():
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 7] = b"\0\0"
    end = data.rindex(b"\xff\xd9")
    data[end:end] = segment(0xDC, b"\0\x10")
    container = walked(bytes(data))
    assert (container.width, container.height) == (24, 16)


def test_unknown_markers_have_names():
    assert "FF02" in names(jpeg(segment(0x02, b"?")))
    assert "APP15" in names(jpeg(segment(0xEF, b"?")))
