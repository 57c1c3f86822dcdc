"""Features of patches: shapes, ranges, and how they answer to changes whose effect is known."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.image import _features
from detectors.image._features import FAMILIES, NAMES, extract
from detectors.image._patches import LARGEST, SMALLEST, take_crops

SIDE = 128


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """A smooth, coloured scene with sensor-like noise, 4 patches."""
    rng = np.random.default_rng(11)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    base = np.stack([120 + 60 * x, 110 + 70 * y, 130 - 50 * x * y], axis=2)
    noisy = base + rng.normal(0, 4, (4, SIDE, SIDE, 3))
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def column(stack: np.ndarray, name: str) -> float:
    return float(extract(stack)[:, NAMES.index(name)].mean())


def enlarged(stack: np.ndarray, factor: int) -> np.ndarray:
    side = stack.shape[1] // factor
    return np.stack([
        np.asarray(Image.fromarray(p[:side, :side]).resize((SIDE, SIDE), Image.Resampling.BILINEAR)) for p in stack
    ])  # fmt: skip


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_returns_its_columns(family: str, scene: np.ndarray) -> None:
    function, names = FAMILIES[family]
    found = function(scene)
    assert found.shape == (4, len(names))
    assert found.dtype == np.float32


@pytest.mark.parametrize("value", [0, 128, 255])
def test_flat_patches_give_finite_numbers(value: int) -> None:
    flat = np.full((2, SIDE, SIDE, 3), value, dtype=np.uint8)
    assert np.isfinite(extract(flat)).all()


def test_a_patch_counts_alone(scene: np.ndarray) -> None:
    assert extract(scene)[2:3] == pytest.approx(extract(scene[2:3]), abs=1e-4)


def test_a_quarter_turn_changes_nothing_but_borders(scene: np.ndarray) -> None:
    turned = np.ascontiguousarray(np.rot90(scene, axes=(1, 2)))
    moved = dict(zip(NAMES, np.abs(extract(turned) - extract(scene)).max(axis=0), strict=True))
    exact = [v for name, v in moved.items() if not name.startswith(("spectrum.", "magnitude."))]
    assert max(exact) < 2e-3
    # The squares of the spectra leave out some rows and columns, the diagonal neighbours take one direction.
    assert max(v for name, v in moved.items() if ".lag." in name) < 0.1
    assert max(moved.values()) < 0.5


def test_enlarging_makes_neighbours_alike(scene: np.ndarray) -> None:
    assert column(enlarged(scene, 2), "spectrum.rg.lag.0.1") > column(scene, "spectrum.rg.lag.0.1") + 0.2


def test_runs_of_white_noise_are_those_of_chance(scene: np.ndarray) -> None:
    frequencies = extract(scene)[:, [i for i, n in enumerate(NAMES) if n.startswith("cooc.luma")]]
    assert frequencies.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_patterns_do_not_see_brightness_or_contrast(scene: np.ndarray) -> None:
    darker = (scene // 2 * 2 - 40).astype(np.uint8)
    columns = [i for i, n in enumerate(NAMES) if n.startswith("texture.green")]
    even = (scene // 2 * 2).astype(np.uint8)
    assert np.array_equal(extract(darker)[:, columns], extract(even)[:, columns])


def test_details_beside_details_go_together() -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(1, SIDE, SIDE, 1))
    loud = np.where(np.arange(SIDE) // 32 % 2, 20, 2)[None, :, None, None]
    patchy = np.clip(128 + np.repeat(noise * loud, 3, axis=3), 0, 255).astype(np.uint8)
    even = np.clip(128 + np.repeat(noise * 11, 3, axis=3), 0, 255).astype(np.uint8)
    assert column(patchy, "magnitude.luma.0.along.1") > column(even, "magnitude.luma.0.along.1") + 0.2


def test_compression_empties_high_frequencies(scene: np.ndarray) -> None:
    def compressed(patch: np.ndarray) -> np.ndarray:
        stream = io.BytesIO()
        Image.fromarray(patch).save(stream, "JPEG", quality=60)
        return np.asarray(Image.open(stream))

    squeezed = np.stack([compressed(p) for p in scene])
    assert column(squeezed, "dct.quiet.14") > column(scene, "dct.quiet.14") + 0.5


def test_channels_of_grey_pictures_fall_alike(scene: np.ndarray) -> None:
    grey = np.repeat(scene[..., :1], 3, axis=3)
    assert column(grey, "spectrum.gain.rg.6") == pytest.approx(0, abs=1e-5)
    soft = scene.copy()
    soft[:, :, 1:, 0] = (scene[:, :, 1:, 0] // 2) + (scene[:, :, :-1, 0] // 2)
    assert column(soft, "spectrum.gain.rg.9") < column(scene, "spectrum.gain.rg.9") - 0.3


def test_the_size_of_a_crop_does_not_shift_its_features() -> None:
    rng = np.random.default_rng(6)
    noise = np.clip(128 + rng.normal(0, 12, (24, LARGEST, LARGEST, 3)), 0, 255).astype(np.uint8)
    large, small = (extract(crops).mean(axis=0) for crops in (noise, noise[:, :SMALLEST, :SMALLEST]))
    shift = np.abs(large - small)
    assert np.median(shift) < 0.01
    assert shift.max() < 0.2


def test_crops_are_the_same_every_time_and_lie_inside() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (300, 500, 3), dtype=np.uint8)
    first, textured = take_crops(rgb, count=4, seed=5)
    again, _ = take_crops(rgb, count=4, seed=5)
    other, _ = take_crops(rgb, count=4, seed=6)
    assert first.shape == (4, LARGEST, LARGEST, 3)
    assert textured == 4
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_no_place_is_taken_twice() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (SMALLEST, SMALLEST, 3), dtype=np.uint8)
    assert take_crops(rgb, count=4)[0].shape == (1, SMALLEST, SMALLEST, 3)


def test_flat_places_give_way_to_textured_ones() -> None:
    rgb = np.full((400, 1200, 3), 90, dtype=np.uint8)
    rgb[:, 600:] = np.random.default_rng(0).integers(0, 256, (400, 600, 3), dtype=np.uint8)
    assert take_crops(rgb, count=4)[1] == 4
    assert take_crops(rgb[:, :300], count=4)[1] == 0


def test_importing_the_features_computes_nothing() -> None:
    assert callable(_features.extract)
