"""Copied parts: found where they are in every orientation and after a save; like things and noise are not copies."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.image._copymove.exact import find_exact
from detectors.image._copymove.keypoints import find_keypoints
from detectors.image._copymove.search import find_copies
from detectors.image.copymove import run
from detectors.view import make_view
from provenance.source import open_source

SOURCE = (40, 60, 120, 120)
TARGET = (330, 200, 120, 120)


def scene(seed=0, size=(500, 380)):
    """Blobs of many sizes with a little grain: as many corners as in a photograph, and no two places alike."""
    random = np.random.default_rng(seed)
    width, height = size
    total = np.zeros((height, width))
    for step, strength in ((40, 60), (16, 50), (7, 35)):
        coarse = random.integers(-100, 101, (height // step + 2, width // step + 2)).astype(np.float32)
        total += np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)) / 100 * strength
    grain = random.normal(0, 3, (height, width, 3))
    return Image.fromarray(np.clip(128 + total[..., None] + grain, 0, 255).astype(np.uint8))


def pasted(picture, change=lambda part: part):
    x, y, w, h = SOURCE
    edited = picture.copy()
    edited.paste(change(picture.crop((x, y, x + w, y + h))), TARGET[:2])
    return edited


def saved(picture, kind="PNG", **options):
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def look(picture, kind="PNG", **options):
    with open_source(saved(picture, kind, **options), name="a") as source:
        return run(make_view(source))


def overlap(region, box):
    x, y, w, h = box
    across = min(region.x + region.w, x + w) - max(region.x, x)
    down = min(region.y + region.h, y + h) - max(region.y, y)
    shared = max(0, across) * max(0, down)
    return shared / (region.w * region.h + w * h - shared)


def assert_both_found(finding, boxes, least):
    assert finding.points_to == "edited"
    for box in boxes:
        assert max(overlap(region, box) for region in finding.regions) > least


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 90}), ("JPEG", {"quality": 70})]
)
def test_copied_part_is_found_at_both_places(kind, options):
    finding = look(pasted(scene()), kind, **options)
    assert_both_found(finding, (SOURCE, TARGET), 0.7)
    (artefact,) = finding.artefacts
    assert artefact.data.startswith(b"\x89PNG")
    assert "untouched" in artefact.legend


def test_copy_stored_without_loss_is_exact():
    finding = look(pasted(scene()))
    assert finding.because[0].value == 0
    assert {(r.x, r.y) for r in finding.regions} == {SOURCE[:2], TARGET[:2]}


def test_turned_copy_is_found():
    finding = look(pasted(scene(), lambda p: p.rotate(20, Image.Resampling.BICUBIC)), "JPEG", quality=90)
    assert_both_found(finding, (SOURCE, TARGET), 0.5)
    assert "turned" in finding.because[0].name


def test_scaled_copy_is_found():
    larger = (round(SOURCE[2] * 1.25),) * 2
    finding = look(pasted(scene(), lambda p: p.resize(larger, Image.Resampling.BICUBIC)), "JPEG", quality=90)
    assert_both_found(finding, (SOURCE, (*TARGET[:2], *larger)), 0.6)
    assert "scaled" in finding.because[0].name


@pytest.mark.parametrize(
    "turn", [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_90]
)
def test_boxes_turn_with_the_picture(turn):
    edited = pasted(scene()).transpose(turn)
    marks = []
    for x, y, w, h in (SOURCE, TARGET):
        mark = Image.new("L", (500, 380))
        mark.paste(1, (x, y, x + w, y + h))
        left, top, right, bottom = mark.transpose(turn).getbbox()
        marks.append((left, top, right - left, bottom - top))
    assert_both_found(look(edited, "JPEG", quality=85), marks, 0.7)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_untouched_scene_is_not_flagged(kind):
    assert look(scene(3), kind).summary == ""


def test_noise_is_not_flagged():
    noise = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert look(Image.fromarray(noise)).summary == ""


def test_like_things_with_grain_of_their_own_are_not_copies():
    """The same tile twice, but each photographed with its own noise and a little warped."""
    picture = np.asarray(scene()).astype(float)
    tile = np.asarray(scene(9, (120, 120)))
    random = np.random.default_rng(2)
    for x, y, w, h in (SOURCE, TARGET):
        bent = Image.fromarray(tile).transform(
            (w, h), Image.Transform.QUAD, tuple(random.uniform(-4, 4, 8) + np.array([0, 0, 0, h, w, h, w, 0]))
        )
        picture[y : y + h, x : x + w] = np.asarray(bent) + random.normal(0, 6, (h, w, 3))
    assert look(Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)), "JPEG", quality=90).summary == ""


def test_drawn_letters_that_repeat_exactly_are_not_copies():
    picture = np.full((300, 400, 3), 255, dtype=np.uint8)
    letter = np.zeros((24, 24), dtype=bool)
    letter[4:20, 4:7] = letter[4:7, 4:18] = letter[11:14, 4:14] = True
    for x in (30, 200):
        for y in (40, 150):
            picture[y : y + 24, x : x + 24][letter] = 0
    assert find_exact(picture) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (63, 500), (3000, 64), (64, 3000)])
def test_odd_sizes_are_answered(size):
    finding = look(
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    )
    assert finding.outcome == ("not_applicable" if min(size) < 64 else "reported")
    assert finding.summary == ""


def test_flat_picture_has_no_places():
    flat = np.full((200, 200), 77, dtype=np.float32)
    assert len(find_keypoints(flat, most=100).at) == 0
    assert find_copies(flat, np.full((200, 200, 3), 77, dtype=np.uint8)) == []


def test_large_pictures_are_searched_at_working_size():
    large = pasted(scene(5)).resize((1500, 1140), Image.Resampling.BICUBIC)
    finding = look(large, "JPEG", quality=90)
    assert_both_found(finding, [tuple(3 * v for v in box) for box in (SOURCE, TARGET)], 0.7)


def test_same_numbers_on_every_run():
    edited = pasted(scene())
    assert look(edited, "JPEG") == look(edited, "JPEG")
