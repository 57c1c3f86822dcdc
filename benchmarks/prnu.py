"""Hit rates of `image.prnu`: six cameras, their own pictures against everybody else's, with the camera held out.

    python -m benchmarks.prnu CORPUS [--cache FOLDER] [--out benchmarks/results/prnu.json]

CORPUS is laid out as for `python -m detectors.train image.prnu`; both share the comparisons in FOLDER. Cameras are
enrolled on ten flat fields each and never on a picture that is tested; each likelihood ratio comes from a scale that
saw neither that camera nor its pictures. Time and memory are measured on a made-up picture.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detectors.calibration import cllr, wilson
from detectors.image._prnu.search import Noise
from detectors.train.image_prnu import held_out
from detectors.train.prnu_pairs import CONDITIONS, Pair, collect

RESULTS = Path(__file__).parent / "results" / "prnu.json"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Hit rates of the check image.prnu")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "assay-prnu")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    cost = {
        f"{side[0] * side[1] // 10**6} megapixels": measured(*side) for side in ((4000, 3000), (8192, 6144))
    }
    pairs = list(collect(options.corpus, options.cache))
    judged = held_out(pairs)
    cameras = sorted({p.camera for p in pairs})
    result: dict[str, Any] = {
        "protocol": "enrolled on flat fields; line fitted without the camera and its pictures",
        "pictures_of_other_cameras": len({p.picture for p in pairs if p.taken_with == "elsewhere"}),
        "all": {condition: row(judged, condition) for condition in CONDITIONS},
        "per_camera": {
            camera: {
                condition: row([j for j in judged if j[0].camera == camera], condition)
                for condition in CONDITIONS
            }
            for camera in cameras
        },
        "cost": cost,
    }
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for condition, figures in result["all"].items():
        print(condition, json.dumps(figures))
    print(json.dumps(cost))


def row(judged: Sequence[tuple[Pair, float]], condition: str) -> dict[str, Any]:
    """Return the figures of one condition, of pictures of the camera and of all others."""
    groups = {
        "same_camera": [j for j in judged if j[0].condition == condition and j[0].camera == j[0].taken_with],
        "other_camera": [j for j in judged if j[0].condition == condition and j[0].camera != j[0].taken_with],
    }
    figures: dict[str, Any] = {}
    for name, members in groups.items():
        if not members:
            continue
        values = np.array([lr for _, lr in members])
        energies = np.array([p.pce for p, _ in members])
        above = int((values > 2).sum())
        low, high = wilson(above, len(values))
        figures[name] = {
            "comparisons": len(values),
            "lr_above_100": above,
            "wilson_95": [round(low, 4), round(high, 4)],
            "log10_lr_lowest_median_highest": [round(float(v), 2) for v in quantiles(values)],
            "pce_lowest_median_highest": [round(float(v), 1) for v in quantiles(energies)],
        }
    if len(figures) == 2:
        figures["cllr"] = round(
            cllr(*(np.array([lr for _, lr in members]) for members in groups.values())), 3
        )
    return figures


def quantiles(values: Any) -> Any:
    """Return the lowest, the middle and the highest value."""
    return np.quantile(values, [0, 0.5, 1])


def measured(width: int, height: int) -> dict[str, float]:
    """Return the CPU seconds of each step on a JPEG of this size, and the peak memory so far."""
    rng = np.random.default_rng(1)
    shades = rng.integers(40, 200, (height // 8, width // 8), dtype=np.uint8)
    picture = np.kron(shades, np.ones((8, 8), np.uint8)) + rng.integers(0, 8, (height, width), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(picture).convert("RGB").save(stream, "JPEG", quality=90)
    pattern = rng.normal(size=(min(height, 4096) // 16 * 16, min(width, 4096) // 16 * 16)).astype(np.float16)
    del picture
    times = [time.process_time()]
    rgb = np.asarray(Image.open(stream).convert("RGB"))
    times.append(time.process_time())
    noise = Noise(rgb)
    noise.weighted.any()
    times.append(time.process_time())
    noise.compare(width, height, pattern)
    times.append(time.process_time())
    crop = Noise(rgb[100:1124, 100:1124])
    crop.weighted.any()
    times.append(time.process_time())
    crop.compare(width, height, pattern)
    times.append(time.process_time())
    decode, take, compare, _, search = (round(b - a, 3) for a, b in pairwise(times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"decode_s": decode, "noise_s": take, "compare_s": compare, "search_a_crop_s": search,
            "peak_memory_mib": round(peak)}  # fmt: skip


if __name__ == "__main__":
    main()
