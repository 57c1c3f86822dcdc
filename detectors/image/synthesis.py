"""Fine structure of a picture from a generator, against that of a photograph from a camera.

## What it measures
Eight squares of 128 pixels at fixed random places: statistics of frequencies, of noise by scale and by brightness,
and of how the colour channels go together. What sharpness and noise level alone explain is taken off. A weighted sum,
learnt on pictures of 15 generators and photographs of ten collections that went through the same encoders and
resizers, becomes a likelihood ratio, calibrated on sources that the sum had not seen.

## Why it matters
Most files on the web carry no credentials and no metadata. Then the pixels are all there is. Generators build
pictures with networks that upscale; cameras interpolate colours, reduce noise and sharpen. Both leave statistics
that nobody sees.

## Known problems
The measurement is weak, and it says so. On generators and cameras that it had not seen it called 28 of 100 generated
pictures "weak" as they were, and 12 of 100 photographs; after JPEG at quality 75, 14 and 6. It reaches no more than
that. It abstained on 47 of these generated pictures, mostly for a palette. After WebP it is of no use. Small,
strongly compressed, scaled and retouched pictures hide the traces. New generators may leave others. Film scans, old and
rare cameras, and photographs that an app improved with a network can score like generated pictures. The card beside the
weights lists every figure by generator, by camera source and by way of delivery.

## How to read it
As one small piece of evidence, never alone. The finding says how many of 1,000 camera photographs score as high. It
also saves the picture again in several ways: where the answers contradict each other, it gives none. A low score is
no sign of a camera.

## References
J. Frank et al., frequency analysis of generated pictures, ICML 2020, arXiv:2003.08685.
M. Goljan, J. Fridrich, R. Cogranne, "Rich model for steganalysis of color images", doi:10.1109/WIFS.2014.7084325.
S. Lyu, H. Farid, "How realistic is photorealistic?", doi:10.1109/TSP.2004.839896. N. Brümmer, J. du Preez,
"Application-independent evaluation of speaker detection", doi:10.1016/j.csl.2005.08.001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.check import CheckInfo, not_applicable, reported
from detectors.image._jpeg import read_headers
from detectors.image._quantisation import identify
from detectors.view import ImageView, View
from detectors.wording import PROPOSITIONS, band
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
_DECIDES = 0.30103
_MADE, _TAKEN = PROPOSITIONS["image"]


def run(view: View) -> Finding:
    """Score the picture and re-encodings of it, and say what the score is worth."""
    assert isinstance(view, ImageView)
    if reason := _unfit_file(view):
        return not_applicable(reason)
    from detectors.image._synthesis import load_model, read_patches, versions

    model, reading = load_model(), read_patches(view.rgb)
    if reason := _unfit_pixels(model, reading):
        return not_applicable(reason)
    score = model.score(reading)
    ratio = model.calibration.log10_lr(score)
    others = {
        name: model.calibration.log10_lr(model.score(read_patches(rgb)))
        for name, rgb in versions(view.rgb).items()
    }
    for name, other in others.items():
        if min(abs(ratio), abs(other)) >= _DECIDES and ratio * other < 0:
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
    strength = band(ratio)
    made, taken = (_MADE, _TAKEN) if ratio > 0 else (_TAKEN, _MADE)
    frequency = model.as_high(score)
    count = f"of 1,000 camera photographs in our test set, about {frequency} score this high"
    if strength == "none":
        summary = f"Its fine structure does not help to decide between {_MADE} and {_TAKEN}: {count}."
    elif strength == "weak":
        summary = (
            f"Its fine structure is slightly more expected if it is {made} than if it is {taken}, which on its"
            f" own is not enough: {count}."
        )
    else:
        summary = f"Its fine structure gives {strength} support for {made} over {taken}: {count}."
    because = [
        Measurement(name="score", value=round(score, 2), usual=_usual(model)),
        Measurement(
            name="camera photographs of 1,000 that score this high", value=frequency, usual="1 to 1,000"
        ),
        Measurement(name="log10 likelihood ratio of the file", value=round(ratio, 2)),
    ]
    because += [
        Measurement(name=f"the same when {name}", value=round(other, 2)) for name, other in others.items()
    ]
    return reported(
        summary,
        points_to="generated",
        log10_lr=round(ratio, 2),
        strength=strength,
        because=tuple(because),
        caveats=(
            "Measured on generators and cameras that the score had not seen, as they are and after JPEG, WebP,"
            " scaling, a messenger and a screenshot. Other cameras and newer generators can behave otherwise.",
            "A low score is no sign of a camera: many generated pictures score like photographs.",
        ),
    )


def _usual(model: Model) -> str:
    low, high = (float(model.cameras[int(len(model.cameras) * q)]) for q in (0.05, 0.95))
    return f"{low:.1f} to {high:.1f} in nine of ten camera photographs"
