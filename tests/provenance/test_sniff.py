"""Media types from magic bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_bytes import box, everything, id3, mp4, saved

from provenance.sniff import HEAD_BYTES, kind_of, sniff

# DNG and FLAC behind a tag need more than the first bytes; `test_source` covers them.
SNIFFED = {k: v for k, v in everything().items() if k != "image/x-adobe-dng"}


@pytest.mark.parametrize("media_type", SNIFFED)
def test_every_type_is_seen_in_the_first_bytes(media_type):
    assert sniff(SNIFFED[media_type][:HEAD_BYTES]) == media_type


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"GIF87a" + b"\0" * 20, "image/gif"),
        (b"MM\0*" + b"\0" * 20, "image/tiff"),
        (b"II+\0\x08\0\0\0" + b"\0" * 20, "image/tiff"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
        (b"RF64\xff\xff\xff\xffWAVE", "audio/wav"),
        (b"BW64\xff\xff\xff\xffWAVE", "audio/wav"),
        (box(b"ftyp", b"avis\0\0\0\0"), "image/avif"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1avif"), "image/avif"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1heic"), "image/heic"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1"), "image/heif"),
        (box(b"ftyp", b"isom\0\0\0\0M4A "), "video/mp4"),
        (box(b"styp", b"msdh\0\0\0\0"), "video/mp4"),
        (box(b"sidx", b"\0" * 20), "video/mp4"),
        (box(b"wide") + struct.pack(">I", 8) + b"mdat", "video/quicktime"),
        (struct.pack(">I", 0x30000000) + b"mdat", "video/quicktime"),
        (b"junk before\n%PDF-1.7\n", "application/pdf"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf3\x84\x00", "audio/mpeg"),
        (b"\xef\xbb\xbf  <svg xmlns=''/>", "image/svg+xml"),
        (b"<!DOCTYPE svg PUBLIC ''><svg/>", "image/svg+xml"),
        (b"OggS\0\2", "audio/ogg"),
        (b"\x1aE\xdf\xa3", "video/x-matroska"),
        (saved("BMP")[:64], "image/bmp"),
        (box(b"ftyp", b"crx \0\0\0\1"), "image/x-canon-cr3"),
    ],
)
def test_spellings_of_a_type(head, media_type):
    assert sniff(head) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"The free lunch is over, and this is plain text.",
        b"BMW builds cars, and this is plain text.",
        "UTF-16 text".encode("utf-16"),
        b"\xff\xf1\x50\x80",  # AAC in ADTS framing
        b"\xff\xfb\x00\x00",  # free-format MPEG audio
        b"RIFF\0\0\0\0sfbk",
        b"<html><svg/></html>",
        b"PK\x03\x04",
        b"\0" * 64,
    ],
)
def test_other_bytes_have_no_type(head):
    assert sniff(head) is None


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/jpeg", "image"),
        ("audio/wav", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
        ("application/c2pa", "document"),
    ],
)
def test_kinds(media_type, kind):
    assert kind_of(media_type) == kind


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(head):
    assert sniff(head) is None or "/" in sniff(head)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"II*\0", b"RIFF", mp4()[:12], id3(), b"\xff\xfb"])
@pytest.mark.parametrize("length", range(0, 16, 3))
def test_short_heads_are_answered(start, length):
    sniff(start[:length])
