"""Samples as a WAV file."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["as_wav"]


def as_wav(samples: NDArray[np.float32], rate: int = 16_000) -> bytes:
    """Return mono samples as a WAV file of 16 bits.

    Args:
        samples: Shape (n,), full scale 1; what is beyond is cut.
        rate: Samples per second, in Hz.
    """
    import numpy as np

    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return stream.getvalue()
