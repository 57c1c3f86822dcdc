"""Parts of a twice saved JPEG that were saved once only.

## What it measures
A picture that was saved twice as JPEG carries a comb in the histograms of the frequencies of its 8 x 8 pixel blocks.
The check looks for places whose blocks lack the comb that the rest of the picture shows.

## Why it matters
When a JPEG is opened, a part is pasted or painted in, and the result is saved, the untouched blocks are compressed for
the second time and the new part for the first.

## Known problems
The trace of the first save has to be strong, which mostly means that the last save was finer than the first one;
otherwise the check does not apply, as with most pictures. It does not apply either to pictures that were resized,
cropped off the grid or filtered between two saves. A part from a JPEG of the same quality that fell onto the same
grid, one case in 64, is not seen. Blocks that are clipped or flat say nothing, and parts under 32 pixels are not looked
for. A date or a logo that a program wrote into a photograph is a part like any other.

## How to read it
Look at the marked box: does it hold an object of its own? Ask for the file as the camera wrote it.
Measured on 191 photographs of six collections that played no part in writing the check
(`python -m benchmarks.dct`, `benchmarks/results/dct.json`):

- Untouched photographs, as they are and after eight usual deliveries (JPEG 95, 85, 75, 60, half size, WebP, a
  messenger, a screenshot): 0 of 1,719 flagged; the check applied to 65 of them. Saved twice in ten combinations:
  0 of 1,910 flagged; it applied to 609.
- Squares of 64 to 192 pixels from another photograph, pasted between two saves, 40 in each case: 17 found after 60 and
  75, 12 after 70 and 85, 25 after 75 and 90, 13 after 80 and 95, 21 after 90 and 95, 17 after 75 and 12 after 90 stored
  without loss. Of the files to which the check applied, 73 of 100 were found. The reported box overlapped the
  pasted part by 0.77 to 0.89 on average (intersection over union).
- Nothing is found where the last save was as coarse as the first or coarser (0 of 80), nor at 95 and 98 (0 of 40).
- Pasted into the files of the collections as they are and saved at 95: 10 of 40.

## References
Z. Lin, J. He, X. Tang, C.-K. Tang, "Fast, automatic and fine-grained tampered JPEG image detection via DCT coefficient
analysis", Pattern Recognition 42 (2009), doi:10.1016/j.patcog.2009.03.019. T. Bianchi, A. Piva, "Image forgery
localization via block-grained analysis of JPEG artifacts", IEEE TIFS 7 (2012), doi:10.1109/TIFS.2012.2187516.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    from detectors.image._double import CombMap, ForeignBox

__all__ = ["INFO", "MAX_LOG10_NFA", "WHOLE", "run"]

INFO = CheckInfo(
    title="Parts saved once in a picture saved twice",
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
"""Boxes that cover more than this share of the picture together are not parts of it."""

_CAVEAT = (
    "Retouching, drawn-in text and pasted parts look alike here; this says only where the history differs."
)


def run(view: View) -> Finding:
    """Look for places that lack the comb of the earlier save."""
    from detectors.image import _double
    from detectors.image._jpeg import read_headers

    picture = cast(ImageView, view)
    steps = None
    if view.source.media_type == "image/jpeg":
        steps = read_headers(view).luma
        if steps is None:
            return not_applicable("The file holds no readable quantisation table.")
    if picture.image.mode not in ("RGB", "RGBA", "L", "LA"):
        return not_applicable(f"Pictures of the colour mode {picture.image.mode} are not measured.")
    found = _double.comb_map(picture.rgb, picture.luma, steps)
    if found is None:
        return not_applicable("The picture is too small or too plain for the statistics.")
    if found.comb < _double.MIN_COMB:
        return not_applicable("No earlier JPEG save left a trace strong enough to miss it in single parts.")
    boxes = [box for box in _double.foreign_boxes(found) if box.log10_nfa < MAX_LOG10_NFA]
    if sum(box.w * box.h for box in boxes) > WHOLE * picture.luma.size:
        boxes = []
    if not boxes:
        return reported("", because=_facts(found, boxes))
    return reported(
        _sentence(len(boxes)),
        points_to="edited",
        because=(*_facts(found, boxes), *_first_quality(picture, steps)),
        regions=tuple(Region(x=box.x, y=box.y, w=box.w, h=box.h) for box in boxes),
        artefacts=(_map(found),),
        caveats=(_CAVEAT,),
    )


def _sentence(count: int) -> str:
    parts, lack = ("One part", "lacks") if count == 1 else (f"{count} parts", "lack")
    return f"{parts} of the picture {lack} the trace of an earlier JPEG save that the rest carries."


def _facts(found: CombMap, boxes: list[ForeignBox]) -> tuple[Measurement, ...]:
    facts = [
        Measurement(
            name="trace of the earlier save in a typical block", value=round(found.comb, 1), unit="nats"
        ),
    ]
    facts += [
        Measurement(
            name=f"how clearly a block at {box.x}, {box.y} lacks it",
            value=round(box.mean, 1),
            unit=f"nats; by chance fewer than 10^{box.log10_nfa:.0f} such boxes in a picture",
            usual="negative",
        )
        for box in boxes
    ]
    return tuple(facts)


def _first_quality(picture: ImageView, steps: tuple[int, ...] | None) -> tuple[Measurement, ...]:
    from detectors.image._saves import MIN_GAIN, NAMED_FIT, earlier_save

    save = earlier_save(picture.rgb, steps)
    if save is None or save.gain < MIN_GAIN or save.fit < NAMED_FIT:
        return ()
    return (Measurement(name="quality of the earlier save", value=save.quality, unit="libjpeg scale"),)


def _map(found: CombMap) -> Artefact:
    from scipy import ndimage

    from detectors.image._blocks import BLOCK
    from detectors.image._heat import evidence_map

    smooth = ndimage.uniform_filter(found.evidence, size=3, mode="nearest")
    return Artefact(
        name="dct",
        title="Where the trace of the earlier JPEG save is missing",
        legend="Light: blocks that carry it. Dark: blocks that lack it. Grey: flat or clipped blocks that say nothing."
        " A picture saved twice without a change in between is light with grey patches and no dark area of one piece.",
        alt="Map of the blocks of the picture; dark ones lack the trace of the earlier save.",
        data=evidence_map(smooth, found.measured, scale=2 * found.comb, cell=BLOCK),
    )
