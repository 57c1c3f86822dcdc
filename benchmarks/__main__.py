"""`python -m benchmarks NAME`: measure one thing and write `benchmarks/results/NAME.json`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NAMES = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py") if "def run(" in p.read_text("utf-8"))


def main() -> None:
    """Run the benchmarks named on the command line."""
    wanted = sys.argv[1:]
    if not wanted or set(wanted) - set(NAMES):
        sys.exit(f"Usage: python -m benchmarks NAME…, with NAME one of: {', '.join(NAMES)}")
    for name in wanted:
        print(f"Written to {importlib.import_module(f'benchmarks.{name}').run()}")


if __name__ == "__main__":
    main()
