"""`docs/api.md`: the public names of the library, with signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable

from docs.builders.source import NOTE, docstring, fields, node_of, signature

__all__ = ["page"]

_PACKAGES = {
    "provenance": "Who says what about a file, and whether they can prove it.",
    "detectors": "What the file itself shows.",
}
_MODULES = {
    "provenance.trust.bundle": ("load_trust",),
    "provenance.limits": ("Limits",),
    "provenance.model.asset": None,
    "provenance.model.credentials": None,
    "provenance.model.finding": None,
    "provenance.model.assessment": None,
    "provenance.model.serial": None,
    "provenance.errors": None,
}
"""Modules whose names the public functions take, return or raise; None stands for all of `__all__`."""

_HEAD = """
Two packages, `provenance` and `detectors`. A name that is listed here is public: it is not renamed or dropped without
a new major version. Everything else may change. Examples: [library guide](library.md).

All values are frozen: build another one with `dataclasses.replace`. Importing the packages costs nothing; what a
function needs is loaded when it is first used.
"""


def page() -> str:
    """Return the whole page."""
    shown: set[object] = set()
    parts = [f"# Library reference\n\n<!-- {NOTE} -->\n{_HEAD}"]
    for name, text in _PACKAGES.items():
        package = importlib.import_module(name)
        parts += [f"## {name}\n\n{text}", *_entries(name, sorted(package.__all__), shown)]
    for name, names in _MODULES.items():
        module = importlib.import_module(name)
        entries = _entries(name, names or module.__all__, shown)
        if entries:
            parts += [f"## {name}\n\n{_summary(module.__doc__)}", *entries]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _entries(module: str, names: Iterable[str], shown: set[object]) -> list[str]:
    home = importlib.import_module(module)
    found = []
    for name in names:
        thing = getattr(home, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            if thing not in shown:
                shown.add(thing)
                found.append(_entry(module, name, thing))
        elif isinstance(thing, str | int | float):
            found.append(f"### {name}\n\n`{module}.{name} = {thing!r}`")
    return found


def _entry(module: str, name: str, thing: type | object) -> str:
    text = _prose(docstring(thing))
    if inspect.isfunction(thing):
        return f"### {name}\n\n```python\nfrom {module} import {name}\n\n{signature(thing)}\n```\n\n{text}"
    assert isinstance(thing, type)
    bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
    lines = [f"### {name}", "", f"`{module}.{name}`" + (f", a kind of `{bases}`" if bases else ""), "", text]
    rows = [
        f"- `{field.name}: {field.annotation}`{'' if field.default is None else ' (optional)'}: {field.text}"
        for field in fields(thing)
    ]
    rows += [f"- `{method}` (property): {told}" for method, told in _properties(thing)]
    if issubclass(thing, Exception):
        rows.append(f"- `code = {vars(thing).get('code', 'error')!r}`, exit code {thing.exit_code}")  # type: ignore[attr-defined]
    return "\n".join([*lines, *(["", *rows] if rows else [])])


def _properties(kind: type) -> list[tuple[str, str]]:
    node = node_of(kind)
    return [
        (name, _summary(inspect.getdoc(value)))
        for name, value in vars(kind).items()
        if isinstance(value, property) and any(getattr(part, "name", "") == name for part in node.body)
    ]


def _summary(text: str | None) -> str:
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split())


def _prose(text: str) -> str:
    """Return a docstring as Markdown: the headings `Args:` and the like become lists."""
    lines: list[str] = []
    for line in text.splitlines():
        if re.fullmatch(r"(Args|Returns|Raises):", line):
            lines += [f"{line}", ""]
        elif entry := re.match(r" {4}(\*{0,2}\w+): (.*)", line):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        elif line.startswith("        "):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return "\n".join(lines)
