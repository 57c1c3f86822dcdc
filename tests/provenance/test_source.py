"""Opening paths, bytes, file objects and standard input."""

import dataclasses
import hashlib
import io
import os
import stat
import sys

import pytest
from media_bytes import dng, everything, flac, id3, id3_frame, jpeg, mp4, png, saved, wav

from provenance.errors import LimitError, UnreadableError, UnsupportedTypeError, UsageError
from provenance.limits import DEFAULT_LIMITS
from provenance.source import Source, open_asset, open_source

FILES = everything()


class Pipe(io.RawIOBase):
    """A stream that cannot seek and gives its bytes in small pieces."""

    def __init__(self, data):
        self._held = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, target):
        return self._held.readinto(memoryview(target)[:7])


class Failing(Pipe):
    """A medium that fails in the middle."""

    def readinto(self, target):
        if self._held.tell() > 20:
            raise OSError(5, "Input/output error")
        return super().readinto(target)


@pytest.mark.parametrize("media_type", FILES)
def test_every_type_opens_whatever_its_extension(media_type, tmp_path):
    path = tmp_path / "lying.txt"
    path.write_bytes(FILES[media_type])
    with open_source(path) as source:
        assert source.media_type == media_type
        assert (source.name, source.path, source.size) == ("lying.txt", path, len(FILES[media_type]))


