"""What is measured on the two sides of a moment."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.audio._joins import ratios
from detectors.audio._sides import BLOCKS, LEAST_ROWS, SIZES, background, compare, prepare
from detectors.sound.frames import FrameAnalyser, Frames

RATE = 16_000


def framed(samples: np.ndarray) -> Frames:
    analyser = FrameAnalyser()
    analyser.push(samples.astype(np.float32))
    analyser.finish()
    return analyser.frames()


def test_silence_has_no_course():
    assert prepare(framed(np.zeros(RATE * 5))) is None


def test_time_runs_on_only_near_sound(talk):
    samples = talk(6, noise_db=-75)
    silence = 1e-5 * np.random.default_rng(1).standard_normal(5 * RATE)
    course = prepare(framed(np.concatenate((samples, silence))))
    assert course is not None
    assert course.times[-1] == pytest.approx(6.5, abs=0.25)


def test_gain_changes_nothing(talk):
    samples = talk(8, noise_db=-50)
    places = np.array([LEAST_ROWS, 180])
    loud, soft = (prepare(framed(gain * samples)) for gain in (1.0, 0.25))
    assert loud is not None
    assert soft is not None
    first, second = compare(loud, places), compare(soft, places)
    np.testing.assert_allclose(first[1], second[1], atol=0.3)


def test_scalars_know_no_direction_in_time(talk):
    samples = talk(9, noise_db=-50)
    course = prepare(framed(samples))
    assert course is not None
    count = len(course.level)
    turned = type(course)(
        np.ascontiguousarray(course.bands[:, ::-1]), course.level[::-1].copy(), course.times[::-1].copy()
    )
    place = 200
    blocks, scalars = compare(course, np.array([place]))
    back, other = compare(turned, np.array([count - place]))
    lows = [blocks[0][0], back[0][0]]
    np.testing.assert_allclose(lows[0], -lows[1], atol=1e-3)
    # Rises and falls change places; everything else is the same.
    same = [k for k in range(scalars.shape[1]) if np.isclose(scalars[0, k], other[0, k], atol=1e-2)]
    assert len(same) >= scalars.shape[1] - 10
    assert len(blocks) == len(SIZES) * len(BLOCKS)


def test_the_background_is_told_on_both_sides(talk):
    samples = np.concatenate((talk(6, seed=1, noise_db=-65), talk(6, seed=2, noise_db=-40)))
    course = prepare(framed(samples))
    assert course is not None
    before, after = background(course, int(np.searchsorted(course.times, 6.0)))
    assert after - before > 10


def test_ratios_are_those_of_two_gaussians():
    from scipy.stats import multivariate_normal

    rng = np.random.default_rng(2)
    block = rng.normal(0, 1, (5, 3)).astype(np.float32)
    narrow, wide = np.diag([1.0, 2.0, 3.0]), np.diag([4.0, 4.0, 4.0])
    gain = ((np.linalg.inv(narrow) - np.linalg.inv(wide)) / 2).astype(np.float32)
    offset = (np.linalg.slogdet(narrow)[1] - np.linalg.slogdet(wide)[1]) / 2
    found = ratios([block], (gain,), np.array([offset]))[:, 0]
    expected = multivariate_normal.logpdf(block, cov=wide) - multivariate_normal.logpdf(block, cov=narrow)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
