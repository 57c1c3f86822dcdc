"""Training of the score "a synthesised voice against a recorded voice".

Windows of speech under random deliveries, and copies of the recordings by vocoders of our own; a model under whose
weights no repository betrays the label; a calibration on scores of sources and systems that the model had not seen;
figures for every slice, with the classical baseline on the same windows.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import calibration as cal
from detectors.audio._features import NAMES
from detectors.ensemble import pack
from detectors.train.audio_corpus import TWIN, Clip, VoiceProtocol
from detectors.train.audio_dense import Course
from detectors.train.audio_evaluation import VoiceScores, moderate_from, voice_figures
from detectors.train.audio_extraction import VoiceTable
from detectors.train.audio_models import Columns, VoiceModel, even_weights, fit_binned_trees, fit_voice
from detectors.train.corpus import FINAL
from detectors.train.sources import source_rows

__all__ = ["train_voice"]

_NOT_TREES = ("lfcc.", "cqcc.")
_NOT_LINE = ("modulation.", "average.")
"""Families that a part does without: with them it finds less out of source (docs/research/audio-synthesis.md)."""

_LOWEST, _HIGHEST = -0.99, 1.3
"""For a recording no ratio is more than weak, because a system that nobody has seen may score like one. For a
synthesised voice none is above 20: held out in turn, each development fold had ratios above ten at least 21 times as
often for synthesised voices as for recordings. A higher bound would not have held in all of them."""

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "av", "pyworld")
_MODULES = {"scikit-learn": "sklearn"}

_SPEAKERS = (
    "Speakers of LJSpeech, VCTK, LibriSpeech and LibriTTS recur across repositories, also between development and the"
    " final fold. No utterance of the final fold is in development, by name and by loudness envelope."
)

Score = Callable[[NDArray[np.float32]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of features with their labels."""

    features: NDArray[np.float32]
    synthetic: NDArray[np.bool_]
    source: NDArray[np.str_]
    family: NDArray[np.str_]
    repo: NDArray[np.str_]
    fold: NDArray[np.str_]
    pair: NDArray[np.str_]
    condition: NDArray[np.str_]
    copied: NDArray[np.bool_]
    clip: NDArray[np.int64]

    def part(self, mask: NDArray[np.bool_]) -> _Rows:
        """Return the rows that `mask` selects."""
        return _Rows(*(getattr(self, f.name)[mask] for f in fields(self)))


def train_voice(
    clips: Sequence[Clip],
    table: VoiceTable,
    protocol: VoiceProtocol,
    out: Path,
    *,
    final: bool,
) -> dict[str, Any]:
    """Fit, calibrate and evaluate; write `synthesis.npz` and `synthesis.card.json` into `out`; return the card.

    Args:
        clips: Clips, in the order of `read_clips`.
        table: Their features.
        protocol: Folds and conditions.
        out: Folder for the two files.
        final: Whether to score the final fold. Once, when nothing is left to decide.
    """
    rows = _rows(clips, table)
    last = rows.part(rows.fold == FINAL)
    development = rows.part(rows.fold != FINAL)
    unseen, copies = _out_of_source(development, lambda part: _fit(part, protocol).score)
    line = _calibrate(unseen)
    # Systems of the final fold do not train, whichever repository they are from.
    known = _without(development, last)
    model = _fit(known, protocol)
    out.mkdir(parents=True, exist_ok=True)
    weights = out / "synthesis.npz"
    arrays: dict[str, Any] = _arrays(model, known, unseen, line)
    np.savez_compressed(weights, **arrays)
    card = {
        "check": "audio.synthesis",
        "propositions": ["a synthesised voice", "a recorded voice"],
        "seed": protocol.seed,
        "protocol": {"name": protocol.name, "sha256": protocol.sha256},
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "features": list(NAMES),
        "calibration": {
            "slope": line.slope,
            "intercept": line.intercept,
            "highest_log10_lr": line.highest,
            "lowest_log10_lr": line.lowest,
            "moderate_from_score": line.moderate_from,
            "on": "scores of development sources and systems by models that had not seen them",
        },
        "out_of_source": voice_figures(unseen, line) | {"own_copies_above_their_recording": copies},
        "speakers": _SPEAKERS,
        "sources": source_rows((clips[i] for i in sorted(set(table.clip.tolist()))), "clips"),
        "libraries": {
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES if find_spec(_MODULES.get(name, name))},
        },
    }
    if final:
        card["final"] = voice_figures(_scored(last, model.score(last.features)), line)
        baseline = _baseline(known, protocol.seed)
        card["final_baseline"] = _compare(_scored(last, baseline(last.features)))
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (out / "synthesis.card.json").write_text(text + "\n", encoding="utf-8")
    return card


def _rows(clips: Sequence[Clip], table: VoiceTable) -> _Rows:
    def each(value: Callable[[Clip], Any]) -> NDArray[Any]:
        return np.array([value(c) for c in clips])[table.clip]

    ours = table.copied != ""
    copied = ours | each(lambda c: c.source.startswith(TWIN))
    named = np.char.add(TWIN, table.copied)
    return _Rows(
        features=table.features,
        synthetic=each(lambda c: c.synthetic) | copied,
        source=np.where(ours, named, each(lambda c: c.source)),
        family=np.where(copied, "own copy", each(lambda c: c.family)),
        repo=each(lambda c: c.repo),
        fold=each(lambda c: c.fold),
        pair=each(lambda c: c.pair),
        condition=np.array([c.partition("_")[0] if c.startswith("random") else c for c in table.condition]),
        copied=copied,
        clip=table.clip,
    )


def _fit(rows: _Rows, protocol: VoiceProtocol) -> VoiceModel:
    weights = even_weights(rows.synthetic, rows.repo, rows.source, rows.copied)
    course = Course(**protocol.course)
    return fit_voice(rows.features, rows.synthetic, weights, _columns(), course, seed=protocol.seed)


