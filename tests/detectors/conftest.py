"""One call that runs a check on bytes, as the runner does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detectors.catalogue import find_check
from detectors.runner import run_check
from detectors.view import make_view
from provenance.model.finding import Finding
from provenance.source import open_source


@pytest.fixture
def examine() -> Callable[[str, bytes], Finding]:
    def run(check: str, data: bytes) -> Finding:
        with open_source(data) as source:
            return run_check(find_check(check), make_view(source))

    return run
