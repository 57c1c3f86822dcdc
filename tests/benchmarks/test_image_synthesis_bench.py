"""The measurement of the whole check counts every picture once, on both sides."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import image_synthesis
from tests.detectors.train_corpus import make_corpus


def test_every_picture_of_the_final_fold_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: dict[str, Any] = {}
    monkeypatch.setattr(image_synthesis, "PROTOCOL", make_corpus(tmp_path))
    monkeypatch.setattr(image_synthesis, "write_result", lambda _, found: written.update(found))
    monkeypatch.setattr(image_synthesis, "_time", dict)
    monkeypatch.setattr(
        sys, "argv", ["bench", str(tmp_path), "--pictures", "2", "--conditions", "as_is", "half_q85"]
    )
    image_synthesis.main()
    for found in written["conditions"].values():
        for side in ("generated", "photographs"):
            assert sum(share["count"] for share in found[side].values()) == 2
            assert {share["of"] for share in found[side].values()} == {2}
