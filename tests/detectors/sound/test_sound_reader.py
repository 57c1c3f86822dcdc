"""Reading sound: every container and coding, in blocks, with limits, and damage as plain errors."""

from __future__ import annotations

import contextlib
import io
import struct
import sys
from dataclasses import replace

import av
import numpy as np
import pytest
import soundfile

from detectors.sound import open_sound, read_mono
from provenance.errors import AssayError, LimitError, UnreadableError, UnsupportedTypeError
from provenance.limits import DEFAULT_LIMITS
from provenance.source import open_source

RATE = 16_000


def tone(seconds: float = 1.0, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    return (0.4 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def stored(samples: np.ndarray, rate: int = RATE, *, kind: str = "WAV", subtype: str | None = None) -> bytes:
    held = io.BytesIO()
    soundfile.write(held, samples, rate, format=kind, subtype=subtype)
    return held.getvalue()


def encoded(samples: np.ndarray, rate: int, *, container: str, codec: str) -> bytes:
    """Encode mono samples with FFmpeg."""
    held = io.BytesIO()
    with av.open(held, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate,
                                      frame_size=stream.codec_context.frame_size or 1024)  # fmt: skip
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return held.getvalue()


def opened(data: bytes, **limits: float):
    return open_source(data, limits=replace(DEFAULT_LIMITS, **limits))


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [
        ("WAV", "PCM_U8", 0.01),
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "FLOAT", 0),
        ("WAV", "ULAW", 0.03),
        ("RF64", "PCM_16", 1e-4),
        ("FLAC", "PCM_16", 1e-4),
    ],
)
def test_uncompressed_and_lossless_samples_come_back(kind, subtype, tolerance):
    samples = tone()
    with open_source(stored(samples, kind=kind, subtype=subtype)) as source, open_sound(source) as reader:
        assert (reader.rate, reader.channels, reader.decoder) == (RATE, 1, "libsndfile")
        assert reader.stated == pytest.approx(1.0)
        read = np.concatenate(list(reader.blocks()))[:, 0]
    assert len(read) == len(samples)
    assert np.abs(read - samples).max() <= tolerance


