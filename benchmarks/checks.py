"""What the checks of a picture cost over decoding it, and how much memory a large picture takes (Linux only).

Run with `python -m benchmarks checks`; the figures are in `benchmarks/results/checks.json`. The picture is made by
script: clouds of every size, edges, and the noise of a sensor. `ASSAY_BENCH_JPEG` names another one.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.measuring import environment, write_result
from detectors.runner import run_checks, select
from detectors.view import make_view
from provenance.source import open_source

__all__ = ["run"]

_RUNS = 5
# A child's own high-water mark: ru_maxrss would begin at that of this process.
_WORKER = (
    "import re,sys\nfrom detectors import detect\ndetect(sys.argv[1], plugins=False)\n"
    "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()).group(1))"
)


def run() -> Path:
    """Measure, print and write."""
    with tempfile.TemporaryDirectory(prefix="assay-benchmark-") as folder:
        given = os.environ.get("ASSAY_BENCH_JPEG")
        usual = Path(given) if given else _write(Path(folder) / "12.jpg", 4000, 3000)
        large = _write(Path(folder) / "50.jpg", 8192, 6144)
        decode = _median(lambda: _decode(usual))
        by_check = _by_check(usual)
        fresh = _median(lambda: _child(usual), runs=3)
        result: dict[str, Any] = {
            "environment": environment(),
            "what": "time of the checks of a 12-megapixel JPEG over Pillow's time to decode it, one thread",
            "target": "all 40, image.synthesis alone 15, at most 1000 MB at 50 megapixels",
            "picture": "a file of the person who measured" if given else "made by script",
            "seconds_decode": round(decode, 4),
            "all": _ratio(sum(by_check.values()), decode),
            "all_in_a_fresh_process": _ratio(fresh, decode),
            "checks": {name: _ratio(seconds, decode) for name, seconds in by_check.items()},
            "megabytes_at_50_megapixels": round(_child(large), 1),
        }
    for name, found in result["checks"].items():
        print(f"{name:28} {found['ratio']:6.2f} x")
    print(
        f"{'all':28} {result['all']['ratio']:6.2f} x, fresh {result['all_in_a_fresh_process']['ratio']:.1f} x"
    )
    print(f"50 megapixels: {result['megabytes_at_50_megapixels']} MB")
    return write_result("checks", result)


def _by_check(path: Path) -> dict[str, float]:
    """Return the median seconds of each check; the first takes the decoding, and each run has a view of its own."""
    chosen = [c for c in select(plugins=False) if "image" in c.info.kinds]
    times: dict[str, list[float]] = {check.id: [] for check in chosen}
    for number in range(_RUNS + 1):
        with open_source(path) as source:
            view = make_view(source)
            for check in chosen:
                started = time.perf_counter()
                run_checks(view, [check])
                if number:  # the first run imports
                    times[check.id].append(time.perf_counter() - started)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def _child(path: Path) -> float:
    """Return the peak memory in MB of a process that runs every check on a file."""
    done = subprocess.run([sys.executable, "-c", _WORKER, path], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024


def _median(call: Any, *, runs: int = _RUNS) -> float:
    call()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _decode(path: Path) -> None:
    with Image.open(path) as picture:
        picture.load()


def _ratio(seconds: float, decode: float) -> dict[str, float]:
    return {"seconds": round(seconds, 4), "ratio": round(seconds / decode, 2)}


def _write(path: Path, width: int, height: int) -> Path:
    rng = np.random.default_rng(1)
    total = np.zeros((height, width, 3), dtype=np.float32)
    for scale in (4, 16, 64, 256, 1024):
        rough = rng.normal(0, scale**0.5, (height // scale + 2, width // scale + 2, 3)).astype(np.float32)
        for channel in range(3):
            layer = Image.fromarray(rough[:, :, channel]).resize((width, height), Image.Resampling.BICUBIC)
            total[:, :, channel] += np.asarray(layer)
    picture = Image.fromarray((128 + 1.5 * total).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y, side = int(rng.integers(width)), int(rng.integers(height)), int(rng.integers(40, 400))
        colour = tuple(int(v) for v in rng.integers(20, 235, 3))
        draw.ellipse((x, y, x + side, y + side // 2), fill=colour)
    shown = np.asarray(picture, dtype=np.float32)
    shown = shown + rng.normal(0, 1, shown.shape).astype(np.float32) * np.sqrt(1 + shown / 32)
    stream = io.BytesIO()
    Image.fromarray(shown.clip(0, 255).astype(np.uint8)).save(stream, "JPEG", quality=93)
    path.write_bytes(stream.getvalue())
    return path


if __name__ == "__main__":
    run()
