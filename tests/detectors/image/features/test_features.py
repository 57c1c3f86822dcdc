"""Features of patches: shapes, ranges, and how they answer to changes whose effect is known."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from detectors.image import _features
from detectors.image._features import FAMILIES, NAMES, extract
from detectors.image._patches import GROUP, SIDE, group_means, take_patches


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
    exact = [v for name, v in moved.items() if not name.startswith(("spectrum.", "channels.shifted."))]
    assert max(exact) < 2e-3
    # The spectra leave out six rows and columns on one side, the shifted correlations take one direction.
    assert max(v for name, v in moved.items() if ".lag." in name or ".shifted." in name) < 0.02
    assert max(moved.values()) < 0.5


@pytest.mark.parametrize(("factor", "at"), [(2, "44"), (4, "24")])
def test_the_lattice_peak_stands_where_the_enlargement_puts_it(
    scene: np.ndarray, factor: int, at: str
) -> None:
    name = f"spectrum.cross.lattice.{at}"
    comb = np.repeat(np.repeat(scene[:, : SIDE // factor, : SIDE // factor], factor, axis=1), factor, axis=2)
    assert column(comb, name) > column(scene, name) + 2


def test_enlarging_makes_neighbours_alike(scene: np.ndarray) -> None:
    assert column(enlarged(scene, 2), "spectrum.luma.lag.01") > column(scene, "spectrum.luma.lag.01") + 0.2


def test_a_filter_array_shows_in_the_phase(scene: np.ndarray) -> None:
    mosaic = scene.copy()
    green = mosaic[..., 1].astype(np.float32)
    mean = (np.roll(green, 1, 1) + np.roll(green, -1, 1) + np.roll(green, 1, 2) + np.roll(green, -1, 2)) / 4
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    mosaic[..., 1] = np.where((x + y) % 2, np.rint(mean), green).astype(np.uint8)
    assert column(mosaic, "demosaic.green.quincunx") > 1
    assert column(scene, "demosaic.green.quincunx") < 0.1


def test_noise_that_grows_with_light_has_a_slope() -> None:
    rng = np.random.default_rng(3)
    ramp = np.broadcast_to(np.linspace(20, 230, SIDE)[None, :, None], (SIDE, SIDE, 3))
    noise = rng.normal(0, 1, (2, SIDE, SIDE, 3))
    shot = np.clip(ramp + noise * np.sqrt(ramp) / 3, 0, 255).astype(np.uint8)
    even = np.clip(ramp + noise * 3, 0, 255).astype(np.uint8)
    assert column(shot, "intensity.slope") > 0.5 > abs(column(even, "intensity.slope")) * 2


def test_compression_empties_high_frequencies(scene: np.ndarray) -> None:
    def compressed(patch: np.ndarray) -> np.ndarray:
        stream = io.BytesIO()
        Image.fromarray(patch).save(stream, "JPEG", quality=60)
        return np.asarray(Image.open(stream))

    squeezed = np.stack([compressed(p) for p in scene])
    assert column(squeezed, "dct.quiet.14") > column(scene, "dct.quiet.14") + 0.5


def test_grey_pictures_have_fully_correlated_channels(scene: np.ndarray) -> None:
    grey = np.repeat(scene[..., :1], 3, axis=3)
    assert column(grey, "channels.0.correlation.rg") == pytest.approx(1, abs=1e-4)


def test_patches_are_the_same_every_time_and_lie_inside() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    first, textured = take_patches(rgb, seed=5)
    again, _ = take_patches(rgb, seed=5)
    other, _ = take_patches(rgb, seed=6)
    assert first.shape == (8, SIDE, SIDE, 3)
    assert textured == 8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_flat_places_give_way_to_textured_ones() -> None:
    rgb = np.full((400, 800, 3), 90, dtype=np.uint8)
    rgb[:, 400:] = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    _, textured = take_patches(rgb, count=4)
    assert textured == 4
    assert take_patches(rgb[:, :300], count=4)[1] == 0


def test_groups_are_means_of_their_patches(scene: np.ndarray) -> None:
    eight = np.concatenate([scene, scene[::-1]])
    found = group_means(eight, extract)
    assert found.shape == (8 // GROUP, len(NAMES))
    assert found[0] == pytest.approx(extract(eight[0::2]).mean(axis=0), abs=1e-5)


def test_importing_the_features_computes_nothing() -> None:
    assert callable(_features.extract)
