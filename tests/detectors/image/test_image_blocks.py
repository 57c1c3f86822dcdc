"""Coefficients from pixels, clipped blocks, and boxes that gather evidence."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dctn

from detectors.image._blocks import CELLS, block_dct, dct_planes, unclipped_blocks
from detectors.image._places import gathered_places


def test_the_transform_is_the_orthonormal_dct():
    blocks = np.random.default_rng(0).normal(0, 30, (5, 8, 8)).astype(np.float32)
    assert np.allclose(block_dct(blocks), dctn(blocks, axes=(1, 2), norm="ortho"), atol=1e-3)


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("size", [(8, 8), (200, 168), (205, 171)])
def test_planes_are_the_quantised_coefficients(size, every):
    luma = np.random.default_rng(1).uniform(0, 255, size).astype(np.float32)
    steps = np.arange(3, 3 + len(CELLS)).astype(np.float32)
    planes = dct_planes(luma, steps, most=40, every=every)
    down, across = size[0] // 8, size[1] // 8
    blocks = luma[: down * 8, : across * 8].reshape(down, 8, across, 8).transpose(0, 2, 1, 3)[::every]
    expected = dctn(blocks, axes=(2, 3), norm="ortho")
    for plane, step, (row, column) in zip(planes, steps, CELLS, strict=True):
        direct = np.minimum(np.rint(np.abs(expected[..., row, column]) / step), 40)
        assert np.array_equal(plane, direct)


@pytest.mark.parametrize(("value", "at"), [(0, (9, 17, 0)), (255, (15, 16, 2))])
def test_one_clipped_value_marks_its_block(value, at):
    rgb = np.full((43, 67, 3), 100, dtype=np.uint8)
    rgb[40:] = 0  # rows and columns that fill no block do not count
    rgb[:, 64:] = 255
    rgb[at] = value
    expected = np.ones((5, 8), dtype=bool)
    expected[1, 2] = False
    assert np.array_equal(unclipped_blocks(rgb), expected)


def test_a_planted_box_is_gathered():
    evidence = np.full((60, 90), -1, dtype=np.float32)
    evidence[20:32, 40:58] = 1
    (place,) = gathered_places(evidence, sizes=(3, 7), least=0.1, min_side=4)
    assert (place.x, place.y, place.w, place.h, place.total) == (40, 20, 18, 12, 18 * 12)


def test_a_gap_in_a_part_is_bridged_and_two_parts_stay_two():
    evidence = np.full((60, 90), -1, dtype=np.float32)
    evidence[5:20, 5:20] = evidence[40:55, 60:80] = 1
    evidence[10, 5:20] = -1
    places = gathered_places(evidence, sizes=(3, 7), least=0.1, min_side=4)
    assert [(p.x, p.y, p.w, p.h) for p in places] == [(60, 40, 20, 15), (5, 5, 15, 15)]


def test_nothing_positive_gathers_nothing():
    assert gathered_places(np.zeros((40, 40), np.float32), sizes=(3,), least=0.1, min_side=4) == ()


def test_noise_everywhere_is_bounded_work():
    noise = np.random.default_rng(2).choice(np.array((-1, 1), np.float32), (700, 900))
    places = gathered_places(noise, sizes=(3, 7), least=0.1, min_side=2, most=5)
    assert len(places) <= 5
    assert all(p.x >= 0 and p.x + p.w <= 900 and p.y >= 0 and p.y + p.h <= 700 for p in places)
