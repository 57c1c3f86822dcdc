"""Views without a verdict: what each drawing shows on pictures made for it, and that nothing is ever claimed."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps
from scipy.ndimage import gaussian_filter, zoom

from detectors.image import views
from detectors.image._views.drawing import drawn, turned
from detectors.image._views.noise import noise_levels, noise_map
from detectors.image._views.planes import bit_planes
from detectors.image._views.sample import luma_of, mosaic, stride_of
from detectors.image._views.saves import GHOST_QUALITIES, error_level, ghosts
from detectors.image._views.spectrum import log_power, spectrum
from detectors.view import make_view
from provenance.source import open_source

NAMES = ("error-level", "ghosts", "spectrum", "noise", "bit-planes")


def photograph(height=256, width=320, *, grain=4.0, seed=1):
    noise = np.random.default_rng(seed)
    shapes = gaussian_filter(noise.normal(size=(height, width, 3)), (6, 6, 0)) * 500 + 120
    return np.clip(shapes + noise.normal(size=(height, width, 3)) * grain, 0, 255).astype(np.uint8)


def encoded(pixels, kind="PNG", **options):
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, kind, **options)
    return held.getvalue()


def resaved(pixels, quality):
    return np.asarray(Image.open(io.BytesIO(encoded(pixels, "JPEG", quality=quality, subsampling=0))))


def finding_of(data, *, pictures=True):
    with open_source(data) as source:
        return views.run(make_view(source, pictures=pictures))


def test_five_drawings_and_no_claim():
    finding = finding_of(encoded(photograph()))
    assert finding.outcome == "reported"
    assert finding.summary == "" and finding.points_to == "nothing" and finding.because == ()
    assert finding.log10_lr is None and finding.strength == "none" and finding.regions == ()
    assert tuple(artefact.name for artefact in finding.artefacts) == NAMES
    for artefact in finding.artefacts:
        picture = Image.open(io.BytesIO(artefact.data))
        assert picture.format == "PNG" and picture.mode == "L" and max(picture.size) <= 640
        assert artefact.title and artefact.alt
        assert "ntouched" in artefact.legend and "{" not in artefact.legend


def test_nothing_is_drawn_where_nobody_looks():
    finding = finding_of(encoded(photograph()), pictures=False)
    assert finding.outcome == "not_applicable" and not finding.artefacts


def test_the_same_file_gives_the_same_drawings():
    data = encoded(photograph(), "JPEG", quality=88)
    assert finding_of(data).artefacts == finding_of(data).artefacts


@pytest.mark.parametrize("size", [(127, 400), (400, 127), (1, 1)])
def test_small_pictures_get_none(size):
    assert finding_of(encoded(photograph(*size))).outcome == "not_applicable"


@pytest.mark.parametrize("value", [0, 128, 255])
def test_one_colour_is_no_crash(value):
    assert len(finding_of(encoded(np.full((130, 131, 3), value, np.uint8))).artefacts) == 5


def test_a_large_picture_is_sampled_in_whole_blocks():
    assert [stride_of(1000, 3000), stride_of(3000, 4000), stride_of(6000, 8000)] == [1, 2, 4]
    large = np.arange(4000 * 1608 * 3, dtype=np.uint32).astype(np.uint8).reshape(4000, 1608, 3)
    sampled = mosaic(large)
    assert sampled.shape == (2000, 808, 3)
    assert np.array_equal(sampled[8:16, 16:24], large[16:24, 32:40])


def test_error_level_shows_the_part_that_was_never_saved():
    fresh, base = photograph(seed=2), resaved(photograph(seed=2), 90)
    base = base.copy()
    base[64:128, 64:128] = fresh[64:128, 64:128]
    levels, gain = error_level(base)
    inside, outside = levels[16:32, 16:32], levels[:14]
    assert inside.mean() > 4 * outside.mean()
    assert 5 <= gain <= 60


def test_ghost_of_the_first_quality_is_darkest_there():
    picture = photograph(seed=3).copy()
    picture[64:192, 64:192] = resaved(photograph(seed=3), 70)[64:192, 64:192]
    drawings = dict(zip(GHOST_QUALITIES, ghosts(luma_of(picture)), strict=True))
    inside, outside = drawings[70][10:22, 10:22], drawings[70][:7]
    assert inside.mean() < 60 < 120 < outside.mean()


def test_ghosts_agree_with_a_save_by_pillow():
    luma = luma_of(photograph(seed=4))
    at = {quality: index for index, quality in enumerate(GHOST_QUALITIES)}
    means = {}
    for quality in (50, 80):
        saved = np.asarray(Image.open(io.BytesIO(encoded(luma, "JPEG", quality=quality)))).astype(float)
        means[quality] = ((saved - luma) ** 2).mean()
    drawings = ghosts(luma)
    assert means[50] > means[80]
    assert drawings[at[50]].mean() > drawings[at[80]].mean()


@pytest.mark.parametrize("sigma", [2.0, 8.0])
def test_noise_levels_are_the_noise_that_was_added(sigma):
    noise = np.random.default_rng(5).normal(size=(256, 256)) * sigma
    ramp = np.linspace(80, 160, 256)[None] + noise
    assert np.median(noise_levels((ramp + 0.5).astype(np.uint8))) == pytest.approx(sigma, rel=0.1)


def test_noise_map_is_brighter_where_it_is_noisier():
    luma = np.full((128, 256), 100.0) + np.random.default_rng(6).normal(size=(128, 256)) * 2
    luma[:, 128:] += np.random.default_rng(7).normal(size=(128, 128)) * 8
    drawing, black, white = noise_map(luma.astype(np.uint8))
    assert drawing[:, 20:].mean() > drawing[:, :12].mean() + 100
    assert 1 < black < 4 < 7 < white < 12


def test_bit_planes_show_a_filled_area():
    picture = photograph(seed=8)
    picture = picture.copy()
    picture[:64, :64] = 0b0101
    planes = bit_planes(picture)
    assert [int(plane[:16, :16].mean()) for plane in planes] == [255, 0, 255, 0]
    assert 110 < planes[0][20:].mean() < 145


def test_spectrum_has_peaks_where_an_enlarged_picture_repeats():
    small = photograph(192, 192, seed=9).astype(float)
    enlarged = np.clip(zoom(small, (8 / 3, 8 / 3, 1), order=0), 0, 255).astype(np.uint8)
    power = log_power(enlarged)
    middle = power.shape[0] // 2
    at = middle + round(power.shape[0] * 3 / 8)
    assert power[middle - 1 : middle + 2, at].max() > np.median(power) + 3


def test_spectrum_has_ticks_at_every_eighth():
    drawing = spectrum(photograph())
    ticks = np.flatnonzero(drawing[6] == 255)
    assert len(ticks) == 9
    assert np.allclose(np.diff(ticks), 32, atol=1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_drawings_lie_as_the_picture_is_shown(orientation):
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    picture = Image.fromarray(grey)
    picture.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(picture))
    assert np.array_equal(turned(grey, orientation), expected)


def test_a_portrait_stored_on_its_side_is_drawn_upright():
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(photograph(200, 300)).save(held, "JPEG", exif=exif)
    first = finding_of(held.getvalue()).artefacts[0]
    assert Image.open(io.BytesIO(first.data)).size == (200, 300)


def test_drawings_keep_the_proportions():
    sizes = [Image.open(io.BytesIO(drawn(np.zeros((30, 40), np.uint8), size))).size
             for size in ((4000, 3000), (40, 30), (100_000, 10))]  # fmt: skip
    assert sizes == [(640, 480), (40, 30), (640, 1)]
