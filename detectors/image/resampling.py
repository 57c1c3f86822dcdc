"""Traces of a change of size, in the whole picture or in a part of it.

## What it measures
Enlarging, reducing or turning computes new pixels from old ones, and those keep more or less detail in turns. The
check looks for that period in how much the pixels bend, along rows and columns, over the whole picture and in blocks
of 128 or 256 pixels.

## Why it matters
A part pasted in from another picture is nearly always made to fit, and then it carries a period that the rest does
not. Over the whole picture the period says that this is not the size at which the camera wrote it.

## Known problems
Most pictures on the web were changed in size as a whole, so that a part shows only where the rest was not. Changes by
less than about a sixth, by exactly 2, 4/3 or 8/5, and most reductions leave periods that JPEG and WebP blocks leave
as well, or none. Saving at quality 90 or below hides a part. One period fits several factors; the report names them
all. Cameras with an unusual sensor, inset screens and joined pictures can show a part of another size without an
edit.

## How to read it
A marked part: does it hold an object of its own? The whole picture: ask for the file as the camera wrote it.
Measured on collections that played no part in choosing thresholds (`python -m benchmarks.resampling`,
`benchmarks/results/resampling.json`):

- Untouched photographs, as they are and after eight deliveries: a part reported in 1 of 1,430.
- Parts of 400 pixels a side from another photograph, enlarged by 1.2 to 1.8, in 19 camera pictures of 1,000 pixels:
  34 of 57 found when saved without loss, 27 of 57 at JPEG 98, 21 of 57 at 95, 4 of 57 at 85. Reduced by 0.8: 1 of 19.
  The boxes overlapped the part by 0.54 to 0.75 on average (intersection over union).
- Whole pictures enlarged by 1.1 to 1.7: 94 of 95 found without loss, 89 at JPEG 95, 80 at 85, 63 at 75, 39 of 95 at
  WebP 80; reduced by 0.6 to 0.9: 43 of 57, 26, 9, 5 and 4; doubled: 0 of 19. The named factors hold the true one in a
  third of those only, because the grid of an earlier JPEG was enlarged too. On 15 of 1,026 such pictures a part was
  reported although the whole picture had been changed.

## References
A. Gallagher, "Detection of Linear and Cubic Interpolation in JPEG Compressed Images", CRV 2005,
doi:10.1109/CRV.2005.33; B. Mahdian, S. Saic, "Blind Authentication Using Periodic Properties of Interpolation", IEEE
TIFS 3 (2008), doi:10.1109/TIFS.2008.924603; M. Kirchner, "Fast and Reliable Resampling Detection by Spectral Analysis
of Fixed Linear Predictor Residue", ACM MM&Sec 2008, doi:10.1145/1411328.1411333.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detectors.image._resampling import Peak, Resampled

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Change of size",
    kinds=("image",),
    basis="measured",
    needs=("pixels",),
    cost="moderate",
    answers=("edited",),
)

_LEAST = 256  # pixels on the shorter side
_PREVIEW = 640

_PART_CAVEAT = (
    "Joined pictures, screens within the picture and inset graphics have parts of another size as well."
)
_WHOLE_CAVEAT = (
    "Platforms, editors and the digital zoom of phones change sizes; this says nothing about the content."
)


def run(view: View) -> Finding:
    """Look for the period of an interpolation."""
    from detectors.image import _resampling

    picture = cast(ImageView, view)
    height, width = picture.luma.shape
    if min(width, height) < _LEAST:
        return not_applicable(f"The picture is smaller than {_LEAST} pixels on one side.")
    sums = _resampling.line_sums(picture.luma)
    whole = _resampling.whole_peak(sums)
    side = _resampling.block_side(picture.luma.shape)
    parts = _resampling.resampled_parts(sums, side, whole=whole)
    if parts:
        return reported(
            _sentence(len(parts)),
            points_to="edited",
            because=tuple(_fact(part) for part in parts),
            regions=tuple(Region(x=p.x, y=p.y, w=p.w, h=p.h) for p in parts),
            artefacts=(_map(_resampling.local_peaks(sums, side), parts[0].frequency, (width, height)),),
            caveats=(_PART_CAVEAT,),
        )
    if whole is not None:
        return reported(
            "The whole picture was changed in size after it was taken, which is common.",
            points_to="recompressed",
            because=(_whole_fact(whole),),
            caveats=(_WHOLE_CAVEAT,),
        )
    return nothing_found()


def _sentence(count: int) -> str:
    if count == 1:
        return "One part shows traces of a change of size that the rest of the picture does not show."
    return f"{count} parts show traces of a change of size that the rest of the picture does not show."


def _fact(part: Resampled) -> Measurement:
    return Measurement(
        name=f"period of the {part.w} x {part.h} pixels at {part.x}, {part.y}",
        value=round(1 / part.frequency, 2),
        unit=f"pixels, as left by {_factors(part.frequency)}; fewer than 10^{part.log10_nfa:.0f} such boxes by chance",
        usual="none",
    )


def _whole_fact(whole: Peak) -> Measurement:
    return Measurement(
        name="period of the whole picture",
        value=round(1 / whole.frequency, 3),
        unit=f"pixels; in a picture that was no JPEG before, left by {_factors(whole.frequency)}",
        usual="none in files as cameras write them",
    )


def _factors(frequency: float) -> str:
    from detectors.image._resampling import factors_of

    return "a change of size by " + " or ".join(f"x{factor:.2f}" for factor in factors_of(frequency))


def _map(peaks: NDArray[np.float64], frequency: float, size: tuple[int, int]) -> Artefact:
    """Return how high the period of the first part is in every block."""
    import numpy as np
    from PIL import Image

    bins = peaks.shape[2]
    at = round(frequency * 2 * (bins - 1))
    height = peaks[..., max(0, at - 1) : at + 2].max(axis=2)
    shade = (235 - 200 * np.clip(np.log10(np.maximum(height, 1)) / 2, 0, 1)).astype(np.uint8)
    drawn = Image.fromarray(shade).resize(
        size if max(size) <= _PREVIEW else _fitted(size), Image.Resampling.NEAREST
    )
    held = io.BytesIO()
    drawn.save(held, "PNG")
    return Artefact(
        name="period",
        title="Where the period of the marked part shows",
        legend="Dark: the period stands out a hundredfold. Light: it does not show."
        " An untouched picture is light throughout, and one that was changed in size as a whole is dark throughout.",
        alt="Map of blocks; dark blocks show the period of a change of size.",
        data=held.getvalue(),
    )


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    factor = _PREVIEW / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
