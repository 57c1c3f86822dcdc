"""The page for users says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from provenance.privacy import PrivacyPolicy
from provenance.privacy.policy import STANDARDS
from provenance.privacy.strip import REFUSALS, WRITERS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
NAMES = re.findall(rf"`((?:{'|'.join(STANDARDS)}):[^`]+)`", PAGE)


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code
    exec(compile(code[1], "docs/privacy.md", "exec"), {"__name__": "example"})
    assert "software" in capsys.readouterr().out


def test_names_on_the_page_are_names_that_a_policy_takes() -> None:
    assert len(NAMES) > 15
    assert PrivacyPolicy(keep=frozenset(NAMES)).names("EXIF")


def test_no_type_is_both_written_and_refused() -> None:
    assert not WRITERS.keys() & REFUSALS.keys()


def test_every_type_that_a_walker_knows_is_written_or_refused_with_a_reason() -> None:
    from provenance.containers.walker import _MODULES

    assert _MODULES.keys() == WRITERS.keys() | REFUSALS.keys()
