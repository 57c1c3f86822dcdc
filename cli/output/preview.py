"""The small picture at the top of a report, made where the file is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Preview", "make_preview"]

_LONG_SIDE = 1024
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A scaled-down copy of a picture without any of its metadata."""

    data: bytes
    """The encoded picture."""
    media_type: str
    """`image/jpeg`, or `image/png` where the picture has transparent parts."""
    width: int
    """Width in pixels as shown."""
    height: int
    """Height in pixels as shown."""
    orientation: int
    """EXIF orientation (1 to 8) that was applied, so that regions in stored pixels can be drawn on it."""
    alt: str
    """Text alternative."""


def make_preview(image: Image.Image) -> Preview:
    """Return a preview of a decoded picture, at most 1024 pixels on its long side.

    Runs in the process that decodes. The picture passed in is left as it is. Nothing but pixels is taken
    over: no EXIF, no colour profile, no text.

    Args:
        image: A loaded picture in stored orientation, as `ImageView.image` returns it.
    """
    import io

    from PIL import Image

    orientation = _orientation_of(image)
    transparent = image.has_transparency_data
    small = _scaled_down(image, "RGBA" if transparent else "RGB")
    if orientation in _TURNS:
        small = small.transpose(Image.Transpose[_TURNS[orientation]])
    bare = Image.new(small.mode, small.size)
    bare.paste(small)
    buffer = io.BytesIO()
    if transparent:
        bare.save(buffer, "PNG", optimize=True)
    else:
        bare.save(buffer, "JPEG", quality=85, optimize=True)
    return Preview(
        data=buffer.getvalue(),
        media_type="image/png" if transparent else "image/jpeg",
        width=bare.width,
        height=bare.height,
        orientation=orientation,
        alt=f"The examined picture, scaled down to {bare.width} by {bare.height} pixels.",
    )


def _orientation_of(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, OverflowError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _scaled_down(image: Image.Image, mode: str) -> Image.Image:
    from PIL import Image

    # Large pictures are scaled before their mode is changed, so that no second full-size copy is made.
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV"):
        image = _to_8_bit(image, mode)
    scale = min(1.0, _LONG_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert(mode)


def _to_8_bit(image: Image.Image, mode: str) -> Image.Image:
    # Pillow clips 16-bit and float pixels to 255 instead of scaling them, which would show white.
    if image.mode.startswith(("I", "F")):
        wide = image.convert("I").convert("F") if image.mode.startswith("I") else image
        low, high = cast("tuple[float, float]", wide.getextrema())
        scale = 255 / ((high - low) or 1)
        image = wide.point(lambda value: value * scale - low * scale).convert("L")
    return image.convert(mode)
