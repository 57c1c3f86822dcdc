"""Calibration of the question `edited` for pictures: `python -m detectors.train image.edited --corpus DIR`.

Every check that looks for edited parts runs on photographs and on copies edited by script (`detectors.train.edits`),
both through the same saves and deliveries. A logistic regression on what was found gives each check its weight, so that
two checks that see the same trace do not count it twice. Figures of the card are from tables fitted without the source.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detectors import calibration as cal
from detectors.bench.survey import checks_for
from detectors.check import Question
from detectors.fusion import Fusion, found
from detectors.runner import run_checks
from detectors.train.delivery import deliver_file
from detectors.train.edits import KINDS, edit
from detectors.view import make_view
from provenance.errors import AssayError, UsageError
from provenance.source import open_source

__all__ = ["Version", "collect", "fit_fusion", "main"]

_QUESTION: Question = "edited"
_SEED = 20261123
_SMALLEST, _LARGEST = 384, 1280
_PER_SOURCE = 24
_SOURCES = 12
_CAP = 2.0
SAVES = ("png", "jpeg98", "jpeg95", "jpeg90", "jpeg80")
"""How an editor saves; each as likely as the other."""
DELIVERIES = ("jpeg85", "jpeg75", "jpeg60", "half_q85", "webp80", "messenger", "screenshot")
"""What happens to half of the files afterwards."""


@dataclass(frozen=True, slots=True)
class Version:
    """What the checks found in one version of one photograph."""

    picture: str
    """Path in the corpus."""

    source: str
    """Repository of the photograph."""

    kind: str
    """Kind of edit; empty for none."""

    chain: str
    """How it was saved and delivered."""

    found: tuple[str, ...]
    """Checks that found something."""

    silent: tuple[str, ...]
    """Checks that could not answer."""


def main(corpus: Path, out: Path, *, cache: Path) -> dict[str, Any]:
    """Measure, fit, and write `image.edited.json`, which is the table and its card in one.

    Args:
        corpus: Corpus folder with its manifest.
        out: Folder for the file.
        cache: Folder in which measured versions are kept, so that a stopped run goes on.

    Returns:
        What was written.
    """
    checks = {c.id: c.version for c in checks_for(_QUESTION, plugins=False)}
    versions = list(collect(corpus, cache / f"edited-{_fingerprint(checks)}.jsonl"))
    table = fit_fusion(versions, checks)
    held = {**asdict(table), "card": _card(versions, table, checks)}
    out.mkdir(parents=True, exist_ok=True)
    (out / "image.edited.json").write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    return held


def collect(corpus: Path, kept: Path) -> Iterator[Version]:
    """Yield what the checks found in three untouched and three edited versions of each photograph.

    Args:
        corpus: Corpus folder.
        kept: File with what earlier runs measured; grows.
    """
    done: dict[str, list[Version]] = defaultdict(list)
    if kept.is_file():
        for line in kept.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            version = Version(**{**row, "found": tuple(row["found"]), "silent": tuple(row["silent"])})
            done[version.picture].append(version)
    kept.parent.mkdir(parents=True, exist_ok=True)
    photographs = _photographs(corpus)
    for number, (name, source) in enumerate(photographs):
        if name not in done:
            donor = photographs[(number + 1) % len(photographs)][0]
            done[name] = list(_versions(corpus, name, source, donor))
            with kept.open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(v)) + "\n" for v in done[name])
        yield from done[name]


def fit_fusion(versions: Sequence[Version], checks: dict[str, str]) -> Fusion:
    """Return the table that these versions support.

    Both classes and all sources weigh the same. No check gets a negative weight: that one found nothing more, where
    another did, is no sign that nothing was edited.

    Args:
        versions: Versions of photographs.
        checks: Version of each check by id, in the order of the table.

    Raises:
        UsageError: No check found anything.
    """
    from sklearn.linear_model import LogisticRegression

    names = list(checks)
    rows = np.array([[name in v.found for name in names] for v in versions], dtype=np.float64)
    edited = np.array([bool(v.kind) for v in versions])
    weights = _even(versions, edited)
    used = [i for i in range(len(names)) if rows[:, i].any()]
    if not used:
        raise UsageError("No check found anything in any version, so there is nothing to weigh.")
    while True:
        model = LogisticRegression(C=10.0, max_iter=500)
        model.fit(rows[:, used], edited, sample_weight=weights)
        if model.coef_[0].min() >= 0 or len(used) == 1:
            break
        del used[int(model.coef_[0].argmin())]
    scale = float(np.log(10))
    given = dict.fromkeys(names, 0.0)
    given |= {names[i]: round(float(w) / scale, 4) for i, w in zip(used, model.coef_[0], strict=True)}
    intercept = round(float(model.intercept_[0]) / scale, 4)
    total = intercept + rows @ np.array(list(given.values()))
    # Each photograph counts once against the checks, however many versions of it there are.
    worst: dict[str, float] = {}
    for v, t in zip(versions, total, strict=True):
        if not v.kind:
            worst[v.picture] = max(t, worst.get(v.picture, -np.inf))
    highest = cal.supported_cap(total[edited], np.array(list(worst.values())))
    return Fusion(
        weights=given, intercept=intercept, highest=round(min(_CAP, highest), 4), lowest=intercept, versions=checks
    )  # fmt: skip


def _even(versions: Sequence[Version], edited: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights that let both classes and, within a class, all sources count the same."""
    keys = [(v.source, bool(v.kind)) for v in versions]
    counts = {key: keys.count(key) for key in set(keys)}
    weights = np.array([1.0 / counts[key] for key in keys])
    for side in (True, False):
        weights[edited == side] /= weights[edited == side].sum()
    return weights * len(versions) / 2


