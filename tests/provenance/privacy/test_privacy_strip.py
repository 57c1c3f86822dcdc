"""The promise: nothing that was not named is anywhere in the bytes, and the picture or sound is the same."""

from __future__ import annotations

import io
import wave
from functools import cache

import pytest
from PIL import Image, ImageSequence, features
from privacy_files import FILES, SECRET, avif, profile, said

from provenance.errors import UnsupportedTypeError
from provenance.privacy import PrivacyPolicy, check_kept, disclose, strip_to
from provenance.source import open_source

pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO file")

NOTHING = PrivacyPolicy()
KINDS = [*FILES, *(["avif"] if features.check("avif") else [])]
PICTURES = ["jpeg", "png", "apng", "webp", "moving_webp", "gif", "tiff", "big_tiff", *KINDS[len(FILES) :]]


@cache
def original(kind: str) -> bytes:
    return avif() if kind == "avif" else FILES[kind]()


def stripped(data: bytes, policy: PrivacyPolicy = NOTHING, *, keep_manifest: bool = False) -> bytes:
    out = io.BytesIO()
    with open_source(data) as source:
        strip_to(source, out, policy, keep_manifest=keep_manifest)
    return out.getvalue()


def left(data: bytes, policy: PrivacyPolicy = NOTHING) -> list[tuple[str, str]]:
    with open_source(data) as source:
        return [(f.name, f.value) for f in check_kept(source, policy)]


