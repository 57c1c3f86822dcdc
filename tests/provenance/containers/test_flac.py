"""FLAC metadata blocks."""

import pytest
from media_bytes import flac, id3, id3_frame, vorbis

from provenance.containers.walker import measure, walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def test_blocks_in_file_order():
    data = flac((4, vorbis("A=b")), (6, b"\0" * 40), (2, b"app1"), (1, b"\0" * 9), (77, b""))
    names = ["fLaC", "STREAMINFO", "VORBIS_COMMENT", "PICTURE", "APPLICATION", "PADDING", "BLOCK77", "frames"]
    assert [p.path for p in walked(data).parts] == names


def test_tag_before_the_stream():
    data = id3(id3_frame(b"TIT2", b"\0T")) + flac()
    container = walked(data)
    assert [p.path for p in container.parts][:3] == ["ID3v2", "fLaC", "STREAMINFO"]
    assert container.seconds == pytest.approx(2.0)


def test_unknown_length_has_no_duration():
    with open_source(flac(samples=0)) as source:
        assert measure(source) == (None, None, None)


def test_block_beyond_the_end_is_a_problem():
    assert any("VORBIS_COMMENT block" in p for p in walked(flac((4, vorbis("A=b")))[:-60]).problems)


def test_file_that_ends_inside_its_blocks():
    data = bytearray(flac())
    data[4] &= 0x7F
    assert "The file ends inside its metadata blocks." in walked(bytes(data[: 4 + 38])).problems
