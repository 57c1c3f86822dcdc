"""Training of the search for joins: `python -m detectors.train audio.splice --corpus DIR --corpus DIR`.

Joins of recordings of different rooms against untouched recordings, conversations in one room made by script, and
recordings of one studio one after the other. Every figure of the card is from weights that saw neither the
collection nor its group; the tail of the highest scores of untouched recordings is from there too.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.audio._joins import Model, grid, ratios, unpacked
from detectors.audio._sides import LEAST_ROWS, compare, prepare
from detectors.audio.splice import MAX_SIDES_LOG10_NFA
from detectors.ensemble import pack
from detectors.sound.frames import FrameAnalyser
from detectors.train.audio_delivery import deliver
from detectors.train.conversations import converse
from detectors.train.models import fit_line, fit_trees
from detectors.train.splices import Recording, SplicePlan, join, join_as_they_are, read_plan, read_recordings

__all__ = ["Examples", "collect", "fit", "main"]

_SEED = 20261123
_MOST = 40  # recordings of one collection
_JOINS, _CONVERSATIONS, _NEIGHBOURS = 200, 60, 40  # of each fold
_DELIVERIES = (
    *["as_is"] * 5,
    "mp3_64",
    "opus_24",
    "aac_64",
    "telephone",
    "messenger",
    "random_1",
    "random_1",
)
_CLOSE = 0.3  # seconds from a join to a place that counts as one
_AROUND = 1.5  # seconds around a join of which nothing is learnt otherwise
_SHAKEN = 12  # rows
_WITHIN = 0.5  # seconds; a join that is found
_JOIN_WEIGHT = 5.0
_WEIGHTS = {"untouched": 1.0, "conversation": 1.5, "one studio": 0.3}
_SHARE = 0.35  # of the places without a join that are learnt from
_ROUNDS, _LEAVES, _RATE = 80, 10, 0.1
_TAIL_SHARE = 0.05
_BUILT_ON = 0.5  # added to the diagonals of covariances, dB squared


@dataclass(frozen=True, slots=True)
class Examples:
    """Places in recordings, with what differs there between the two sides."""

    blocks: list[NDArray[np.float32]]
    """Differences of each group of statistics, shape (places, statistics)."""

    scalars: NDArray[np.float32]
    """Shape (places, scalars)."""

    number: NDArray[np.int64]
    """Number of the recording of each place."""

    at: NDArray[np.float64]
    """Place in seconds."""

    label: NDArray[np.int64]
    """1 at a join, 0 away from any, -1 near one."""

    kinds: list[str]
    """Kind of each recording."""

    folds: list[str]
    """Fold of each recording."""

    sources: list[str]
    """Collection of each recording; of a join that of its first."""

    chains: list[str]
    """Delivery of each recording."""

    joins: list[list[float]]
    """Times of the joins of each recording."""

    seconds: list[float]
    """Length of each recording."""


def main(corpora: Sequence[Path], protocol: Path, out: Path) -> dict[str, Any]:
    """Make the examples, fit, and write `splice.npz` and `splice.card.json`.

    Args:
        corpora: Corpus folders with their manifests.
        protocol: The file with the folds.
        out: Folder for weights and card.

    Returns:
        The card.
    """
    plan = read_plan(protocol)
    examples = collect(corpora, plan)
    scores = _out_of_fold(examples)
    best, where = _highest(examples, scores)
    arrays = fit(examples, np.ones(len(examples.kinds), dtype=bool), tail=_tail(examples, best))
    model = unpacked(arrays)
    nfa = np.array([model.log10_nfa(*pair) for pair in zip(best, examples.seconds, strict=True)])
    out.mkdir(parents=True, exist_ok=True)
    path = out / "splice.npz"
    np.savez_compressed(path, allow_pickle=False, **arrays)
    card = {
        "check": "audio.splice",
        "propositions": ["the recording was joined here", "it runs on here"],
        "recipe": "python -m detectors.train audio.splice --corpus DIR",
        "seed": _SEED,
        "protocol_sha256": hashlib.sha256(protocol.read_bytes()).hexdigest(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "held_out": list(plan.held_out),
        "out_of_fold": _figures(examples, nfa <= MAX_SIDES_LOG10_NFA, where),
    }
    (out / "splice.card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def collect(corpora: Sequence[Path], plan: SplicePlan) -> Examples:
    """Return the examples of all folds; recordings of two folds are never joined."""
    rng = np.random.default_rng(_SEED)
    rows: dict[str, list[Any]] = defaultdict(list)
    number = 0
    for fold, repos in plan.folds.items():
        recordings = read_recordings(corpora, repos=repos, most=_MOST, rng=rng)
        for kind, source, chain, wave, joins in _made(recordings, rng):
            measured = _measure(wave, joins, rng)
            if measured is None:
                continue
            blocks, scalars, at, label = measured
            rows["blocks"].append(blocks)
            rows["scalars"].append(scalars)
            rows["at"].append(at)
            rows["label"].append(label)
            rows["number"].append(np.full(len(at), number))
            for name, value in (("kinds", kind), ("folds", fold), ("sources", source), ("chains", chain),
                                ("joins", joins), ("seconds", len(wave) / 16_000)):  # fmt: skip
                rows[name].append(value)
            number += 1
    return Examples(
        blocks=[np.concatenate(block) for block in zip(*rows["blocks"], strict=True)],
        scalars=np.concatenate(rows["scalars"]),
        number=np.concatenate(rows["number"]),
        at=np.concatenate(rows["at"]),
        label=np.concatenate(rows["label"]),
        kinds=rows["kinds"],
        folds=rows["folds"],
        sources=rows["sources"],
        chains=rows["chains"],
        joins=rows["joins"],
        seconds=rows["seconds"],
    )


def _made(
    recordings: Sequence[Recording], rng: np.random.Generator
) -> Iterator[tuple[str, str, str, NDArray[np.float32], list[float]]]:
    """Yield kind, collection, delivery, samples and joins."""

    def sent(kind: str, source: str, wave: NDArray[np.float32], joins: list[float]) -> Any:
        chain = str(rng.choice(_DELIVERIES))
        return kind, source, chain, deliver(wave, chain, rng), joins

    for recording in recordings:
        yield "untouched", recording.repo, "as_is", recording.wave, []
        yield sent("untouched", recording.repo, recording.wave, [])
    even = _Even(recordings, rng)
    for number in range(_JOINS):
        pair = even.strangers()
        insert, at_pause = number % 2 == 1, bool(rng.random() < 0.6)
        fade = 160 if rng.random() < 0.7 else 16
        wave, joins = join(pair, rng, insert=insert, at_pause=at_pause, fade=fade)
        kind = ("insert" if insert else "join") + ("" if at_pause else " in speech")
        yield sent(kind, pair[0].repo, wave, joins)
    for _ in range(_CONVERSATIONS):
        yield sent("conversation", "made", converse([even.any() for _ in range(8)], rng), [])
    studio = [r for r in recordings if r.room == "studio"]
    for _ in range(_NEIGHBOURS if len(studio) > 1 else 0):
        first, second = (studio[int(i)] for i in rng.choice(len(studio), 2, replace=False))
        if first.repo == second.repo:
            yield sent("one studio", first.repo, join_as_they_are(first, second)[0], [])


class _Even:
    """Draws recordings, each collection as often as any other."""

    def __init__(self, recordings: Sequence[Recording], rng: np.random.Generator) -> None:
        self._rng = rng
        self._repos: dict[str, list[Recording]] = defaultdict(list)
        for recording in recordings:
            self._repos[recording.repo].append(recording)

    def any(self) -> Recording:
        """Return one recording."""
        mine = self._repos[sorted(self._repos)[int(self._rng.integers(len(self._repos)))]]
        return mine[int(self._rng.integers(len(mine)))]

    def strangers(self) -> tuple[Recording, Recording]:
        """Return two recordings of different rooms."""
        while True:
            first, second = self.any(), self.any()
            if first.room != second.room:
                return first, second


def _measure(wave: NDArray[np.float32], joins: list[float], rng: np.random.Generator) -> Any:
    """Return differences, scalars, seconds and labels of the places of a recording, or None if it is too short."""
    analyser = FrameAnalyser()
    analyser.push((np.round(np.clip(wave, -1, 1) * 32767) / 32768).astype(np.float32))
    analyser.finish()
    course = prepare(analyser.frames())
    if course is None or len(course.level) < 2 * LEAST_ROWS:
        return None
    places = set(grid(course).tolist())
    for time in joins:
        place = int(np.searchsorted(course.times, time))
        places |= {place, place + int(rng.integers(-_SHAKEN, _SHAKEN + 1))}
    last = len(course.level) - LEAST_ROWS
    rows = np.array(sorted(p for p in places if LEAST_ROWS <= p <= last))
    blocks, scalars = compare(course, rows)
    at = course.times[rows]
    away = np.min([np.abs(at - time) for time in joins], axis=0) if joins else np.full(len(at), np.inf)
    return blocks, scalars, at, np.where(away < _CLOSE, 1, np.where(away < _AROUND, -1, 0))


def fit(
    examples: Examples, used: NDArray[np.bool_], *, tail: NDArray[np.float64] | None = None
) -> dict[str, NDArray[Any]]:
    """Return the arrays of a model.

    Args:
        examples: The examples.
        used: Which recordings to learn from.
        tail: Tail of the highest scores of untouched recordings; only the shipped model has it.
    """
    rows = np.flatnonzero(used[examples.number] & (examples.label >= 0))
    label, number = examples.label[rows], examples.number[rows]
    weight = 1.0 / np.bincount(number)[number]
    kind_weight = np.array([_WEIGHTS.get(kind, 1.0) for kind in examples.kinds])
    weight *= np.where(label == 1, _JOIN_WEIGHT, kind_weight[number])
    judged = [_gain(block[rows], label, weight) for block in examples.blocks]
    gains = tuple(gain for gain, _ in judged)
    offsets = np.array([offset for _, offset in judged])
    some = (label == 1) | (np.random.default_rng(_SEED).random(len(rows)) < _SHARE)
    table = _table(examples, rows[some], gains, offsets)
    label, weight = label[some], weight[some]
    for side in (0, 1):
        weight[label == side] /= weight[label == side].sum()
    _, trees = fit_trees(table, label, weight, seed=_SEED, rounds=_ROUNDS, leaves=_LEAVES, rate=_RATE)
    _, line = fit_line(table, label, weight)
    held = {f"gain.{number}": gain for number, gain in enumerate(gains)}
    held |= {"offsets": offsets, **pack("line", line), **pack("trees", trees)}
    return held | {"tail": np.array([0.0, 1.0, 1.0, 10.0]) if tail is None else tail}


def _gain(
    block: NDArray[np.float32], label: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float32], float]:
    """Return half the difference of the inverse covariances of both classes, and of their log determinants."""
    inverses, determinants = [], []
    for side in (0, 1):
        mine, share = block[label == side].astype(np.float64), weight[label == side]
        spread = (mine * share[:, None]).T @ mine / share.sum() + _BUILT_ON * np.eye(block.shape[1])
        inverses.append(np.linalg.inv(spread))
        determinants.append(np.linalg.slogdet(spread)[1])
    gain = (inverses[0] - inverses[1]) / 2
    return gain.astype(np.float32), float(determinants[0] - determinants[1]) / 2


def _table(
    examples: Examples,
    rows: NDArray[np.int64],
    gains: tuple[NDArray[np.float32], ...],
    offsets: NDArray[np.float64],
) -> NDArray[np.float32]:
    found = ratios([block[rows] for block in examples.blocks], gains, offsets)
    return np.concatenate([found, examples.scalars[rows]], axis=1).astype(np.float32)


def _out_of_fold(examples: Examples) -> NDArray[np.float64]:
    """Return the score of each place under weights that did not see its fold."""

    folds = np.array(examples.folds)
    scores = np.zeros(len(examples.at))
    for fold in sorted(set(examples.folds)):
        model: Model = unpacked(fit(examples, folds != fold))
        rows = np.flatnonzero((folds == fold)[examples.number])
        table = _table(examples, rows, model.gains, model.offsets)
        scores[rows] = (model.line.score(table) + model.trees.score(table)) / 2
    return scores


def _highest(
    examples: Examples, scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the highest score of each recording, and where it lies."""
    best, where = np.full(len(examples.kinds), -np.inf), np.zeros(len(examples.kinds))
    for number, at, score in zip(examples.number, examples.at, scores, strict=True):
        if score > best[number]:
            best[number], where[number] = score, at
    return best, where


