"""From sources on the command line to pairs of a source and a target."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.inputs import Input, expand
from provenance.errors import UsageError

__all__ = ["Task", "make_tasks"]

_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file to sign."""

    source: str
    """Where it lies."""

    name: str
    """What to call it: its file name, or its path below the folder that was given."""

    target: str
    """Where the signed copy goes."""

    temporary: bool = False
    """Whether the source is our own copy of standard input."""


def make_tasks(sources: Sequence[str], out: Path) -> tuple[tuple[Task, ...], bool]:
    """Return the files to sign, and whether OUT is a folder.

    One file goes to the file OUT; several, or a folder, go into the folder OUT with their relative paths.

    Args:
        sources: Files, folders and patterns; `-` is standard input.
        out: What `--out` names.

    Raises:
        UsageError: Nothing is named, OUT is of the wrong kind, or two files would get the same name.
    """
    given = _globbed(sources)
    many = len(given) != 1 or Path(given[0]).is_dir() or out.is_dir()
    if many and out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file.", hint="Several files are signed into a folder; name one.")
    inputs = [item for item in expand(given) if not (many and _below(item, out))]
    if not inputs:
        raise UsageError("There is no file in what you named.", hint="Hidden files are passed over.")
    if not many:
        return (_task(inputs[0], out),), False
    tasks = tuple(_task(item, out / item.name) for item in inputs)
    _refuse_twins(tasks)
    return tasks, True


def _task(item: Input, target: Path) -> Task:
    return Task(source=item.path, name=item.name, target=str(target), temporary=item.temporary)


def _globbed(sources: Sequence[str]) -> list[str]:
    """Expand patterns that no shell has expanded; a file of that very name comes first."""
    found: list[str] = []
    for source in sources:
        if source != "-" and _PATTERN & set(source) and not Path(source).exists():
            matches = sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - patterns may be absolute
            if not matches:
                raise UsageError(f"Nothing matches {source}.", hint="Check the pattern.")
            found += matches
        else:
            found.append(source)
    return found


def _below(item: Input, out: Path) -> bool:
    """Return whether a file lies in OUT itself: signed copies of an earlier run are no sources."""
    return out.is_dir() and Path(item.path).resolve().is_relative_to(out.resolve())


def _refuse_twins(tasks: Iterable[Task]) -> None:
    taken: dict[str, Task] = {}
    for task in tasks:
        other = taken.setdefault(task.target.casefold(), task)
        if other is not task:
            raise UsageError(
                f"{other.source} and {task.source} would both become {task.target}.",
                hint="Sign them into different folders, or name the folder above both.",
            )
