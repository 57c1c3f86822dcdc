"""Hit rates and false alarms of `image.dct` on photographs of any folders.

    python -m benchmarks.dct FOLDER [FOLDER ...] [--pictures 50] [--pastes 40] [--out dct.json]

False alarms: each photograph as it is and after the usual deliveries, and saved twice. Hits: a square of another
photograph pasted into one that was saved as JPEG, and saved again. The figures in `detectors/image/dct.py` come from
this script on public photographs of collections that played no part in writing the check.
"""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image

from benchmarks.edits import Pasted, cut, encoded, measure, saved
from detectors.image.dct import INFO, run

SIDES = (64, 96, 128, 192)
SAVES = (
    (60, 75),
    (70, 85),
    (75, 90),
    (80, 95),
    (90, 95),
    (95, 98),
    (85, 75),
    (90, 90),
    (75, None),
    (90, None),
)
"""Qualities of the two saves; None is a save without loss."""


def main() -> None:
    """Measure and print one row a case."""
    cases = {
        f"saved at {first}, pasted, {f'saved at {last}' if last else 'stored without loss'}": (
            lambda rng, files, first=first, last=last: paste(rng, files, first, last)
        )
        for first, last in SAVES
    }
    cases["file as it is, pasted, saved at 95"] = lambda rng, files: paste(rng, files, None, 95)
    twice = {
        f"saved at {first}, {f'saved at {last}' if last else 'stored without loss'}": (
            lambda path, first=first, last=last: _saved(shrunk(path, first), last)
        )
        for first, last in SAVES
    }
    measure("image.dct", run, INFO.types, cases, more=twice)


def paste(rng: random.Random, files: list[Path], first: int | None, last: int | None) -> Pasted | None:
    """Return a file with a pasted square, and where it is.

    Args:
        rng: Source of all choices.
        files: Photographs.
        first: Quality of the host's first save, after it was shrunk to two thirds; None takes its file as it is.
        last: Quality of the save after pasting, None for one without loss.
    """
    path = rng.choice(files)
    host, donor = cut(path) if first is None else shrunk(path, first), cut(rng.choice(files))
    side = rng.choice(SIDES)
    if min(*host.size, *donor.size) < side + 64 or 4 * side * side > host.width * host.height:
        return None
    u, v = (rng.randrange(edge - side) for edge in donor.size)
    x, y = (rng.randrange(edge - side) for edge in host.size)
    x += (x - u) % 8 == 0 and (y - v) % 8 == 0  # one paste in 64 keeps the grid of the donor
    host.paste(donor.crop((u, v, u + side, v + side)), (x, y))
    return _saved(host, last), (x, y, side, side)


def shrunk(path: Path, quality: int) -> Image.Image:
    """Return a photograph without traces of earlier saves, after one save."""
    picture = cut(path)
    return encoded(picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)), quality=quality)


def _saved(picture: Image.Image, quality: int | None) -> bytes:
    return saved(picture, "PNG") if quality is None else saved(picture, quality=quality)


if __name__ == "__main__":
    main()
