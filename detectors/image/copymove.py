"""Parts of the picture that are copies of other parts.

## What it measures
Two places of one picture that show the same down to the finest detail, shifted, turned or scaled. In files stored
without loss, pixel for pixel; otherwise by corners that match, by one movement that takes all of them onto their
match to a fraction of a pixel, and by the grain between them.

## Why it matters
Copying a part onto another place of the same picture is the simplest way to hide something or to make more of it.
The copied part has the right light, noise and compression, so that other checks do not see it.

## Known problems
Two of the same printed label, logo, screen or window, photographed flat, can agree as well as a copy does; things that
only look alike differ in their grain. Copies of smooth places (sky, walls) are found only in files stored without
loss, up to 24 megapixels; of small ones, under some thirty pixels a side, a later save leaves too little. Copies that
were mirrored, blurred or retouched are not looked for. Screenshots and drawings repeat their letters and icons
without any edit.

## How to read it
Look at both boxes side by side. Copies agree in scratches, leaves and shadows; like things do not.
Measured on material that played no part in choosing thresholds, unless said otherwise
(`python -m benchmarks.copymove`, `benchmarks/results/copymove.json`):

- Untouched photographs, 171 of ten collections, as they are and after eight deliveries: 6 of 1,539 flagged (of
  buildings 0 of 297). Before the rule that a copy may not lie over its own source, which came from looking at these
  alarms, 14.
- Public copy-moves with masks (NoSo, 18 pictures, many with like things beside the copy): 18 found as they are, 11
  after JPEG 95, 8 after 75, 6 after 60, 10 after WebP 80. The mask overlapped the true one by 0.98 (intersection over
  union), after deliveries by 0.76 to 0.83. Half of those copies are small or smooth.
- Textured copies made here on photographs, 12 of each kind: plain shifts found 12 as they are and 8 to 11 after the
  deliveries; turned by 5 to 40 degrees 9, then 4 to 8; scaled by 0.75 to 1.4 3, then 0 to 4. Overlap 0.69 to 0.93.

## References
D. Cozzolino, G. Poggi, L. Verdoliva, "Efficient Dense-Field Copy-Move Forgery Detection", IEEE TIFS 10 (2015),
doi:10.1109/TIFS.2015.2455334; T. Ehret, "Automatic Detection of Internal Copy-Move Forgeries in Images", IPOL 8
(2018), doi:10.5201/ipol.2018.213; L. Moisan, B. Stival, "A Probabilistic Criterion to Detect Rigid Point Matches",
IJCV 57 (2004), doi:10.1023/B:VISI.0000013094.38752.69.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    from detectors.image._copymove.search import Copy

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Copied parts",
    kinds=("image",),
    basis="measured",
    needs=("pixels",),
    cost="heavy",
    answers=("edited",),
)

_LEAST = 64  # pixels on the shorter side
_MOST_SHOWN = 4
_PREVIEW = 640
_EVERY_PIXEL_KEPT = ("image/png", "image/tiff", "image/bmp", "image/webp", "image/gif")

_CAVEATS = (
    "Printed labels, screens, logos and facades can repeat as exactly as a copy; look at both boxes.",
    "Which of the two places is the copy, the pixels do not tell.",
)


def run(view: View) -> Finding:
    """Look for pairs of places that are one and the same."""
    from detectors.image._copymove import search

    picture = cast(ImageView, view)
    height, width = picture.luma.shape
    if min(width, height) < _LEAST:
        return not_applicable(f"The picture is smaller than {_LEAST} pixels on one side.")
    lossless = view.source.media_type in _EVERY_PIXEL_KEPT
    found = search.find_copies(picture.luma, picture.rgb if lossless else None)[:_MOST_SHOWN]
    if not found:
        return nothing_found()
    return reported(
        _sentence(len(found)),
        points_to="edited",
        because=tuple(_fact(copy) for copy in found),
        regions=tuple(Region(x=x, y=y, w=w, h=h) for copy in found for x, y, w, h in copy.boxes),
        artefacts=(_map(found),),
        caveats=_CAVEATS,
    )


def _sentence(count: int) -> str:
    if count == 1:
        return "One part of the picture is there twice, the same down to its finest detail."
    return f"{count} parts of the picture are there more than once, the same down to their finest detail."


def _fact(copy: Copy) -> Measurement:
    (x, y, w, h), (u, v, _, _) = copy.boxes
    movement = f"{w} x {h} pixels at {x}, {y} again at {u}, {v}"
    if abs(copy.turn) >= 0.5:
        movement += f", turned by {copy.turn:.0f} degrees"
    if abs(copy.scale - 1) >= 0.01:
        movement += f", scaled by {copy.scale:.2f}"
    chance = f"by chance fewer than 10^{copy.log10_nfa:.0f} such in a picture"
    if copy.exact:
        return Measurement(
            name=f"{movement}: pixels that differ", value=0, unit=f"({chance})", usual="nearly all"
        )
    return Measurement(
        name=f"{movement}: agreement of the finest detail at {copy.places} matched places",
        value=round(copy.grain, 2),
        unit=f"correlation; {chance}",
        usual="under 0.6 between things that only look alike",
    )


def _map(found: list[Copy]) -> Artefact:
    """Return a picture of the places: the first of each pair dark, the second lighter."""
    import numpy as np
    from PIL import Image

    shade = np.full(found[0].source.shape, 235, dtype=np.uint8)
    for copy in found:
        shade[copy.copy] = 130
        shade[copy.source] = 40
    drawn = Image.fromarray(shade)
    drawn.thumbnail((_PREVIEW, _PREVIEW), Image.Resampling.BOX)
    held = io.BytesIO()
    drawn.save(held, "PNG")
    return Artefact(
        name="copies",
        title="Places that show the same",
        legend="Dark: one of two places that show the same. Grey: the other one. White: the rest."
        " An untouched picture is white throughout.",
        alt="Map of the picture on which the places that are there twice are marked in dark and in grey.",
        data=held.getvalue(),
    )
