"""Calibration of the question `edited` for sound: `python -m detectors.train audio.edited --corpus DIR`.

The checks run on recordings of collections that their numbers were not chosen on, on joins of two of them
(`detectors.train.splices`) and, as untouched, on conversations made by script, all after the same deliveries;
`detectors.train.fusing` fits their weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detectors.sound.wav import as_wav
from detectors.train.audio_delivery import deliver
from detectors.train.conversations import converse
from detectors.train.fusing import Version, kept_versions, look, write_fusion
from detectors.train.splices import Recording, join, read_plan, read_recordings

__all__ = ["collect", "main"]

_SEED = 20261123
_MOST = 25
_CONVERSATION = "made conversation"
_CONVERSATIONS = 60
_PROTOCOL = Path("benchmarks/protocols/audio-splice.json")
DELIVERIES = ("as_is", "mp3_64", "opus_24", "telephone", "messenger")
"""What happens to a file; each as likely as the other."""


def main(corpora: Sequence[Path], out: Path, *, cache: Path) -> dict[str, Any]:
    """Measure, fit, and write `audio.edited.json`, which is the table and its card in one.

    Args:
        corpora: Corpus folders with their manifests.
        out: Folder for the file.
        cache: Folder in which measured versions are kept, so that a stopped run goes on.

    Returns:
        What was written.
    """
    return write_fusion(
        "audio",
        "edited",
        lambda kept: collect(corpora, kept),
        out,
        cache=cache,
        what="weights of the checks that look for edited parts of recordings",
        limits="Joins of two recordings of different rooms, made by script at pauses; cuts within one recording leave"
        " no trace that is looked for.",
    )


def collect(corpora: Sequence[Path], kept: Path) -> Iterator[Version]:
    """Yield what the checks found in two untouched and two joined versions of each recording.

    Args:
        corpora: Corpus folders.
        kept: File with what earlier runs measured; grows.
    """
    recordings = read_recordings(
        corpora, repos=read_plan(_PROTOCOL).held_out, most=_MOST, rng=np.random.default_rng(_SEED)
    )
    by_name = {recording.name: recording for recording in recordings}
    made = [f"{_CONVERSATION} {number}" for number in range(_CONVERSATIONS)]

    def measure(name: str) -> Iterator[Version]:
        if name in by_name:
            return _versions(by_name[name], recordings)
        return _conversation(name, recordings)

    yield from kept_versions(kept, (*by_name, *made), measure)


def _conversation(name: str, recordings: Sequence[Recording]) -> Iterator[Version]:
    """Yield one made conversation, which is no join however much the voice changes in it."""
    rng = _seeded(name)
    delivery = str(rng.choice(DELIVERIES))
    data = as_wav(deliver(converse(recordings, rng), delivery, rng))
    yield look(data, "edited", name=name, source=_CONVERSATION, kind="", chain=delivery)


def _seeded(name: str) -> np.random.Generator:
    seed = hashlib.sha256(f"{_SEED}:{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(seed[:6], "big"))


def _versions(recording: Recording, others: Sequence[Recording]) -> Iterator[Version]:
    rng = _seeded(recording.name)
    strangers = [other for other in others if other.room != recording.room]
    for kind in ("", "", "join", "insert"):
        wave = recording.wave
        if kind:
            guest = strangers[int(rng.integers(len(strangers)))]
            wave, _ = join((recording, guest), rng, insert=kind == "insert")
        delivery = str(rng.choice(DELIVERIES))
        data = as_wav(deliver(wave, delivery, rng))
        yield look(data, "edited", name=recording.name, source=recording.repo, kind=kind, chain=delivery)
