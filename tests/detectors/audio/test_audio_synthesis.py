"""The voice score as a check: when it speaks, when it does not, and that it always says the same."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.audio import _synthesis
from detectors.audio._features import NAMES
from detectors.audio._strip import draw_strip
from detectors.audio._versions import add_noise, halve_rate, telephone, trim
from detectors.ensemble import load_arrays
from detectors.wording import band
from provenance.model.finding import Finding

pytest.importorskip("soundfile")

Examine = Callable[[str, bytes], Finding]
Samples = Callable[..., np.ndarray]
Wav = Callable[..., bytes]
WEIGHTS = Path(_synthesis.__file__).parent / "weights"
CHECK = "audio.synthesis"
RATE = 16_000


@pytest.fixture
def anything_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lift the range gate, for voices made in code are unlike all others."""
    model = replace(_synthesis.load_model(), most_outside=1.0)
    monkeypatch.setattr(_synthesis, "load_model", lambda: model)


def scripted(monkeypatch: pytest.MonkeyPatch, *scores: float | list[float]) -> None:
    """Let the versions of a recording score as given, the recording itself first."""
    given = iter(scores)
    line = replace(
        _synthesis.load_model().calibration,
        slope=1,
        intercept=0,
        highest=1.6,
        lowest=-0.99,
        moderate_from=1.0,
    )
    model = replace(_synthesis.load_model(), most_outside=1.0, calibration=line)
    monkeypatch.setattr(_synthesis, "load_model", lambda: model)
    monkeypatch.setattr(
        _synthesis.Model, "scores", lambda _, rows: np.broadcast_to(next(given), len(rows)).astype(float)
    )


