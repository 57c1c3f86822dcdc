"""Calibration of `image.prnu`: `python -m detectors.train image.prnu --corpus DIR`.

Fingerprints themselves are made where the program runs, by `assay camera enrol`; what is fitted here is how much a
match is worth. Cameras are held out as wholes: the figures of the card come from lines that never saw the camera.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration import Calibration, cllr, fit_logistic, supported_cap, wilson
from detectors.image._prnu.score import Scale
from detectors.train.prnu_pairs import CONDITIONS, REPO, Device, Pair, collect, read_devices

__all__ = ["held_out", "main", "make_scale"]

_ALIGNED = ("as_is", "jpeg75")
_CROPPED = ("crop1024", "crop512")
_CAP = 3.0


def main(corpus: Path, out: Path, *, cache: Path) -> None:
    """Compare, calibrate, and write `prnu.npz` and `prnu.card.json`.

    Args:
        corpus: Corpus folder with its manifest.
        out: Folder for both files.
        cache: Where comparisons are kept, so that a second run is short.
    """
    pairs = list(collect(corpus, cache))
    scale = make_scale(pairs)
    out.mkdir(parents=True, exist_ok=True)
    line = scale.calibration
    np.savez(
        out / "prnu.npz",
        line=line.packed(),
        found_in_crops=np.array([scale.found_in_crops]),
        matching=scale.matching,
        others=scale.others,
    )
    card = _card(pairs, read_devices(corpus)[0], scale)
    (out / "prnu.card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def make_scale(pairs: Sequence[Pair]) -> Scale:
    """Return the scale that these comparisons support.

    The line is fitted on pictures as they lie and again after JPEG quality 75. In crops a part of the pictures has lost
    its fingerprint; the share that has not is kept beside the line.
    """
    matching = _scores(pairs, _ALIGNED, match=True)
    others = _scores(pairs, CONDITIONS, match=False)
    slope, intercept = fit_logistic(matching, others)
    pictures = len({p.picture for p in pairs if p.camera == p.taken_with})
    # Each picture counts once against the fingerprint, however often it was saved again.
    lowest = max(-float(np.log10(max(pictures / 3, 1.0))), -supported_cap(-others, -matching))
    line = Calibration(
        slope=slope, intercept=intercept, highest=min(_CAP, supported_cap(matching, others)), lowest=lowest,
        moderate_from=float(others.max()),
    )  # fmt: skip
    crops = _scores(pairs, _CROPPED, match=True)
    found = float((crops > others.max()).mean()) if len(crops) else 1.0
    return Scale(
        calibration=line,
        found_in_crops=max(found, 0.1),
        matching=np.sort(matching).astype(np.float32),
        others=np.sort(others).astype(np.float32),
    )


def held_out(pairs: Sequence[Pair]) -> list[tuple[Pair, float]]:
    """Return every comparison with its log10 LR, from a scale that saw neither this camera nor its pictures."""
    found = []
    for camera in sorted({p.camera for p in pairs}):
        scale = make_scale([p for p in pairs if camera not in (p.camera, p.taken_with)])
        found += [
            (p, scale.log10_lr(p.score, aligned=p.condition in _ALIGNED)) for p in pairs if p.camera == camera
        ]
    return found


def _scores(pairs: Sequence[Pair], conditions: Sequence[str], *, match: bool) -> Any:
    return np.array(
        [p.score for p in pairs if p.condition in conditions and (p.camera == p.taken_with) == match]
    )


def _card(pairs: Sequence[Pair], devices: Sequence[Device], scale: Scale) -> dict[str, Any]:
    judged = held_out(pairs)
    return {
        "check": "image.prnu",
        "recipe": "python -m detectors.train image.prnu --corpus DIR",
        "what": "how much a match with an enrolled camera is worth: a line from score to log10 likelihood ratio",
        "cameras": [
            {"name": d.name, "flat_frames": len(d.flat), "pictures": len(d.pictures)} for d in devices
        ],
        "sources": sorted({p.source for p in pairs} | {REPO}),
        "matching_comparisons": len(scale.matching),
        "other_comparisons": len(scale.others),
        "other_pictures": len({p.picture for p in pairs if p.taken_with == "elsewhere"}),
        "line": {name: round(getattr(scale.calibration, name), 4) for name in Calibration.__slots__},
        "highest_score_of_another_camera": round(float(scale.others[-1]), 4),
        "lowest_score_as_it_lies": round(float(scale.matching[0]), 4),
        "cllr_camera_held_out": round(
            cllr(
                np.array([lr for p, lr in judged if p.camera == p.taken_with and p.condition in _ALIGNED]),
                np.array([lr for p, lr in judged if p.camera != p.taken_with and p.condition in _ALIGNED]),
            ),
            4,
        ),
        "camera_held_out": {
            c: _figures([(p, lr) for p, lr in judged if p.condition == c]) for c in CONDITIONS
        },
        "limits": "Six cameras of one maker, of 2005 and 2006, enrolled on ten flat fields each; sixteen pictures.",
    }


def _figures(judged: Sequence[tuple[Pair, float]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, match in (("same_camera", True), ("other_camera", False)):
        values = [lr for p, lr in judged if (p.camera == p.taken_with) == match]
        hits = sum(lr > 2 for lr in values)
        row[name] = {
            "comparisons": len(values),
            "lr_above_100": hits,
            "wilson_95": [round(v, 4) for v in wilson(hits, len(values))],
        }
    return row