def shown(data: bytes) -> list[tuple[bytes, tuple[int, int], object]]:
    with Image.open(io.BytesIO(data)) as image:
        return [
            (f.convert("RGBA").tobytes(), f.size, f.info.get("duration"))
            for f in ImageSequence.Iterator(image)
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_original_tells_its_secret_and_the_copy_does_not(kind: str) -> None:
    assert said(original(kind)), "the test file has to hold what the test looks for"
    assert not said(stripped(original(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_finds_fields_in_the_original_and_none_in_the_copy(kind: str) -> None:
    assert left(original(kind))
    assert left(stripped(original(kind))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_a_copy_is_the_same(kind: str) -> None:
    once = stripped(original(kind))
    assert stripped(once) == once


@pytest.mark.parametrize("kind", PICTURES)
def test_the_picture_is_the_same(kind: str) -> None:
    before, after = shown(original(kind)), shown(stripped(original(kind)))
    assert after == before


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "tiff", "big_tiff"])
def test_orientation_and_colour_profile_stay(kind: str) -> None:
    with Image.open(io.BytesIO(stripped(original(kind)))) as image:
        assert image.getexif()[0x0112] == 6
        assert image.info["icc_profile"] == profile()


@pytest.mark.parametrize("kind", ["apng", "moving_webp", "gif"])
def test_the_loop_count_stays(kind: str) -> None:
    with (
        Image.open(io.BytesIO(original(kind))) as before,
        Image.open(io.BytesIO(stripped(original(kind)))) as after,
    ):
        assert after.info["loop"] == before.info["loop"] != 0


def test_the_density_stays() -> None:
    with Image.open(io.BytesIO(stripped(original("png")))) as image:
        assert image.info["dpi"][0] == pytest.approx(300, abs=0.1)
    with Image.open(io.BytesIO(stripped(original("jpeg")))) as image:
        assert image.info["dpi"] == (72, 72)


def test_the_samples_of_a_wav_are_the_same() -> None:
    def samples(data: bytes) -> bytes:
        with wave.open(io.BytesIO(data)) as sound:
            return sound.readframes(sound.getnframes())

    assert samples(stripped(original("wav"))) == samples(original("wav"))


def test_the_frames_of_an_mp3_and_a_flac_are_all_that_is_left() -> None:
    first = original("mp3").index(b"\xff\xfb\x90\x64")
    assert stripped(original("mp3")) == original("mp3")[first : first + 8 * 417]
    before, after = original("flac"), stripped(original("flac"))
    frames = before[before.index(b"\xff\xf8\xc9") : -128]
    assert after.endswith(frames)
    assert b"CHANNEL_MASK=0x0003" in after


@pytest.mark.parametrize("kind", ["mp4", "mov", "m4a", "heic", "avi"])
def test_no_offset_moves(kind: str) -> None:
    before, after = original(kind), stripped(original(kind))
    name = b"movi" if kind == "avi" else b"mdat"
    assert after.index(name) == before.index(name)
    with open_source(after) as source:
        from provenance.containers.walker import walk

        assert walk(source).problems == ()


def test_the_frames_of_a_film_stay_and_its_places_go() -> None:
    before, after = original("mp4"), stripped(original("mp4"))
    at = before.index(b"mdat") + 4
    assert after[at : at + 199] == before[at : at + 199]
    assert after[at + 199 : at + 229] == bytes(30)
    assert b"meta" not in after


def test_a_still_keeps_its_picture_and_alpha_only() -> None:
    before, after = original("heic"), stripped(original("heic"))
    assert bytes(range(1, 101)) in after
    assert b"\x55" * 30 in after
    assert b"thumb" not in after
    assert b"depth" not in after
    assert b"Exif" not in after
    assert after.index(bytes(range(1, 101))) == before.index(bytes(range(1, 101)))


def test_a_drawing_still_draws_the_same_elements() -> None:
    from defusedxml.ElementTree import fromstring

    root = fromstring(stripped(original("svg")))
    names = [e.tag.rpartition("}")[2] for e in root.iter()]
    assert names == ["svg", "g", "rect", "image", "image", "text"]
    assert root.find("{*}text").text == "caf\xe9 < <b>"
    assert root.find("{*}rect").attrib == {"width": "3", "height": "4", "fill": "#f00"}


KEPT = {
    "jpeg": {"EXIF:DateTimeOriginal": b"2026:01:02", "XMP:dc:creator": b"Kept Name", "IPTC:By-line": b"Kept Byline"},
    "png": {"PNG:Author": b"Kept Author", "XMP:dc:creator": b"Kept Name", "EXIF:DateTimeOriginal": b"2026:01:02"},
    "webp": {"XMP:dc:creator": b"Kept Name", "EXIF:DateTimeOriginal": b"2026:01:02"},
    "gif": {"XMP:dc:creator": b"Kept Name"},
    "tiff": {"XMP:dc:creator": b"Kept Name"},
    "wav": {"RIFF:IART": b"Kept Artist", "RIFF:bext:Originator": b"Kept Station", "ID3:TIT2": b"Kept Title",
            "XMP:dc:creator": b"Kept Name"},
    "avi": {"RIFF:IART": b"Kept Artist"},
    "mp3": {"ID3:TIT2": b"Kept Title"},
    "flac": {"Vorbis:TITLE": b"TITLE=Kept Title", "ID3:TIT2": b"\x03Kept Title"},
    "mp4": {"MP4:\xa9nam": b"Kept Name", "XMP:dc:creator": b"<rdf:li>Kept Name"},
    "heic": {"XMP:dc:creator": b"Kept Name", "EXIF:DateTimeOriginal": b"2026:01:02"},
    "svg": {"SVG:title": b"Kept Title"},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in KEPT.items() for n in names])
def test_a_field_that_is_named_stays_and_nothing_with_it(kind: str, name: str) -> None:
    policy = PrivacyPolicy(keep=frozenset({name.upper()}))
    copy = stripped(original(kind), policy)
    assert KEPT[kind][name] in copy
    assert KEPT[kind][name] not in stripped(original(kind))
    assert not said(copy)
    assert left(copy, policy) == []
    assert {n.casefold() for n, _ in left(copy)} == {name.casefold()}


@pytest.mark.parametrize("kind", KEPT)
def test_all_named_fields_stay_together(kind: str) -> None:
    policy = PrivacyPolicy(keep=frozenset(KEPT[kind]))
    copy = stripped(original(kind), policy)
    assert all(value in copy for value in KEPT[kind].values())
    assert not said(copy)
    assert left(copy, policy) == []
    if kind in PICTURES:
        assert shown(copy) == shown(original(kind))


def test_the_dry_run_names_what_the_check_would_find() -> None:
    policy = PrivacyPolicy(keep=frozenset({"EXIF:DateTimeOriginal"}))
    with open_source(original("jpeg")) as source:
        told = disclose(source, policy)
    groups = {f.group for f in told.removed}
    assert groups >= {
        "location",
        "serial",
        "owner",
        "maker note",
        "thumbnail",
        "history",
        "software",
        "device",
    }
    assert any(f.name == "EXIF:GPSLatitude" and f.group == "location" for f in told.removed)
    assert any(f.name == "EXIF:BodySerialNumber" and SECRET in f.value for f in told.removed)
    kept = {f.name for f in told.kept}
    assert kept == {"EXIF:Orientation", "EXIF:ColorSpace", "EXIF:DateTimeOriginal", "ICC:ICC profile"}
    copy = stripped(original("jpeg"), policy)
    with open_source(copy) as source:
        assert {f.name for f in disclose(source, policy).kept} == kept


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n%%EOF\n", "compressed objects"),
        (b"\xff\xd8" + b"\xff\xda\0\x08\1\1\0\0?\0" + b"\xff\x99\0\x04ab" + b"\xff\xd9", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + FILES["png"]()[8:33] + b"\0\0\0\0NEWx\0\0\0\0", "NEWx"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', "well-formed"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "entities"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" style="background:url(data:image/png;base64,AA)"/>',
            "styles",
        ),
    ],
)
def test_what_cannot_be_stripped_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with (
        open_source(data, name="a file") as source,
        pytest.raises(UnsupportedTypeError, match=words) as caught,
    ):
        strip_to(source, io.BytesIO(), NOTHING)
    assert "a file cannot be stripped safely" in caught.value.message
    assert "--dry-run" in caught.value.hint
