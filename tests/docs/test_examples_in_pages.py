"""The examples in the library guide run, against the samples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^## (.+?)$|^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(page: str) -> list[tuple[str, str]]:
    found, heading = [], ""
    for match in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
        if match[1]:
            heading = match[1]
        else:
            found.append((heading, match[2]))
    return found


EXAMPLES = [*_blocks("docs/library.md"), *_blocks("docs/trust-lists.md")]


def test_examples_were_found():
    assert len(EXAMPLES) >= 7


@pytest.mark.parametrize(("heading", "code"), EXAMPLES, ids=[heading for heading, _ in EXAMPLES])
def test_example_runs(heading, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ASSAY_TRUST_DIR", str(tmp_path))
    exec(compile(code, f"example: {heading}", "exec"), {"__name__": "example"})
    shows = "print(" in code
    assert bool(capsys.readouterr().out) == shows
