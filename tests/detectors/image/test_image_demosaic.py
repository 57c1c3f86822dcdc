"""The colour filter's pattern: seen where it is, displaced in a pasted part, gone after scaling and compression."""

from __future__ import annotations

import numpy as np
import pytest
from damage import mutations
from PIL import Image
from scipy import ndimage
from structure_pictures import natural, reopened, saved

SQUARE = (200, 136, 160, 128)
CROSS = np.array(((0, 1, 0), (1, 4, 1), (0, 1, 0))) / 4
SQUARED = np.array(((1, 2, 1), (2, 4, 2), (1, 2, 1))) / 4


def sensed(seed=1, size=(640, 480)):
    """A picture as a sensor with a Bayer pattern takes it, interpolated linearly."""
    values = np.asarray(natural(*size, seed=seed), dtype=float)
    values = values + np.random.default_rng(seed).normal(0, 2, values.shape)
    channel = np.tile(np.array(((0, 1), (1, 2))), (size[1] // 2, size[0] // 2))
    planes = [
        ndimage.convolve(values[..., c] * (channel == c), CROSS if c == 1 else SQUARED, mode="mirror")
        for c in range(3)
    ]
    return Image.fromarray(np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8))


def spliced(shift=(3, 6), kind="PNG", turn=None, **options):
    host, (x, y, w, h), (u, v) = sensed(1), SQUARE, shift
    host.paste(sensed(2).crop((u, v, u + w, v + h)), (x, y))
    return saved(host if turn is None else host.transpose(turn), kind, **options)


def overlap(region, box):
    x, y, w, h = box
    across = min(region.x + region.w, x + w) - max(region.x, x)
    down = min(region.y + region.h, y + h) - max(region.y, y)
    shared = max(0, across) * max(0, down)
    return shared / (region.w * region.h + w * h - shared)


def test_the_pattern_of_a_sensor_is_seen(examine):
    finding = examine("image.demosaic", saved(sensed(), "PNG"))
    assert (finding.outcome, finding.summary, finding.regions) == ("reported", "", ())
    assert finding.because[0].value > 95


@pytest.mark.parametrize("shift", [(3, 6), (2, 7), (3, 7)], ids=["one across", "one down", "both"])
def test_a_displaced_part_is_found_where_it_is(examine, shift):
    finding = examine("image.demosaic", spliced(shift))
    assert finding.points_to == "edited"
    assert finding.log10_lr is None
    assert max(overlap(region, SQUARE) for region in finding.regions) > 0.8
    (artefact,) = finding.artefacts
    assert artefact.data.startswith(b"\x89PNG")
    assert "as its camera wrote it" in artefact.legend


def test_a_part_on_the_same_phase_is_not_found(examine):
    assert not examine("image.demosaic", spliced((2, 6))).regions


@pytest.mark.parametrize(
    ("turn", "box"),
    [
        (Image.Transpose.FLIP_LEFT_RIGHT, (280, 136, 160, 128)),
        (Image.Transpose.ROTATE_90, (136, 280, 128, 160)),
        (Image.Transpose.ROTATE_180, (280, 216, 160, 128)),
    ],
)
def test_the_box_moves_with_the_picture(examine, turn, box):
    regions = examine("image.demosaic", spliced(turn=turn)).regions
    assert max(overlap(region, box) for region in regions) > 0.8


def test_fine_jpeg_keeps_the_trace(examine):
    finding = examine("image.demosaic", spliced(kind="JPEG", quality=98, subsampling=0))
    assert max(overlap(region, SQUARE) for region in finding.regions) > 0.7


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: saved(sensed(), quality=85), "too strong"),
        (lambda: saved(sensed().resize((401, 303)), "PNG"), "no colour filter"),
        (lambda: saved(natural(), "PNG"), "no colour filter"),
        (lambda: saved(sensed().convert("L"), "PNG"), "colour mode"),
        (lambda: saved(sensed().crop((0, 0, 100, 400)), "PNG"), "smaller"),
        (lambda: saved(Image.new("RGB", (300, 300), (90, 90, 90)), "PNG"), "no colour filter"),
        (lambda: saved(Image.new("RGB", (300, 300), "white"), "PNG"), "no colour filter"),
    ],
    ids=["compressed", "scaled", "no sensor", "grey", "small", "flat", "clipped"],
)
def test_not_applicable_says_why(examine, data, reason):
    finding = examine("image.demosaic", data())
    assert finding.outcome == "not_applicable"
    assert reason in finding.reason


def test_metadata_does_not_change_the_finding(examine):
    picture = reopened(spliced())
    plain = saved(picture, quality=100, subsampling=0)
    assert examine("image.demosaic", plain) == examine(
        "image.demosaic", saved(picture, quality=100, subsampling=0, comment=b"x" * 99)
    )


def test_the_same_bytes_give_the_same_numbers(examine):
    assert examine("image.demosaic", spliced()) == examine("image.demosaic", spliced())


def test_damaged_files_never_raise(examine):
    for data in mutations(spliced(kind="JPEG", quality=98)):
        assert examine("image.demosaic", data).outcome in ("reported", "not_applicable", "failed")


@pytest.mark.parametrize("size", [(128, 128), (131, 137), (129, 400)])
def test_sides_that_no_block_divides(examine, size):
    assert not examine("image.demosaic", saved(sensed().crop((0, 0, *size)), "PNG")).regions
