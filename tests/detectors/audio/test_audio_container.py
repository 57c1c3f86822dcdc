"""The edge that a codec or a lower rate leaves, and bits that are not used."""

from __future__ import annotations

import numpy as np
import pytest

RATE = 44_100


def noise(seconds: float = 3.0) -> np.ndarray:
    return 0.1 * np.random.default_rng(1).standard_normal(int(seconds * RATE))


def cut_at(samples: np.ndarray, hertz: float) -> np.ndarray:
    spectrum = np.fft.rfft(samples)
    spectrum[int(hertz * len(samples) / RATE) :] = 0
    return np.fft.irfft(spectrum, len(samples))


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
@pytest.mark.parametrize("hertz", [4000, 11_000, 16_000, 19_000])
def test_a_sharp_edge_is_told(examine, wav, kind, hertz):
    finding = examine("audio.container", wav(cut_at(noise(), hertz), RATE, kind=kind))
    assert finding.points_to == "recompressed"
    assert "ends sharply at" in finding.summary
    assert finding.because[0].value == pytest.approx(hertz / 1000, abs=0.25)


def test_a_lower_rate_is_named(examine, wav):
    finding = examine("audio.container", wav(cut_at(noise(), 7900), RATE))
    assert "16,000 samples a second" in finding.summary


def test_a_codec_is_named_beside_a_lower_rate(examine, wav):
    finding = examine("audio.container", wav(cut_at(noise(), 8000), RATE))
    assert "16,000 samples a second or a lossy codec" in finding.summary


def test_an_edge_at_no_rate_names_none(examine, wav):
    finding = examine("audio.container", wav(cut_at(noise(), 13_500), RATE))
    assert "as after a lower sample rate or a lossy codec" in finding.summary


def test_a_telephone_line_is_named_for_low_edges_only(examine, wav):
    low, high = (examine("audio.container", wav(cut_at(noise(), hertz), RATE)) for hertz in (3400, 7900))
    assert "a telephone line" in low.summary
    assert "telephone" not in high.summary


def test_full_bandwidth_is_passed_over(examine, wav):
    assert examine("audio.container", wav(noise(), RATE)).summary == ""


def test_a_gradual_fall_is_passed_over(examine, wav):
    spectrum = np.fft.rfft(noise())
    spectrum *= 10 ** (-70 * np.linspace(0, 1, len(spectrum)) / 20)
    assert examine("audio.container", wav(np.fft.irfft(spectrum), RATE)).summary == ""


def test_loudness_does_not_move_the_edge(examine, wav):
    samples = cut_at(noise(), 15_000)
    loud, soft = (examine("audio.container", wav(g * samples, RATE, subtype="PCM_24")) for g in (1.0, 0.05))
    assert loud.because[0].value == pytest.approx(soft.because[0].value, abs=0.11)


def test_unused_bits_of_a_flac_are_counted(examine, wav):
    coarse = np.round(noise() * 2**11) / 2**11
    finding = examine("audio.container", wav(coarse, RATE, kind="FLAC", subtype="PCM_24"))
    assert "24 bits, but use only 12" in finding.summary


def test_short_and_silent_recordings_are_passed_over(examine, wav):
    for samples in (np.zeros(RATE), noise(0.2)):
        assert examine("audio.container", wav(samples, RATE)).summary == ""
