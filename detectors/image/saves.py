"""How often the picture was saved as JPEG, as far as that can be seen, and at which quality before the last time.

## What it measures
Whether the 8 x 8 pixel blocks of the picture carry the comb that an earlier JPEG compression leaves in the
histograms of their frequencies, and which quality of that compression explains it best.

## Why it matters
A photograph straight from a camera was compressed once. One that was opened and saved again, sent through a
messenger or downloaded from a platform was compressed twice or more. A PNG file that was a JPEG before is no
original either.

## Known problems
Only the save before the last one is named; three or more saves mostly look like two. Nothing is seen where
the earlier save was much finer than the last one, where both had the same quality, or where the picture was
resized, cropped off the 8-pixel grid or filtered in between. Cameras with fine tables of their own mostly
leave no trace that this check can read. A picture enlarged exactly eight times can look as if it had been a
JPEG before.

## How to read it
As history, not as a fault: most pictures on the web were saved more than once. Measured on 40 photographs,
shrunk so that no earlier trace was left, and on camera files of public collections as they are:

- Saved once: 0 of 376 were taken for saved twice; of camera files 2 of 199, and both name Lightroom, which had
  saved them again.
- Saved twice, the first time coarser by 10 points of quality or more: found in all of 1,077 cases; coarser by
  less: 227 of 228. Whenever the check named an earlier quality (1,298 times), it was right to within 2 points.
- Saved twice, the first time finer, at up to quality 90: found in 439 of 566 cases; the earlier quality is
  not named then. At quality 95 or 98: 1 of 530.
- Camera files saved again as they are, at quality 90: found in 92 of 199 cases; at quality 75: 44 of 199.
- A JPEG of quality 90 or below, stored without loss: found in all of 265 cases.

`benchmarks/jpeg_saves.py` measures the same on any folder of photographs.

## References
J. Fridrich, J. Lukas, "Estimation of primary quantization matrix in double compressed JPEG images", DFRWS
2003. A. C. Popescu, H. Farid, "Statistical tools for digital forensics", Information Hiding 2004,
doi:10.1007/978-3-540-30114-1_10.
"""

from __future__ import annotations

from typing import cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.image._jpeg import read_headers
from detectors.image._quantisation import identify
from detectors.image._saves import MIN_FIT, MIN_GAIN, NAMED_FIT, EarlierSave, earlier_save
from detectors.view import ImageView, View
from provenance.model.finding import Finding, Measurement

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Earlier JPEG saves",
    kinds=("image",),
    basis="measured",
    needs=("container", "pixels"),
    cost="moderate",
    types=("image/jpeg", "image/png"),
)

_CAVEAT = (
    "Messengers, platforms and every editing program save again; this does not say that the content changed."
)


def run(view: View) -> Finding:
    """Look for the trace of an earlier JPEG save."""
    picture = cast(ImageView, view)
    steps, last = None, None
    if view.source.media_type == "image/jpeg":
        headers = read_headers(view)
        if headers.luma is None:
            return not_applicable("The file holds no readable quantisation table.")
        steps, last = headers.luma, identify(headers.luma, headers.chroma).quality
    if picture.image.mode not in ("RGB", "RGBA", "L", "LA"):
        return not_applicable(f"Pictures of the colour mode {picture.image.mode} are not measured.")
    found = earlier_save(picture.rgb, steps)
    if found is None:
        return not_applicable("The picture is too small or too plain for the statistics.")
    if not _seen(found):
        return reported("", because=_measurements(found, last, lossless=steps is None))
    return reported(
        _sentence(found, last, lossless=steps is None),
        points_to="recompressed",
        because=_measurements(found, last, lossless=steps is None),
        caveats=(_CAVEAT,),
    )


def _seen(found: EarlierSave) -> bool:
    return found.gain >= MIN_GAIN and found.fit >= MIN_FIT


def _named(found: EarlierSave, last: int | None) -> bool:
    return found.fit >= NAMED_FIT and (last is None or found.quality < last)


def _sentence(found: EarlierSave, last: int | None, *, lossless: bool) -> str:
    named = f" of quality {found.quality} or so" if _named(found, last) else ""
    if lossless:
        return f"Before it was stored in this file, the picture was a JPEG{named}."
    now = f", the last time at about {last}" if last else ""
    if named:
        return f"The picture was saved as JPEG at least twice: earlier at quality {found.quality} or so{now}."
    return f"The picture was saved as JPEG at least twice{now}; the earlier quality cannot be told reliably."


def _measurements(found: EarlierSave, last: int | None, *, lossless: bool) -> tuple[Measurement, ...]:
    seen = _seen(found)
    rows = [
        Measurement(
            name="JPEG saves that left a trace, at least",
            value=int(seen) + (0 if lossless else 1),
            usual="1 in a JPEG from a camera, 0 in a lossless original, 2 or more on the web",
        ),
        Measurement(
            name="how much better an earlier save explains the picture than none",
            value=round(max(0.0, found.gain), 1),
            unit="log-likelihood",
            usual=f"below {MIN_GAIN:g} for pictures saved once",
        ),
    ]
    rows.append(
        Measurement(
            name="share of the deviation that it explains",
            value=round(found.fit, 2),
            usual="0.5 to 1 after a plain second save",
        )
    )
    if seen and _named(found, last):
        rows.append(
            Measurement(name="quality of the earlier save", value=found.quality, unit="libjpeg scale")
        )
    if last is not None:
        rows.append(Measurement(name="quality of the last save", value=last, unit="libjpeg scale"))
    return tuple(rows)
