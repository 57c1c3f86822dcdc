"""Traces of the colour filter of a sensor, and parts of the picture whose trace is displaced.

## What it measures
Behind a sensor's colour filter each pixel measures one colour; the others are interpolated from neighbours in a pattern
that repeats every two pixels. The check lets small blocks vote for the place of that pattern and looks for parts that
agree on another place than the rest.

## Why it matters
A part that was pasted in, moved or turned keeps the pattern of its old place, and three of four pastes fall onto
another one. Pictures that still show the pattern come out of a camera with little in between.

## Known problems
The check applies to few files: scaling, a JPEG save below about 95, noise reduction and sharpening erase the trace, and
most cameras' own JPEGs show none. Interpolation that follows the content turns the votes around in some places;
pictures where that shows are left alone, and so the check misses most of what was interpolated that way. One paste in
four falls onto the same place of the pattern. Enlarging by two can look like a colour filter.

## How to read it
Look at the marked box: does it hold an object of its own? Where the pattern is seen and nothing is marked, the picture
is close to what a camera wrote; that is no proof of it. Measured on 151 photographs of six collections that played no
part in writing the check (`python -m benchmarks.demosaic`, `benchmarks/results/demosaic.json`):

- Untouched photographs, as they are and after eight usual deliveries: 0 of 1,359 flagged, but the check applied to one.
  Shrunk by half and sampled anew through a simulated colour filter, so that it applied to 871 of 1,510: 0 flagged.
- Squares of 96 to 192 pixels pasted between such pictures onto another place of the pattern, 30 in each case.
  Interpolated linearly: 20 found when stored without loss, 22 at quality 100, 18 at 98, 7 at 95, none at 90. With the
  gradient-corrected interpolation of Malvar, He and Cutler: 3, 3, none, 1 and none. The reported box overlapped the
  pasted part by 0.82 to 0.91 on average (intersection over union).

## References
A. C. Popescu, H. Farid, "Exposing digital forgeries in color filter array interpolated images", IEEE Trans. Signal
Processing 53 (2005), doi:10.1109/TSP.2005.855406. Q. Bammey, R. Grompone von Gioi, J.-M. Morel, "An adaptive neural
network for unsupervised mosaic consistency analysis in image forensics", CVPR 2020, doi:10.1109/CVPR42600.2020.01420.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    from detectors.image._cfa import CfaVotes, ForeignPhase

__all__ = ["INFO", "MAX_LOG10_NFA", "WHOLE", "run"]

INFO = CheckInfo(
    title="Colour filter of the sensor",
    kinds=("image",),
    basis="measured",
    needs=("container", "pixels"),
    cost="moderate",
    answers=("edited",),
    types=("image/jpeg", "image/png"),
)

MAX_LOG10_NFA = -2.0
"""A box counts where chance would bring fewer than one such in a hundred pictures."""

WHOLE = 0.5
"""Boxes that cover more than this share of the picture together are no parts of it."""

_LEAST = 128  # pixels on the shorter side
_MAX_STEP = 6
"""Largest mean step of the luma quantisation table: about quality 95. Coarser tables erase the trace."""

_CAVEAT = "Retouching and moving parts within the picture leave the same trace as pasting."


def run(view: View) -> Finding:
    """Look for the pattern of the colour filter, and for parts in which it is displaced."""
    from detectors.image import _cfa
    from detectors.image._jpeg import read_headers

    picture = cast(ImageView, view)
    if view.source.media_type == "image/jpeg":
        steps = read_headers(view).luma
        if steps is None:
            return not_applicable("The file holds no readable quantisation table.")
        if sum(steps) > _MAX_STEP * len(steps):
            return not_applicable(
                "The JPEG compression is too strong; it erases the trace of the colour filter."
            )
    if picture.image.mode not in ("RGB", "RGBA"):
        return not_applicable(f"Pictures of the colour mode {picture.image.mode} are not measured.")
    if min(picture.rgb.shape[:2]) < _LEAST:
        return not_applicable(f"The picture is smaller than {_LEAST} pixels on one side.")
    found = _cfa.cfa_votes(picture.rgb)
    if not found:
        return not_applicable(
            "The picture as a whole shows no colour filter: it was scaled or compressed, or the camera hides it."
        )
    boxes = [(votes, box) for votes in found for box in _cfa.foreign_phases(votes)]
    boxes = [(votes, box) for votes, box in boxes if box.log10_nfa < MAX_LOG10_NFA]
    if not boxes or sum(box.w * box.h for _, box in boxes) > WHOLE * picture.rgb[..., 0].size:
        return reported("", because=_facts(found, []))
    return reported(
        _sentence(len(boxes)),
        points_to="edited",
        because=_facts(found, [box for _, box in boxes]),
        regions=tuple(Region(x=box.x, y=box.y, w=box.w, h=box.h) for _, box in boxes),
        artefacts=(_map(boxes[0][0]),),
        caveats=(_CAVEAT,),
    )


def _sentence(count: int) -> str:
    parts, show = ("One part", "shows") if count == 1 else (f"{count} parts", "show")
    return f"{parts} of the picture {show} the pattern of the sensor's colour filter at another place than the rest."


def _facts(found: tuple[CfaVotes, ...], boxes: list[ForeignPhase]) -> tuple[Measurement, ...]:
    facts = [
        Measurement(
            name=f"blocks that agree on one place of the colour filter ({votes.pair})",
            value=round(100 * votes.share),
            unit="of 100",
            usual="about 50 after scaling or compression, 80 and more straight from some cameras",
        )
        for votes in found
    ]
    facts += [
        Measurement(
            name=f"blocks at {box.x}, {box.y} that vote for another place ({box.pair})",
            value=round(100 * box.share),
            unit=f"of 100; by chance fewer than 10^{box.log10_nfa:.0f} such boxes in a picture",
            usual="less than 20",
        )
        for box in boxes
    ]
    return tuple(facts)


def _map(found: CfaVotes) -> Artefact:
    import numpy as np
    from scipy import ndimage

    from detectors.image._blocks import BLOCK
    from detectors.image._heat import evidence_map

    smooth = ndimage.uniform_filter(-found.votes.astype(np.float32), size=3, mode="nearest")
    return Artefact(
        name="demosaic",
        title="Where the pattern of the colour filter is displaced",
        legend="Light: blocks with the pattern of the whole picture. Dark: blocks with it at another place. Grey: flat"
        " or clipped blocks that say nothing. A photograph as its camera wrote it is light with a few dark specks.",
        alt="Map of the blocks of the picture; dark ones show the colour filter's pattern at another place.",
        data=evidence_map(smooth, found.votes != 0, scale=1, cell=BLOCK),
    )
