"""Reading text that was hidden in the lowest bits of a picture (the "stealth pnginfo" layout).

The bits run down the columns from the left edge: 15 bytes of signature, 32 bits with the length of the payload in
bits, then the payload. The alpha variant uses the lowest bit of alpha, the RGB variant those of red, green, blue.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Payload", "read_payload"]

_SIGNATURES = {
    b"stealth_pnginfo": ("A", False),
    b"stealth_pngcomp": ("A", True),
    b"stealth_rgbinfo": ("RGB", False),
    b"stealth_rgbcomp": ("RGB", True),
}
_SIGNATURE_BITS = 15 * 8
_HEADER_BITS = _SIGNATURE_BITS + 32
_MOST_BYTES = 2**20
_MOST_TEXT = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A hidden text."""

    signature: str
    """Signature that introduced it."""
    channel: str
    """`alpha` or `colour`: whose lowest bits hold it."""
    text: str | None
    """The text; None where the signature stands but the payload could not be read."""


def read_payload(picture: Image.Image) -> Payload | None:
    """Return the text hidden in a decoded picture, or None where no signature stands.

    Args:
        picture: As Pillow decoded it. Modes other than RGBA and RGB hold no payload.
    """
    for channels in ("A", "RGB"):
        if channels[0] not in picture.getbands() or picture.mode not in ("RGB", "RGBA"):
            continue
        head = _bits(picture, channels, _HEADER_BITS)
        signature = head[: _SIGNATURE_BITS // 8]
        if _SIGNATURES.get(signature, ("", False))[0] == channels:
            size = int.from_bytes(head[_SIGNATURE_BITS // 8 :], "big")
            return Payload(
                signature=signature.decode("ascii"),
                channel="alpha" if channels == "A" else "colour",
                text=_text(picture, channels, size, compressed=_SIGNATURES[signature][1]),
            )
    return None


def _text(picture: Image.Image, channels: str, bits: int, *, compressed: bool) -> str | None:
    room = picture.width * picture.height * len(channels) - _HEADER_BITS
    if not 0 < bits <= min(room, 8 * _MOST_BYTES):
        return None
    raw = _bits(picture, channels, _HEADER_BITS + bits)[_HEADER_BITS // 8 :]
    if compressed:
        try:
            raw = zlib.decompressobj(wbits=31).decompress(raw, _MOST_TEXT)
        except zlib.error:
            return None
    return raw.decode("utf-8", "replace")


def _bits(picture: Image.Image, channels: str, count: int) -> bytes:
    """Return the first `count` hidden bits as bytes; only the columns that hold them are touched."""
    import numpy as np

    columns = min(picture.width, -(-count // (picture.height * len(channels))))
    strip = picture.crop((0, 0, columns, picture.height))
    planes = [np.asarray(strip.getchannel(name)).T.reshape(-1) & 1 for name in channels]
    run = np.stack(planes, axis=1).reshape(-1)[:count]
    return np.packbits(run).tobytes()
