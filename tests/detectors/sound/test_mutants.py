"""Mutated recordings: a plain error or a survey, never a raw exception."""

from __future__ import annotations

import io
import random

import av
import numpy as np
import pytest
import soundfile

from detectors.sound.survey import take_survey
from provenance.errors import AssayError
from provenance.source import open_source

RATE = 16_000
CODECS = {"m4a": ("ipod", "aac"), "mov": ("mov", "pcm_s16le"), "avi": ("avi", "pcm_s16le")}
FORMATS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "ogg": "OGG"}


def material(name: str) -> bytes:
    samples = (0.2 * np.random.default_rng(1).standard_normal(RATE)).astype(np.float32)
    held = io.BytesIO()
    if name in FORMATS:
        soundfile.write(held, samples, RATE, format=FORMATS[name])
        return held.getvalue()
    container, codec = CODECS[name]
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


def mutant(data: bytes, rng: random.Random) -> bytes:
    """Change bytes (mostly of the header), cut a piece out, or end early."""
    held = bytearray(data)
    kind = rng.randrange(4)
    if kind == 0:
        return bytes(held[: rng.randrange(12, len(held))])
    if kind == 1:
        at = rng.randrange(len(held))
        del held[at : at + rng.randrange(1, 3000)]
        return bytes(held)
    reach = min(len(held), 200 if kind == 2 else len(held))
    for _ in range(rng.randrange(1, 12)):
        held[rng.randrange(reach)] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(held)


@pytest.mark.parametrize("name", [*FORMATS, *CODECS])
def test_mutants_give_an_answer_or_a_plain_error(name):
    data, rng = material(name), random.Random(name)
    answered = 0
    for _ in range(25):
        try:
            with open_source(mutant(data, rng)) as source:
                survey = take_survey(source)
        except AssayError:
            continue
        answered += 1
        assert np.isfinite(survey.frames.level).all()
        assert survey.seconds < 120
    assert answered > 0