def _columns() -> Columns:
    def without(families: tuple[str, ...]) -> NDArray[np.intp]:
        return np.array([i for i, name in enumerate(NAMES) if not name.startswith(families)])

    return Columns(line=without(_NOT_LINE), trees=without(_NOT_TREES), dense=np.arange(len(NAMES)))


def _baseline(rows: _Rows, seed: int) -> Score:
    """Return boosting on mean and deviation of linear-frequency cepstra, the baseline of the evidence page."""
    parts = ("lfcc.static.mean.", "lfcc.static.sd.", "lfcc.delta.sd.", "lfcc.delta2.sd.")
    columns = np.array([i for i, name in enumerate(NAMES) if name.startswith(parts)])
    own = rows.part(~rows.copied)
    weights = even_weights(own.synthetic, own.repo, own.source, own.copied)
    trees = fit_binned_trees(
        own.features[:, columns], own.synthetic.astype(int), weights, seed=seed, rounds=250
    )
    return lambda features: trees.score(features[:, columns])


def _without(rows: _Rows, held: _Rows) -> _Rows:
    """Return the rows whose system does not occur among the held-out ones; copies of our own may."""
    systems = np.unique(held.source[held.synthetic & ~held.copied])
    return rows.part(~(rows.synthetic & np.isin(rows.source, systems)))


def _out_of_source(rows: _Rows, fit: Callable[[_Rows], Score]) -> tuple[VoiceScores, float | None]:
    """Return scores of every development fold by a model of the others, and how often own copies score higher."""
    score = np.full(len(rows.features), np.nan)
    for fold in sorted(set(rows.fold.tolist())):
        held = rows.fold == fold
        score[held] = fit(_without(rows.part(~held), rows.part(held)))(rows.features[held])
    return _scored(rows.part(~rows.copied), score[~rows.copied]), _copies_won(rows, score)


def _copies_won(rows: _Rows, score: NDArray[np.float64]) -> float | None:
    key = [
        f"{c}:{condition}" for c, condition in zip(rows.clip.tolist(), rows.condition.tolist(), strict=True)
    ]
    _, which = np.unique(key, return_inverse=True)
    means = []
    for mine in (rows.copied, ~rows.synthetic):
        count = np.bincount(which[mine], minlength=which.max() + 1)
        means.append(np.bincount(which[mine], score[mine], minlength=which.max() + 1) / np.maximum(count, 1))
        means[-1][count == 0] = np.nan
    both = ~np.isnan(means[0]) & ~np.isnan(means[1])
    return round(float((means[0][both] > means[1][both]).mean()), 4) if both.any() else None


def _scored(rows: _Rows, score: NDArray[np.float64]) -> VoiceScores:
    """Return one entry per clip and condition, its score the mean over its windows."""
    key = [
        f"{c}:{condition}" for c, condition in zip(rows.clip.tolist(), rows.condition.tolist(), strict=True)
    ]
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    mean = np.bincount(which, score) / np.bincount(which)
    return VoiceScores(
        mean, rows.synthetic[first], rows.source[first], rows.family[first], rows.repo[first],
        rows.pair[first], rows.condition[first],
    )  # fmt: skip


def _calibrate(unseen: VoiceScores) -> cal.Calibration:
    counts = Counter(unseen.source.tolist())
    weight = np.array([1 / max(counts[s], 50) for s in unseen.source.tolist()])
    made, taken = unseen.score[unseen.synthetic], unseen.score[~unseen.synthetic]
    slope, intercept = cal.fit_logistic(
        made, taken, weights=(weight[unseen.synthetic], weight[~unseen.synthetic])
    )
    draft = cal.Calibration(
        slope=slope,
        intercept=intercept,
        highest=min(cal.supported_cap(made, taken), _HIGHEST),
        lowest=max(-cal.supported_cap(-taken, -made), _LOWEST),
        moderate_from=0.0,
    )
    return replace(draft, moderate_from=moderate_from(unseen, draft))


def _compare(scores: VoiceScores) -> dict[str, Any]:
    """Return the figures of a score without calibration; a line fitted to itself stands in for one."""
    made, taken = scores.score[scores.synthetic], scores.score[~scores.synthetic]
    slope, intercept = cal.fit_logistic(made, taken)
    line = cal.Calibration(slope=slope, intercept=intercept, highest=9, lowest=-9, moderate_from=-1e9)
    found = voice_figures(scores, line)
    kept = ("equal_error_rate", "auc", "found_at_1_percent", "found_at_5_percent")
    return {
        "what": "gradient boosting on mean and deviation of linear-frequency cepstra, same rows, no copies",
        "conditions": {name: {k: part[k] for k in kept} for name, part in found["conditions"].items()},
        "families": {name: {k: part[k] for k in kept} for name, part in found["families"].items()},
        "within_repositories": found["within_repositories"]["mean_equal_error_rate"],
        "pairs": found["pairs"],
    }


def _arrays(
    model: VoiceModel, rows: _Rows, unseen: VoiceScores, line: cal.Calibration
) -> dict[str, NDArray[Any]]:
    mine = rows.features
    low, high = np.percentile(mine, [0.5, 99.5], axis=0).astype(np.float32)
    outside = ((mine < low) | (mine > high)).mean(axis=1)
    return {
        **pack("line", model.line),
        **pack("trees", model.trees),
        **model.dense.packed("dense"),
        "share": model.share,
        "range.low": low,
        "range.high": high,
        "range.most": np.percentile(outside, [99.0]),
        "recordings": np.sort(unseen.score[~unseen.synthetic]).astype(np.float32),
        "calibration": line.packed(),
    }