@pytest.mark.parametrize(
    ("container", "codec", "media_type", "decoder"),
    [
        ("mp3", "libmp3lame", "audio/mpeg", "libsndfile"),
        ("ipod", "aac", "audio/mp4", "FFmpeg"),
        ("mp4", "aac", "video/mp4", "FFmpeg"),
        ("avi", "pcm_s16le", "video/x-msvideo", "FFmpeg"),
        ("wav", "adpcm_swf", "audio/wav", "FFmpeg"),
    ],
)
def test_other_codings_are_decoded(container, codec, media_type, decoder):
    rate = 44_100
    data = encoded(tone(2.0, rate), rate, container=container, codec=codec)
    with open_source(data) as source, open_sound(source) as reader:
        assert (source.media_type, reader.decoder, reader.rate) == (media_type, decoder, rate)
        read = np.concatenate(list(reader.blocks()))[:, 0]
    assert len(read) / rate == pytest.approx(2.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(read[rate // 2 : rate // 2 + rate]))
    assert np.argmax(spectrum) == 440


def test_mono_is_the_mean_of_the_channels_at_the_wanted_rate():
    left, right = tone(1.0, 48_000, 300.0), tone(1.0, 48_000, 1000.0)
    read = read_mono(stored(np.stack((left, right), axis=1), 48_000, subtype="FLOAT"))
    wanted = (tone(1.0, hertz=300.0) + tone(1.0, hertz=1000.0)) / 2
    assert len(read) == RATE
    assert np.abs(read - wanted)[200:-200].max() < 1e-3


def test_reading_stops_at_the_length_asked_for():
    assert len(read_mono(stored(tone(3.0)), max_seconds=1.5)) == int(1.5 * RATE)


def test_values_that_are_no_numbers_become_silence_and_huge_ones_are_cut():
    samples = tone()
    samples[10], samples[11], samples[12] = np.nan, np.inf, -1e30
    read = read_mono(stored(samples, subtype="FLOAT"))
    assert (read[10], read[11], read[12]) == (0.0, 16.0, -16.0)


def test_a_cut_off_file_gives_what_is_there():
    data = stored(tone(2.0), subtype="PCM_16")
    assert len(read_mono(data[: len(data) // 2])) == pytest.approx(RATE, abs=30)


def test_damage_in_the_middle_is_said():
    noise = np.random.default_rng(1).standard_normal(4 * RATE).astype(np.float32) * 0.1
    data = bytearray(stored(noise, kind="FLAC"))
    data[len(data) // 2 : len(data) // 2 + 3000] = bytes(3000)
    with open_source(bytes(data)) as source, open_sound(source) as reader:
        frames = sum(len(block) for block in reader.blocks())
        assert frames > 0
        assert reader.problem or frames < 4 * RATE


def header(rate: int = RATE, channels: int = 1, data: int = 3200) -> bytes:
    """A WAV header with 16-bit samples that states what it is told to, then 1,600 samples."""
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * 2 * channels & 0xFFFFFFFF, 2 * channels, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", data)
    return b"RIFF" + struct.pack("<I", 36 + data & 0xFFFFFFFF) + body + bytes(range(1, 201)) * 16


DAMAGED = {
    "no samples": stored(tone()[:0]),
    "rate of zero": header(rate=0),
    "rate beyond reason": header(rate=2_000_000_000),
    "no channels": header(channels=0),
    "a thousand channels": header(channels=1000),
    "only the header of a FLAC": stored(tone(), kind="FLAC")[:42],
    "half a header": header()[:30],
    "only the header of a WAV": header()[:44],
    "an MP3 frame and zeros": b"\xff\xfb\x90\x00" + bytes(2000),
    "an MP4 without its index": encoded(tone(), RATE, container="mp4", codec="aac")[:3000],
    "an AVI without its parts": b"RIFF\xff\0\0\0AVI LIST" + bytes(300),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_plain_errors(name):
    with pytest.raises(AssayError) as caught:
        read_mono(DAMAGED[name])
    assert "0x" not in caught.value.message


def test_a_header_that_states_four_gigabytes_costs_nothing():
    assert len(read_mono(header(data=0xFFFFFFF0))) == 1600


@pytest.mark.parametrize("limits", [{"max_seconds": 0.5}, {"max_channels": 1}, {"max_rate": 8000}])
def test_limits_hold_before_decoding(limits):
    samples = np.stack((tone(), tone()), axis=1)
    with opened(stored(samples), **limits) as source, pytest.raises(LimitError):
        open_sound(source)


def test_the_length_is_counted_where_the_header_does_not_tell():
    data = bytearray(stored(tone(2.0), kind="FLAC"))
    data[21] &= 0xF0  # the number of samples in STREAMINFO: 36 bits, zero for unknown
    data[22:26] = bytes(4)
    with opened(bytes(data), max_seconds=0.5) as source, pytest.raises(LimitError):
        list(open_sound(source).blocks())


def test_pictures_and_silent_clips_have_no_sound():
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        out.mux(stream.encode(None))
    with pytest.raises(UnsupportedTypeError, match="has no sound"):
        read_mono(held.getvalue())
    with pytest.raises(UnsupportedTypeError, match="has no sound"):
        read_mono(b"GIF89a" + bytes(40))


def test_without_the_extra_the_answer_names_it(monkeypatch):
    data = encoded(tone(), RATE, container="ipod", codec="aac")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UnsupportedTypeError, match=r"assay-media\[av\]"):
        read_mono(data)
    assert len(read_mono(stored(tone()))) == RATE


def test_without_either_decoder_the_answer_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(UnsupportedTypeError, match=r"assay-media\[av\]"):
        read_mono(stored(tone()))


def test_without_libsndfile_the_extra_reads_the_same(monkeypatch):
    data = stored(tone(), subtype="PCM_16")
    wanted = read_mono(data)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert np.array_equal(read_mono(data), wanted)


def test_a_clip_may_not_open_other_files(tmp_path, monkeypatch):
    """A QuickTime track whose samples lie in another file (dref `url `) is not followed."""
    asked = []
    from detectors.sound import ffmpeg

    monkeypatch.setattr(ffmpeg, "_refuse", lambda url, *_: asked.append(url))
    data = encoded(tone(), RATE, container="mov", codec="pcm_s16le")
    at = data.index(b"url \0\0\0\1")
    data = data[: at + 4] + b"\0\0\0\0" + data[at + 8 :]
    with contextlib.suppress(UnreadableError, UnsupportedTypeError):
        read_mono(data)
    assert asked == []
