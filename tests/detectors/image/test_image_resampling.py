"""Changes of size: the period moves with the factor, a part is found where it is, JPEG and textures are no period."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.image import _resampling
from detectors.image.resampling import run
from detectors.view import make_view
from provenance.source import open_source

PART = (320, 192, 320, 320)


def scene(seed=0, size=(768, 640)):
    """Detail at all scales down to the pixel, as a camera writes it."""
    random = np.random.default_rng(seed)
    width, height = size
    coarse = random.integers(0, 256, (height // 24, width // 24)).astype(np.float32)
    smooth = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    grey = np.clip(0.7 * smooth + 40 + random.normal(0, 8, (height, width)), 0, 255)
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def look(picture, kind="PNG", **options):
    held = io.BytesIO()
    picture.save(held, kind, **options)
    with open_source(held.getvalue(), name="a") as source:
        return run(make_view(source))


def resized(picture, factor):
    return picture.resize(
        (round(picture.width * factor), round(picture.height * factor)), Image.Resampling.BICUBIC
    )


def with_part(picture, factor=1.4, place=PART):
    x, y, w, h = place
    donor = scene(7).crop((64, 64, 64 + round(w / factor), 64 + round(h / factor)))
    edited = picture.copy()
    edited.paste(donor.resize((w, h), Image.Resampling.BICUBIC), (x, y))
    return edited


def whole_of(picture):
    return _resampling.whole_peak(_resampling.line_sums(np.asarray(picture.convert("L")).astype(np.float32)))


def overlap(region, box):
    x, y, w, h = box
    across = min(region.x + region.w, x + w) - max(region.x, x)
    down = min(region.y + region.h, y + h) - max(region.y, y)
    shared = max(0, across) * max(0, down)
    return shared / (region.w * region.h + w * h - shared)


@pytest.mark.parametrize("factor", [1.15, 1.2, 1.4, 1.7, 1.8])
def test_period_moves_with_the_factor(factor):
    peak = whole_of(resized(scene(), factor))
    assert peak.frequency == pytest.approx(1 - 1 / factor, abs=0.003)
    assert min(abs(f - factor) for f in _resampling.factors_of(peak.frequency)) < 0.02


def test_whole_picture_is_a_fact_and_no_edit():
    finding = look(resized(scene(), 1.4), "JPEG", quality=92)
    assert finding.points_to == "recompressed"
    assert "common" in finding.summary
    assert not finding.regions


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 95}), ("JPEG", {"quality": 60})]
)
def test_untouched_picture_has_no_period(kind, options):
    assert look(scene(2), kind, **options).summary == ""


def test_part_of_another_size_is_found_where_it_is():
    finding = look(with_part(scene(1)))
    assert finding.points_to == "edited"
    assert max(overlap(region, PART) for region in finding.regions) > 0.5
    (artefact,) = finding.artefacts
    assert artefact.data.startswith(b"\x89PNG")
    assert "untouched" in artefact.legend


@pytest.mark.parametrize(
    "turn", [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_90]
)
def test_box_turns_with_the_picture(turn):
    mark = Image.new("L", (768, 640))
    mark.paste(1, (PART[0], PART[1], PART[0] + PART[2], PART[1] + PART[3]))
    left, top, right, bottom = mark.transpose(turn).getbbox()
    finding = look(with_part(scene(1)).transpose(turn))
    assert max(overlap(region, (left, top, right - left, bottom - top)) for region in finding.regions) > 0.5


def test_part_of_the_same_size_is_not_found():
    assert look(with_part(scene(1), factor=1.0)).summary == ""


def test_noise_is_not_flagged():
    noise = np.random.default_rng(1).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    assert look(Image.fromarray(noise)).summary == ""


def test_a_fence_is_no_interpolation():
    """A regular pattern has its period in the pixels themselves."""
    y, x = np.mgrid[:640, :768]
    fence = 30 * np.sin(2 * np.pi * 0.17 * x) * np.sin(2 * np.pi * 0.17 * y) + 40 * np.sign(
        np.sin(2 * np.pi * 0.19 * x)
    )
    fence = fence + 40 * np.sign(np.sin(2 * np.pi * 0.19 * y))
    picture = np.asarray(scene(3)).astype(float)
    picture[192:512, 320:640] += 0.8 * fence[192:512, 320:640, None]
    assert look(Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))).points_to != "edited"


def test_frequencies_of_the_jpeg_grid_are_left_out():
    length = 1024
    combed = np.zeros(length)
    combed[::8] = 50.0
    bent = 10 + combed + np.random.default_rng(0).normal(0, 1, length)
    heights = _resampling._heights(bent, np.random.default_rng(1).normal(0, 1, length))
    assert heights.max() < 20


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 900), (900, 1), (255, 700), (256, 256), (5000, 256), (256, 5000)]
)
def test_odd_sizes_are_answered(size):
    picture = Image.fromarray(
        np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    )
    finding = look(picture)
    assert finding.outcome == ("not_applicable" if min(size) < 256 else "reported")
    assert finding.points_to != "edited"


def test_flat_picture_has_no_period():
    assert look(Image.new("RGB", (400, 400), (90, 90, 90))).summary == ""


@pytest.mark.parametrize(("frequency", "factor"), [(0.25, 1.33), (1 / 3, 1.5), (0.25, 0.8), (0.4, 2.5)])
def test_factors_that_leave_a_frequency(frequency, factor):
    assert factor in _resampling.factors_of(frequency)


def test_same_numbers_on_every_run():
    edited = with_part(scene(1))
    assert look(edited) == look(edited)
