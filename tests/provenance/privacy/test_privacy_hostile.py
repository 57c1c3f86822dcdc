"""Damaged and hostile files: an error of ours or a result, never another exception; and no quadratic work."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from privacy_files import FILES, RAW, box, chunk, heic, said, segment

from provenance.errors import AssayError, LimitError, UnsupportedTypeError
from provenance.limits import Limits
from provenance.privacy import PrivacyPolicy, check_kept, disclose, strip_to
from provenance.source import open_source

POLICIES = (
    PrivacyPolicy(),
    PrivacyPolicy(
        keep=frozenset(
            {"EXIF:Make", "EXIF:GPSLatitude", "XMP:dc:creator", "XMP:dc:title", "IPTC:By-line", "PNG:Author"}
            | {"ID3:TIT2", "Vorbis:TITLE", "RIFF:IART", "RIFF:bext:Originator", "MP4:\xa9nam", "SVG:title"}
        )
    ),
)


@cache
def original(kind: str) -> bytes:
    return FILES[kind]()


def attempt(data: bytes, policy: PrivacyPolicy) -> bytes | None:
    """Run all three functions; return the copy, or None where it was refused."""
    out = io.BytesIO()
    try:
        with open_source(data) as source:
            disclose(source, policy)
            check_kept(source, policy)
            strip_to(source, out, policy)
    except AssayError as error:
        assert error.message
        return None
    return out.getvalue()


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=40, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=8
    ),
    cut=st.floats(0, 1),
    policy=st.sampled_from(POLICIES),
)
def test_a_mutated_file_gives_an_error_of_ours_or_a_copy(
    kind: str, changes: list[tuple[float, bytes]], cut: float, policy: PrivacyPolicy
) -> None:
    data = bytearray(original(kind))
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    if cut < 0.3:
        del data[int(cut * 3 * len(data)) + 16 :]
    attempt(bytes(data), policy)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_cut_anywhere_tells_no_secret(kind: str) -> None:
    data = original(kind)
    # Half an ID3v1 tag behind FLAC frames cannot be told from sound.
    last = len(data) - 128 if kind == "flac" else len(data)
    copies = [attempt(data[:end], POLICIES[0]) for end in range(64, last, max(1, last // 60))]
    assert not any(said(copy) for copy in copies if copy)


def refused(data: bytes, words: str, *, limits: Limits | None = None) -> None:
    with (
        open_source(data, limits=limits or Limits()) as source,
        pytest.raises((UnsupportedTypeError, LimitError), match=words),
    ):
        strip_to(source, io.BytesIO(), POLICIES[0])


def test_more_parts_than_are_looked_at_is_refused_because_nothing_could_be_promised() -> None:
    data = original("png")
    many = data[:33] + chunk(b"tEXt", b"a\0b") * 50 + data[33:]
    refused(many, "more than 40 parts", limits=Limits(max_parts=40))
    with open_source(many, limits=Limits(max_parts=40)) as source:
        assert "parts beyond the limit" in {f.name for f in check_kept(source, POLICIES[0])}


def test_a_track_of_places_whose_samples_are_the_film_is_refused() -> None:
    data = original("mp4")
    film = data.index(b"mdat") + 4
    places = struct.pack(">II", 1, film + 199)
    assert data.count(places) == 1
    refused(data.replace(places, struct.pack(">II", 1, film + 150)), "overlaps")


def test_a_track_of_places_whose_samples_lie_elsewhere_tells_nothing_and_harms_nothing() -> None:
    data = original("mp4")
    film = data.index(b"mdat") + 4
    copy = attempt(data.replace(struct.pack(">II", 1, film + 199), struct.pack(">II", 1, 0)), POLICIES[0])
    assert copy is not None
    assert not said(copy)
    assert copy[film : film + 199] == data[film : film + 199]


def test_a_film_that_does_not_say_where_its_samples_are_is_refused() -> None:
    refused(original("mp4").replace(b"stsc", b"stsX"), "where its samples are")


def test_what_stands_behind_the_zeros_that_close_a_list_of_boxes_goes() -> None:
    data = original("mp4")
    start = data.index(b"moov") - 4
    size = struct.unpack_from(">I", data, start)[0]
    closed = data[: start + size] + bytes(8) + RAW
    closed = closed[:start] + struct.pack(">I", size + 8 + len(RAW)) + closed[start + 4 :]
    with open_source(closed) as source:
        assert "bytes behind boxes" in {f.name for f in disclose(source, POLICIES[0]).removed}
    copy = attempt(closed, POLICIES[0])
    assert copy is not None
    assert not said(copy)


def test_media_data_without_a_film_is_refused() -> None:
    refused(original("mp4").replace(b"moov", b"mooX"), "damaged")


def test_sound_with_one_size_for_all_samples_reaches_to_the_next_chunk() -> None:
    data = original("mp4")
    film = data.index(b"mdat") + 4
    sizes = struct.pack(">IIII", 0, 2, 100, 99)
    constant = data.replace(sizes, struct.pack(">IIII", 1, 199, 0, 0))
    assert constant != data
    copy = attempt(constant, POLICIES[0])
    assert copy is not None
    assert copy[film : film + 199] == data[film : film + 199]
    assert not said(copy)


def test_media_in_another_file_is_refused() -> None:
    data = original("mp4")
    refused(data.replace(b"url \0\0\0\1", b"url \0\0\0\0"), "another file")


def test_a_track_of_places_in_fragments_is_refused() -> None:
    refused(original("mp4")[:-14] + box(b"moof", box(b"mfhd", bytes(8))), "fragments")


def test_a_still_whose_picture_lies_in_its_tables_is_refused() -> None:
    data = heic()
    at = data.index(bytes(range(1, 101)))
    refused(data.replace(struct.pack(">HII", 1, at, 100), struct.pack(">HII", 1, 40, 100)), "outside")


def test_a_still_with_a_necessary_property_that_is_not_known_is_refused() -> None:
    data = heic()
    refused(data.replace(b"irot", b"frob"), "property that is not known")


def test_a_tiff_that_does_not_say_how_long_its_strips_are_is_refused() -> None:
    data = original("tiff")
    refused(data.replace(struct.pack("<HH", 279, 4), struct.pack("<HH", 60000, 4)), "how long")


def test_many_segments_cost_linear_time() -> None:
    def seconds(count: int) -> float:
        data = original("jpeg")
        long = data[:2] + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + RAW) * count + data[2:]
        start = time.perf_counter()
        attempt(long, POLICIES[0])
        return time.perf_counter() - start

    assert seconds(8_000) < 20 * max(seconds(1_000), 0.02)


def test_a_large_film_is_copied_in_blocks(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    size = 48 << 20
    with path.open("wb") as file:
        file.write(box(b"ftyp", b"isom", bytes(4), b"isom") + struct.pack(">I", size + 8) + b"mdat")
        file.seek(size - 1, 1)
        file.write(b"\0" + box(b"moov", box(b"mvhd", bytes(100)), box(b"udta", RAW * 9)))
    with open_source(path) as source, (tmp_path / "out.mp4").open("wb") as target:
        tracemalloc.start()
        strip_to(source, target, POLICIES[0])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (tmp_path / "out.mp4").stat().st_size == path.stat().st_size
    assert peak < 16 << 20
