"""Which files of a labelled folder are measured, as what, and after which deliveries."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from detectors.bench.manifest import drawn, read_manifest, taking_turns
from detectors.check import Question
from provenance.errors import UsageError

__all__ = [
    "CONDITIONS",
    "BenchProtocol",
    "LabelledFile",
    "check_conditions",
    "read_labelled",
    "read_protocol",
]

CONDITIONS: dict[str, tuple[str, ...]] = {
    "image": (
        "as_is",
        "jpeg95",
        "jpeg85",
        "jpeg75",
        "jpeg60",
        "half_q85",
        "webp80",
        "messenger",
        "screenshot",
    ),
    "audio": (
        "as_is",
        "mp3_128",
        "mp3_64",
        "mp3_32",
        "aac_64",
        "opus_24",
        "telephone",
        "noise_10",
        "messenger",
    ),
}
"""Deliveries that are measured unless a protocol or an option says otherwise, by medium."""

_TARGETS = {
    "generated": ("generated", "ai", "synthetic", "spoof"),
    "edited": ("edited", "tampered", "spliced", "manipulated"),
}
_OTHERS = ("camera", "recorded", "real", "untouched", "original", "bonafide")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """One file whose label is known."""

    path: Path
    """Where it lies."""

    name: str
    """Path below the folder, with forward slashes."""

    target: bool
    """Whether it is of the class that is looked for: generated, or edited."""

    source: str
    """Generator, camera source or recording source; figures are given for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchProtocol:
    """What a protocol file says; every field has a default, so that a plain folder needs none."""

    name: str = "default"
    """Name of the protocol."""

    question: Question = "generated"
    """Which question is measured."""

    medium: Literal["image", "audio"] = "image"
    """What the files are."""

    conditions: tuple[str, ...] = ()
    """Deliveries; those of the medium where empty."""

    seed: int = 1
    """Seed of all random choices: which files under a cap, and what deliveries draw."""

    cap: int = 200
    """Most files of one source."""

    target_labels: tuple[str, ...] = ()
    """Labels of the class that is looked for; the usual words where empty."""

    other_labels: tuple[str, ...] = _OTHERS
    """Labels of the other class."""

    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Manifest columns and the values that take part: a row needs one of them in any of these columns."""

    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Manifest columns and the values that take no part."""

    sha256: str = ""
    """SHA-256 of the protocol file; empty where there was none."""

    @property
    def deliveries(self) -> tuple[str, ...]:
        """Deliveries that are measured."""
        return self.conditions or CONDITIONS[self.medium]

    def label(self, text: str) -> bool | None:
        """Return whether a label means the class looked for, or None where it takes no part."""
        if text in (self.target_labels or _TARGETS[self.question]):
            return True
        return False if text in self.other_labels else None


def read_protocol(path: Path) -> BenchProtocol:
    """Return the protocol in a JSON file; what it leaves out has its default.

    Raises:
        UsageError: It cannot be read, or holds a field that there is not.
    """
    try:
        data = path.read_bytes()
        raw: dict[str, Any] = json.loads(data)
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        for name in ("only", "leave_out"):
            if name in given:
                given[name] = {column: tuple(values) for column, values in given[name].items()}
        made = replace(BenchProtocol(), **given, sha256=hashlib.sha256(data).hexdigest())
        if made.question not in _TARGETS or made.medium not in CONDITIONS or made.cap < 1:
            raise ValueError("question, medium or cap is none that there is")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as cause:
        raise UsageError(
            f"The protocol {path.name} cannot be read: {cause}", hint="docs/bench.md lists its fields."
        ) from cause
    return made


def check_conditions(protocol: BenchProtocol) -> None:
    """Check that every delivery of a protocol is one that there is.

    Raises:
        UsageError: One is not.
    """
    import difflib

    known = CONDITIONS[protocol.medium]
    for name in protocol.deliveries:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
            raise UsageError(f"There is no delivery called {name} for this medium.", hint=hint)


def read_labelled(folder: Path, protocol: BenchProtocol) -> tuple[LabelledFile, ...]:
    """Return the files that take part, at most `cap` of each source, sources taking turns.

    The folder has a `manifest.csv` (columns `path` and `label`, and any of `generator`, `system`, `source`, `repo`), or
    its subfolders are the labels and theirs the sources: `generated/flux/*.png`, `camera/phone-7/*.jpg`. Which files
    a cap takes is decided by a hash of their names, so that any beginning of the list is even and nobody chose it.

    Raises:
        UsageError: There is no labelled file.
    """
    found = (
        _from_manifest(folder, protocol)
        if (folder / "manifest.csv").is_file()
        else _from_folders(folder, protocol)
    )
    sources: dict[tuple[bool, str], list[LabelledFile]] = defaultdict(list)
    for file in found:
        sources[file.target, file.source].append(file)
    kept = [drawn(files, _name, seed=protocol.seed, most=protocol.cap) for files in sources.values()]
    if not kept:
        raise UsageError(
            f"No labelled file was found in {folder.name}.",
            hint="Name its subfolders by label (generated, camera, edited, untouched, synthetic, recorded),"
            " or give it a manifest.csv with the columns path and label.",
        )
    return tuple(taking_turns(kept, _name))


def own_files(folder: Path, *, cap: int, seed: int = 1) -> tuple[LabelledFile, ...]:
    """Return the files below a folder as ones that are neither generated nor edited, at most `cap`, in an order that
    nobody chose; subfolders are the sources."""
    files = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        source = path.relative_to(folder).parts[0] if path.parent != folder else folder.name
        files.append(LabelledFile(path=path, name=name, target=False, source=source))
    return tuple(drawn(files, _name, seed=seed, most=cap))


def _from_manifest(folder: Path, protocol: BenchProtocol) -> list[LabelledFile]:
    found = []
    for row in read_manifest(folder):
        target = protocol.label(row.get("label") or "")
        path = _below(folder, row.get("path") or "")
        if target is None or path is None or not _takes_part(row, protocol):
            continue
        found.append(
            LabelledFile(path=path, name=row["path"], target=target, source=_source(row, target=target))
        )
    return found


def _name(file: LabelledFile) -> str:
    return file.name


def _takes_part(row: Mapping[str, str], protocol: BenchProtocol) -> bool:
    wanted = not protocol.only or any(row.get(column) in values for column, values in protocol.only.items())
    return wanted and not any(row.get(column) in values for column, values in protocol.leave_out.items())


def _source(row: Mapping[str, str], *, target: bool) -> str:
    named = next((row[c] for c in ("generator", "system", "source") if row.get(c)), "")
    repo = row.get("repo") or ""
    if target or not (named and repo):
        return named or repo or "unnamed"
    return f"{named} ({repo})"


def _from_folders(folder: Path, protocol: BenchProtocol) -> list[LabelledFile]:
    found = []
    for label in _folders(folder):
        target = protocol.label(label.name)
        if target is None:
            continue
        for path in sorted(p for p in label.rglob("*") if p.is_file() and not p.name.startswith(".")):
            inner = path.relative_to(label).parts
            source = inner[0] if len(inner) > 1 else label.name
            name = path.relative_to(folder).as_posix()
            found.append(LabelledFile(path=path, name=name, target=target, source=source))
    return found


def _folders(folder: Path) -> Sequence[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError as cause:
        raise UsageError(f"The folder {folder.name} cannot be read: {cause.strerror}.") from cause


def _below(folder: Path, name: str) -> Path | None:
    """Return the path of a row, or None where it leaves the folder: a manifest can come from a stranger."""
    path = folder / name
    if not name or ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
        return None
    return path
