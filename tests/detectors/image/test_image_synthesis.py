"""The synthesis score as a check: when it speaks, when it does not, and that it always says the same."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from detectors.image import _synthesis
from detectors.wording import band
from provenance.model.finding import Finding

Examine = Callable[[str, bytes], Finding]
WEIGHTS = Path(_synthesis.__file__).parent / "weights"
CHECK = "image.synthesis"


def coloured(width: int = 480, height: int = 360, *, seed: int = 1) -> Image.Image:
    """A soft coloured scene with noise, neither side of the question."""
    rng = np.random.default_rng(seed)
    small = rng.integers(40, 215, (height // 40 + 2, width // 40 + 2, 3), dtype=np.uint8)
    scene = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), dtype=float)
    return Image.fromarray(np.clip(scene + rng.normal(0, 3, scene.shape), 0, 255).astype(np.uint8))


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture
def anything_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lift the range gate, for pictures made in code are unlike all photographs."""
    model = replace(_synthesis.load_model(), most_outside=1.0)
    monkeypatch.setattr(_synthesis, "load_model", lambda: model)


def scripted(monkeypatch: pytest.MonkeyPatch, *scores: float) -> None:
    """Let the versions of a picture score as given, the file itself first."""
    given = iter(scores)
    line = replace(
        _synthesis.load_model().calibration,
        slope=1,
        intercept=0,
        highest=1.6,
        lowest=-0.99,
        moderate_from=1.0,
    )
    model = replace(_synthesis.load_model(), most_outside=1.0, calibration=line)
    monkeypatch.setattr(_synthesis, "load_model", lambda: model)
    monkeypatch.setattr(_synthesis.Model, "score", lambda *_: next(given))


def test_weights_and_card_belong_together() -> None:
    card = json.loads((WEIGHTS / "synthesis.card.json").read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256((WEIGHTS / "synthesis.npz").read_bytes()).hexdigest()
    assert (WEIGHTS / "synthesis.npz").stat().st_size < 1_500_000


def test_the_card_promises_no_more_than_was_found() -> None:
    card = json.loads((WEIGHTS / "synthesis.card.json").read_text(encoding="utf-8"))
    for camera in card["out_of_source"]["cameras"].values():
        if camera["versions"] >= 100:
            assert camera["false_alarms_at_moderate"]["rate"] <= 0.02
    assert card["out_of_source"]["all"]["cllr"] < 1


@pytest.mark.usefixtures("anything_fits")
def test_it_reports_a_calibrated_ratio_and_how_often_photographs_score_so(examine: Examine) -> None:
    found = examine(CHECK, saved(coloured()))
    if found.outcome == "reported":
        assert found.points_to == "generated"
        assert found.log10_lr is not None
        assert found.strength == band(found.log10_lr)
        assert "of 1,000 camera photographs" in found.summary
    else:
        assert "turns round" in (found.reason or "")


@pytest.mark.usefixtures("anything_fits")
def test_the_same_bytes_give_the_same_finding(examine: Examine) -> None:
    data = saved(coloured())
    assert examine(CHECK, data) == examine(CHECK, data)


@pytest.mark.usefixtures("anything_fits")
def test_metadata_and_container_change_nothing(examine: Examine) -> None:
    picture = coloured()
    assert examine(CHECK, saved(picture)) == examine(CHECK, saved(picture, "WEBP", lossless=True, exact=True))


def drawing() -> Image.Image:
    picture = Image.new("RGB", (600, 600), (200, 210, 220))
    pen = ImageDraw.Draw(picture)
    for i in range(0, 600, 24):
        pen.line((0, i, 600, 600 - i), fill=(i % 255, 90, 200), width=5)
    return picture


UNFIT = {
    "smaller than 128": saved(coloured(400, 120)),
    "palette": saved(coloured().convert("P")),
    "no colour": saved(coloured().convert("L")),
    "compressed too strongly": saved(coloured(), "JPEG", quality=30),
    "too little texture": saved(Image.new("RGB", (500, 400), (90, 120, 200))),
    "exactly alike": saved(drawing()),
    "unlike those": saved(
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8))
    ),
}


@pytest.mark.parametrize("words", UNFIT)
def test_what_cannot_be_scored_is_not_scored(examine: Examine, words: str) -> None:
    found = examine(CHECK, UNFIT[words])
    assert found.outcome == "not_applicable"
    assert words in (found.reason or "")
    assert found.log10_lr is None


@pytest.mark.parametrize(
    ("score", "strength", "words"),
    [
        (0.1, "none", "does not help to decide"),
        (0.7, "weak", "slightly more expected if it is a picture from a generator"),
        (-0.7, "weak", "slightly more expected if it is a photograph from a camera"),
        (1.3, "moderate", "moderate support for a picture from a generator"),
    ],
)
def test_words_follow_the_ratio(
    examine: Examine, monkeypatch: pytest.MonkeyPatch, score: float, strength: str, words: str
) -> None:
    scripted(monkeypatch, score, score, score, score)
    found = examine(CHECK, saved(coloured()))
    assert found.strength == strength
    assert words in found.summary


def test_it_abstains_where_another_encoding_turns_the_answer_round(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, 1.3, 0.9, 0.4, -0.7)
    found = examine(CHECK, saved(coloured()))
    assert found.outcome == "not_applicable"
    assert "turns round when the picture is scaled to half" in (found.reason or "")


def test_a_weaker_answer_after_another_encoding_is_no_contradiction(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, 1.3, 0.2, -0.2, 0.0)
    assert examine(CHECK, saved(coloured())).outcome == "reported"


def test_halves_that_are_too_small_are_left_out() -> None:
    rgb = np.asarray(coloured(240, 240))
    assert len(_synthesis.versions(rgb)) == 2
    assert len(_synthesis.versions(np.asarray(coloured(300, 300)))) == 3


def test_the_check_never_imports_scikit_learn_and_loads_arrays_only_when_run() -> None:
    code = (
        "import sys; import detectors.image.synthesis; early = 'numpy' in sys.modules;"
        "from detectors.image._synthesis import load_model, read_crops; import numpy as np;"
        "load_model().score(read_crops(np.zeros((200, 200, 3), np.uint8)));"
        "print(early, 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.slow
def test_a_12_megapixel_jpeg_takes_less_than_15_decodes(examine: Examine) -> None:
    data = saved(coloured(4000, 3000), "JPEG", quality=92)
    examine(CHECK, saved(coloured()))
    started = time.process_time()
    Image.open(io.BytesIO(data)).convert("RGB")
    decoded = time.process_time()
    examine(CHECK, data)
    assert time.process_time() - decoded < 15 * (decoded - started) + (decoded - started)
