"""ID3 and APEv2 tags."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_bytes import ape, id3, id3_frame, id3v1

from provenance.limits import DEFAULT_LIMITS
from provenance.metadata.id3 import read_ape, read_id3, read_id3v1


def read(data, reader=read_id3):
    entries, problems = reader(data, where="here", limits=DEFAULT_LIMITS)
    assert {e.standard for e in entries} <= {"ID3"}
    return [(e.name, e.value) for e in entries], problems


@pytest.mark.parametrize(
    "body",
    [
        b"\0" + "Über".encode("latin-1"),
        b"\1" + "Über".encode("utf-16"),
        b"\2" + "Über".encode("utf-16-be"),
        b"\3" + "Über".encode(),
        b"\0" + "Über".encode(),  # stated as Latin-1, written as UTF-8
    ],
    ids=["latin1", "utf16", "utf16-be", "utf8", "lying"],
)
@pytest.mark.parametrize("version", [2, 3, 4])
def test_texts_in_every_encoding(body, version):
    ident = b"TT2" if version == 2 else b"TIT2"
    assert read(id3(id3_frame(ident, body, version), version=version)) == ([(ident.decode(), "Über")], [])


@given(text=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60))
@settings(max_examples=40)
def test_text_round_trip(text):
    frames = (
        id3_frame(b"TIT2", b"\1" + text.encode("utf-16"), 4),
        id3_frame(b"TPE1", b"\3" + text.encode(), 4),
    )
    assert read(id3(*frames, version=4))[0] == [("TIT2", text), ("TPE1", text)]


@pytest.mark.parametrize(
    ("ident", "body", "entry"),
    [
        (b"TXXX", b"\0AIGC\0{}", ("TXXX:AIGC", "{}")),
        (b"TXXX", b"\1" + "ключ".encode("utf-16") + b"\0\0" + "x".encode("utf-16"), ("TXXX:ключ", "x")),
        (b"COMM", b"\0engshort\0A comment", ("COMM:short", "A comment")),
        (b"COMM", b"\0eng\0Made with a tool", ("COMM", "Made with a tool")),
        (b"USLT", b"\3eng\0Words", ("USLT", "Words")),
        (b"PRIV", b"owner.example\0secret", ("PRIV:owner.example", "secret")),
        (b"PRIV", b"XMP\0\xff\xfe\0", ("PRIV:XMP", "0xfffe00")),
        (b"UFID", b"http://id\x00123", ("UFID:http://id", "123")),
        (b"GEOB", b"\0application/x-c2pa\0f\0c2pa\0DATA", ("GEOB", "application/x-c2pa, f, c2pa, 4 bytes")),
        (b"APIC", b"\0image/png\0\3\0DATA", ("APIC", "image/png, 17 bytes")),
        (b"WOAF", b"https://example.org", ("WOAF", "https://example.org")),
        (b"WXXX", b"\0shop\0https://example.org", ("WXXX:shop", "https://example.org")),
        (b"TIT2", b"\3one\0two", ("TIT2", "one / two")),
        (b"PCNT", b"\0\0\0\7", ("PCNT", "0x00000007")),
        (b"TXXX", b"\1" + "ab".encode("utf-16"), ("TXXX", "ab")),  # no terminator at all
        (b"TIT2", b"\x09odd", ("TIT2", "\todd")),  # no known encoding
    ],
)
def test_frames_by_kind(ident, body, entry):
    assert read(id3(id3_frame(ident, body)))[0] == [entry]


def test_unsynchronised_tags_of_version_3_and_frames_of_version_4():
    body = b"\1\xff\xfe" + "aÿ".encode("utf-16-le")
    safe = body.replace(b"\xff", b"\xff\0")
    whole = id3_frame(b"TIT2", body).replace(b"\xff", b"\xff\0")
    assert read(id3(whole, flags=0x80))[0] == [("TIT2", "aÿ")]
    assert read(id3(id3_frame(b"TIT2", safe, 4)[:8] + b"\0\2" + safe, version=4))[0] == [("TIT2", "aÿ")]


def test_compressed_frames():
    packed = zlib.compress(b"\0squeezed")
    frame = id3_frame(b"TIT2", struct.pack(">I", 9) + packed, flags=0x80)
    assert read(id3(frame))[0] == [("TIT2", "squeezed")]
    assert read(id3(id3_frame(b"TIT2", b"\0\0\0\0broken", flags=0x80))) == (
        [],
        ["here: the compressed frame TIT2 is damaged."],
    )


def test_compression_bomb_is_cut():
    frame = id3_frame(b"TIT2", b"\0\0\0\0" + zlib.compress(b"\0" + b"x" * (50 << 20)), flags=0x80)
    entries, _ = read_id3(id3(frame), where="here", limits=DEFAULT_LIMITS)
    assert len(entries[0].value) <= DEFAULT_LIMITS.max_value_bytes


def test_encrypted_frames_are_named():
    assert read(id3(id3_frame(b"TIT2", b"secret", flags=0x40)))[0] == [("TIT2", "encrypted, 6 bytes")]


def test_frames_stop_at_nonsense():
    frames = id3_frame(b"TIT2", b"\0a"), b"TIT2\xff\xff\xff\xff\0\0", id3_frame(b"TPE1", b"\0b")
    assert read(id3(*frames))[0] == [("TIT2", "a")]


def test_no_tag_is_a_problem():
    assert read(b"nothing") == ([], ["here: no ID3v2 tag begins here."])


def test_id3v1():
    assert read(id3v1("Old title"), read_id3v1)[0] == [("ID3v1:Title", "Old title")]


def test_ape_items():
    assert read(ape(Title="Song", Encoder="LAME"), read_ape)[0] == [
        ("APEv2:Title", "Song"),
        ("APEv2:Encoder", "LAME"),
    ]
    broken = ape(Title="Song").replace(b"\4\0\0\0", b"\xff\xff\xff\xff", 1)
    assert any("beyond the end" in p for p in read(broken, read_ape)[1])
