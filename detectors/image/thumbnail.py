"""The small preview that cameras store inside the file, compared with the picture.

## What it measures
The preview inside EXIF is decoded and laid over the picture at the same size, in the ways in which cameras
fit it: whole, with black bars, or its middle part, and in the four directions. Reported is the normalised
correlation of brightness, from 1 (the same) to 0 (nothing in common).

## Why it matters
Cameras write the preview when the photograph is taken. Programs that change or crop the picture without
renewing the preview leave the earlier state in the file, for all to see.

## Known problems
Most programs renew or drop the preview, so a good match does not say that nothing was changed. Very fine
repeated detail (printed text, fabric) can look different at preview size. Small local changes do not show at
64 pixels: look at the preview itself.

## How to read it
In 240 untouched or newly previewed camera files of two public collections, the correlation was 0.72 or more,
and above 0.9 in all but six. Below 0.65 the check says that the two differ; all five files of the collections
below it turned out to be cropped or reframed. It says nothing on why.

## References
E. Kee, H. Farid, "Digital image authentication from thumbnails", SPIE 7541, 2010, doi:10.1117/12.838835.
CIPA DC-008 (EXIF 3.0), section 4.5.5.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from detectors.check import CheckInfo, not_applicable, reported
from detectors.image._preview import Likeness, compare, read_preview
from detectors.view import ImageView, View
from provenance.model.finding import Artefact, Finding, Measurement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["INFO", "run"]

INFO = CheckInfo(
    title="Preview inside the file against the picture",
    kinds=("image",),
    basis="measured",
    needs=("metadata", "container", "pixels"),
    cost="moderate",
    types=("image/jpeg",),
)

_DIFFERS = 0.65


def run(view: View) -> Finding:
    """Compare the EXIF preview with the picture."""
    picture = cast(ImageView, view)
    preview = read_preview(picture)
    if preview is None:
        return not_applicable("The file holds no EXIF preview that can be decoded.")
    likeness = compare(picture.rgb, preview)
    if likeness is None:
        return not_applicable("The picture or its preview has too little contrast to compare them.")
    because = _measurements(likeness, preview.shape)
    if likeness.correlation >= _DIFFERS:
        return reported("", because=because)
    return reported(
        "The small preview inside the file shows another picture or another framing than the picture itself.",
        points_to="edited",
        because=because,
        artefacts=(_artefact(preview),),
        caveats=("Cropping alone does this; look at the preview to see what differs.",),
    )


def _measurements(likeness: Likeness, shape: tuple[int, ...]) -> tuple[Measurement, ...]:
    rows = [
        Measurement(
            name="correlation of preview and picture",
            value=likeness.correlation,
            usual="0.9 to 1 in camera files, 0.72 at the least",
        ),
        Measurement(name="size of the preview", value=f"{shape[1]} x {shape[0]}", unit="pixels"),
    ]
    if likeness.turned:
        rows.append(
            Measurement(
                name="quarter turns that the preview needs to fit",
                value=likeness.turned,
                usual="0; programs that turn a picture may leave the preview as it was",
            )
        )
    return tuple(rows)


def _artefact(preview: NDArray[np.float32]) -> Artefact:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(preview.astype("uint8")).save(out, "PNG")
    return Artefact(
        name="preview",
        title="The preview stored inside the file, in grey",
        legend="In an untouched photograph it shows the same as the picture, only smaller.",
        alt=f"Preview of {preview.shape[1]} by {preview.shape[0]} pixels from the EXIF block.",
        data=out.getvalue(),
    )
