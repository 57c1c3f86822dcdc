"""`python -m tests.interop`: sign one file of every format and show what three validators say about it.

Each cell is the answer for the intact file and, behind the arrow, for the same file with one byte of its content
changed. Exits with 1 where an answer is not the expected one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from interop_files import ENDINGS, Desk, Pair, make_pair
from interop_validators import UNREAD, VALIDATORS

from provenance.errors import AssayError


def main() -> int:
    """Print the table and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="assay-interop-") as folder:
        desk = Desk(Path(folder))
        pairs: list[Pair] = []
        wrong = 0
        for media_type, ending in ENDINGS.items():
            (Path(folder) / ending).mkdir()
            try:
                pairs.append(make_pair(media_type, desk, Path(folder) / ending))
            except AssayError as error:
                print(f"{media_type} was not signed: {error.message}")
                wrong += 1
        columns = {}
        for validator in VALIDATORS:
            reason = validator.missing()
            if reason:
                print(f"Left out: {reason}.")
                continue
            answers = validator.read(pairs, desk)
            unread = UNREAD.get(validator.name, {})
            cells = []
            for pair in pairs:
                intact, changed = answers[pair.intact].state, answers[pair.changed].state
                fits = (intact, changed) == ("trusted", "invalid")
                wrong += not fits and pair.media_type not in unread
                cells.append(
                    "cannot read it" if pair.media_type in unread and not fits else f"{intact} → {changed}"
                )
            columns[validator.name] = cells
    print(f"{'':20}" + "".join(f"{name:22}" for name in columns))
    for number, pair in enumerate(pairs):
        print(f"{pair.media_type:20}" + "".join(f"{cells[number]:22}" for cells in columns.values()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
