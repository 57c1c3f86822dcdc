"""A tiny corpus: noisy scenes on one side, smooth enlarged ones on the other, two folds and a final one."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
from PIL import Image

SOURCES = {
    ("ai", "net-a", "org/a"): "fold_1",
    ("ai", "net-b", "org/b"): "fold_2",
    ("ai", "net-c", "org/c"): "final",
    ("real", "cam-a", "shot/a"): "fold_1",
    ("real", "cam-b", "shot/b"): "fold_2",
    ("real", "cam-c", "shot/c"): "final",
}


def scene(rng: np.random.Generator, *, enlarged: bool) -> np.ndarray:
    """A coloured texture of 288 x 272 pixels, enlarged by two or not."""
    shape = (136, 144, 3) if enlarged else (272, 288, 3)
    pixels = np.clip(rng.normal(rng.uniform(80, 170), rng.uniform(8, 25), shape), 0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels)
    return np.asarray(picture.resize((288, 272), Image.Resampling.BICUBIC) if enlarged else picture)


def make_corpus(folder: Path, *, each: int = 4) -> Path:
    """Write pictures, manifest and protocol into `folder`; return the protocol's path."""
    rows = []
    for number, (label, source, repo) in enumerate(SOURCES):
        rng = np.random.default_rng(number)
        for i in range(each):
            path = folder / label / source / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(scene(rng, enlarged=label == "ai")).save(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if i else ""
            rows.append({
                "path": path.relative_to(folder).as_posix(), "label": label, "generator": source,
                "repo": repo, "crop": "", "sha256": digest,
            })  # fmt: skip
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    protocol = folder / "protocol.json"
    protocol.write_text(json.dumps({
        "name": "tiny", "seed": 1, "conditions": ["as_is", "jpeg85", "jpeg75", "half_q85"],
        "caps": {"ai": 3, "real": 4, "final_ai": 3, "final_real": 4},
        "development": {
            "fold_1": {"ai": ["org/a"], "real": ["shot/a"]},
            "fold_2": {"ai_generators": ["net-b"], "real": ["shot/b"]},
        },
        "final": {"ai": ["org/c"], "ai_generators": [], "real": ["shot/c"]},
        "left_out": {}, "weights": {"cam-a (shot/a)": 2}, "merged": {"org/b": "net-b"},
    }), encoding="utf-8")  # fmt: skip
    return protocol
