"""No sentence that a reader can see promises more than evidence can carry (docs/what-the-result-means.md).

Looked at: every string in the code that is no docstring, docstrings that become help or pages, templates, and the
pages themselves. What is allowed stands in `ALLOWED`, each with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FORBIDDEN = re.compile(
    r"\b(?:deep)?fak(?:e|es|ed|ery)\b|\breal\b|\bauthentic(?:ity|ated?)?\b|\bgenuine(?:ly|ness)?\b"
    r"|\bconclusive(?:ly)?\b|\bverified\b|\bguaranteed?\b|\bunaltered\b"
    r"|% *(?:AI|fake|likely|probab|generated|human|chance)\b|\b(?:probability|chance|likelihood) of \d",
    re.IGNORECASE,
)

_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
"""What a template computes instead of showing."""

NOT_SHOWN = (
    "detectors/train/",
    "detectors/audio/_features/",
    "detectors/image/_features/",
    "docs/decisions/",
)
"""Read by programmers alone: the code that trains, whose labels are those of the corpora, names of features (the real
part of a spectrum), and records of decisions."""

ALLOWED: dict[str, str] = {
    "identity can't be verified": "the words of the C2PA guidance on user interfaces, with their object",
    "identity of the signer can't be verified": "the same",
    "earlier signer in them can't be verified": "the same, of a history",
    "How you verified what it shows": "the signer's own account, with its object",
    '"How we verified this"': "the same, as the name of a field",
    "certificate or the verified identity": "library reference: the term of the CAWG specification",
    "`verified: tuple[str, ...]` (optional): Verified accounts": "library reference: the same",
    "camera recorded real untouched": "labels that other people's corpora use, as `assay bench` accepts them",
    "Content Authenticity Initiative": "name of an organisation",
    "Adobe's Content Authenticity site": "name of a service",
    "Origin Verified News Publishers List": "name of IPTC's list",
    'There is no "conclusive".': "says that the word is not available",
    '"Our software says that it is AI" is not': "quotes what not to write",
}
"""Phrases that are taken out before the search, and why they may stay."""


def _strings(path: Path) -> Iterator[str]:
    """The string literals of a module that are no docstrings; for checks, the module's docstring as well."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            silent |= {id(part.value) for part in body if isinstance(part, ast.Expr)}
    if path.parent.parent.name == "detectors" and not path.name.startswith("_"):
        yield ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def _texts() -> Iterator[tuple[str, str]]:
    for package in ("cli", "detectors", "provenance"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield name, "\n".join(_strings(path))
        for path in sorted((ROOT / package).rglob("*.j2")):
            yield path.relative_to(ROOT).as_posix(), _TAG.sub(" ", path.read_text(encoding="utf-8"))
    for path in sorted(
        [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").glob("*.md")]
    ):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


TEXTS = {name: text for name, text in _texts() if not name.startswith(NOT_SHOWN)}


def _without_allowed(text: str) -> str:
    plain = " ".join(text.split())
    for phrase in ALLOWED:
        plain = plain.replace(phrase, "")
    return plain


def test_texts_were_found():
    assert "Nothing found either way." in TEXTS["detectors/assess.py"]
    assert "Why it matters" in TEXTS["detectors/marks/a1111.py"]
    assert any(name.endswith(".j2") for name in TEXTS)
    assert "docs/commands.md" in TEXTS  # the help of every command is in there


@pytest.mark.parametrize("name", TEXTS)
def test_no_word_that_promises_too_much(name):
    text = _without_allowed(TEXTS[name])
    found = [text[max(0, m.start() - 40) : m.end() + 40] for m in FORBIDDEN.finditer(text)]
    assert found == []


def test_every_exception_is_needed():
    everything = " ".join(" ".join(text.split()) for text in TEXTS.values())
    assert {phrase for phrase in ALLOWED if phrase not in everything} == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "This photo is fake.",
        "It is REAL.",
        "an authentic picture",
        "genuinely",
        "97 % AI",
        "97% likely",
        "Verified!",
    ],
)
def test_the_search_finds(sentence):
    assert FORBIDDEN.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["a realistic scene", "really", "in reality", "Ask whether they verify it."]
)
def test_the_search_passes_over(sentence):
    assert not FORBIDDEN.search(sentence)
