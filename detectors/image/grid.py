"""Parts of the picture whose JPEG grid is not that of the rest.

## What it measures
JPEG works in blocks of 8 x 8 pixels. The check finds the grid of those blocks from the pixels alone and looks for
places that agree on another grid, as a part does that was pasted in from another JPEG or moved within the picture.

## Why it matters
A pasted part keeps the grid of the file it came from, and only one paste in 64 happens to fall onto the grid of its
new place. The trace survives in files stored without loss and in JPEGs of very high quality.

## Known problems
A later save at quality 95 or below erases the trace of the pasted part, so nothing found says nothing. A picture
that was cropped or joined after a save has a foreign grid everywhere, which is reported as such and is no sign of
pasting. Screens, fabrics and other patterns that repeat every eight pixels can mimic a grid. Grids exactly half a
block away are left out, because untouched WebP pictures and coarse JPEGs show them.

## How to read it
Look at the marked box: does it hold an object of its own? Ask for the file as the camera wrote it.
Measured on 110 photographs of three collections that played no part in writing the check
(`python -m benchmarks.jpeg_grid`, `benchmarks/results/jpeg_grid.json`):

- Untouched photographs, as they are and after eight usual deliveries (JPEG 95, 85, 75, 60, half size, WebP, cropped
  without loss, cropped and saved at 90): 0 of 990 flagged. After a hard one, saved at 75, cropped off the grid and
  saved again at 98: 4 of 110.
- Squares of 96 to 192 pixels from another JPEG, pasted onto a foreign grid: 70 of 72 found when saved without
  loss, 68 of 72 at quality 100, 58 of 72 at 98, 3 of 72 at 95. The reported box overlapped the pasted part by 0.80
  to 0.89 on average (intersection over union), except at 95.

## References
T. Nikoukhah, M. Colom, J.-M. Morel, R. Grompone von Gioi, "A Reliable JPEG Quantization Grid Detector", IPOL 12
(2022), doi:10.5201/ipol.2022.390.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, nothing_found, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement, Region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from detectors.image._zero import ForeignRegion

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Foreign JPEG grid",
    kinds=("image",),
    basis="measured",
    needs=("pixels",),
    cost="heavy",
    answers=("edited",),
    types=("image/jpeg", "image/png", "image/webp", "image/gif"),
)

MAX_LOG10_NFA = -2.0
"""A box counts where chance would bring fewer than one such in a hundred pictures."""

_LEAST = 128  # pixels on the shorter side
WHOLE = 0.5
"""A foreign grid over more than this share of the picture is no part of it."""

_CAVEAT = "Cropping, joining and screenshots move grids as well; this says that parts have another history."


def run(view: View) -> Finding:
    """Look for places that agree on another grid than the picture's."""
    from detectors.image import _zero

    picture = cast(ImageView, view)
    height, width = picture.luma.shape
    if min(width, height) < _LEAST:
        return not_applicable(f"The picture is smaller than {_LEAST} pixels on one side.")
    votes = _zero.grid_votes(picture.luma)
    main = _zero.main_grid(votes)
    found = [r for r in _zero.foreign_regions(votes, main) if r.log10_nfa < MAX_LOG10_NFA]
    parts = [r for r in found if r.w * r.h < WHOLE * width * height]
    facts = _facts(main, parts or found)
    if parts:
        return reported(
            _sentence(len(parts), main),
            points_to="edited",
            because=facts,
            regions=tuple(Region(x=r.x, y=r.y, w=r.w, h=r.h) for r in parts),
            artefacts=(_map(votes, main),),
            caveats=(_CAVEAT,),
        )
    if main is not None and main != 0:
        return reported(
            "The whole picture's JPEG grid does not begin at its corner: it was cropped after an earlier save.",
            points_to="recompressed",
            because=facts,
            caveats=("Cropping is common and says nothing about what remains.",),
        )
    return nothing_found()


def _sentence(count: int, main: int | None) -> str:
    places = "One part agrees" if count == 1 else f"{count} parts agree"
    rest = "while the rest has another" if main is not None else "while the rest shows none"
    return (
        f"{places} on a JPEG grid of its own, {rest}."
        if count == 1
        else f"{places} on JPEG grids of their own, {rest}."
    )


def _facts(main: int | None, found: list[ForeignRegion]) -> tuple[Measurement, ...]:
    name = "grid of the picture" if main is not None else "grid of the picture (none found)"
    facts = [Measurement(name=name, value=_offset(main), usual="0, 0 in JPEG files as cameras write them")]
    facts += [
        Measurement(
            name=f"pixels at {r.x}, {r.y} that vote for the grid {_offset(r.grid)}",
            value=round(100 * r.share),
            unit=f"of 100; by chance fewer than 10^{r.log10_nfa:.0f} such boxes in a picture",
            usual="about 2 of 100",
        )
        for r in found
    ]
    return tuple(facts)


def _offset(grid: int | None) -> str:
    return "none" if grid is None else f"{grid % 8}, {grid // 8}"


def _map(votes: NDArray[np.uint8], main: int | None) -> Artefact:
    """Return the votes as a picture: light for the picture's grid, dark for others, grey for none."""
    import numpy as np

    from detectors.image._heat import png_of
    from detectors.image._zero import NO_VOTE

    shade = np.full(votes.shape, 40, dtype=np.uint8)
    shade[votes == NO_VOTE] = 150
    if main is not None:
        shade[votes == main] = 235
    return Artefact(
        name="grid",
        title="Which JPEG grid each pixel votes for",
        legend="Light: the grid of the picture. Dark: another grid. Grey: no vote (flat or saturated places)."
        " An untouched JPEG is light with grey patches and no dark area of one piece.",
        alt="Map of the votes for the JPEG grid; dark areas vote for another grid than the rest.",
        data=png_of(shade),
    )