def _tail(examples: Examples, best: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return start, share, scale and length for `Model.log10_nfa`."""
    untouched = np.array([kind == "untouched" for kind in examples.kinds])
    mine = best[untouched]
    start = float(np.quantile(mine, 1 - _TAIL_SHARE))
    scale = float((mine[mine > start] - start).mean())
    seconds = float(np.median(np.array(examples.seconds)[untouched]))
    return np.array([start, _TAIL_SHARE, scale, seconds])


def _figures(examples: Examples, flagged: NDArray[np.bool_], where: NDArray[np.float64]) -> dict[str, Any]:
    """Return what is flagged at the shipped limit, by kind and delivery, and with a place close to a join."""
    kinds, chains = np.array(examples.kinds), np.array(examples.chains)
    close = np.array(
        [any(abs(at - t) <= _WITHIN for t in joins) for at, joins in zip(where, examples.joins, strict=True)]
    )

    def counts(mine: NDArray[np.bool_]) -> dict[str, int]:
        found = {"recordings": int(mine.sum()), "flagged": int(flagged[mine].sum())}
        near = {"within 0.5 s": int((flagged & close)[mine].sum())}
        return found | near if any(examples.joins[i] for i in np.flatnonzero(mine)) else found

    return {
        "log10_nfa": MAX_SIDES_LOG10_NFA,
        **{
            kind: counts(kinds == kind) | {"as_is": counts((kinds == kind) & (chains == "as_is"))}
            for kind in sorted(set(examples.kinds))
        },
    }
