"""Windows of speech under many delivery conditions and their features, kept in a folder, one file per clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.audio._features import NAMES, RATE, analyse, extract
from detectors.audio._versions import trim
from detectors.train.audio_copies import KINDS, copy_of
from detectors.train.audio_corpus import Clip, VoiceProtocol, seed_of
from detectors.train.audio_delivery import deliver
from detectors.train.corpus import FINAL
from provenance.errors import AssayError

__all__ = ["VoiceTable", "conditions_of", "extract_clips", "load_clips", "load_windows", "windows_of"]

_LONGEST = 4 * RATE
_SHORTEST = 2 * RATE
_LEVEL = 0.08
"""Root mean square that windows are brought to before they are delivered; some -22 dBFS."""


@dataclass(frozen=True, slots=True)
class VoiceTable:
    """Rows of features and what each belongs to; all arrays have one entry per row."""

    features: NDArray[np.float32]
    """Shape (rows, features)."""

    clip: NDArray[np.int64]
    """Index into the list of clips."""

    window: NDArray[np.int64]
    """Number of the window in its clip."""

    condition: NDArray[np.str_]
    """Delivery condition."""

    copied: NDArray[np.str_]
    """Vocoder of our own that the window went through; empty for the clip itself."""


def conditions_of(clip: Clip, window: int, protocol: VoiceProtocol) -> tuple[str, ...]:
    """Return the conditions under which a window is measured.

    Those of the final fold are measured under the main ones; in development as it is and after a chain drawn at random.
    Both under one more condition, evenly over the windows.
    """
    if clip.fold == FINAL:
        others = tuple(c for c in protocol.conditions if c not in protocol.main)
        return *protocol.main, others[seed_of(protocol, clip, f"condition{window}") % len(others)]
    others = protocol.conditions[1:]
    return "as_is", f"random_{window}", others[seed_of(protocol, clip, f"condition{window}") % len(others)]


def windows_of(
    wave: NDArray[np.float32], most: int, rng: np.random.Generator | None
) -> list[NDArray[np.float32]]:
    """Return windows of 2 to 4 s, silence at both ends trimmed, each at one loudness.

    Args:
        wave: Mono samples at 16 kHz.
        most: Largest number of windows.
        rng: Draws the lengths in training, so that they say nothing; None for 4 s wherever there are.
    """
    trimmed = trim(wave)
    if len(trimmed) < _SHORTEST:
        return []
    count = int(np.clip(len(trimmed) // _LONGEST, 1, most))
    found = []
    for n in range(count):
        length = _LONGEST if rng is None else int(rng.uniform(_SHORTEST, _LONGEST))
        length = min(length, len(trimmed))
        start = (len(trimmed) - length) * (n + 0.5) / count
        part = trimmed[int(start) : int(start) + length]
        loud = float(np.sqrt(np.square(part).mean()))
        if loud > 1e-5:
            found.append((part * (_LEVEL / loud)).astype(np.float32))
    return found


def extract_clips(clips: Sequence[Clip], protocol: VoiceProtocol, cache: Path) -> Iterator[Path]:
    """Compute what is missing in `cache`, yielding each file when it is written.

    Args:
        clips: Clips, in the order of `read_clips`.
        protocol: The protocol.
        cache: Folder of the features.
    """
    cache.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        target = _place(clip, cache)
        if not target.exists():
            _write(target, list(_measure(clip, protocol)))
            yield target


def load_clips(clips: Sequence[Clip], cache: Path) -> VoiceTable:
    """Return the rows of those clips that are in `cache`."""
    parts: list[tuple[NDArray[np.generic], ...]] = []
    for index, clip in enumerate(clips):
        path = _place(clip, cache)
        if not path.exists():
            continue
        with np.load(path, allow_pickle=False) as part:
            rows = len(part["features"])
            if rows:
                parts.append((part["features"], np.full(rows, index), part["window"],
                              part["condition"], part["copied"]))  # fmt: skip
    return VoiceTable(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def load_windows(clip: Clip, cache: Path) -> list[tuple[str, NDArray[np.int16]]]:
    """Return condition and samples at 16 kHz of each window of a clip, as they were measured."""
    with np.load(_place(clip, cache), allow_pickle=False) as part:
        samples, ends = part["waves"], np.cumsum(part["lengths"]).tolist()
        waves = [samples[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        return list(zip(part["condition"].tolist(), waves, strict=True))


def _place(clip: Clip, cache: Path) -> Path:
    return cache / f"{clip.sha256[:24]}.npz"


_Row = tuple[NDArray[np.float32], NDArray[np.int16], int, str, str]


def _measure(clip: Clip, protocol: VoiceProtocol) -> Iterator[_Row]:
    from detectors.sound import read_mono

    try:
        wave = read_mono(clip.file, rate=RATE)
    except AssayError:
        return
    final = clip.fold == FINAL
    most = protocol.windows["final" if final else "synthetic" if clip.synthetic else "recorded"]
    rng = None if final else np.random.default_rng(seed_of(protocol, clip, "windows"))
    for number, window in enumerate(windows_of(wave, most, rng)):
        yield from _versions(window, number, clip, protocol)
        if number == 0 and not final and not clip.synthetic:
            draw = np.random.default_rng(seed_of(protocol, clip, f"copy{number}"))
            kind = str(draw.choice(KINDS))
            yield from _versions(copy_of(window, kind, draw), number, clip, protocol, kind)


def _versions(
    window: NDArray[np.float32], number: int, clip: Clip, protocol: VoiceProtocol, copied: str = ""
) -> Iterator[_Row]:
    for condition in conditions_of(clip, number, protocol):
        # A recording and its copy go through the same chain.
        rng = np.random.default_rng(seed_of(protocol, clip, f"{number}:{condition}"))
        arrived = deliver(window, condition, rng)
        peak = max(float(np.abs(arrived).max()), 1e-6)
        kept = np.round(arrived * (32000 / peak)).astype(np.int16)
        yield extract(analyse(kept.astype(np.float32))), kept, number, condition, copied


def _write(target: Path, rows: Sequence[_Row]) -> None:
    draft = target.with_suffix(".draft.npz")
    np.savez(
        draft,
        features=np.array([r[0] for r in rows], dtype=np.float32).reshape(len(rows), len(NAMES)),
        waves=np.concatenate([r[1] for r in rows]) if rows else np.zeros(0, np.int16),
        lengths=np.array([len(r[1]) for r in rows], dtype=np.int64),
        window=np.array([r[2] for r in rows], dtype=np.int64),
        condition=np.array([r[3] for r in rows], dtype="U12"),
        copied=np.array([r[4] for r in rows], dtype="U12"),
    )
    draft.replace(target)
