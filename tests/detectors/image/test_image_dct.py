"""Parts saved once in a picture saved twice: found where they are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from damage import mutations
from PIL import Image, ImageOps
from structure_pictures import natural, reopened, saved

SQUARE = (200, 136, 160, 128)


def spliced(first=70, last=90, square=SQUARE, turn=None):
    """A picture saved twice with a part from elsewhere that was saved once."""
    host, donor = reopened(saved(natural(640, 480, seed=1), quality=first)), natural(640, 480, seed=2)
    x, y, w, h = square
    host.paste(donor.crop((3, 5, 3 + w, 5 + h)), (x, y))
    host = host if turn is None else host.transpose(turn)
    return saved(host, "PNG") if last is None else saved(host, quality=last)


def overlap(region, box):
    x, y, w, h = box
    across = min(region.x + region.w, x + w) - max(region.x, x)
    down = min(region.y + region.h, y + h) - max(region.y, y)
    shared = max(0, across) * max(0, down)
    return shared / (region.w * region.h + w * h - shared)


@pytest.mark.parametrize(("first", "last"), [(60, 80), (70, 90), (85, 95), (75, None)])
def test_a_pasted_part_is_found_where_it_is(examine, first, last):
    finding = examine("image.dct", spliced(first, last))
    assert finding.points_to == "edited"
    assert finding.log10_lr is None
    (region,) = finding.regions
    assert overlap(region, SQUARE) > 0.7
    (artefact,) = finding.artefacts
    assert artefact.data.startswith(b"\x89PNG")
    assert "without a change" in artefact.legend


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (Image.Transpose.FLIP_LEFT_RIGHT, (280, 136, 160, 128)),
        (Image.Transpose.FLIP_TOP_BOTTOM, (200, 216, 160, 128)),
        (Image.Transpose.ROTATE_180, (280, 216, 160, 128)),
        (Image.Transpose.ROTATE_90, (136, 280, 128, 160)),
    ],
)
def test_the_box_moves_with_the_picture(examine, turn, box):
    (region,) = examine("image.dct", spliced(turn=turn)).regions
    assert overlap(region, box) > 0.7


@pytest.mark.parametrize(("first", "last"), [(70, 90), (80, 95), (60, None)])
def test_two_saves_without_a_change_leave_no_part(examine, first, last):
    picture = reopened(saved(natural(640, 480, seed=3), quality=first))
    finding = examine("image.dct", saved(picture, "PNG") if last is None else saved(picture, quality=last))
    assert finding.outcome == "reported"
    assert (finding.summary, finding.regions) == ("", ())


def test_one_save_is_not_applicable(examine):
    finding = examine("image.dct", saved(natural(640, 480), quality=85))
    assert finding.outcome == "not_applicable"
    assert "No earlier" in finding.reason


def test_a_coarser_last_save_hides_the_trace(examine):
    assert examine("image.dct", spliced(90, 70)).outcome == "not_applicable"


@pytest.mark.parametrize("size", [(8, 8), (64, 640), (1, 1)])
def test_small_pictures_are_not_applicable(examine, size):
    picture = natural(640, 640).crop((0, 0, *size))
    finding = examine("image.dct", saved(picture, quality=85))
    assert finding.outcome == "not_applicable"
    assert "too small" in finding.reason


def test_a_part_of_clipped_pixels_says_nothing(examine):
    picture = ImageOps.autocontrast(reopened(saved(natural(640, 480), quality=70)))
    picture.paste((255, 255, 255), (200, 136, 360, 264))
    assert not examine("image.dct", saved(picture, quality=95)).regions


def test_metadata_does_not_change_the_finding(examine):
    picture = reopened(spliced())
    assert examine("image.dct", saved(picture, quality=95)) == examine(
        "image.dct", saved(picture, quality=95, comment=b"x" * 99)
    )


def test_the_same_bytes_give_the_same_numbers(examine):
    data = spliced()
    assert examine("image.dct", data) == examine("image.dct", data)


def test_damaged_files_never_raise(examine):
    for data in mutations(spliced()):
        assert examine("image.dct", data).outcome in ("reported", "not_applicable", "failed")


def test_noise_without_structure_is_passed_over(examine):
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    assert not examine("image.dct", saved(Image.fromarray(noise), quality=90)).regions
