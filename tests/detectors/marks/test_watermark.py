"""The open watermark: an embedder written from the published description, and what the reader makes of its marks."""

import io
from functools import cache
from math import comb

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from detectors.check import HIDDEN_TOOL
from detectors.marks import watermark
from detectors.marks._dwtdct import best_match

SD1, SD2, SDXL, FLUX48, FLUX46 = watermark.PATTERNS
IDS = ["sd1", "sd2", "sdxl", "flux48", "flux46"]


@cache
def photograph(height=512, width=512, seed=3):
    """Soft shapes of colour with some grain."""
    noise = np.random.default_rng(seed)
    shapes = gaussian_filter(noise.normal(size=(height, width, 3)), (9, 9, 0)) * 900 + 120
    return np.clip(shapes + noise.normal(size=(height, width, 3)) * 2, 0, 255).astype(np.uint8)


def embed(rgb, bits, *, swapped=False, origin=128.0):
    """Write bits as the package does: move the strongest of 15 wavelet averages of U in each 8 x 8 block."""
    pixels = rgb.astype(float)[..., ::-1] if swapped else rgb.astype(float)
    luma = pixels @ [0.299, 0.587, 0.114]
    u = 0.492 * (pixels[..., 2] - luma) + origin
    down, across = u.shape[0] // 8, u.shape[1] // 8
    fours = u[: down * 8, : across * 8].reshape(down * 4, 2, across * 4, 2).sum(axis=(1, 3)) / 2
    blocks = fours.reshape(down, 4, across, 4).swapaxes(1, 2).reshape(-1, 16)
    number = np.arange(len(blocks))
    at = np.abs(blocks[:, 1:]).argmax(axis=1) + 1
    value = blocks[number, at]
    wanted = (np.abs(value) // 36 + 0.25 + 0.5 * np.take(bits, number % len(bits))) * 36
    change = np.zeros_like(blocks)
    change[number, at] = np.where(value >= 0, wanted, -wanted) - value
    spread = change.reshape(down, across, 4, 4).swapaxes(1, 2).reshape(down * 4, across * 4) / 2
    moved = np.zeros_like(u)
    moved[: down * 8, : across * 8] = spread.repeat(2, axis=0).repeat(2, axis=1)
    pixels[..., 2] += moved * 2.032
    pixels[..., 1] -= moved * 0.395
    back = pixels[..., ::-1] if swapped else pixels
    return Image.fromarray(np.clip(back + 0.5, 0, 255).astype(np.uint8))


def saved(picture, kind="PNG", **options):
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


@pytest.mark.parametrize("origin", [128.0, 0.5])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("pattern", watermark.PATTERNS, ids=IDS)
def test_every_pattern_is_read_however_its_program_wrote_it(view_of, pattern, swapped, origin):
    marked = embed(photograph(), pattern.bits, swapped=swapped, origin=origin)
    finding = watermark.run(view_of(saved(marked)))
    assert finding.points_to == "generated"
    assert pattern.tool in finding.summary
    facts = {measure.name: measure.value for measure in finding.because}
    assert facts["Bits that match the published pattern"] >= pattern.least
    assert facts[HIDDEN_TOOL] == pattern.tool
    assert finding.log10_lr is None and finding.strength == "none"
    assert "anybody can add one" in finding.caveats[0]


@pytest.mark.parametrize("save", [{"kind": "JPEG", "quality": 95}, {"kind": "WEBP", "quality": 90}], ids=str)
def test_a_mild_save_leaves_the_mark_standing(view_of, save):
    marked = embed(photograph(), SD1.bits)
    assert watermark.run(view_of(saved(marked, **save))).summary


def test_sides_that_are_no_multiple_of_eight_are_read(view_of):
    assert watermark.run(view_of(saved(embed(photograph(517, 523), SDXL.bits)))).summary


def test_a_large_picture_is_read_in_bands(monkeypatch):
    from detectors.marks import _dwtdct

    monkeypatch.setattr(_dwtdct, "_MOST_BLOCKS", 2048)
    marked = np.asarray(embed(photograph(1024, 640), SDXL.bits))
    number, _ = next(_dwtdct._scores(marked))
    assert len(number) <= 2048 and len(set(number.tolist())) == len(number)
    assert number.max() > 0.9 * 128 * 80
    found = best_match(marked, watermark.PATTERNS)
    assert found is not None and found.pattern is SDXL


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.crop((4, 0, p.width, p.height)),
        lambda p: p.resize((p.width // 2, p.height // 2)),
        lambda p: p.transpose(Image.Transpose.ROTATE_90),
    ],
    ids=["cropped", "half size", "turned"],
)
def test_what_destroys_the_mark_brings_no_other_answer(view_of, change):
    finding = watermark.run(view_of(saved(change(embed(photograph(), SDXL.bits)))))
    assert finding.outcome == "reported" and finding.summary == ""


@pytest.mark.parametrize("seed", range(8))
def test_unmarked_pictures_bring_no_answer(seed):
    assert best_match(photograph(320, 320, seed=seed + 10), watermark.PATTERNS) is None


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_picture_of_one_colour_brings_no_answer(value):
    assert best_match(np.full((256, 256, 3), value, np.uint8), watermark.PATTERNS) is None


def test_stripes_as_wide_as_the_blocks_bring_no_answer():
    stripes = np.repeat(np.arange(64) % 2 * 200, 8).astype(np.uint8)
    picture = np.stack(
        [np.tile(stripes, (512, 1)), np.full((512, 512), 90, np.uint8), np.tile(stripes, (512, 1)).T], 2
    )
    assert best_match(picture, watermark.PATTERNS) is None


def test_another_text_of_the_same_length_is_no_match():
    other = tuple(int(digit) for byte in b"AnotherGenerator!" for digit in f"{byte:08b}")
    assert best_match(np.asarray(embed(photograph(), other)), watermark.PATTERNS) is None


def test_pictures_below_the_writers_least_size_are_passed_over():
    marked = np.asarray(embed(photograph(256, 256), SDXL.bits))
    assert best_match(marked, watermark.PATTERNS) is not None
    assert best_match(marked[:, :-1], watermark.PATTERNS) is None


def test_a_picture_that_is_only_a_line_is_no_crash(view_of):
    assert watermark.run(view_of(saved(Image.new("RGB", (70_000, 1))))).summary == ""
    assert watermark.run(view_of(saved(Image.new("RGB", (9, 70_000))))).summary == ""


def test_thresholds_are_no_likelier_than_44_of_48_by_coin_tosses():
    def tail(pattern):
        size = len(pattern.bits)
        return sum(comb(size, k) for k in range(pattern.least, size + 1)) / 2**size

    assert max(map(tail, watermark.PATTERNS)) == tail(SDXL) < 8e-10
    assert 8 * sum(map(tail, watermark.PATTERNS)) < 1 / 50_000_000
    assert [len(pattern.bits) for pattern in watermark.PATTERNS] == [136, 32, 48, 48, 46]
