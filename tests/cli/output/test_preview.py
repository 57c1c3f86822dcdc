"""Previews: small, turned upright, without metadata, whatever the mode of the picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from cli.output.preview import make_preview


def opened(preview) -> Image.Image:
    return Image.open(io.BytesIO(preview.data))


@pytest.mark.parametrize("size", [(3000, 10), (10, 3000), (1024, 1024), (1, 1), (2049, 1365)])
def test_size_is_bounded_and_shape_kept(size):
    preview = make_preview(Image.new("RGB", size))
    assert max(preview.width, preview.height) == min(1024, max(size))
    assert min(preview.width, preview.height) >= 1
    assert opened(preview).size == (preview.width, preview.height)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB", "I", "F", "I;16"]
)
def test_every_mode_gives_a_picture(mode):
    preview = make_preview(Image.new(mode, (40, 30)))
    assert opened(preview).size == (40, 30)
    assert preview.media_type == Image.MIME[opened(preview).format]


def test_sixteen_bits_are_scaled_and_not_clipped():
    picture = Image.new("I;16", (2, 1))
    picture.putpixel((0, 0), 1000)
    picture.putpixel((1, 0), 60000)
    small = opened(make_preview(picture.resize((64, 32), Image.Resampling.NEAREST))).convert("L")
    assert small.getpixel((8, 16)) < 10
    assert small.getpixel((56, 16)) > 245


def test_transparency_is_kept():
    preview = make_preview(Image.new("RGBA", (5, 5), (1, 2, 3, 0)))
    assert opened(preview).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_as_pillow_does(orientation):
    from PIL import ImageOps

    picture = Image.linear_gradient("L").resize((64, 32)).convert("RGB")
    picture.paste((255, 0, 0), (0, 0, 20, 10))
    picture.getexif()[0x0112] = orientation
    preview = make_preview(picture)
    expected = ImageOps.exif_transpose(picture)
    assert preview.orientation == orientation
    assert (preview.width, preview.height) == expected.size
    difference = max(abs(a - b) for a, b in zip(opened(preview).tobytes(), expected.tobytes(), strict=True))
    assert difference < 120  # JPEG rings at the red corner; a wrong turn would differ by 255


def test_metadata_does_not_survive():
    picture = Image.new("RGB", (20, 20))
    picture.getexif()[0x010E] = "secret place"
    picture.info["comment"] = b"secret place"
    picture.info["icc_profile"] = b"secret place"
    preview = make_preview(picture)
    assert b"secret" not in preview.data
    assert not dict(opened(preview).getexif())


def test_picture_passed_in_is_left_alone():
    picture = Image.new("RGB", (2000, 10), "red")
    make_preview(picture)
    assert picture.size == (2000, 10)