def test_weights_and_card_belong_together() -> None:
    card = json.loads((WEIGHTS / "synthesis.card.json").read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256((WEIGHTS / "synthesis.npz").read_bytes()).hexdigest()
    assert (WEIGHTS / "synthesis.npz").stat().st_size <= 1_500_000
    assert card["features"] == list(NAMES)
    assert len(_synthesis.load_model().low) == len(NAMES)


def test_the_card_promises_no_more_than_was_found() -> None:
    card = json.loads((WEIGHTS / "synthesis.card.json").read_text(encoding="utf-8"))
    fifty_clips = 150
    for part in (card["out_of_source"], card["final"]):
        for recordings in part["recordings"].values():
            if recordings["versions"] >= fifty_clips:
                assert recordings["false_alarms_at_moderate"]["rate"] <= 0.02
        assert part["all"]["cllr"] < 0.75


def test_weights_hold_plain_arrays() -> None:
    assert all(array.dtype.kind in "fiu" for array in load_arrays(WEIGHTS / "synthesis.npz").values())


@pytest.mark.usefixtures("anything_fits")
def test_it_reports_a_calibrated_ratio_and_where_the_score_lies(
    examine: Examine, talk: Samples, wav: Wav
) -> None:
    data = wav(talk(9.0))
    found = examine(CHECK, data)
    assert found == examine(CHECK, data)
    if found.outcome == "reported":
        assert found.log10_lr is not None
        assert found.strength == band(found.log10_lr)
        assert found.points_to == "generated"
        assert "of 1,000 recordings" in found.summary
        assert Image.open(io.BytesIO(found.artefacts[0].data)).width > 500


def test_a_high_score_names_the_windows(
    monkeypatch: pytest.MonkeyPatch, examine: Examine, talk: Samples, wav: Wav
) -> None:
    scripted(monkeypatch, 1.2, 1.2, 1.2, 1.2)
    found = examine(CHECK, wav(talk(9.0)))
    assert (found.strength, found.log10_lr) == ("moderate", 1.2)
    assert [r.start for r in found.regions] == sorted(r.start for r in found.regions if r.start is not None)
    assert found.regions[0].end == pytest.approx(4.0)


def test_a_low_score_says_little_and_marks_nothing(
    monkeypatch: pytest.MonkeyPatch, examine: Examine, talk: Samples, wav: Wav
) -> None:
    scripted(monkeypatch, -3.0, -3.0, -3.0, -3.0)
    found = examine(CHECK, wav(talk(9.0)))
    assert found.log10_lr == -0.99
    assert found.strength == "weak"
    assert found.regions == ()


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_it_abstains_where_a_delivery_turns_the_answer_round(
    monkeypatch: pytest.MonkeyPatch, examine: Examine, talk: Samples, wav: Wav, turned: int
) -> None:
    scripted(monkeypatch, *(-0.9 if n == turned else 1.2 for n in range(4)))
    found = examine(CHECK, wav(talk(9.0)))
    assert found.outcome == "not_applicable"
    assert "turns round" in (found.reason or "")


def test_it_stays_where_a_delivery_only_weakens_the_answer(
    monkeypatch: pytest.MonkeyPatch, examine: Examine, talk: Samples, wav: Wav
) -> None:
    scripted(monkeypatch, 1.2, 0.1, -0.1, 0.6)
    assert examine(CHECK, wav(talk(9.0))).outcome == "reported"


def test_sounds_that_are_no_speech_are_refused(examine: Examine, talk: Samples, wav: Wav) -> None:
    rng = np.random.default_rng(1)
    sounds = {
        "silence": np.zeros(5 * RATE, np.float32),
        "noise": rng.normal(0, 0.1, 5 * RATE).astype(np.float32),
        "half a second of a voice": talk(0.5),
        "a tone": 0.3 * np.sin(np.arange(5 * RATE) * 0.2),
    }
    for name, samples in sounds.items():
        found = examine(CHECK, wav(samples))
        assert (found.outcome, bool(found.reason)) == ("not_applicable", True), name


def test_sounds_unlike_all_others_are_refused(
    monkeypatch: pytest.MonkeyPatch, examine: Examine, talk: Samples, wav: Wav
) -> None:
    model = replace(_synthesis.load_model(), most_outside=-1.0)
    monkeypatch.setattr(_synthesis, "load_model", lambda: model)
    assert "unlike" in (examine(CHECK, wav(talk(9.0))).reason or "")


def test_a_damaged_file_is_no_crash(examine: Examine, talk: Samples, wav: Wav) -> None:
    whole = wav(talk(5.0))
    for data in (whole[:60], whole[: len(whole) // 2], whole[:44] + b"\x00\x80" * 500):
        assert examine(CHECK, data).outcome in ("reported", "not_applicable", "failed")


def test_versions_keep_the_length_and_are_the_same_each_time(talk: Samples) -> None:
    wave = talk(4.0)
    first, second = _synthesis.versions(wave), _synthesis.versions(wave)
    for name, made in first.items():
        assert made.shape == wave.shape, name
        assert made.dtype == np.float32
        assert (made == second[name]).all()


def test_a_telephone_keeps_its_band_only() -> None:
    time = np.arange(4 * RATE) / RATE
    for hertz, kept in ((100, False), (1000, True), (3800, False), (6000, False)):
        tone = (0.3 * np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(2 * np.pi * 700 * time)).astype(
            np.float32
        )
        spectrum = np.abs(np.fft.rfft(telephone(tone)))
        assert (spectrum[4 * hertz] > 0.3 * spectrum[2800]) == kept


def test_half_the_rate_and_noise_do_what_they_say() -> None:
    wave = np.random.default_rng(2).normal(0, 0.1, 4 * RATE).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(halve_rate(wave)))
    assert spectrum[4 * 5000 :].max() < 1e-2 * spectrum[: 4 * 3000].mean()
    noisy = add_noise(wave, 10.0, np.random.default_rng(3))
    assert 10 * np.log10(np.var(wave) / np.var(noisy - wave)) == pytest.approx(10.0, abs=0.3)


def test_silence_at_the_ends_is_trimmed(talk: Samples) -> None:
    loud = np.full(RATE, 0.1, np.float32)
    wave = np.concatenate([np.zeros(RATE, np.float32), loud, np.zeros(RATE, np.float32)])
    assert len(trim(wave)) == pytest.approx(RATE, abs=1024)
    assert len(trim(np.zeros(RATE, np.float32))) == 0


def test_bars_go_up_and_down() -> None:
    picture = np.asarray(
        Image.open(io.BytesIO(draw_strip([(0, 4), (4, 8)], [1.5, -1.5], 8.0, 1.5))).convert("L")
    )
    middle = picture.shape[0] // 2
    left, right = picture[:, picture.shape[1] // 4], picture[:, 3 * picture.shape[1] // 4]
    assert left[middle // 2] < 200 < right[middle // 2]
    assert right[middle * 3 // 2] < 200 < left[middle * 3 // 2]
