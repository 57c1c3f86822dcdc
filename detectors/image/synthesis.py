"""Fine structure of a picture from a generator, against that of a photograph from a camera.

## What it measures
Four squares of up to 256 pixels at fixed random places: frequencies, runs of neighbouring differences, local
patterns, and how fine details go together across places, scales and colours. A discriminant and boosted trees, learnt
on pictures of 20 generators and photographs of 20 collections that went through the same encoders and resizers, give
a sum that becomes a likelihood ratio, calibrated on sources that they had not seen.

## Why it matters
Most files on the web carry no credentials and no metadata. Then the pixels are all there is. Generators build
pictures with networks that upscale; cameras interpolate colours, reduce noise and sharpen. Both leave statistics that
nobody sees.

## Known problems
How well it works depends on the generator. On two generators and seven camera sources kept for the end it separated
well (AUC 0.92 as they are, 0.85 after JPEG at quality 75, 0.86 after half size). On 20 others, each unseen by the
model in its turn, it separated less: 0.82, 0.75 and 0.75. Faces of StyleGAN2 it does not tell from photographs
(0.51), pictures of Nano Banana, DALL-E 2 and Bing's DALL-E 3 barely (0.62 to 0.70). It is usually weak: at "moderate"
it found 1 to 10 of 100 generated pictures, and called 1 to 5 of 1,000 photographs so. At "weak" it is wrong for up to
28 of 100 photographs of one source. Strong compression, WebP, scaling and retouching hide the traces. Sharp, strongly
processed and scanned photographs can score like generated pictures. The card beside the weights lists every figure.

## How to read it
As one small piece of evidence, never alone. The finding says how many of 1,000 camera photographs score as high. It
also saves the picture again in several ways: where the answers contradict each other, it gives none. A low score is
no sign of a camera.

## References
J. Frank et al., frequency analysis of generated pictures, ICML 2020, arXiv:2003.08685.
J. Fridrich, J. Kodovský, "Rich models for steganalysis", doi:10.1109/TIFS.2012.2190402.
J. Portilla, E. Simoncelli, statistics of texture, doi:10.1023/A:1026553619983. N. Brümmer, J. du Preez,
"Application-independent evaluation of speaker detection", doi:10.1016/j.csl.2005.08.001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.check import CheckInfo, not_applicable, reported
from detectors.image._jpeg import read_headers
from detectors.image._quantisation import identify
from detectors.scored import (
    as_high_of_1000,
    frequency_words,
    score_sentence,
    turned_by,
    usual_scores,
    version_rows,
)
from detectors.view import ImageView, View
from detectors.wording import band
from provenance.model.finding import Finding, Measurement

if TYPE_CHECKING:
    from detectors.image._synthesis import Model, Reading

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Fine structure of a generator or a camera",
    kinds=("image",),
    basis="measured",
    needs=("pixels", "container"),
    cost="moderate",
    answers=("generated",),
)

_SMALLEST = 128
_WORST_QUALITY = 55
_LEAST_TEXTURED = 0.5
_MOST_ALIKE = 0.5


def run(view: View) -> Finding:
    """Score the picture and re-encodings of it, and say what the score is worth."""
    assert isinstance(view, ImageView)
    if reason := _unfit_file(view):
        return not_applicable(reason)
    from detectors.image._synthesis import load_model, read_crops, versions

    model, reading = load_model(), read_crops(view.rgb)
    if reason := _unfit_pixels(model, reading):
        return not_applicable(reason)
    score = model.score(reading)
    ratio = model.calibration.log10_lr(score)
    others = {
        name: model.calibration.log10_lr(model.score(read_crops(rgb)))
        for name, rgb in versions(view.rgb).items()
    }
    if name := turned_by(ratio, others):
        return not_applicable(
            f"The answer turns round when the picture is {name}, so it would say more about the"
            " encoding than about the picture."
        )
    return _finding(model, score, ratio, others)


def _unfit_file(view: ImageView) -> str:
    """Return why the file cannot be scored, from what its headers say; empty where it can."""
    if min(view.image.size) < _SMALLEST:
        return f"The picture is smaller than {_SMALLEST} pixels on one side: too small for this measurement."
    if view.image.mode == "P":
        return "The picture was reduced to a palette of colours, which replaces its fine structure."
    if view.source.media_type == "image/jpeg":
        headers = read_headers(view)
        quality = identify(headers.luma, headers.chroma).quality if headers.luma else None
        if quality is not None and quality < _WORST_QUALITY:
            return f"The picture is compressed too strongly (JPEG quality {quality}) for this measurement."
    return ""


def _unfit_pixels(model: Model, reading: Reading) -> str:
    """Return why the pixels cannot be scored; empty where they can."""
    if reading.textured < _LEAST_TEXTURED:
        return "Most of the picture is even or overexposed; there is too little texture to measure."
    if reading.grey:
        return "The picture has no colour, and this measurement was learnt on colour pictures."
    if reading.alike > _MOST_ALIKE:
        return "Most neighbouring pixels are exactly alike, as in drawings and screenshots of text."
    if model.outside(reading) > model.most_outside:
        return "The picture is unlike those that this measurement was learnt on."
    return ""


def _finding(model: Model, score: float, ratio: float, others: dict[str, float]) -> Finding:
    frequency = as_high_of_1000(score, model.cameras)
    count = frequency_words(frequency, "camera photographs")
    because = (
        Measurement(
            name="score", value=round(score, 2), usual=usual_scores(model.cameras, "camera photographs")
        ),
        Measurement(
            name="camera photographs of 1,000 that score this high", value=frequency, usual="1 to 1,000"
        ),
        *version_rows(ratio, others),
    )
    return reported(
        score_sentence("image", ratio, count),
        points_to="generated",
        log10_lr=round(ratio, 2),
        strength=band(ratio),
        because=because,
        caveats=(
            "Measured on generators and cameras that the score had not seen, as they are and after JPEG, WebP,"
            " scaling, a messenger and a screenshot. Other cameras and newer generators can behave otherwise.",
            "A low score is no sign of a camera: many generated pictures score like photographs.",
        ),
    )
