"""The training of the voice score: corpus, folds, deliveries, copies, weights, figures, and the same bytes twice."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("scipy")

from detectors.audio._dense import Dense
from detectors.audio._features import NAMES, analyse, extract
from detectors.calibration import Calibration
from detectors.ensemble import Trees
from detectors.train import audio_models, audio_synthesis
from detectors.train.audio_copies import copy_of
from detectors.train.audio_corpus import Clip, VoiceProtocol, read_clips, read_voice_protocol, seed_of
from detectors.train.audio_delivery import deliver
from detectors.train.audio_dense import Course, fit_dense
from detectors.train.audio_evaluation import VoiceScores, moderate_from, voice_figures
from detectors.train.audio_extraction import VoiceTable, extract_clips, load_clips, load_windows, windows_of
from detectors.train.audio_models import even_weights, fit_binned_trees
from detectors.train.audio_synthesis import train_voice
from provenance.errors import UsageError

RATE = 16000
SHIPPED = Path("benchmarks/protocols/audio-synthesis.json")


def protocol(**changes: object) -> VoiceProtocol:
    held = {
        "name": "small", "seed": 3, "conditions": ("as_is", "telephone"), "main": ("as_is",), "shortest": 2.0,
        "windows": {"synthetic": 1, "recorded": 1, "final": 1},
        "caps": {"synthetic": 9, "recorded": 9, "final_synthetic": 9, "final_recorded": 9},
        "development": 1000, "course": {}, "folds": {"a/one": "f1", "a/two": "f2", "a/three": "final"},
        "families": {"Wave": "vocoder copy"}, "sha256": "0" * 64,
    }  # fmt: skip
    return VoiceProtocol(**(held | changes))  # type: ignore[arg-type]


def corpus(folder: Path, rows: list[dict[str, str]]) -> Path:
    names = ["path", "label", "system", "repo", "seconds", "pair", "sha256"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows({"seconds": "3.0", "pair": "", "system": ""} | row for row in rows)
    return folder


def row(path: str, label: str, repo: str, **more: str) -> dict[str, str]:
    return {"path": path, "label": label, "repo": repo, "sha256": path.ljust(64, "0")} | more


def test_the_shipped_protocol_can_be_read() -> None:
    found = read_voice_protocol(SHIPPED)
    assert set(found.main) <= set(found.conditions)
    assert "final" in found.folds.values()


def test_a_broken_protocol_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text("{}")
    with pytest.raises(UsageError):
        read_voice_protocol(tmp_path / "p.json")


def test_a_folder_without_manifest_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_clips([tmp_path], protocol())


def test_clips_are_read_from_several_folders_without_doubles(tmp_path: Path) -> None:
    one = corpus(tmp_path / "1", [
        row("a", "synthetic", "a/one", system="WaveNet", pair="p"), row("b", "recorded", "a/one", pair="p"),
        row("short", "recorded", "a/one", seconds="1.5"), row("music", "nonspeech", "a/one"),
        row("stranger", "recorded", "b/unknown"),
    ])  # fmt: skip
    two = corpus(tmp_path / "2", [row("a", "synthetic", "a/one"), row("c", "recorded", "a/three")])
    found = {c.path: c for c in read_clips([one, two], protocol())}
    assert set(found) == {"a", "b", "c"}
    assert found["a"].family == "vocoder copy"
    assert found["a"].pair == found["b"].pair == "a/one:p"
    assert (found["b"].source, found["c"].fold) == ("a/one", "final")


def test_twins_never_take_part_in_the_final_fold(tmp_path: Path) -> None:
    rows = [row(repo, "synthetic", repo, system="copy:Lyra 3k") for repo in ("a/one", "a/three")]
    assert [c.repo for c in read_clips([corpus(tmp_path, rows)], protocol())] == ["a/one"]


def test_caps_hold(tmp_path: Path) -> None:
    rows = [row(f"f{n}", "recorded", "a/one") for n in range(7)]
    caps = {"synthetic": 2, "recorded": 3, "final_synthetic": 2, "final_recorded": 2}
    assert len(read_clips([corpus(tmp_path, rows)], protocol(caps=caps))) == 3


def voice(seconds: float = 3.0) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = np.cumsum(120 + 10 * np.sin(time)) / RATE
    sound = sum(np.cos(2 * np.pi * k * pitch) / k for k in range(1, 25))
    loud = np.clip(np.sin(2 * np.pi * 3 * time), 0.0, None)
    return (0.1 * sound * loud + np.random.default_rng(1).normal(0, 1e-3, len(time))).astype(np.float32)


def test_windows_are_trimmed_levelled_and_at_most_four_seconds() -> None:
    wave = np.concatenate([np.zeros(RATE, np.float32), voice(9.0), np.zeros(RATE, np.float32)])
    found = windows_of(wave, 5, None)
    assert [len(w) for w in found] == [4 * RATE] * 2
    assert np.sqrt(np.square(found[0]).mean()) == pytest.approx(0.08, rel=1e-4)
    assert windows_of(voice(1.0), 5, None) == []


def test_lengths_in_training_are_drawn() -> None:
    lengths = {len(w) for w in windows_of(voice(21.0), 5, np.random.default_rng(2))}
    assert len(lengths) == 5
    assert max(lengths) <= 4 * RATE


@pytest.mark.parametrize("condition", ["as_is", "telephone", "noise_10", "random_0", "random_1", "random_2"])
def test_deliveries_keep_the_length_and_repeat(condition: str) -> None:
    wave = voice(2.0)
    first, second = (deliver(wave, condition, np.random.default_rng(4)) for _ in range(2))
    assert first.shape == wave.shape
    assert (first == second).all()


@pytest.mark.parametrize("condition", ["mp3_64", "aac_64", "opus_24", "messenger"])
def test_codecs_give_back_nearly_what_went_in(condition: str) -> None:
    pytest.importorskip("av")
    wave = voice(2.0)
    back = deliver(wave, condition, np.random.default_rng(4))
    assert back.shape == wave.shape
    wanted, got = (np.abs(np.fft.rfft(w))[: len(w) // 16].reshape(50, -1).mean(axis=1) for w in (wave, back))
    assert np.corrcoef(wanted, got)[0, 1] > 0.9


@pytest.mark.parametrize("kind", ["griffin_lim", "mel_phase", "world"])
def test_copies_sound_alike_and_are_others(kind: str) -> None:
    if kind == "world":
        pytest.importorskip("pyworld")
    wave = voice(2.0)
    copy = copy_of(wave, kind, np.random.default_rng(5))
    assert copy.shape == wave.shape
    envelope = [np.square(w[: len(w) // 800 * 800]).reshape(-1, 800).mean(axis=1) for w in (wave, copy)]
    assert np.corrcoef(*envelope)[0, 1] > 0.8
    assert np.abs(wave - copy).max() > 0.01


def test_weights_leave_repositories_without_a_say() -> None:
    rng = np.random.default_rng(6)
    repo = rng.choice(["a", "b"], 400, p=[0.8, 0.2])
    synthetic = rng.random(400) < np.where(repo == "a", 0.9, 0.3)
    weights = even_weights(synthetic, repo, np.full(400, "s"), np.zeros(400, bool))
    assert weights[synthetic].sum() == pytest.approx(weights[~synthetic].sum())
    ratios = [
        weights[(repo == name) & synthetic].sum() / weights[(repo == name) & ~synthetic].sum()
        for name in "ab"
    ]
    counted = [(repo == name)[synthetic].sum() / (repo == name)[~synthetic].sum() for name in "ab"]
    # By counts, one repository has twenty times the odds of the other.
    assert counted[0] / counted[1] > 10
    assert ratios[0] / ratios[1] < 3


def test_binned_trees_answer_raw_values() -> None:
    rng = np.random.default_rng(7)
    features = rng.normal(size=(600, 3)).astype(np.float32)
    labels = (features[:, 1] > 0.3).astype(int)
    trees = fit_binned_trees(features, labels, np.ones(600), seed=1, rounds=20)
    assert ((trees.score(features) > 0) == (labels == 1)).mean() > 0.97


LINE = Calibration(slope=1.0, intercept=0.0, highest=2.0, lowest=-0.99, moderate_from=-99.0)


def scores(rng: np.random.Generator, *, apart: float = 2.0) -> VoiceScores:
    synthetic = np.arange(400) % 2 == 0
    return VoiceScores(
        rng.normal(size=400) + apart * synthetic, synthetic, np.where(synthetic, "WaveNet", "a/one"),
        np.where(synthetic, "vocoder copy", ""), np.full(400, "a/one"),
        np.array([f"p{n // 2}" for n in range(400)]), np.where(np.arange(400) < 200, "as_is", "telephone"),
    )  # fmt: skip


def test_figures_of_a_known_separation() -> None:
    found = voice_figures(scores(np.random.default_rng(8)), LINE)
    assert found["all"]["equal_error_rate"] == pytest.approx(0.159, abs=0.04)
    assert found["conditions"]["telephone"]["auc"] == pytest.approx(0.921, abs=0.04)
    assert found["pairs"]["as_is"]["rate"] == pytest.approx(0.921, abs=0.06)
    assert found["recordings"]["a/one"]["versions"] == 200
    json.dumps(found)


def test_repositories_drawn_again_spread_the_rates() -> None:
    held = scores(np.random.default_rng(8))
    one = voice_figures(held, LINE)["other_repositories"]["as_is"]["equal_error_rate"]
    repo = np.array([f"r{n // 20}" for n in range(400)])
    many = voice_figures(replace(held, repo=repo), LINE)
    low, high = many["other_repositories"]["as_is"]["equal_error_rate"]
    assert one[0] == one[1]
    assert low < many["conditions"]["as_is"]["equal_error_rate"] < high


def test_moderate_keeps_every_large_source_quiet() -> None:
    held = scores(np.random.default_rng(9))
    floor = moderate_from(held, LINE)
    assert (held.score[~held.synthetic] >= floor).mean() <= 0.02


def table(clips: list[Clip]) -> VoiceTable:
    rng = np.random.default_rng(10)
    features = rng.normal(size=(2 * len(clips), len(NAMES))).astype(np.float32)
    which = np.repeat(np.arange(len(clips)), 2)
    made = np.array([c.synthetic for c in clips])[which]
    features[made, NAMES.index("pitch.hnr.mean")] += 3
    condition = np.tile(np.array(["as_is", "telephone"]), len(clips))
    return VoiceTable(features, which, np.zeros_like(which), condition, np.full(len(which), ""))


def nothing_learnt(features: np.ndarray, *given: Any, **options: Any) -> Dense:
    """Stand in for the networks, which need torch: one that has learnt the sum of the first two features."""
    weight = np.zeros((1, features.shape[1], 1), np.float32)
    weight[0, :2] = 0.01
    width = np.arange(features.shape[1], dtype=np.int16)
    return Dense(
        width, features.mean(axis=0), features.std(axis=0) + 1, (weight,), (np.zeros((1, 1, 1), np.float32),)
    )


def test_dense_networks_learn_what_is_planted_and_repeat_themselves() -> None:
    pytest.importorskip("torch", reason="the extra `train` is not installed")
    rng = np.random.default_rng(11)
    rows = rng.normal(size=(500, 6)).astype(np.float32)
    made = rows[:, 2] * rows[:, 4] > 0  # no line can tell
    course = Course(networks=2, hidden=32, steps=400, batch=64, blanked=0.0)
    first, second = (
        fit_dense(rows, made, np.ones(500), np.array([1, 2, 4]), course, seed=1) for _ in range(2)
    )
    assert ((first.score(rows) > 0) == made).mean() > 0.9
    assert (first.score(rows) == second.score(rows)).all()


def test_windows_are_kept_as_they_were_measured(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    sound = tmp_path / "a.wav"
    soundfile.write(sound, voice(5.0), RATE)
    clip = replace(clips()[1], file=sound, fold="final", sha256="0" * 64)
    for _ in range(2):  # the second time there is nothing to do
        written = list(extract_clips([clip], protocol(), tmp_path / "cache"))
    assert written == []
    table = load_clips([clip], tmp_path / "cache")
    kept = load_windows(clip, tmp_path / "cache")
    assert table.condition.tolist() == [condition for condition, _ in kept] == ["as_is", "telephone"]
    again = extract(analyse(kept[1][1].astype(np.float32)))
    assert np.allclose(table.features[1], again, equal_nan=True)


def test_a_clip_without_speech_has_no_windows(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    soundfile.write(tmp_path / "a.wav", np.zeros(3 * RATE, np.float32), RATE)
    clip = replace(clips()[1], file=tmp_path / "a.wav", fold="final", sha256="1" * 64)
    list(extract_clips([clip], protocol(), tmp_path / "cache"))
    assert load_windows(clip, tmp_path / "cache") == []


def clips() -> list[Clip]:
    return [
        Clip(file=Path("x"), path=f"{repo}{n}", synthetic=n % 2 == 0, source=f"s{repo}" if n % 2 == 0 else repo,
             family="TTS" if n % 2 == 0 else "", repo=repo, pair=f"{repo}{n // 2}", sha256=f"{repo}{n}", fold=fold)
        for repo, fold in (("a/one", "f1"), ("a/two", "f2"), ("a/three", "final")) for n in range(60)
    ]  # fmt: skip


def test_training_finds_a_planted_difference_and_repeats_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few_rounds(*given: Any, **options: Any) -> Trees:
        return fit_binned_trees(*given, **(options | {"rounds": 5}))

    for module in (audio_models, audio_synthesis):
        monkeypatch.setattr(module, "fit_binned_trees", few_rounds)
    monkeypatch.setattr(audio_models, "fit_dense", nothing_learnt)
    held = clips()
    cards = [train_voice(held, table(held), protocol(), tmp_path / str(n), final=True) for n in range(2)]
    assert cards[0] == cards[1]
    assert cards[0]["final"]["all"]["equal_error_rate"] < 0.25
    first, second = ((tmp_path / str(n) / "synthesis.npz").read_bytes() for n in range(2))
    assert len(first) == len(second)
    assert json.loads((tmp_path / "0" / "synthesis.card.json").read_text())["check"] == "audio.synthesis"


def test_seeds_depend_on_clip_and_purpose() -> None:
    held = clips()
    found = {seed_of(protocol(), clip, purpose) for clip in held[:5] for purpose in ("a", "b")}
    assert len(found) == 10
