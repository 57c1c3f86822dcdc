"""`docs/decisions/README.md`: the list of decisions, from their titles."""

from __future__ import annotations

from pathlib import Path

from docs.builders.source import NOTE

__all__ = ["page"]

_HEAD = """
Choices that a later hand might undo without knowing why they were made: half a page each, with context, decision and
consequences.
"""


def page(root: Path) -> str:
    """Return the index of the decisions below `root`."""
    records = sorted((root / "docs/decisions").glob("[0-9]*.md"))
    rows = [f"- [{_title(path)}]({path.name})" for path in records]
    return f"# Decisions\n\n<!-- {NOTE} -->\n{_HEAD}\n" + "\n".join(rows) + "\n"


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ").strip()