def test_asset_says_what_the_file_is(tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(jpeg())
    asset = open_asset(path)
    assert asset.sha256 == hashlib.sha256(jpeg()).hexdigest()
    assert (asset.name, asset.bytes, asset.media_type) == ("picture.jpg", len(jpeg()), "image/jpeg")
    assert (asset.width, asset.height, asset.seconds) == (24, 16, None)
    assert open_asset(wav()).seconds == pytest.approx(0.1)


def test_dng_is_recognised_where_its_directory_lies_far_behind():
    data = dng()
    with open_source(data[:4] + (9000).to_bytes(4, "little") + b"\0" * 8992 + data[8:]) as source:
        assert source.media_type == "image/x-adobe-dng"
    with open_source(saved("TIFF")) as source:
        assert source.media_type == "image/tiff"


def test_flac_is_recognised_behind_a_long_tag():
    tag = id3(id3_frame(b"APIC", b"\0" * 9000))
    with open_source(tag + flac()) as source:
        assert source.media_type == "audio/flac"


def test_bytes_and_their_like():
    for given in (png(), bytearray(png()), memoryview(png())):
        with open_source(given) as source:
            assert (source.name, source.path, source.media_type) == ("bytes", None, "image/png")
    with open_source(png(), name="given.png") as source:
        assert source.name == "given.png"


def test_file_object_keeps_its_position_and_stays_open(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png())
    with path.open("rb") as stream:
        stream.seek(11)
        with open_source(stream) as source:
            assert source.name == "a.png"
            assert source.read(0, source.size) == png()
        assert stream.tell() == 11
        assert stream.read(2) == png()[11:13]


def test_stream_without_seek_is_read_to_its_end():
    with open_source(Pipe(png())) as source:
        assert source.name == "stream"
        assert source.sha256 == hashlib.sha256(png()).hexdigest()


def test_standard_input(monkeypatch):
    class Stdin:
        buffer = Pipe(png())

    monkeypatch.setattr(sys, "stdin", Stdin())
    with open_source("-") as source:
        assert (source.name, source.media_type) == ("standard input", "image/png")


def test_open_source_passes_through():
    with open_source(png()) as source:
        assert open_source(source) is source


@pytest.mark.parametrize("given", [b"", io.BytesIO(b"")])
def test_empty_input_is_unreadable(given):
    with pytest.raises(UnreadableError, match="is empty"):
        open_source(given)


def test_empty_file_is_unreadable(tmp_path):
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(UnreadableError, match=r"empty\.jpg is empty"):
        open_source(path)


def test_folder_missing_file_and_impossible_names_are_unreadable(tmp_path):
    with pytest.raises(UnreadableError, match="is a folder"):
        open_source(tmp_path)
    with pytest.raises(UnreadableError, match="does not exist") as caught:
        open_source(tmp_path / "missing.jpg")
    assert caught.value.hint
    for name in ("null\0byte.jpg", "x" * 5000):
        with pytest.raises(UnreadableError):
            open_source(str(tmp_path / name))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_unreadable(tmp_path):
    path = tmp_path / "secret.jpg"
    path.write_bytes(jpeg())
    path.chmod(0)
    with pytest.raises(UnreadableError, match="may not be read"):
        open_source(path)


def test_refused_permission_is_named(tmp_path, monkeypatch):
    path = tmp_path / "secret.jpg"
    path.write_bytes(jpeg())

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(UnreadableError, match=r"secret\.jpg may not be read"):
        open_source(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_does_not_block(tmp_path):
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    assert stat.S_ISFIFO(path.stat().st_mode)
    with pytest.raises(UnreadableError, match="not a regular file"):
        open_source(path)


def test_unknown_and_unsupported_types_are_told_apart():
    with pytest.raises(UnsupportedTypeError, match="of no type") as caught:
        open_source(b"plain text")
    assert "JPEG" in caught.value.hint
    with pytest.raises(UnsupportedTypeError, match="video/x-matroska"):
        open_source(b"\x1aE\xdf\xa3" + b"\0" * 40)


def test_limits_hold_before_anything_is_read(tmp_path):
    limits = dataclasses.replace(DEFAULT_LIMITS, max_bytes=100, max_stdin_bytes=100)
    path = tmp_path / "big.png"
    path.write_bytes(png())
    with pytest.raises(LimitError, match="more than the limit of 100"):
        open_source(path, limits=limits)
    with pytest.raises(LimitError, match="longer than 100 bytes"):
        open_source(Pipe(png()), limits=limits)


def test_failing_medium_is_unreadable():
    with pytest.raises(UnreadableError, match="could not be read"):
        open_source(Failing(png()))


def test_medium_that_fails_later_is_unreadable():
    stream = io.BytesIO(png())
    source = Source(stream, name="x.png", path=None, limits=DEFAULT_LIMITS)

    def fail(*_):
        raise OSError(5, "Input/output error")

    stream.seek = fail
    with pytest.raises(UnreadableError, match=r"x\.png could not be read: Input/output error"):
        source.read(0, 4)


def test_text_stream_is_a_usage_error():
    with pytest.raises(UsageError, match="opened as text"):
        open_source(io.StringIO("text"))


@pytest.mark.parametrize(
    ("offset", "size", "expected"),
    [(0, 4, b"\x89PNG"), (-1, 4, b""), (0, -1, b""), (10**30, 4, b""), (1, 2**70, png()[1:])],
)
def test_reads_outside_of_the_file_are_empty_or_short(offset, size, expected):
    with open_source(png()) as source:
        assert source.read(offset, size) == expected


def test_hashing_runs_beside_other_reads(tmp_path):
    data = mp4() + b"\0\0\0\0free" + os.urandom(3 << 20)
    path = tmp_path / "clip.mp4"
    path.write_bytes(data)
    with open_source(path) as source:
        source.start_hashing()
        source.start_hashing()
        for at in range(0, len(data), 50_000):
            assert source.read(at, 100) == data[at : at + 100]
        assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_hash_is_of_the_opened_file_even_when_its_name_is_taken_over(tmp_path):
    data = mp4() + os.urandom(2 << 20)
    path, other = tmp_path / "clip.mp4", tmp_path / "other.mp4"
    path.write_bytes(data)
    other.write_bytes(b"something else entirely" * 100_000)
    with open_source(path) as source:
        other.replace(path)
        source.start_hashing()
        assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_closing_waits_for_the_hash(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(mp4() + b"\0" * (2 << 20))
    with open_source(path) as source:
        source.start_hashing()
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_stream_is_rewound():
    with open_source(png()) as source:
        source.stream().read(10)
        assert source.stream().read(4) == b"\x89PNG"
