"""Five views of the picture for readers who know them; the check makes no claim.

## What it measures
Nothing that is judged. It draws, for reports, bundles and `--plots`: the error level (what one more save as JPEG at
quality 90 changes, amplified), JPEG ghosts (what saves at qualities 50, 60, 70, 80, 90 and 95 change, by block
of 8 x 8 pixels), the spectrum of the fine structure, the noise level by block, and the four lowest bit planes of green.

## Why it matters
Newsrooms use such views, and readers ask for them. They can point the eye to a place that deserves a question. Here
they stand with what each one needs to be read, and apart from what has a measured error rate.

## Known problems
All five show texture, edges, brightness and how the file was saved far more clearly than editing. Error levels are the
most misread view of the field: edges and lettering are always bright, flat sky always dark, in untouched photographs
too. Nobody has shown error rates for reading these views by eye. On pictures above 3.2 megapixels all but the spectrum
use one block in four, nine or more, so small details can be missed. Ghosts are drawn on the grid of the file alone;
a part whose grid lies elsewhere shows none (`image.grid` looks for those).

## How to read it
Compare a place with others of the same texture in the same picture, never with another picture. Take a difference as a
question to the sender, not as an answer. Then look at the checks that count their errors: `image.grid`, `image.saves`.

## References
N. Krawetz, "A Picture's Worth", Black Hat 2007. H. Farid, "Exposing digital forgeries from JPEG ghosts",
doi:10.1109/TIFS.2008.2012215. A. C. Popescu, H. Farid, doi:10.1109/TSP.2004.839932. J. Immerkær, "Fast noise variance
estimation", doi:10.1006/cviu.1996.0060. J. Fridrich, "Steganography in Digital Media", Cambridge 2009, chapter 5 (bit
planes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Views without a verdict",
    kinds=("image",),
    basis="measured",
    needs=("pixels",),
    cost="moderate",
)

_LEAST = 128


def run(view: View) -> Finding:
    """Draw the views, where somebody will see them."""
    if not view.pictures:
        return not_applicable(
            "Its views are drawn for reports, bundles and --plots alone; they make no claim."
        )
    picture = cast(ImageView, view)
    rgb = picture.rgb
    if min(rgb.shape[:2]) < _LEAST:
        return not_applicable(f"The picture is smaller than {_LEAST} pixels on one side.")
    return reported("", artefacts=_views(rgb, picture))


def _views(rgb: NDArray[np.uint8], picture: ImageView) -> tuple[Artefact, ...]:
    from detectors.image._views.drawing import drawn, orientation_of, tiled, turned
    from detectors.image._views.noise import noise_map
    from detectors.image._views.planes import bit_planes
    from detectors.image._views.sample import luma_of, mosaic
    from detectors.image._views.saves import error_level, ghosts
    from detectors.image._views.spectrum import spectrum

    turn = orientation_of(picture.image)
    high, wide = rgb.shape[:2][::-1] if turn >= 5 else rgb.shape[:2]
    pixels = mosaic(rgb)
    luma = luma_of(pixels)
    errors, gain = error_level(pixels)
    noise, black, white = noise_map(luma)
    frequencies = spectrum(rgb)
    maps = tiled([turned(part, turn) for part in ghosts(luma)], 3)
    planes = tiled([turned(part, turn) for part in bit_planes(pixels)], 2)
    return (
        _artefact("error-level", drawn(turned(errors, turn), (wide, high)), gain=gain),
        _artefact("ghosts", drawn(maps, (3 * wide, 2 * high))),
        _artefact("spectrum", drawn(frequencies, frequencies.shape[::-1])),
        _artefact(
            "noise", drawn(turned(noise, turn), (wide, high)), black=f"{black:.1f}", white=f"{white:.1f}"
        ),
        _artefact("bit-planes", drawn(planes, (wide, high))),
    )


def _artefact(name: str, data: bytes, **values: object) -> Artefact:
    title, legend, alt = _WORDS[name]
    return Artefact(name=name, title=title, legend=legend.format(**values), alt=alt, data=data)


_WORDS = {
    "error-level": (
        "Error level.",
        "Bright: one more save at JPEG quality 90 changes much there (amplified {gain} times). Compare like with like:"
        " edge with edge, skin with skin. In an untouched picture edges, lettering and fine texture are bright and flat"
        " places dark. It misleads at sharp or colourful details and after sharpening; a file that was saved several"
        " times has little left to show.",
        "Map of how much one more save as JPEG changes each place; brighter means more.",
    ),
    "ghosts": (
        "JPEG ghosts.",
        "Six saves: JPEG quality 50, 60, 70 in the upper row, 80, 90, 95 in the lower. Dark: that save changes a place"
        " least. In an untouched picture all places darken together, towards high quality; a part that was once saved"
        " lower can stand out dark in one of the first five. It misleads where places are flat or overexposed.",
        "Six small maps, one for each of six JPEG qualities; dark places change least at that quality.",
    ),
    "spectrum": (
        "Spectrum of the fine structure.",
        "The middle is coarse, the edges fine structure; the ticks stand at multiples of one eighth, where JPEG's"
        " blocks leave dots and lines. An untouched photograph shows a smooth cloud, and those dots where it is a"
        " JPEG. Other dots that repeat come from resizing, from some generators, and as well from fabrics, screens,"
        " fences and printed matter.",
        "Spectrum with the lowest frequencies in the middle; regular dots mark patterns that repeat.",
    ),
    "noise": (
        "Noise level.",
        "Black: noise of {black} levels of 255 or less (standard deviation); white: {white} or more. In an untouched"
        " picture noise follows brightness and texture without sharp borders. It misleads at texture, which counts as"
        " noise here, at blurred backgrounds, and where a phone smoothed faces or sky.",
        "Map of the noise level; brighter places are noisier or have finer texture.",
    ),
    "bit-planes": (
        "Bit planes of green.",
        "Row by row: the lowest bit, the second, the third, the fourth. Grey: as many ones as zeros. An untouched"
        " photograph is even grey in the lowest, and shapes appear towards the fourth. Flat black or white areas are"
        " overexposed, drawn or filled; a sharp rectangle in the lowest plane can be hidden data. Drawings and"
        " screenshots show their shapes in every plane.",
        "Four small maps of the lowest four bits of green; grey where ones and zeros are mixed.",
    ),
}
