"""Views: three pictures of readable size with words, and no claim."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.audio.views import run
from detectors.view import make_view
from provenance.source import open_source


@pytest.mark.parametrize("seconds", [0.6, 12.0, 400.0])
def test_three_pictures_with_legends(talk, wav, seconds):
    samples = np.tile(talk(min(seconds, 12.0)), int(np.ceil(seconds / 12)))
    with open_source(wav(samples)) as source:
        finding = run(make_view(source))
    assert (finding.summary, finding.points_to, finding.log10_lr) == ("", "nothing", None)
    assert [a.name for a in finding.artefacts] == ["spectrogram", "average-spectrum", "cepstrum"]
    for artefact in finding.artefacts:
        picture = Image.open(io.BytesIO(artefact.data))
        assert picture.width >= 640
        assert len(picture.convert("L").getcolors() or []) > 2
        assert artefact.legend
        assert artefact.alt


def test_a_tone_stands_at_its_frequency(wav):
    tone = 0.5 * np.sin(2 * np.pi * 6000 * np.arange(32_000) / 16_000)
    with open_source(wav(tone)) as source:
        picture = Image.open(io.BytesIO(run(make_view(source)).artefacts[0].data)).convert("L")
    column = np.asarray(picture)[12 : 12 + 240, 62 + 320]
    assert np.argmin(column) / 240 == pytest.approx(1 - 6 / 8, abs=0.03)


def test_nothing_is_drawn_where_nobody_looks(talk, wav):
    with open_source(wav(talk(3))) as source:
        assert run(make_view(source, pictures=False)).outcome == "not_applicable"


def test_digital_silence_is_drawn(wav):
    with open_source(wav(np.zeros(32_000))) as source:
        assert len(run(make_view(source)).artefacts) == 3


def test_a_blink_is_too_short(talk, wav):
    with open_source(wav(talk(1.0)[:4000])) as source:
        assert run(make_view(source)).outcome == "not_applicable"
