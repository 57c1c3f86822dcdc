"""Hit rates and false alarms of `image.demosaic` on photographs of any folders.

    python -m benchmarks.demosaic FOLDER [FOLDER ...] [--pictures 50] [--pastes 40] [--out demosaic.json]

False alarms: each photograph as it is and after the usual deliveries, and with a simulated colour filter array, saved
in several ways. Hits: both pictures of a paste are shrunk by half, so that no array is left of them, sampled through
the Bayer pattern and interpolated; the square then lies on another phase than its new place.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from benchmarks.edits import Pasted, cut, measure, saved
from detectors.image.demosaic import INFO, run

SIDES = (96, 128, 192)
SAVES = ((None, "stored without loss"), (100, "JPEG 100"), (98, "JPEG 98"), (95, "JPEG 95"), (90, "JPEG 90"))
NOISE = 1.5
"""Standard deviation of the noise of the sensor, in values of eight bits."""

_CROSS = np.array(((0, 1, 0), (1, 4, 1), (0, 1, 0))) / 4.0
_SQUARE = np.array(((1, 2, 1), (2, 4, 2), (1, 2, 1))) / 4.0
# H. S. Malvar, L. He, R. Cutler, ICASSP 2004, doi:10.1109/ICASSP.2004.1326587: green at red and blue.
_MALVAR = (
    np.array(((0, 0, -1, 0, 0), (0, 0, 2, 0, 0), (-1, 2, 4, 2, -1), (0, 0, 2, 0, 0), (0, 0, -1, 0, 0))) / 8.0
)


def main() -> None:
    """Measure and print one row a case."""
    cases = {
        f"{how}, {name}": (lambda rng, files, how=how, quality=quality: paste(rng, files, how, quality))
        for how in ("bilinear", "gradient-corrected")
        for quality, name in SAVES
    }
    untouched = {
        f"{how}, {name}": (lambda path, how=how, quality=quality: _saved(sensed(path, how, 1), quality))
        for how in ("bilinear", "gradient-corrected")
        for quality, name in SAVES
    }
    measure("image.demosaic", run, INFO.types, cases, more=untouched)


def paste(rng: random.Random, files: list[Path], how: str, quality: int | None) -> Pasted | None:
    """Return a file with a pasted square of another phase, and where it is."""
    host, donor = (sensed(rng.choice(files), how, rng.randrange(1 << 30)) for _ in range(2))
    side = rng.choice(SIDES)
    if min(*host.size, *donor.size) < side + 32 or 3 * side * side > host.width * host.height:
        return None
    u, v = (rng.randrange(edge - side) for edge in donor.size)
    x, y = (rng.randrange(edge - side) for edge in host.size)
    x += (x - u) % 2 == 0 and (y - v) % 2 == 0  # one paste in four keeps the phase
    host.paste(donor.crop((u, v, u + side, v + side)), (x, y))
    return _saved(host, quality), (x, y, side, side)


def sensed(path: Path, how: str, seed: int) -> Image.Image:
    """Return a photograph at half size as a camera with a Bayer pattern would have taken it."""
    picture = cut(path)
    small = np.asarray(
        picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX), dtype=float
    )
    small = small + np.random.default_rng(seed).normal(0, NOISE, small.shape)
    pattern = np.array(((0, 1), (1, 2)))  # channel that each pixel of the 2 x 2 pattern measures
    height, width = small.shape[:2]
    channel = np.tile(pattern, (height // 2 + 1, width // 2 + 1))[:height, :width]
    made = [_interpolated(small[..., c], channel == c, _CROSS if c == 1 else _SQUARE) for c in range(3)]
    if how != "bilinear":
        raw = np.take_along_axis(small, channel[..., None], axis=2)[..., 0]
        made[1] = np.where(channel == 1, raw, ndimage.convolve(raw, _MALVAR, mode="mirror"))
        for c in (0, 2):  # red and blue follow green
            made[c] = made[1] + _interpolated(small[..., c] - made[1], channel == c, _SQUARE)
    return Image.fromarray(np.clip(np.rint(np.stack(made, axis=-1)), 0, 255).astype(np.uint8))


def _interpolated(
    values: NDArray[np.float64], measured: NDArray[np.bool_], kernel: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(ndimage.convolve(values * measured, kernel, mode="mirror"))


def _saved(picture: Image.Image, quality: int | None) -> bytes:
    return saved(picture, "PNG") if quality is None else saved(picture, quality=quality, subsampling=0)


if __name__ == "__main__":
    main()
