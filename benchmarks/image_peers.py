"""A public detector of generated pictures beside ours, on the same bytes in the same run.

    python -m benchmarks.image_peers LABELLED --protocol FILE.json --ladeda CHECKOUT

LABELLED is a labelled folder as `assay bench` takes it. CHECKOUT is a copy of the repository
`barcavia/RealTime-DeepfakeDetection-in-the-RealWorld`, which brings its weights; its licence allows research, and
nothing of it is shipped here. Needs torch, which Assay does not. The peer runs as its authors run it (scaled to
256 x 256) and, since scaling erases what it looks for, on the middle 256 x 256 pixels as well.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detectors import calibration as cal
from detectors.bench.deliveries import delivered
from detectors.bench.protocol import BenchProtocol, read_labelled, read_protocol
from detectors.bench.survey import measure
from detectors.view import ImageView
from provenance.errors import AssayError
from provenance.source import Source, open_source

_SIDE = 256
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)

Score = Callable[[Image.Image], float]


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--protocol", type=Path)
    parser.add_argument("--ladeda", type=Path, required=True)
    parser.add_argument("--weights", default="WildRF_Tiny_LaDeDa")
    parser.add_argument("--cap", type=int)
    given = parser.parse_args()
    protocol = read_protocol(given.protocol) if given.protocol else BenchProtocol()
    if given.cap:
        protocol = BenchProtocol(**{**_fields(protocol), "cap": given.cap})
    network = tiny_ladeda(given.ladeda, given.weights)
    peers: dict[str, Score] = {
        "Tiny-LaDeDa, as its authors run it": lambda p: network(
            p.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        ),
        "Tiny-LaDeDa, middle 256 pixels": lambda p: network(_middle(p)),
    }
    scores = collect(given.labelled, protocol, peers)
    result = {"protocol": protocol.name, "weights": given.weights, "figures": figures(scores)}
    (Path(__file__).parent / "results" / "image_peers.json").write_text(
        json.dumps(result, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(result, indent=1))


def collect(folder: Path, protocol: BenchProtocol, peers: dict[str, Score]) -> dict[str, Any]:
    """Return scores by condition, detector and label, of the versions on which Assay answers."""
    scores: dict[str, Any] = defaultdict(lambda: defaultdict(lambda: ([], [])))
    for file in read_labelled(folder, protocol):
        for condition in protocol.deliveries:
            try:
                with open_source(file.path) as source:
                    arrived = delivered(source, condition, seed=protocol.seed)
                    if arrived is None:
                        continue
                    picture, ours = _both(source, arrived)
            except AssayError:
                continue
            if ours is None:
                continue
            scores[condition]["assay image.synthesis (ratio shown)"][file.target].append(ours)
            for name, score in peers.items():
                scores[condition][name][file.target].append(score(picture))
    return scores


def _both(source: Source, arrived: Source | bytes) -> tuple[Image.Image, float | None]:
    with open_source(arrived if isinstance(arrived, bytes) else source.path or "") as opened:
        found = measure(opened, condition="as_is", question="generated", seed=0, plugins=False)
        return ImageView(opened).image.convert("RGB"), found.log10_lr


def figures(scores: dict[str, Any]) -> dict[str, Any]:
    """Return AUC and what is found at 1 and 5 % false alarms, by condition and detector."""
    told: dict[str, Any] = {}
    for condition, by_name in scores.items():
        told[condition] = {}
        for name, (other, target) in by_name.items():
            t, o = np.array(target), np.array(other)
            if min(len(t), len(o)) < 5:
                continue
            told[condition][name] = {
                "generated": len(t),
                "photographs": len(o),
                "auc": round(cal.auc(t, o), 4),
                "found_at_1_percent": round(cal.found_at(t, o, 0.01), 4),
                "found_at_5_percent": round(cal.found_at(t, o, 0.05), 4),
            }
    return told


def tiny_ladeda(checkout: Path, weights: str) -> Score:
    """Return the peer's score of a picture: its logit for a generated one."""
    import torch

    torch.set_num_threads(1)
    place = checkout / "networks" / "Tiny_LaDeDa.py"
    spec = importlib.util.spec_from_file_location("tiny_ladeda_peer", place)
    if spec is None or spec.loader is None:
        raise SystemExit(f"There is no {place}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.tiny_ladeda(preprocess_type="right_diag", num_classes=1)
    held = torch.load(
        checkout / "weights" / "Tiny_LaDeDa" / f"{weights}.pth", map_location="cpu", weights_only=True
    )
    network.fc = torch.nn.Linear(8, 1)  # as its test.py does
    network.load_state_dict(held)
    network.eval()

    def score(picture: Image.Image) -> float:
        rows = (np.asarray(picture, dtype=np.float32) / 255 - _MEAN) / _DEVIATION
        with torch.inference_mode():
            return float(network(torch.from_numpy(rows.transpose(2, 0, 1)[None].copy())).reshape(-1)[0])

    return score


def _middle(picture: Image.Image) -> Image.Image:
    side = min(_SIDE, *picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def _fields(protocol: BenchProtocol) -> dict[str, Any]:
    return {name: getattr(protocol, name) for name in BenchProtocol.__dataclass_fields__}


if __name__ == "__main__":
    main()
