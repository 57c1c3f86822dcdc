"""MPEG audio and its tags."""

import pytest
from media_bytes import ape, id3, id3_frame, id3v1, mp3, mp3_frame

from provenance.containers.walker import walk
from provenance.source import open_source

TAG = id3(id3_frame(b"TIT2", b"\0Title"), id3_frame(b"TXXX", b"\0a\0b"))


def walked(data):
    with open_source(data) as source:
        return walk(source)


def paths(data):
    return [p.path for p in walked(data).parts]


def test_tags_and_frames_are_parts():
    data = mp3(TAG, xing=20, tail=ape(Title="x") + id3v1())
    assert paths(data) == ["ID3v2", "ID3v2/TIT2", "ID3v2/TXXX", "Xing", "frames", "APEv2", "ID3v1"]
    assert walked(data).problems == ()


def test_parts_cover_the_file():
    parts = [p for p in walked(mp3(TAG, xing=20, tail=id3v1())).parts if "/" not in p.path]
    assert [p.offset for p in parts[1:]] == [p.end for p in parts[:-1]]


def test_duration_from_the_info_header_and_from_the_bitrate():
    assert walked(mp3(xing=1000)).seconds == pytest.approx(1000 * 1152 / 44100)
    assert walked(mp3(frames=38)).seconds == pytest.approx(38 * 417 * 8 / 128_000)
    assert walked(mp3(TAG, frames=38, tail=id3v1())).seconds == pytest.approx(38 * 417 * 8 / 128_000)


def test_vbri_header_states_frames():
    vbri = mp3_frame(b"\0" * 32 + b"VBRI" + b"\0" * 10 + (500).to_bytes(4, "big"))
    container = walked(vbri + mp3_frame() * 5)
    assert container.seconds == pytest.approx(500 * 1152 / 44100)


def test_variable_bitrate_frames_are_followed_to_their_end():
    data = b"".join(mp3_frame(bitrate=b) for b in (1, 5, 9, 14, 3) * 10)
    container = walked(data + b"no audio")
    assert (container.trailing, container.parts[-1].end) == (8, len(data))


def test_bytes_before_the_first_frame_are_a_problem():
    container = walked(TAG + b"\0" * 30 + mp3())
    assert container.problems == ("30 bytes before the first frame belong to no tag.",)


def test_tag_without_audio():
    container = walked(TAG + b"\0" * 100)
    assert container.problems == ("No MPEG audio frame was found where one should begin.",)
    assert container.seconds is None


@pytest.mark.parametrize("version", [2, 3, 4])
def test_frames_of_every_version(version):
    ident = b"TT2" if version == 2 else b"TIT2"
    long = id3_frame(ident, b"\0" + b"x" * 300, version)
    tag = id3(long, id3_frame(ident, b"\0y", version), b"\0" * 40, version=version)
    assert paths(mp3(tag))[1:3] == [f"ID3v2/{ident.decode()}"] * 2


def test_plain_sizes_in_version_4_are_understood():
    frame = b"APIC" + (200).to_bytes(4, "big") + b"\0\0" + b"x" * 200
    assert paths(mp3(id3(frame, id3_frame(b"TIT2", b"\0t", 4), version=4)))[1:3] == [
        "ID3v2/APIC",
        "ID3v2/TIT2",
    ]


def test_unsynchronised_tag_is_one_part():
    assert paths(mp3(id3(id3_frame(b"TIT2", b"\0T"), flags=0x80)))[:2] == ["ID3v2", "frames"]


def test_extended_header_is_skipped():
    extended = (6).to_bytes(4, "big") + b"\0" * 6
    assert "ID3v2/TIT2" in paths(mp3(id3(extended, id3_frame(b"TIT2", b"\0T"), flags=0x40)))


def test_false_sync_before_the_first_frame_is_not_taken():
    container = walked(TAG + b"\xff\xfb\x90\x00" + b"\1" * 40 + mp3())
    assert container.parts[3].offset == len(TAG) + 44
