"""Directories of TIFF and DNG files."""

import struct

import pytest
from media_bytes import dng, picture, saved
from PIL import TiffImagePlugin

from provenance.containers.tiff import Tiff
from provenance.containers.walker import walk
from provenance.limits import DEFAULT_LIMITS
from provenance.source import open_source


def walked(data):
    with open_source(data) as source:
        return walk(source)


def directory(*fields, following=0, order="<"):
    packed = b"".join(struct.pack(order + "HHII", *f) for f in fields)
    return struct.pack(order + "H", len(fields)) + packed + struct.pack(order + "I", following)


def tiff(*fields, following=0, rest=b""):
    return b"II*\0\x08\0\0\0" + directory(*fields, following=following) + rest


def test_pages_and_subdirectories_are_parts():
    below = directory((0x9003, 2, 4, 0))
    fields = [(0x8769, 4, 1, 38), (0x8825, 4, 1, 38 + len(below))]
    at = 38 + 2 * len(below)
    data = tiff(*fields, following=at, rest=below + below + directory((0x100, 3, 1, 5)))
    assert [p.path for p in walked(data).parts] == ["IFD0", "IFD0/ExifIFD", "IFD0/GPSIFD", "IFD1"]


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_deflate", "jpeg"])
def test_end_is_that_of_the_last_thing_referred_to(compression):
    data = saved("TIFF", picture((70, 50)), compression=compression)
    assert walked(data).trailing == 0
    assert walked(data + b"foreign!").trailing == 8


def test_big_endian_and_bigtiff():
    big = b"MM\0*\0\0\0\x08" + directory((0x100, 3, 1, 40 << 16), (0x101, 3, 1, 30 << 16), order=">")
    assert (walked(big).width, walked(big).height) == (40, 30)
    entry = struct.pack("<HHQQ", 0x100, 4, 1, 40) + struct.pack("<HHQQ", 0x101, 4, 1, 30)
    wide = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2) + entry + b"\0" * 8
    assert (walked(wide).width, walked(wide).height, walked(wide).trailing) == (40, 30, 0)


def test_largest_picture_of_a_dng_counts():
    small, full = (
        directory((0x100, 4, 1, 8), (0x101, 4, 1, 6)),
        directory((0x100, 4, 1, 800), (0x101, 4, 1, 600)),
    )
    fields = [(0x100, 4, 1, 256), (0x101, 4, 1, 171), (0x14A, 4, 2, 0), (0xC612, 1, 4, 0x0104)]
    at = 8 + len(directory(*fields))
    fields[2] = (0x14A, 4, 2, at)
    data = tiff(*fields, rest=struct.pack("<II", at + 8, at + 8 + len(small)) + small + full)
    container = walked(data)
    assert [p.path for p in container.parts] == ["IFD0", "IFD0/SubIFD0", "IFD0/SubIFD1"]
    assert (container.media_type, container.width, container.height) == ("image/x-adobe-dng", 800, 600)
    assert walked(dng()).width == 24


def test_directory_loops_end():
    container = walked(tiff((0x100, 3, 1, 5), following=8))
    assert container.problems == ("A directory leads back to one that was already read.",)


def test_directory_outside_of_the_file():
    assert any("there is none" in p for p in walked(tiff(following=5000)).problems)


def test_more_entries_than_fit():
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 60_000) + struct.pack("<HHII", 0x100, 3, 1, 7)
    container = walked(data)
    assert any("60,000 entries" in p for p in container.problems)
    assert container.parts[0].size <= len(data)


def test_values_outside_of_the_file_are_a_problem():
    assert any("beyond the end" in p for p in walked(tiff((0x10F, 2, 9000, 5000))).problems)


def test_values_are_read_in_the_order_and_type_stated():
    data = tiff((1, 1, 3, 0x030201), (2, 3, 2, 0x00050004), (3, 4, 1, 77), (4, 2, 1, 0), (5, 99, 1, 0))
    reader = Tiff(lambda at, size: data[at : at + size], len(data), DEFAULT_LIMITS)
    fields = next(reader.directories()).fields
    assert [reader.numbers(f, 10) for f in fields] == [[1, 2, 3], [4, 5], [77], [], []]
    assert reader.numbers(fields[0], 2) == [1, 2]
    assert reader.numbers(None, 2) == []


def test_overlapping_strip_tables_do_not_add_up():
    table = struct.pack("<I", 9) * 200_000
    page = [(tag, 4, 200_000, 8) for tag in (0x111, 0x117, 0x144, 0x145, 0x201, 0x202)]
    size, chain = len(directory(*page)), b""
    for index in range(400):
        chain += directory(*page, following=8 + size * (index + 1) if index < 399 else 0)
    container = walked(b"II*\0\x08\0\0\0" + chain + table)
    assert len(container.parts) == 400


def test_pillow_reads_what_the_walk_measured():
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    data = saved("TIFF", picture((123, 45)), tiffinfo=tags)
    assert (walked(data).width, walked(data).height) == (123, 45)
