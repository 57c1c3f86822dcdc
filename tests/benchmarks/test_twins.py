"""Twins of recordings: which recordings, which part of them, and what the manifest says."""

from __future__ import annotations

import csv
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from benchmarks.corpora import twins
from benchmarks.corpora.twins import (
    COLUMNS,
    RATE,
    draw,
    read_recordings,
    sentence,
    speech_crop,
    speech_crops,
    spread,
)


def write_corpus(folder, rows):
    folder.mkdir()
    with (folder / "manifest.csv").open("w", newline="") as file:
        manifest = csv.DictWriter(file, COLUMNS)
        manifest.writeheader()
        manifest.writerows({**dict.fromkeys(COLUMNS, ""), **row} for row in rows)
    return folder


def row(number, **changed):
    known = {
        "path": f"{number}.wav",
        "label": "recorded",
        "repo": "a/one",
        "seconds": "3.5",
        "sha256": f"{number:064x}",
    }
    return {**known, **changed}


def test_recordings_are_those_long_enough_each_once(tmp_path):
    rows = [
        row(1 << 220),
        row(2 << 220, seconds="1.9"),
        row(3 << 220, label="synthetic"),
        row(4 << 220, repo="Jakobovski/free-spoken-digit-dataset"),
        row(5 << 220, repo="b/two"),
    ]
    first = write_corpus(tmp_path / "first", rows)
    second = write_corpus(tmp_path / "second", rows[:1])
    found = read_recordings([first, second])
    assert sorted(each.repo for each in found) == ["a/one", "b/two"]
    assert len({each.pair for each in found}) == 2
    assert [each.repo for each in read_recordings([first], ["b/two"])] == ["b/two"]


def test_no_repository_crowds_out_another(tmp_path):
    rows = [row(number << 220, repo="a/large") for number in range(1, 13)]
    rows += [row(number << 220, repo="b/small") for number in range(13, 15)]
    recordings = read_recordings([write_corpus(tmp_path / "corpus", rows)])
    chosen = spread(recordings, 6)
    assert [each.repo for each in chosen].count("b/small") == 2
    assert len(chosen) == 6
    assert chosen == spread(recordings[::-1], 6)
    assert len(spread(recordings, 100)) == 14


def test_draws_depend_on_recording_and_purpose_only():
    drawn = [draw(f"twin-{number}", "system", 4) for number in range(400)]
    assert drawn == [draw(f"twin-{number}", "system", 4) for number in range(400)]
    assert min(drawn.count(value) for value in range(4)) > 60
    assert drawn != [draw(f"twin-{number}", "order", 4) for number in range(400)]


def test_crop_begins_where_speech_begins():
    noise = np.random.default_rng(1).normal(0, 1e-3, 8 * RATE).astype(np.float32)
    speech = noise.copy()
    speech[3 * RATE : 5 * RATE] += np.sin(np.arange(2 * RATE) * 0.1).astype(np.float32)
    start, end = speech_crop(speech, 4)
    assert 2.8 * RATE < start < 3 * RATE
    assert end - start == 4 * RATE


@pytest.mark.parametrize("seconds", [0, 0.1, 3])
def test_crop_of_a_short_or_silent_sound_is_all_of_it(seconds):
    silence = np.zeros(int(seconds * RATE), np.float32)
    assert speech_crop(silence, 4) == (0, len(silence))


def test_crop_stays_inside_when_speech_comes_late():
    sound = np.zeros(5 * RATE, np.float32)
    sound[-RATE:] = np.sin(np.arange(RATE) * 0.1)
    assert speech_crop(sound, 4) == (RATE, 5 * RATE)


def test_a_file_that_libsndfile_does_not_read_costs_itself(tmp_path):
    corpus = write_corpus(tmp_path / "corpus", [row(1 << 220, path="1.wav"), row(2 << 220, path="2.m4a")])
    soundfile.write(corpus / "1.wav", np.random.default_rng(1).standard_normal(3 * RATE) / 10, RATE)
    (corpus / "2.m4a").write_bytes(b"\0\0\0\x18ftypM4A ")
    found = [recording.path for recording, _, _ in speech_crops(read_recordings([corpus]))]
    assert found == ["1.wav"]


def test_sentences_differ():
    assert len({sentence(number) for number in range(180)}) == 180


class Echo:
    """A codec that returns half of the sound."""

    def __init__(self, folder):
        assert folder.parts[-3] in ("google+lyra", "earlier") and folder.parts[-2:] == (
            "lyra",
            "model_coeffs",
        )

    def copy(self, sound, stages):
        assert stages in (0, 16, 30, 46)
        return sound / 2


def test_manifest_keeps_twins_with_their_recordings(tmp_path, monkeypatch):
    corpus = write_corpus(tmp_path / "corpus", [row(1 << 220), row(2 << 220, repo="b/two")])
    tone = np.sin(np.arange(22_050 * 5) * 0.05)
    for number in (1, 2):
        soundfile.write(corpus / f"{number << 220}.wav", np.stack([tone, tone], axis=1), 22_050)
    monkeypatch.setattr(twins, "Lyra", Echo)
    out = tmp_path / "out"
    arguments = ["twins", "--snapshots", "mirror", "--corpus", str(corpus), str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    twins.main()
    rows = list(csv.DictReader((out / "manifest.csv").read_text().splitlines()))
    assert [each["repo"] for each in rows] == ["a/one", "b/two"]
    assert {each["label"] for each in rows} == {"synthetic"}
    assert all(each["system"].startswith("copy:Lyra") for each in rows)
    for each in rows:
        held = soundfile.info(out / each["path"])
        assert (held.samplerate, held.channels, held.subtype) == (RATE, 1, "PCM_16")
        assert 4 <= float(each["seconds"]) == pytest.approx(held.duration, abs=1e-3)
    first = (out / "manifest.csv").read_bytes()
    twins.main()
    assert (out / "manifest.csv").read_bytes() == first


def test_a_second_twin_is_of_the_same_seconds(tmp_path, monkeypatch):
    corpus = write_corpus(tmp_path / "corpus", [row(number << 220) for number in range(1, 9)])
    tone = np.sin(np.arange(RATE * 5) * 0.05)
    for number in range(1, 9):
        soundfile.write(corpus / f"{number << 220}.wav", tone, RATE)
    monkeypatch.setattr(twins, "Lyra", Echo)
    out = tmp_path / "out"
    arguments = ["twins", "--snapshots", "mirror", "--earlier", "earlier", "--corpus", str(corpus), str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    twins.main()
    rows = list(csv.DictReader((out / "manifest.csv").read_text().splitlines()))
    first, second = rows[:8], rows[8:]
    assert [(r["pair"], r["crop"]) for r in first] == [(r["pair"], r["crop"]) for r in second]
    assert {r["system"] for r in second} == {"copy:Lyra 1.2", "copy:Lyra 1.2 slowed"}
    for one, other in zip(first, second, strict=True):
        assert float(one["seconds"]) == pytest.approx(float(other["seconds"]), abs=0.01)


def test_missing_runtime_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(SystemExit, match="pip install ai-edge-litert"):
        twins.Lyra(tmp_path)


def test_help_needs_nothing_installed():
    command = [sys.executable, "-m", "benchmarks.corpora.twins", "--help"]
    assert "--snapshots" in subprocess.run(command, check=True, capture_output=True, text=True).stdout
