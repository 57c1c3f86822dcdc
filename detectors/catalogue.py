"""The catalogue of checks, read from the folder tree without importing any of them.

A check is one file in a family folder; its id is its path (`detectors/image/structure.py` is
`image.structure`). Files that begin with `_` are helpers. Third parties add checks through the entry-point
group `assay.checks`: the name is the id, the object a module of the same shape.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from detectors.check import CheckInfo
from detectors.view import View
from provenance.errors import AssayError, UsageError
from provenance.model.finding import Finding
from provenance.sniff import kind_of

__all__ = [
    "BUILT_IN",
    "FAMILIES",
    "HEADINGS",
    "Check",
    "CheckError",
    "all_checks",
    "built_in_checks",
    "find_check",
    "fits",
]

FAMILIES = ("marks", "container", "image", "audio", "video")
"""Folders that hold checks, in the order in which their checks run."""

HEADINGS = ("What it measures", "Why it matters", "Known problems", "How to read it", "References")
"""Fixed headings of a check's docstring."""

BUILT_IN = "built-in"
"""Origin of the checks of this distribution."""

_ROOT = Path(__file__).parent
_GROUP = "assay.checks"
_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")


class CheckError(AssayError):
    """A check file does not have the shape of a check."""

    code = "check"
    exit_code = 70


@dataclass(frozen=True)
class Check:
    """One entry of the catalogue."""

    id: str
    """Stable id, e.g. `image.structure`."""

    module: str
    """Name of the module that implements it."""

    path: Path
    """Its source file."""

    origin: str
    """`built-in`, or the name of the distribution that brought it."""

    @cached_property
    def _tree(self) -> ast.Module:
        try:
            return ast.parse(self.path.read_bytes(), filename=self.path.name)
        except (OSError, SyntaxError, ValueError) as cause:  # a third party's file may hold anything
            raise CheckError(f"The file of the check {self.id} cannot be parsed: {cause}") from cause

    @cached_property
    def info(self) -> CheckInfo:
        """Its `INFO`, evaluated without importing the file.

        Raises:
            CheckError: There is none, or it is not made of literals.
        """
        for node in self._tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and target.id == "INFO":
                return _literal_info(self.id, cast(ast.Assign, node).value)
        raise CheckError(f"The check {self.id} has no INFO.", hint="See docs/adding-a-check.md.")

    @cached_property
    def doc(self) -> str:
        """Its docstring."""
        return ast.get_docstring(self._tree) or ""

    @cached_property
    def sections(self) -> dict[str, str]:
        """The docstring cut at its headings; the text before the first one is under the empty string."""
        parts = re.split(r"^## +(.+?) *$", self.doc, flags=re.MULTILINE)
        pairs = zip(parts[1::2], parts[2::2], strict=True)
        return {"": parts[0].strip(), **{head: text.strip() for head, text in pairs}}

    @cached_property
    def version(self) -> str:
        """Hash of its code, its helpers and its weights, 12 hexadecimal digits."""
        digest = hashlib.sha256(self.path.read_bytes())
        folder = self.path.parent
        for helper in sorted(_helpers(self._tree)):
            for source in (folder / f"{helper}.py", *sorted((folder / helper).glob("*.py"))):
                if source.is_file():
                    digest.update(source.read_bytes())
        for weights in sorted(folder.glob(f"weights/{self.path.stem}*.npz")):
            digest.update(weights.read_bytes())
        return digest.hexdigest()[:12]

    def load(self) -> Callable[[View], Finding]:
        """Import the check and return its `run`.

        Raises:
            CheckError: The module cannot be imported or has no `run`.
        """
        try:
            return cast("Callable[[View], Finding]", importlib.import_module(self.module).run)
        except Exception as cause:  # a third party's module may raise anything
            raise CheckError(f"The check {self.id} cannot be loaded: {cause}") from cause


def all_checks(*, plugins: bool = True) -> tuple[Check, ...]:
    """Return every check, built-in ones first, each family in alphabetical order.

    Args:
        plugins: Whether to include checks of third parties.
    """
    return built_in_checks() + (_plugin_checks() if plugins else ())


@lru_cache(maxsize=1)
def built_in_checks() -> tuple[Check, ...]:
    """Return the checks of this distribution, from the folder tree."""
    found = []
    for family in FAMILIES:
        for path in sorted((_ROOT / family).glob("[a-z]*.py")):
            name = f"{family}.{path.stem}"
            found.append(Check(id=name, module=f"detectors.{name}", path=path, origin=BUILT_IN))
    return tuple(found)


def find_check(check_id: str, *, plugins: bool = True) -> Check:
    """Return the check called `check_id`.

    Raises:
        UsageError: There is none; the hint names close ones.
    """
    import difflib

    checks = {c.id: c for c in all_checks(plugins=plugins)}
    if check_id in checks:
        return checks[check_id]
    near = difflib.get_close_matches(check_id, checks, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`assay checks` lists them."
    raise UsageError(f"There is no check called {check_id}.", hint=hint)


def fits(check: Check, media_type: str) -> bool:
    """Return whether a check looks at files of a type.

    Raises:
        CheckError: The file of the check has no `INFO`.
    """
    info = check.info
    return kind_of(media_type) in info.kinds and (not info.types or media_type in info.types)


@lru_cache(maxsize=1)
def _plugin_checks() -> tuple[Check, ...]:
    taken = {c.id for c in built_in_checks()}
    found = []
    for point in sorted(entry_points(group=_GROUP), key=lambda p: p.name):
        source = _source_of(point)
        # An id that is already taken would let a third party replace a check of ours without a word.
        if source is not None and _ID.match(point.name) and point.name not in taken:
            taken.add(point.name)
            origin = point.dist.name if point.dist else "unknown distribution"
            found.append(Check(id=point.name, module=point.module, path=source, origin=origin))
    return tuple(found)


def _source_of(point: EntryPoint) -> Path | None:
    """Return the source file behind an entry point, found without running the module itself."""
    from importlib.util import find_spec

    try:
        spec = find_spec(point.module)
    except (ImportError, ValueError, AttributeError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def _literal_info(check_id: str, value: ast.expr) -> CheckInfo:
    hint = "INFO is CheckInfo(...) with keyword arguments that are literals; see docs/adding-a-check.md."
    if not isinstance(value, ast.Call) or value.args:
        raise CheckError(f"The INFO of {check_id} is no plain CheckInfo call.", hint=hint)
    try:
        fields: dict[str, Any] = {str(k.arg): ast.literal_eval(k.value) for k in value.keywords}
        return CheckInfo(**fields)
    except (ValueError, TypeError) as cause:
        raise CheckError(f"The INFO of {check_id} cannot be read: {cause}", hint=hint) from cause


def _helpers(tree: ast.Module) -> set[str]:
    """Return the names of the underscore modules that a check imports from its own family."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {part for part in node.module.split(".") if part.startswith("_")}
            found |= {alias.name for alias in node.names if alias.name.startswith("_")}
    return found
