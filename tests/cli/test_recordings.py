"""`assay examine` on sound: every container, every form of output, damage, and no extra installed."""

from __future__ import annotations

import io
import sys

import av
import numpy as np
import pytest
import soundfile

RATE = 48_000
KINDS = {
    "r.wav": ("wav", "pcm_s16le"),
    "r.flac": ("flac", "flac"),
    "r.mp3": ("mp3", "libmp3lame"),
    "r.m4a": ("ipod", "aac"),
    "r.opus": ("ogg", "libopus"),
    "r.mp4": ("mp4", "aac"),
}


@pytest.fixture(scope="module")
def joined() -> np.ndarray:
    """Bursts of sound over a quiet background and then over a loud one, six seconds each."""
    rng = np.random.default_rng(5)
    times = np.arange(12 * RATE) / RATE
    bursts = np.repeat(rng.random(60) < 0.6, RATE // 5) * np.sin(np.pi * (times * 5 % 1)) ** 2
    voice = 0.2 * bursts * np.sign(np.sin(2 * np.pi * 120 * times))
    background = np.where(times < 6, 0.0008, 0.012) * rng.standard_normal(len(times))
    return (voice + background).astype(np.float32)


def encoded(samples: np.ndarray, container: str, codec: str) -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        size = stream.codec_context.frame_size or 1024
        shaper = av.AudioResampler(stream.codec_context.format, "mono", RATE, frame_size=size)
        for part in [*shaper.resample(frame), *shaper.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return held.getvalue()


@pytest.fixture(params=KINDS)
def recording(request, tmp_path, joined):
    path = tmp_path / request.param
    path.write_bytes(encoded(joined, *KINDS[request.param]))
    return path


def measured(record, check):
    return next(f for f in record["measured"] if f["check"] == check)


def test_a_join_is_told_in_every_container(assay, recording):
    (record,) = assay("examine", "--json", recording).records
    finding = measured(record, "audio.splice")
    assert finding["points_to"] == "edited"
    assert any(abs((r["start"] + r["end"]) / 2 - 6.0) <= 0.5 for r in finding["regions"])
    assert "background changes for good" in assay("examine", recording).out


def test_the_page_shows_the_views(assay, recording, tmp_path):
    page = tmp_path / "page.html"
    assert assay("examine", "--check", "audio.views", "--html", page, recording).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/png;base64,") >= 3
    assert "Spectrogram." in text


def test_without_the_extra_the_reason_names_it(assay, tmp_path, joined, monkeypatch):
    path = tmp_path / "r.m4a"
    path.write_bytes(encoded(joined, "ipod", "aac"))
    monkeypatch.setitem(sys.modules, "av", None)
    (record,) = assay("examine", "--json", path).records
    finding = measured(record, "audio.splice")
    assert finding["outcome"] == "not_applicable"
    assert "assay-media[av]" in finding["reason"]


def test_damage_costs_the_audio_checks_and_nothing_else(process, tmp_path, joined):
    held = io.BytesIO()
    soundfile.write(held, joined[:RATE], RATE, format="WAV")
    path = tmp_path / "cut.wav"
    path.write_bytes(held.getvalue()[:44])
    ran = process("examine", "--json", path)
    assert ran.err == ""
    assert measured(ran.records[0], "audio.splice")["outcome"] == "failed"


def test_notes_of_decoders_stay_off_the_terminal(process, tmp_path):
    path = tmp_path / "zeros.mp3"
    path.write_bytes(b"\xff\xfb\x90\x00" + bytes(4000))
    assert process("examine", "--json", path).err == ""
