"""The file as which another file arrives: saved again, scaled, encoded, sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from provenance.sniff import kind_of
from provenance.source import Source

if TYPE_CHECKING:
    import numpy as np

__all__ = ["delivered"]

_RATE = 16_000


def delivered(source: Source, condition: str, *, seed: int) -> Source | bytes | None:
    """Return what arrives, or None where the delivery leaves nothing that could be measured.

    Args:
        source: The opened file.
        condition: A delivery, see `detectors.bench.protocol.CONDITIONS`; `as_is` gives the source itself.
        seed: With the file's hash and the condition, it decides everything that is drawn.

    Raises:
        AssayError: The file cannot be decoded.
    """
    if condition == "as_is":
        return source
    import numpy as np

    text = f"{seed}:{source.sha256}:{condition}".encode()
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:6], "big"))
    kind = kind_of(source.media_type)
    if kind == "image":
        return _picture(source, condition, rng)
    return _recording(source, condition, rng) if kind == "audio" else None


def _picture(source: Source, condition: str, rng: np.random.Generator) -> bytes | None:
    from detectors.train.delivery import deliver_file
    from detectors.view import ImageView

    return deliver_file(ImageView(source).image.convert("RGB"), condition, rng)


def _recording(source: Source, condition: str, rng: np.random.Generator) -> bytes | None:
    """Return the sound after a codec as WAV: what is measured is the sound, not the container."""
    from detectors.sound import read_mono
    from detectors.sound.wav import as_wav
    from detectors.train.audio_delivery import deliver

    samples = read_mono(source, _RATE)
    return as_wav(deliver(samples, condition, rng), _RATE) if len(samples) else None