def _photographs(corpus: Path) -> list[tuple[str, str]]:
    """Return path and repository of the photographs that take part, sources taking turns."""
    try:
        with (corpus / "manifest.csv").open(newline="", encoding="utf-8") as stream:
            rows = [r for r in csv.DictReader(stream) if r["label"] == "real"]
    except OSError as cause:
        raise UsageError(f"There is no manifest.csv in {corpus.name}.") from cause
    sources: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if "flatfield" not in row["generator"]:
            sources[row["repo"]].append(row["path"])
    ranked = []
    for repo, paths in sorted(sources.items(), key=lambda s: -len(s[1]))[:_SOURCES]:
        paths.sort(key=lambda p: hashlib.sha256(f"{_SEED}:{p}".encode()).hexdigest())
        ranked += [(n, path, repo) for n, path in enumerate(paths[:_PER_SOURCE])]
    return [(path, repo) for _, path, repo in sorted(ranked)]


def _versions(corpus: Path, name: str, source: str, donor_name: str) -> Iterator[Version]:
    data, donor_data = _file(corpus / name), _file(corpus / donor_name)
    if data is None:
        return
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    other = Image.open(io.BytesIO(donor_data)).convert("RGB") if donor_data else picture
    seed = hashlib.sha256(f"{_SEED}:{name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(seed[:6], "big"))
    yield _looked(data, name, source, "", "as is")
    kinds = rng.permutation(KINDS)[:3]
    for kind in ("", "", *kinds):
        shown = edit(picture, other, str(kind), rng)[0] if kind else picture
        saved, chain = _chained(shown, rng)
        yield _looked(saved, name, source, str(kind), chain)


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


def _looked(data: bytes, name: str, source: str, kind: str, chain: str) -> Version:
    with open_source(data, name=Path(name).name) as opened:
        findings = run_checks(make_view(opened), checks_for(_QUESTION, plugins=False))
    return Version(
        picture=name,
        source=source,
        kind=kind,
        chain=chain,
        found=tuple(f.check for f in findings if found(f, _QUESTION)),
        silent=tuple(f.check for f in findings if f.outcome != "reported"),
    )


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


def _fingerprint(checks: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(checks, sort_keys=True).encode()).hexdigest()[:12]


def _card(versions: Sequence[Version], table: Fusion, checks: dict[str, str]) -> dict[str, Any]:
    judged = _held_out(versions, checks)
    kinds, chains = ("", *KINDS), sorted({v.chain for v in versions})
    target = np.array([t for v, t in judged if v.kind])
    other = np.array([t for v, t in judged if not v.kind])
    return {
        "recipe": "python -m detectors.train image.edited --corpus DIR",
        "what": "weights of the checks that look for edited parts, fitted together",
        "photographs": len({v.picture for v in versions}),
        "sources": sorted({v.source for v in versions}),
        "cllr_source_held_out": round(cal.cllr(target, other), 4),
        "auc_source_held_out": round(cal.auc(target, other), 4),
        "by_kind": {kind or "untouched": _rates([t for v, t in judged if v.kind == kind]) for kind in kinds},
        "untouched_by_source": {
            source: _rates([t for v, t in judged if v.source == source and not v.kind])
            for source in sorted({v.source for v in versions})
        },
        "by_chain": {
            chain: {
                "edited": _rates([t for v, t in judged if v.chain == chain and v.kind]),
                "untouched": _rates([t for v, t in judged if v.chain == chain and not v.kind]),
            }
            for chain in chains
        },
        "found_by_check": {
            name: {
                "edited": sum(name in v.found for v in versions if v.kind),
                "untouched": sum(name in v.found for v in versions if not v.kind),
                "no_answer": sum(name in v.silent for v in versions),
            }
            for name in checks
        },
        "versions": {"edited": len(target), "untouched": len(other)},
        "limits": "Edits made by script, five kinds in equal shares; ratios hold for this mix, and a skilled"
        " hand leaves fewer traces.",
    }


def _held_out(versions: Sequence[Version], checks: dict[str, str]) -> list[tuple[Version, float]]:
    """Return every version with its log10 LR from a table that did not see its source."""
    judged = []
    for source in sorted({v.source for v in versions}):
        table = fit_fusion([v for v in versions if v.source != source], checks)
        for v in versions:
            if v.source == source:
                total = table.intercept + sum(table.weights[name] for name in v.found)
                judged.append((v, min(max(total, table.lowest), table.highest)))
    return judged


def _rates(ratios: Sequence[float]) -> dict[str, Any]:
    values = np.array(ratios)
    row: dict[str, Any] = {"versions": len(values)}
    for name, floor in (("weak", float(np.log10(2))), ("moderate", 1.0)):
        hits = int((values >= floor).sum())
        row[name] = {"count": hits, "wilson_95": [round(x, 4) for x in cal.wilson(hits, len(values))]}
    return row
