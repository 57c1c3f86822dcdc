"""`python -m benchmarks [NAME…]`: measure and write `benchmarks/results/NAME.json`; all of them without a name."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NAMES = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py") if "def run(" in p.read_text("utf-8"))


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    wanted = sys.argv[1:]
    if set(wanted) - set(NAMES):
        sys.exit(f"Usage: python -m benchmarks [NAME…], with NAME one of: {', '.join(NAMES)}")
    for name in wanted or NAMES:
        print(f"Written to {importlib.import_module(f'benchmarks.{name}').run()}")


if __name__ == "__main__":
    main()
