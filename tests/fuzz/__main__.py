"""`python -m tests.fuzz --count 20000 --seed 1`: a long fuzzing run, with what was found as JSON at the end."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent), str(_HERE.parent / "provenance")]

from corpus import seeds  # noqa: E402 - the path comes first
from rounds import run  # noqa: E402


def main() -> int:
    """Run, print the figures, and keep the files that caused trouble."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--keep", type=Path, help="folder for the files that cause trouble")
    given = parser.parse_args()
    files = seeds()
    started = time.monotonic()
    report = run(files, seed=given.seed, indices=range(given.first, given.first + given.count))
    for trouble in report.troubles:
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"{trouble.index}.bin").write_bytes(trouble.data)
    figures = {"seed": given.seed, "files": len(files), "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps(figures | report.as_json(), indent=2))
    return 1 if report.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
