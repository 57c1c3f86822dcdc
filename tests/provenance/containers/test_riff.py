"""RIFF chunks of WebP, WAV and AVI."""

import struct

import pytest
from media_bytes import avi, info_list, picture, riff, riff_chunk, saved, wav

from provenance.containers.walker import measure, walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def paths(data):
    return [p.path for p in walked(data).parts]


def test_paths_name_lists_by_their_type():
    assert paths(wav(info_list(ISFT="Lavf", ICMT="x"))) == [
        *("RIFF", "RIFF/fmt", "RIFF/data", "RIFF/LIST(INFO)", "RIFF/LIST(INFO)/ISFT", "RIFF/LIST(INFO)/ICMT")
    ]
    assert "RIFF/LIST(hdrl)/avih" in paths(avi())
    assert "RIFF/LIST(movi)" in paths(avi())
    assert not any(p.startswith("RIFF/LIST(movi)/") for p in paths(avi()))


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0II*\0", "lossless": True}])
def test_webp_dimensions_of_every_coding(options):
    container = walked(saved("WEBP", picture((333, 222)), **options))
    assert (container.width, container.height) == (333, 222)


def test_odd_chunks_are_padded():
    data = wav(riff_chunk(b"note", b"odd"), riff_chunk(b"last", b"even"))
    assert paths(data)[-2:] == ["RIFF/note", "RIFF/last"]


def test_bytes_behind_the_stated_size_are_trailing():
    container = walked(wav() + b"trailing")
    assert (container.trailing, container.problems) == (8, ())


def test_stated_size_beyond_the_file_is_a_problem():
    container = walked(wav()[:-100])
    assert any("states" in p for p in container.problems)
    assert container.trailing == 0


def test_chunk_beyond_its_parent_is_a_problem():
    data = riff(b"WAVE", b"note" + struct.pack("<I", 1000) + b"short")
    assert any("note chunk" in p for p in walked(data).problems)


def test_streamed_file_without_sizes_is_read_to_its_end():
    data = bytearray(wav())
    data[4:8] = b"\xff" * 4
    at = data.index(b"data")
    data[at + 4 : at + 8] = b"\xff" * 4
    container = walked(bytes(data))
    assert container.seconds == pytest.approx(0.1)
    assert sum("states no size" in p for p in container.problems) == 2


def test_rf64_takes_its_sizes_from_ds64():
    plain = wav(riff_chunk(b"note", b"text"))
    ds64 = riff_chunk(b"ds64", struct.pack("<QQQI", len(plain) - 8 + 36, 1600, 800, 0))
    data = (
        b"RF64"
        + b"\xff" * 4
        + b"WAVE"
        + ds64
        + plain[12:].replace(b"data\x40\x06\0\0", b"data" + b"\xff" * 4)
    )
    container = walked(data)
    assert [p.path for p in container.parts] == ["RIFF", "RIFF/ds64", "RIFF/fmt", "RIFF/data", "RIFF/note"]
    assert (container.seconds, container.problems) == (pytest.approx(0.1), ())


def test_compressed_audio_takes_its_length_from_fact():
    fmt = struct.pack("<HHIIHH", 0x55, 1, 8000, 1000, 1, 0)
    fact = riff_chunk(b"fact", struct.pack("<I", 24_000))
    data = riff(b"WAVE", riff_chunk(b"fmt ", fmt), fact, riff_chunk(b"data", b"\0" * 50))
    assert walked(data).seconds == pytest.approx(3.0)


def test_avi_longer_than_a_gigabyte_goes_on_in_a_second_riff():
    data = avi() + riff(b"AVIX", riff_chunk(b"LIST", b"movi"))
    assert paths(data)[-2:] == ["RIFF(AVIX)", "RIFF(AVIX)/LIST(movi)"]
    assert walked(data).trailing == 0
    assert walked(data + riff(b"WAVE")).trailing == 12


def test_nested_lists_stop_at_the_depth_limit():
    inner = b""
    for _ in range(500):
        inner = riff_chunk(b"LIST", b"INFO" + inner)
    container = walked(riff(b"WAVE", inner))
    assert any("nested deeper" in p for p in container.problems)
    assert len(container.parts) < 25


def test_measuring_stops_at_the_media_data():
    with open_source(wav(*[riff_chunk(b"note", b"x")] * 5000)) as source:
        reads = []
        read = source.read
        source.read = lambda at, size: reads.append(at) or read(at, size)
        assert measure(source)[2] == pytest.approx(0.1)
    assert len(reads) < 6
