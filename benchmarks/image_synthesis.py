"""What `image.synthesis` says about the final fold of its protocol: found, alarms, abstained, time.

    python -m benchmarks.image_synthesis CORPUS [CORPUS ...] [--pictures 100] [--conditions as_is jpeg75 half_q85]

The figures by generator, camera source and condition stand in the card beside the weights; they come from
`python -m detectors.train image.synthesis --final`. This script adds what only the whole check has: gates, the
delivery test, and the time against a decode of the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.measuring import both_sides, environment, write_result
from detectors.calibration import wilson
from detectors.catalogue import find_check
from detectors.runner import run_check
from detectors.train.corpus import FINAL, Item, read_corpus, read_protocol
from detectors.train.delivery import deliver
from detectors.view import make_view
from provenance.source import open_source

PROTOCOL = Path(__file__).parent / "protocols" / "image-synthesis.json"


def main() -> None:
    """Run the check on the final fold and write `results/image_synthesis.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="+", help="folders with manifest.csv")
    parser.add_argument("--pictures", type=int, default=100, help="how many of each class")
    parser.add_argument("--conditions", nargs="+", default=["as_is", "jpeg75", "half_q85"])
    options = parser.parse_args()
    items = [i for i in read_corpus(options.corpus, read_protocol(PROTOCOL)) if i.fold == FINAL]
    kept = both_sides(items, lambda i: i.generated, lambda i: i.source, options.pictures)
    conditions = {name: _measure(kept, name) for name in options.conditions}
    write_result("image_synthesis", {"conditions": conditions, "time": _time(), "environment": environment()})


def _measure(items: list[Item], condition: str) -> dict[str, Any]:
    said = {True: Counter[str](), False: Counter[str]()}
    reasons: Counter[str] = Counter()
    for item in items:
        seed = int(hashlib.sha256(f"{item.path}:{condition}".encode()).hexdigest()[:12], 16)
        data = _delivered(item.folder / item.path, condition, seed)
        if data is None:
            continue
        with open_source(data) as source:
            finding = run_check(find_check("image.synthesis"), make_view(source))
        if finding.outcome != "reported":
            said[item.generated]["abstained"] += 1
            reasons[(finding.reason or "")[:60]] += 1
        elif (finding.log10_lr or 0) > 0:
            said[item.generated][finding.strength] += 1
        else:
            said[item.generated]["none" if finding.strength == "none" else "towards a camera"] += 1
    sides = {"generated": said[True], "photographs": said[False]}
    return {
        **{name: _shares(counts) for name, counts in sides.items()},
        "reasons": dict(reasons.most_common()),
    }


def _delivered(path: Path, condition: str, seed: int) -> bytes | None:
    if condition == "as_is":
        return path.read_bytes()
    with Image.open(path) as opened:
        arrived = deliver(opened.convert("RGB"), condition, np.random.default_rng(seed))
    if arrived is None:
        return None
    stream = io.BytesIO()
    arrived.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _shares(counts: Counter[str]) -> dict[str, Any]:
    total = sum(counts.values())
    return {
        name: {"count": n, "of": total, "wilson_95": [round(v, 4) for v in wilson(n, total)]}
        for name, n in sorted(counts.items())
    }


def _time() -> dict[str, float]:
    rng = np.random.default_rng(1)
    small = rng.integers(40, 215, (80, 106, 3), dtype=np.uint8)
    scene = Image.fromarray(small).resize((4000, 3000), Image.Resampling.BICUBIC)
    noisy = np.clip(np.asarray(scene) + rng.normal(0, 3, (3000, 4000, 3)), 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noisy).save(stream, "JPEG", quality=92)
    check, ratios, decodes = find_check("image.synthesis"), [], []
    for _ in range(6):
        started = time.process_time()
        Image.open(io.BytesIO(stream.getvalue())).convert("RGB")
        decoded = time.process_time()
        with open_source(stream.getvalue()) as source:
            run_check(check, make_view(source))
        decodes.append(decoded - started)
        ratios.append((time.process_time() - decoded) / (decoded - started))
    # The first round imports and loads; the others are what a batch pays.
    return {
        "decode_seconds": round(float(np.median(decodes)), 4),
        "times_the_decode": round(float(np.median(ratios[1:])), 2),
        "times_the_decode_first_call": round(ratios[0], 2),
    }


if __name__ == "__main__":
    main()
