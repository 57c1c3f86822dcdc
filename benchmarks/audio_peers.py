"""AASIST as its authors ship it beside our score of voices, on the same windows of the final fold in the same run.

    python -m benchmarks.audio_peers CORPUS [CORPUS ...] --cache FEATURES --aasist CHECKOUT [--clips 200]

FEATURES is the cache that `python -m detectors.train audio.synthesis` filled. CHECKOUT is a copy of the repository
`clovaai/aasist` (MIT), which brings its weights; nothing of it is shipped here. Needs torch, which Assay does not.
Windows are repeated to 4.04 s for AASIST, as its authors do. A clip's score is the mean over its windows.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import both_sides, environment, write_result
from detectors import calibration as cal
from detectors.audio._synthesis import load_model
from detectors.train.audio_corpus import Clip, read_clips, read_voice_protocol
from detectors.train.audio_extraction import load_clips, load_windows
from detectors.train.corpus import FINAL

PROTOCOL = Path(__file__).parent / "protocols" / "audio-synthesis.json"
SAMPLES = 64600
OURS, PEER = "audio.synthesis", "AASIST"

Score = Callable[[NDArray[np.int16]], float]
Table = dict[str, dict[str, list[tuple[float, Clip]]]]


def main() -> None:
    """Measure and write `results/audio_peers.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--aasist", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=200, help="how many of each class")
    given = parser.parse_args()
    protocol = read_voice_protocol(PROTOCOL)
    final = [c for c in read_clips(given.corpora, protocol) if c.fold == FINAL]
    kept = both_sides(final, lambda c: c.synthetic, lambda c: c.repo, given.clips)
    table = collect(kept, given.cache, aasist(given.aasist), protocol.main)
    write_result("audio_peers", {"figures": figures(table), "environment": environment()})


def collect(clips: Sequence[Clip], cache: Path, peer: Score, conditions: tuple[str, ...]) -> Table:
    """Return the scores of both by condition and name, each with its clip."""
    model = load_model()
    table: Table = defaultdict(lambda: defaultdict(list))
    for number, clip in enumerate(clips):
        windows = load_windows(clip, cache)
        if not windows:
            continue
        held = load_clips([clip], cache)
        ours = model.scores(held.features)
        for condition in conditions:
            mine = held.condition == condition
            if mine.any():
                theirs = [peer(wave) for name, wave in windows if name == condition]
                table[condition][OURS].append((float(ours[mine].mean()), clip))
                table[condition][PEER].append((float(np.mean(theirs)), clip))
        sys.stderr.write(f"\r{number + 1} of {len(clips)}")
    return table


def figures(table: Table) -> dict[str, Any]:
    """Return the figures of both by condition: over all, by kind of system, and in pairs."""
    return {
        condition: {name: dict(_figures(scored)) for name, scored in by_name.items()}
        for condition, by_name in table.items()
    }


def _figures(scored: list[tuple[float, Clip]]) -> Iterator[tuple[str, Any]]:
    made = np.array([s for s, clip in scored if clip.synthetic])
    taken = np.array([s for s, clip in scored if not clip.synthetic])
    yield "synthetic", len(made)
    yield "recorded", len(taken)
    yield "equal_error_rate", round(cal.eer(made, taken), 4)
    yield "auc", round(cal.auc(made, taken), 4)
    yield "found_at_1_percent", round(cal.found_at(made, taken, 0.01), 4)
    families = sorted({clip.family for _, clip in scored if clip.synthetic})
    kinds = {f: np.array([s for s, clip in scored if clip.synthetic and clip.family == f]) for f in families}
    yield "families", {f: round(cal.eer(k, taken), 4) for f, k in kinds.items() if len(k) >= 10}
    won = [mine > theirs for mine, theirs in _pairs(scored)]
    yield "pairs", {"count": int(sum(won)), "of": len(won)}


def _pairs(scored: list[tuple[float, Clip]]) -> Iterator[tuple[float, float]]:
    recorded: dict[str, list[float]] = defaultdict(list)
    for score, clip in scored:
        if clip.pair and not clip.synthetic:
            recorded[clip.pair].append(score)
    for score, clip in scored:
        if clip.synthetic and clip.pair in recorded:
            yield score, float(np.mean(recorded[clip.pair]))


def aasist(checkout: Path) -> Score:
    """Return the peer's score of a window: its evidence against a recording."""
    import torch

    torch.set_num_threads(1)
    place = checkout / "models" / "AASIST.py"
    spec = importlib.util.spec_from_file_location("aasist_peer", place)
    if spec is None or spec.loader is None:
        raise SystemExit(f"There is no {place}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    settings = json.loads((checkout / "config" / "AASIST.conf").read_text(encoding="utf-8"))
    network = module.Model(settings["model_config"])
    weights = checkout / "models" / "weights" / "AASIST.pth"
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    network.eval()

    def score(wave: NDArray[np.int16]) -> float:
        repeated = np.resize(wave, SAMPLES).astype(np.float32) / 65536
        with torch.inference_mode():
            return -float(network(torch.from_numpy(repeated[None]))[1][0, 1])

    return score


if __name__ == "__main__":
    main()
