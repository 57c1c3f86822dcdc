"""The steps of the method, one by one, on planes whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.image._prnu.frame import Box, central, luma_of
from detectors.image._prnu.matching import compare, find
from detectors.image._prnu.residual import clean, intensity, residual
from detectors.image._prnu.score import score_of, shipped_scale
from detectors.image._prnu.wavelet import LEVELS, decompose, recompose


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(5).normal(0, 2, (256, 384)).astype(np.float32)


def test_transform_is_orthonormal(noise):
    for level in decompose(noise):
        assert all(band.std() == pytest.approx(2, rel=0.15) for band in level)
    levels = decompose(noise)
    energy = sum(float((band**2).sum()) for level in levels for band in level)
    assert float((recompose(levels) ** 2).sum()) == pytest.approx(energy, rel=1e-4)


def test_what_recompose_makes_decomposes_to_the_same(noise):
    levels = decompose(noise)
    again = decompose(recompose(levels))
    assert len(levels) == LEVELS
    for one, other in zip(levels, again, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-4)


def test_transform_drops_slow_changes():
    ramp = np.tile(np.cos(np.arange(256) * 2 * np.pi / 256), (256, 1)).astype(np.float32) * 100
    assert np.abs(recompose(decompose(ramp))).max() < 2


def test_residual_keeps_noise_and_drops_edges(noise):
    scene = np.full(noise.shape, 80, np.float32)
    scene[:, 190:] = 200
    left = residual(scene + noise)
    assert np.corrcoef(left[:, :150].ravel(), noise[:, :150].ravel())[0, 1] > 0.8
    assert left.std() < 1.3 * noise.std()


def test_clean_removes_rows_columns_and_spectral_peaks(noise):
    stripes = noise + 5 * np.sin(np.arange(384) * 0.7)[None, :].astype(np.float32)
    assert np.corrcoef(clean(stripes).ravel(), clean(noise).ravel())[0, 1] > 0.98
    grid = noise + np.where((np.indices(noise.shape).sum(axis=0) % 8) == 0, 4, 0).astype(np.float32)
    assert np.corrcoef(clean(grid).ravel(), clean(noise).ravel())[0, 1] > 0.9


def test_saturated_pixels_show_no_pattern():
    assert intensity(np.array([[0, 100, 251, 255]], np.float32)).tolist() == [[0, 100, 0, 0]]


def test_energy_by_chance_is_that_of_a_squared_normal_variable():
    rng = np.random.default_rng(0)
    planes = [rng.normal(size=(64, 64)).astype(np.float32) for _ in range(40)]
    chance = [abs(compare(a, b).pce) for a, b in zip(planes[::2], planes[1::2], strict=True)]
    assert np.mean(chance) == pytest.approx(1, abs=0.6)
    assert compare(planes[0], planes[0]).pce > 1000
    assert compare(planes[0], -planes[0]).pce < -1000


def test_find_says_where_a_part_was_cut(noise):
    part = noise[37:165, 51:243] + np.random.default_rng(1).normal(0, 4, (128, 192)).astype(np.float32)
    peak = find(part, noise)
    assert (peak.x, peak.y) == (51, 37)
    assert peak.places == (256 - 128 + 1) * (384 - 192 + 1)
    assert peak.pce > 200


def test_plane_without_energy_has_no_peak():
    nothing = np.zeros((64, 64), np.float32)
    assert compare(nothing, nothing).pce == 0


def test_score_falls_with_the_places_tried_and_grows_with_the_peak():
    assert score_of(60, 1) > score_of(60, 10**6) > score_of(20, 10**6)
    assert score_of(2 * np.log(1000), 1000) == pytest.approx(0)


@pytest.mark.parametrize("size", [(3008, 2000), (3001, 2017), (16, 16), (9000, 6000)])
def test_central_box_lies_inside_on_the_grid(size):
    box = central(*size, 4096)
    assert all(value % 16 == 0 for value in box)
    assert box.x + box.w <= size[0]
    assert box.y + box.h <= size[1]
    assert max(box.w, box.h) <= 4096


def test_luma_of_a_box_is_that_of_the_picture():
    rgb = np.random.default_rng(2).integers(0, 256, (64, 80, 3)).astype(np.uint8)
    whole = rgb.astype(np.float64) @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(luma_of(rgb, Box(16, 32, 48, 16)), whole[32:48, 16:64], atol=1e-3)


def test_shipped_scale_rises_and_keeps_its_caps():
    scale = shipped_scale()
    line = scale.calibration
    values = [line.log10_lr(score) for score in np.linspace(-4, 10, 200)]
    assert values == sorted(values)
    assert -3 <= line.lowest < 0 < line.highest <= 3
    assert len(scale.others) >= 300
    assert line.highest <= np.log10(max(1.0, len(scale.others) / 3)) + 1e-9
    assert line.log10_lr(float(scale.others[-1])) < 2
    assert scale.as_high(float(scale.others[-1])) == 1
    assert scale.as_high(np.inf) == 0
