"""`docs/checks/`: a page a check, from its docstring and its `INFO`. Built-in checks only."""

from __future__ import annotations

from detectors.catalogue import FAMILIES, HEADINGS, Check, built_in_checks
from docs.builders.source import NOTE

__all__ = ["pages"]

_BASIS = {
    "signed": "a signature: somebody vouches for it, and cryptography says whether the file still matches",
    "declared": "the file's own word: metadata that anybody can add, change or remove",
    "matched": "likeness to an original on record",
    "measured": "a measurement of what the file contains",
}
_COST = {
    "cheap": "milliseconds; nothing is decoded",
    "moderate": "about as long as decoding the file a few times",
    "heavy": "longer than decoding the file a few times",
}
_FAMILY = {
    "marks": "Declared marks",
    "container": "How the file is built",
    "image": "Pictures",
    "audio": "Recordings",
    "video": "Clips",
}


def pages() -> dict[str, str]:
    """Return the index and a page a check, by path."""
    found = built_in_checks()
    return {
        "docs/checks/README.md": _index(found),
        **{f"docs/checks/{check.id}.md": _page(check) for check in found},
    }


def _index(found: tuple[Check, ...]) -> str:
    lines = [
        "# The checks",
        "",
        f"<!-- {NOTE} -->",
        "",
        "Each check answers one question about a file. Its page says what it measures, where it goes wrong and how to"
        " read it; `assay explain ID` shows the same on a terminal. What the words mean that results are made of:"
        " [what the result means](../what-the-result-means.md). How to add one: [adding a"
        " check](../adding-a-check.md).",
    ]
    for family in FAMILIES:
        members = [check for check in found if check.id.startswith(f"{family}.")]
        if members:
            rows = [_row(check) for check in members]
            lines += ["", f"## {_FAMILY[family]}", "", "| check | looks for | in |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def _row(check: Check) -> str:
    return f"| [`{check.id}`]({check.id}.md) | {check.info.title} | {', '.join(check.info.kinds)} |"


def _page(check: Check) -> str:
    info = check.info
    facts = [
        f"- Looks at: {', '.join(info.kinds)}" + (f" ({', '.join(info.types)})" if info.types else ""),
        f"- Rests on: {_BASIS[info.basis]}",
        f"- Needs: {', '.join(info.needs) or 'nothing beyond the file itself'}",
        f"- Cost: {_COST[info.cost]}",
    ]
    lines = [
        f"# {info.title}",
        "",
        f"<!-- {NOTE} -->",
        "",
        f"Check `{check.id}`. {check.sections['']}",
        "",
        *facts,
    ]
    for heading in HEADINGS:
        lines += ["", f"## {heading}", "", check.sections[heading]]
    return "\n".join(lines) + "\n"
