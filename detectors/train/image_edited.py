"""Calibration of the question `edited` for pictures: `python -m detectors.train image.edited --corpus DIR`.

Every check that looks for edited parts runs on photographs and on copies edited by script (`detectors.train.edits`),
both through the same saves and deliveries; `detectors.train.fusing` fits their weights.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from detectors.bench.manifest import drawn, read_manifest
from detectors.check import Question
from detectors.train.delivery import deliver_file
from detectors.train.edits import KINDS, edit
from detectors.train.fusing import Version, kept_versions, look, write_fusion
from provenance.errors import AssayError

__all__ = ["collect", "main"]

_QUESTION: Question = "edited"
_SEED = 20261123
_SMALLEST, _LARGEST = 384, 1280
_PER_SOURCE = 36
_SOURCES = 12
SAVES = ("png", "jpeg98", "jpeg95", "jpeg90", "jpeg80")
"""How an editor saves; each as likely as the other."""
DELIVERIES = ("jpeg85", "jpeg75", "jpeg60", "half_q85", "webp80", "messenger", "screenshot")
"""What happens to half of the files afterwards."""


def main(corpus: Path, out: Path, *, cache: Path) -> dict[str, Any]:
    """Measure, fit, and write `image.edited.json`, which is the table and its card in one.

    Args:
        corpus: Corpus folder with its manifest.
        out: Folder for the file.
        cache: Folder in which measured versions are kept, so that a stopped run goes on.

    Returns:
        What was written.
    """
    return write_fusion(
        "image",
        "edited",
        lambda kept: collect(corpus, kept),
        out,
        cache=cache,
        what="weights of the checks that look for edited parts of pictures, fitted together",
        limits="Edits made by script, five kinds in equal shares; ratios hold for this mix, and a skilled hand leaves"
        " fewer traces.",
    )


def collect(corpus: Path, kept: Path) -> Iterator[Version]:
    """Yield what the checks found in three untouched and three edited versions of each photograph.

    Args:
        corpus: Corpus folder.
        kept: File with what earlier runs measured; grows.
    """
    photographs = _photographs(corpus)
    sources = dict(photographs)
    donors = {name: photographs[(n + 1) % len(photographs)][0] for n, (name, _) in enumerate(photographs)}
    yield from kept_versions(kept, sources, lambda name: _versions(corpus, name, sources[name], donors[name]))


def _photographs(corpus: Path) -> list[tuple[str, str]]:
    """Return path and repository of the photographs that take part, sources taking turns."""
    rows = [r for r in read_manifest(corpus) if r["label"] == "real"]
    sources: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if "flatfield" not in row["generator"]:
            sources[row["repo"]].append(row["path"])
    ranked = []
    for repo, paths in sorted(sources.items(), key=lambda s: -len(s[1]))[:_SOURCES]:
        kept = drawn(paths, str, seed=_SEED, most=_PER_SOURCE)
        ranked += [(n, path, repo) for n, path in enumerate(kept)]
    return [(path, repo) for _, path, repo in sorted(ranked)]


def _versions(corpus: Path, name: str, source: str, donor_name: str) -> Iterator[Version]:
    data, donor_data = _file(corpus / name), _file(corpus / donor_name)
    if data is None:
        return
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    other = Image.open(io.BytesIO(donor_data)).convert("RGB") if donor_data else picture
    seed = hashlib.sha256(f"{_SEED}:{name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(seed[:6], "big"))
    yield look(data, _QUESTION, name=name, source=source, kind="", chain="as is")
    kinds = rng.permutation(KINDS)[:3]
    for kind in ("", "", *kinds):
        shown = edit(picture, other, str(kind), rng)[0] if kind else picture
        saved, chain = _chained(shown, rng)
        yield look(saved, _QUESTION, name=name, source=source, kind=str(kind), chain=chain)


def _chained(picture: Image.Image, rng: np.random.Generator) -> tuple[bytes, str]:
    save = str(rng.choice(SAVES))
    stream = io.BytesIO()
    if save == "png":
        picture.save(stream, "PNG")
    else:
        picture.save(stream, "JPEG", quality=int(save[4:]), subsampling=int(rng.choice([0, 2])))
    if rng.random() < 0.5:
        return stream.getvalue(), save
    delivery = str(rng.choice(DELIVERIES))
    sent = deliver_file(Image.open(stream).convert("RGB"), delivery, rng)
    return (sent, f"{save} {delivery}") if sent is not None else (stream.getvalue(), save)


def _file(path: Path) -> bytes | None:
    """Return a photograph as a file of bounded size, or None where it cannot be used.

    A large one is cut at the grid of its blocks and saved with its own quantisation tables, which changes next to
    nothing.
    """
    try:
        data = path.read_bytes()
        picture = Image.open(io.BytesIO(data))
        if min(picture.size) < _SMALLEST or picture.mode not in ("RGB", "L"):
            return None
        if max(picture.size) <= _LARGEST:
            picture.load()
            return data
        left, top = (max(0, side - _LARGEST) // 32 * 16 for side in picture.size)
        box = (left, top, min(left + _LARGEST, picture.width), min(top + _LARGEST, picture.height))
        stream = io.BytesIO()
        tables = getattr(picture, "quantization", None)
        if picture.format == "JPEG" and tables:
            from PIL import JpegImagePlugin

            sampling = JpegImagePlugin.get_sampling(picture)
            picture.crop(box).save(stream, "JPEG", qtables=tables, subsampling=max(sampling, 0))
        else:
            picture.crop(box).save(stream, "PNG")
        return stream.getvalue()
    except (OSError, ValueError, SyntaxError, AssayError):
        return None
