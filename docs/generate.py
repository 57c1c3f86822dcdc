"""Writes the parts of the documentation that come from the code: `python -m docs.generate`.

With `--check` nothing is written: what is out of date is shown as a diff, and the exit code is 1. The tests and
the build call it that way, so that the pages cannot drift from the program.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from docs.builders import api, checks, commands, decisions, performance, quotes, schemas

__all__ = ["expected", "main", "outdated"]

ROOT = Path(__file__).resolve().parent.parent

OWNED = ("docs/checks/*.md", "provenance/schemas/*.json")
"""Folders in which every file is generated: one that is no longer expected goes."""


def main() -> int:
    """Write what is out of date, or show it."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if anything would change"
    )
    given = parser.parse_args()
    pages = expected(ROOT)
    changed = outdated(ROOT, pages)
    for path in changed:
        if given.check:
            print(_diff(ROOT, path, pages.get(path, "")))
        else:
            _write(ROOT / path, pages.get(path))
            print(f"{'written' if path in pages else 'removed'}: {path}")
    if given.check and changed:
        print("Run `python -m docs.generate` and commit what it changes.", file=sys.stderr)
    return 1 if given.check and changed else 0


def expected(root: Path) -> dict[str, str]:
    """Return every generated file, by its path below `root`."""
    return {
        "docs/commands.md": commands.page(),
        "docs/api.md": api.page(),
        "docs/performance.md": performance.page(root),
        "docs/decisions/README.md": decisions.page(root),
        **checks.pages(),
        **schemas.files(),
        **quotes.pages(root),
    }


def outdated(root: Path, pages: dict[str, str]) -> list[str]:
    """Return the paths whose file is missing, differs, or should no longer be there."""
    stale = [path for path, text in pages.items() if _read(root / path) != text]
    owned = (found.relative_to(root).as_posix() for pattern in OWNED for found in root.glob(pattern))
    return sorted({*stale, *(path for path in owned if path not in pages)})


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _diff(root: Path, path: str, text: str) -> str:
    before = (_read(root / path) or "").splitlines()
    lines = difflib.unified_diff(
        before, text.splitlines(), f"{path} on disk", f"{path} from the code", lineterm="", n=1
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
