"""Where the sound of a file ends sharply, below what its sample rate could hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.sound.native import LEVEL_DB, LEVELS, LOWEST_DB, NativeSpectrum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Edge", "percentile", "sharp_edge"]

_SHARE = 0.95
_LEAST_FRAMES = 20
_LOWEST_HZ = 2500.0
_SLOPES = ((100.0, 700.0, 21.0), (600.0, 1400.0, 33.0))
"""From and to which distance in Hz the level is compared on both sides, and the least fall in dB: steep as codecs
leave it, and less steep as resampling does."""

_MOST_ABOVE_DB = 8.0
_HIGHEST = 0.90  # of half the rate: filters of converters begin here
_END = 0.97
_DOWN_DB = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A sharp end of the sound."""

    hertz: float
    """Where it lies."""

    step_db: float
    """How far the level falls there."""


def percentile(spectrum: NativeSpectrum, share: float) -> NDArray[np.float32]:
    """Return for each bin the level in dB that the share of frames stays below, within one level of 3 dB."""
    import numpy as np

    total = np.cumsum(spectrum.histogram, axis=1)
    wanted = share * total[:, -1:]
    level = np.minimum(np.argmax(total >= wanted, axis=1), LEVELS - 1)
    return np.asarray(LOWEST_DB + LEVEL_DB * (level + 0.5), dtype=np.float32)


def sharp_edge(spectrum: NativeSpectrum) -> Edge | None:
    """Return the sharp end of the sound below the highest frequency of the file, or None.

    Loud frames decide (the 95th percentile of each bin), so a voice without sibilants has no edge. Above the edge
    there must be nothing but an even floor.

    Args:
        spectrum: Spectrum at the stored rate.
    """
    import numpy as np
    from scipy.ndimage import median_filter

    if int(spectrum.histogram[0].sum()) < _LEAST_FRAMES:
        return None
    level = median_filter(percentile(spectrum, _SHARE), 5, mode="nearest")
    nyquist = (len(level) - 1) * spectrum.bin_hz
    end = round(_END * len(level))
    best: Edge | None = None
    for from_hz, to_hz, least in _SLOPES:
        near, far = round(from_hz / spectrum.bin_hz), round(to_hz / spectrum.bin_hz)
        for at in range(round(_LOWEST_HZ / spectrum.bin_hz), round(_HIGHEST * nyquist / spectrum.bin_hz)):
            if at + near + 3 >= end:
                break
            below = float(np.median(level[at - far : at - near]))
            above = level[at + near : end]
            step = below - float(np.median(above[: far - near]))
            clean = below - float(np.max(above)) >= step - _MOST_ABOVE_DB
            if step >= least and clean and (best is None or step > best.step_db):
                best = Edge(hertz=at * spectrum.bin_hz, step_db=step)
        if best is not None:
            return _placed(level, best, near, far, spectrum.bin_hz)
    return None


def _placed(level: NDArray[np.float32], edge: Edge, near: int, far: int, bin_hz: float) -> Edge:
    """Return the edge where the level is 12 dB down."""
    import numpy as np

    at = round(edge.hertz / bin_hz)
    # Well below the edge: a slow fall may have begun right before it.
    top = float(np.median(level[max(0, at - 2 * far + near) : at - far]))
    under = np.flatnonzero(level[at - far : at + near + 1] < top - _DOWN_DB)
    return Edge(hertz=(at - far + int(under[0])) * bin_hz if len(under) else edge.hertz, step_db=edge.step_db)
