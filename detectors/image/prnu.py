"""Whether the noise of the picture carries the fingerprint of a camera that you enrolled.

## What it measures
The light-sensitive pixels of a sensor differ by about one part in a hundred, and that pattern (photo-response
non-uniformity, PRNU) lies in every picture that it takes. The check takes the noise out of the picture and correlates
it with the fingerprints that `assay camera enrol` made: as it lies, turned by quarter turns, and, where the picture is
smaller than the camera's frames, at every place that it may have been cut from.

## Why it matters
It is the answer to "that photo was generated": a newsroom that still has the camera, or twenty other photographs
from it, can show that this very sensor lies under the picture.

## Known problems
Scaled pictures do not match, nor do those that were warped: panoramas, digital zoom, stabilised video, portrait modes
of phones. Strong denoising and strong compression weaken the match; dark, saturated and heavily textured pictures hold
little of the pattern. Of large pictures only the middle is compared, 3,072 pixels a side, and of large frames only the
middle is enrolled, 4,096 pixels a side. Someone who has the camera, or many of its pictures, can plant its fingerprint
into another picture or take it out of one. Pictures of one camera that share a program's processing (lens correction,
the bokeh of some phones) may match a little without sharing the sensor.

## How to read it
As a likelihood ratio: how much more this noise is to be expected if the named camera took the picture than if another
one did. It says nothing on what the picture shows, and it enters neither of the two questions of the headline.

Measured on six cameras, two each of the models Nikon D70, D70s and D200, enrolled on ten flat fields each, with 16
natural pictures of theirs that were never used to enrol; the scale that judged a camera never saw that camera:

- Pictures as the camera wrote them: a ratio above 100 for 15 of 16 (95 % interval 72 to 99 %).
- Saved again as JPEG at quality 75: 15 of 16.
- Crops of 1,024 pixels a side at an unknown place: 10 of 16. Crops of 512 pixels: 4 of 16.
- At half the size: 0 of 16. The check answers "not applicable" then.
- Pictures of another camera, 452 photographs (191 models, where they name one) and those of the other five, against
  each fingerprint: 0 of 2,968 comparisons above 100 (interval 0 to 0.13 %), none above 1.1. The closest came from
  another camera of the same model.

Sixteen pictures of three models from 2004 to 2006 are few, and phones of today process their pictures more. The ratio
is capped at 1,000 by the comparisons behind it, and in the other direction at 1 to 5: that a picture of full size does
not match is weak evidence. A crop that does not match is none. Enrol with 20 frames or more, even and bright ones if
you can. `benchmarks/prnu.py` measures all of this.

## References
J. Lukas, J. Fridrich, M. Goljan, "Digital camera identification from sensor pattern noise", IEEE TIFS 2006,
doi:10.1109/TIFS.2006.873602. M. Chen et al., IEEE TIFS 2008, doi:10.1109/TIFS.2007.916285. M. Goljan, J. Fridrich,
T. Filler, "Large scale test of sensor fingerprint camera identification", SPIE 7254, 2009, doi:10.1117/12.805701.
M. Goljan, J. Fridrich, M. Chen, "Defending against fingerprint-copy attack in sensor-based camera identification",
IEEE TIFS 2011, doi:10.1109/TIFS.2010.2099220.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.view import ImageView, View
from detectors.wording import band, band_words
from provenance.errors import UnreadableError
from provenance.model.finding import Finding, Measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detectors.cameras import Camera, CameraStore
    from detectors.image._prnu.score import Scale
    from detectors.image._prnu.search import Match, Noise

__all__ = ["INFO", "compare_with", "run"]

INFO = CheckInfo(
    title="Fingerprint of an enrolled camera",
    kinds=("image",),
    basis="measured",
    needs=("pixels",),
    cost="heavy",
    types=("image/jpeg", "image/png", "image/webp", "image/tiff"),
)

_DARK, _BRIGHT, _USABLE, _QUIET = 10, 250, 0.25, 0.02
_SHOWN = 10
_WEAK = 0.30103

_CAVEATS = (
    "This says which camera the picture's noise came from, not whether what it shows is true.",
    "Somebody who has the camera or many of its pictures can plant its fingerprint, or remove it.",
)
_UNSEEN = "A scaled, warped, denoised or heavily compressed picture loses the fingerprint of its camera."
_CENTRE = "Only the middle of the picture was compared."


def run(view: View) -> Finding:
    """Compare with every enrolled camera whose frames fit the picture."""
    from detectors.cameras import CameraStore

    store = CameraStore()
    cameras, problems = store.cameras()
    if not cameras:
        said = f" {len(problems)} files in its place cannot be read." if problems else ""
        return not_applicable(f"No camera is enrolled; `assay camera enrol` does that.{said}")
    return compare_with(cast(ImageView, view), cameras, store=store, problems=problems)


def compare_with(
    view: ImageView, cameras: Sequence[Camera], *, store: CameraStore, problems: Sequence[str] = ()
) -> Finding:
    """Return the finding on some cameras of a store.

    Args:
        view: The picture.
        cameras: Which ones.
        store: Where their fingerprints are.
        problems: What is wrong with others, for the caveats.
    """
    from detectors.image._prnu.score import shipped_scale
    from detectors.image._prnu.search import SMALLEST_SIDE, Noise

    noise = Noise(view.rgb)
    if min(noise.width, noise.height) < SMALLEST_SIDE:
        return not_applicable(f"The picture is smaller than {SMALLEST_SIDE} pixels.")
    fitting = [camera for camera in cameras if noise.fits(camera.width, camera.height)]
    if not fitting:
        return not_applicable(
            "The picture is larger than the frames of every camera compared, so it is no part of one."
        )
    if not _usable(noise):
        return not_applicable("Too much of the picture is black, saturated or without any noise.")
    matches, unread = _matches(noise, fitting, store)
    if not matches:
        return not_applicable("No fingerprint of a camera of fitting size can be read.")
    matches.sort(key=lambda m: -m[1].score)
    return _finding(noise, matches, shipped_scale(), (*problems, *unread))


def _usable(noise: Noise) -> bool:
    luma = noise.luma
    between = ((luma > _DARK) & (luma < _BRIGHT)).mean()
    # A drawing leaves only rounding errors: the noise of photographs is tenths of a grey level or more.
    level = noise.weighted.std() / max(1.0, float(luma.mean()))
    return bool(between >= _USABLE and level > _QUIET)


def _matches(
    noise: Noise, cameras: Sequence[Camera], store: CameraStore
) -> tuple[list[tuple[Camera, Match]], list[str]]:
    found, unread = [], []
    for camera in cameras:
        try:
            pattern = store.pattern(camera)
        except UnreadableError as error:
            unread.append(error.message)
            continue
        found.append((camera, noise.compare(camera.width, camera.height, pattern, cameras=len(cameras))))
    return found, unread


def _finding(
    noise: Noise, matches: list[tuple[Camera, Match]], scale: Scale, problems: Sequence[str]
) -> Finding:
    camera, best = matches[0]
    log10_lr = scale.log10_lr(best.score, aligned=best.aligned)
    caveats = [
        *_CAVEATS,
        *([_CENTRE] if noise.box.w < noise.width - 16 or noise.box.h < noise.height - 16 else []),
    ]
    caveats += [_UNSEEN] if log10_lr < _WEAK else []
    if not best.aligned and log10_lr < _WEAK:
        if _same_proportions(noise, camera):
            return not_applicable(
                f"The picture has the proportions of the frames of {camera.name} but is smaller, so it is"
                " probably a scaled copy, in which no fingerprint can be found."
            )
        # A crop that was scaled as well cannot match, so finding nothing here says nothing.
        return reported("", because=_because(matches, scale), caveats=(*caveats, *problems))
    return reported(
        _sentence(camera.name, log10_lr),
        points_to="camera" if abs(log10_lr) >= _WEAK else "nothing",
        log10_lr=round(log10_lr, 3),
        strength=band(log10_lr),
        because=_because(matches, scale),
        caveats=(*caveats, *problems),
    )


def _same_proportions(noise: Noise, camera: Camera) -> bool:
    mine = max(noise.width, noise.height) / min(noise.width, noise.height)
    theirs = max(camera.width, camera.height) / min(camera.width, camera.height)
    return abs(mine / theirs - 1) < 0.01


def _sentence(name: str, log10_lr: float) -> str:
    sides = f"taken with the enrolled camera {name}", "taken with another camera"
    if abs(log10_lr) < _WEAK:
        return ""
    one, other = sides if log10_lr > 0 else sides[::-1]
    if abs(log10_lr) < 1:
        return f"The noise of the picture is {band_words(log10_lr)} {one} than if it is {other}; on its own not enough."
    return f"The noise of the picture gives {band_words(log10_lr)} a picture {one} over one {other}."


def _because(matches: list[tuple[Camera, Match]], scale: Scale) -> tuple[Measurement, ...]:
    _, best = matches[0]
    as_high, of = scale.as_high(best.score), len(scale.others)
    bound = max(3.0, as_high) * 1000 / of
    rows = [
        Measurement(
            name="comparisons with a camera that did not take the picture, in our tests, that scored as high",
            value=f"{as_high:,} of {of:,}",
            usual=f"at most about {bound:.1f} of 1,000" if as_high < 3 else f"about {bound:.0f} of 1,000",
        ),
        Measurement(name="places, rotations and cameras tried", value=best.tried),
    ]
    if not best.aligned:
        rows.append(Measurement(name="place in the camera's frame, x and y", value=f"{best.place[0]}, {best.place[1]}",
                                unit="pixels"))  # fmt: skip
    if best.turns:
        rows.append(
            Measurement(name="turned against the camera's frame by", value=90 * best.turns, unit="degrees")
        )
    for camera, match in matches[:_SHOWN]:
        rows.append(
            Measurement(
                name=f"peak-to-correlation energy with {camera.name}",
                value=round(match.pce, 1),
                usual="60 or more with the camera that took it; up to about"
                + (" 25 with another" if match.aligned else " 40 at the best place with another"),
            )
        )
    return tuple(rows)
