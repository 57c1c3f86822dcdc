"""What several tests share: golden files with one update command, and the example results."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
# For `import examples` and `import media_bytes` from any folder.
sys.path[:0] = [str(_HERE / "cli"), str(_HERE / "provenance")]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what the tests got to the golden files"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `tests/golden/NAME`, or write it there under `--update-golden`."""

    def compare(name: str, text: str) -> None:
        path = _HERE / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != expected:
            diff = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), "golden", "now", lineterm="", n=1
            )
            pytest.fail(
                f"{name} changed; if that is right, run pytest --update-golden\n" + "\n".join(list(diff)[:60])
            )

    return compare
