"""The grid of JPEG blocks: found where it is, moved with a crop, foreign in a pasted part, absent without JPEG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.image import _zero
from detectors.image.grid import run
from detectors.view import make_view
from provenance.source import open_source


def scene(seed=0, size=(384, 320)):
    """A smooth, textured picture without any history."""
    random = np.random.default_rng(seed)
    width, height = size
    coarse = Image.fromarray(random.integers(0, 256, (height // 16, width // 16, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC)).astype(float)
    return Image.fromarray(np.clip(smooth + random.normal(0, 6, smooth.shape), 0, 255).astype(np.uint8))


def jpeg(picture, quality=80):
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return Image.open(held).convert("RGB")


def look(picture):
    held = io.BytesIO()
    picture.save(held, "PNG")
    with open_source(held.getvalue(), name="a.png") as source:
        return run(make_view(source))


def votes_of(picture):
    return _zero.grid_votes(np.asarray(picture.convert("L")).astype(np.float32))


def test_no_grid_without_jpeg():
    assert _zero.main_grid(votes_of(scene())) is None
    assert look(scene()).summary == ""


@pytest.mark.parametrize("quality", [60, 80, 92])
def test_grid_of_a_jpeg_begins_at_its_corner(quality):
    assert _zero.main_grid(votes_of(jpeg(scene(), quality))) == 0
    assert look(jpeg(scene(), quality)).summary == ""


@pytest.mark.parametrize(("x", "y"), [(1, 0), (3, 5), (7, 7)])
def test_grid_moves_with_a_crop(x, y):
    cropped = jpeg(scene()).crop((x, y, 384, 320))
    expected = 8 * (-y % 8) + (-x % 8)
    assert _zero.main_grid(votes_of(cropped)) == expected
    finding = look(cropped)
    assert finding.points_to == "recompressed"
    assert "cropped" in finding.summary
    assert not finding.regions


def test_pasted_part_is_found_where_it_is():
    host, donor = jpeg(scene(1), 90), jpeg(scene(2), 75)
    host.paste(donor.crop((51, 42, 51 + 128, 42 + 128)), (200, 120))
    finding = look(host)
    assert finding.points_to == "edited"
    (region,) = finding.regions
    assert abs(region.x - 200) <= 16
    assert abs(region.y - 120) <= 16
    assert abs(region.w - 128) <= 32
    (artefact,) = finding.artefacts
    assert artefact.data.startswith(b"\x89PNG")
    assert "untouched" in artefact.legend


def test_part_pasted_on_the_same_grid_is_not_found():
    host, donor = jpeg(scene(1), 90), jpeg(scene(2), 75)
    host.paste(donor.crop((48, 40, 48 + 128, 40 + 128)), (200, 120))
    assert look(host).summary == ""


def test_later_save_erases_the_trace():
    host, donor = jpeg(scene(1), 90), jpeg(scene(2), 75)
    host.paste(donor.crop((51, 42, 51 + 128, 42 + 128)), (200, 120))
    assert look(jpeg(host, 75)).summary == ""


def test_half_block_shifts_are_not_reported():
    host, donor = jpeg(scene(1), 90), jpeg(scene(2), 75)
    host.paste(donor.crop((4, 0, 4 + 128, 128)), (200, 120))  # 4 pixels beside the host's grid
    assert not look(host).regions


def test_small_picture_is_not_applicable():
    assert look(scene(size=(96, 320))).outcome == "not_applicable"


def test_votes_are_the_same_on_every_run_and_across_strips(monkeypatch):
    picture = jpeg(scene(size=(200, 600)))
    first = votes_of(picture)
    assert np.array_equal(first, votes_of(picture))
    monkeypatch.setattr(_zero, "_STRIP", 72)
    assert np.array_equal(first, votes_of(picture))


def test_flat_picture_does_not_vote():
    assert (votes_of(Image.new("RGB", (160, 160), (90, 90, 90))) == _zero.NO_VOTE).all()


def test_nfa_of_chance_level_votes_is_no_surprise():
    pixels = 256 * 256
    assert _zero.log10_nfa(pixels // 64, pixels, tests=1e9) > 0
    assert _zero.log10_nfa(pixels // 2, pixels, tests=1e9) < -100
