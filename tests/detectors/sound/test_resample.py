"""Resampling a stream gives what resampling the whole signal gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from detectors.sound import Resampler


def whole(resampler: Resampler, samples: np.ndarray, cuts: list[int]) -> np.ndarray:
    parts = [resampler.push(part) for part in np.split(samples, cuts)]
    return np.concatenate([*parts, resampler.finish()])


@given(
    rate=st.sampled_from([8000, 11_025, 12_345, 22_050, 44_100, 48_000, 96_000]),
    length=st.integers(0, 200_000),
    cuts=st.lists(st.integers(0, 200_000), max_size=5),
)
@settings(max_examples=25, deadline=None)
def test_the_cutting_of_the_stream_does_not_matter(rate, length, cuts):
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    resampler = Resampler(rate, 16_000)
    read = whole(resampler, samples, sorted(min(c, length) for c in cuts))
    wanted = resample_poly(samples, resampler.up, resampler.down) if length else samples
    assert len(read) == len(wanted)
    assert len(read) == 0 or np.abs(read - wanted).max() < 1e-4


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000, 192_000])
def test_a_tone_stays_at_its_time(rate):
    read = whole(
        Resampler(rate, 16_000), np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate).astype("f4"), []
    )
    wanted = np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000)
    assert np.abs(read - wanted)[500:-500].max() < 2e-3
