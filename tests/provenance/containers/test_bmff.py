"""Boxes of ISO-BMFF and QuickTime files."""

import struct

import pytest
from media_bytes import box, data_box, full_box, handler, heic, mp4

from provenance.containers.walker import measure, walk
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def paths(data):
    return [p.path for p in walked(data).parts]


def large_box(kind, body):
    return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body


def ilst(*items):
    return box(b"udta", full_box(b"meta", handler(b"mdir"), box(b"ilst", *items)))


def test_known_containers_are_descended_into():
    found = paths(mp4(udta=ilst(box(b"\xa9too", data_box(b"Lavf")))))
    for path in ("ftyp", "moov/mvhd", "moov/trak/mdia/minf/stbl/stsd", "moov/udta/meta/ilst/©too", "mdat"):
        assert path in found
    assert not any("data" in path for path in found)


def test_meta_with_and_without_version():
    quicktime = box(b"meta", handler(b"mdta"), full_box(b"keys", b"\0\0\0\0"))
    assert paths(mp4(quicktime))[-2:] == ["meta/hdlr", "meta/keys"]
    assert "meta/iloc" in paths(heic())


def test_uuid_body_begins_behind_its_type():
    part = walked(mp4(box(b"uuid", b"U" * 16, b"content"))).parts[-1]
    assert (part.path, part.body - part.offset, part.body_size) == ("uuid", 24, 7)


def test_sizes_of_64_bits_and_to_the_end():
    data = mp4(large_box(b"free", b"x" * 10), struct.pack(">I", 0) + b"mdat" + b"y" * 20)
    last = walked(data).parts[-2:]
    assert [(p.path, p.size, p.body_size) for p in last] == [("free", 26, 10), ("mdat", 28, 20)]
    assert walked(data).trailing == 0


@pytest.mark.parametrize(
    "foreign", [b"just some text that follows", b"\0" * 32, b"\xff\xd8\xff\xe0" + b"x" * 20, b"abc"]
)
def test_what_is_no_box_is_trailing(foreign):
    container = walked(mp4() + foreign)
    assert container.trailing == len(foreign)
    assert any("No box begins" in p for p in container.problems)


def test_truncated_media_data_is_a_problem_and_no_trailing_data():
    container = walked(mp4()[:-30])
    assert container.trailing == 0
    assert container.problems == (
        f"The mdat box at byte {len(mp4()) - 72:,} goes beyond the end of the file.",
    )


def test_child_beyond_its_parent_is_cut():
    data = mp4(udta=box(b"udta", struct.pack(">I", 5000) + b"name" + b"x" * 8))
    container = walked(data)
    assert any("does not fit into moov/udta" in p for p in container.problems)
    assert container.parts[-1].path == "mdat"


def test_zeros_close_quicktime_user_data():
    container = walked(mp4(udta=box(b"udta", box(b"name", b"x"), b"\0" * 8)))
    assert container.problems == ()


def test_deep_nesting_stops_at_the_limit():
    inner = b""
    for _ in range(2000):
        inner = box(b"moov", inner)
    container = walked(mp4(inner))
    assert any("nested deeper than 16" in p for p in container.problems)


def test_names_of_boxes_are_made_safe_for_paths():
    assert "moov/udta/\\x00\\x2f\\x1ba" in paths(mp4(udta=box(b"udta", box(b"\0/\x1ba"))))


def test_dimensions_of_the_primary_item():
    container = walked(heic())
    assert (container.width, container.height) == (640, 480)


@pytest.mark.parametrize(("version", "layout"), [(0, ">IIII"), (1, ">QQIQ")])
def test_duration_in_both_widths(version, layout):
    mvhd = full_box(b"mvhd", struct.pack(layout, 0, 0, 600, 1500), b"\0" * 80, version=version)
    data = box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", mvhd)
    assert walked(data).seconds == pytest.approx(2.5)


def test_duration_of_a_fragmented_file():
    mvhd = full_box(b"mvhd", struct.pack(">IIII", 0, 0, 1000, 0), b"\0" * 80)
    mehd = full_box(b"mehd", struct.pack(">I", 4000))
    data = box(b"ftyp", b"iso6\0\0\0\0") + box(b"moov", mvhd, box(b"mvex", mehd))
    assert walked(data).seconds == pytest.approx(4.0)
    unknown = data.replace(b"mehd", b"free")
    assert walked(unknown).seconds is None


def test_track_header_stands_in_for_the_sample_description():
    data = mp4(width=1920, height=1080).replace(b"stsd", b"free")
    assert (walked(data).width, walked(data).height) == (1920, 1080)


def test_measuring_skips_media_data_and_fragments():
    many = [box(b"moof", full_box(b"mfhd", b"\0\0\0\1"))] * 3000
    with open_source(mp4(*many)) as source:
        reads = []
        read = source.read
        source.read = lambda at, size: reads.append(at) or read(at, size)
        assert measure(source) == (320, 240, 2.5)
    assert len(reads) < 20
