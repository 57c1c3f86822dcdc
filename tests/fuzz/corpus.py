"""Small valid files of every supported type to mutate: plain, rich in metadata, and signed."""

from __future__ import annotations

import json

import media_bytes
import throwaway
from mutate import Seed

from provenance.containers.walker import walk
from provenance.source import open_source

__all__ = ["seeds"]

_UNSIGNABLE = {"image/jxl", "application/pdf", "application/c2pa"}  # our minimal ones; the engine wants more
_RIGHTS = {
    "label": "cawg.training-mining",
    "data": {"entries": {"cawg.ai_training": {"use": "notAllowed"}, "cawg.data_mining": {"use": "allowed"}}},
}
_WORKFLOW = json.dumps(
    {"3": {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 20, "model": ["4", 0]}}}
)


def seeds() -> tuple[Seed, ...]:
    """Return the files, in a fixed order."""
    files = media_bytes.everything()
    found = dict(files)
    for media_type, data in files.items():
        if media_type not in _UNSIGNABLE:
            found[f"{media_type}, signed"] = throwaway.sign(data, media_type, throwaway.created(), _RIGHTS)
    jpeg = files["image/jpeg"]
    first = throwaway.sign(jpeg, "image/jpeg")
    laundered = throwaway.sign(
        first.replace(b"hello", b"hullo"), "image/jpeg", parent=first.replace(b"hello", b"hullo")
    )
    found["image/jpeg, signed twice"] = throwaway.sign(first, "image/jpeg", parent=first)
    found["image/jpeg, laundered"] = laundered
    found["image/jpeg, remote"] = throwaway.sign(jpeg, "image/jpeg", remote="http://127.0.0.1:9/nothing.c2pa")
    found["application/c2pa, real"] = throwaway.sign_apart(jpeg, "image/jpeg")[1]
    found["image/png, generator"] = media_bytes.png(
        pnginfo=media_bytes.png_text(
            prompt=_WORKFLOW, workflow=_WORKFLOW, parameters="a cat\nSteps: 20, Sampler: Euler"
        )
    )
    found["image/jpeg, progressive"] = media_bytes.saved("JPEG", progressive=True, xmp=media_bytes.XMP)
    found["image/jpeg, with an embedded preview"] = _with_preview()
    found["image/png, transparent"] = media_bytes.saved("PNG", media_bytes.picture((64, 64), "RGBA"))
    return tuple(Seed(name, data, _spans(data)) for name, data in found.items())


def _with_preview() -> bytes:
    """A JPEG whose EXIF block ends in a second directory with a thumbnail, as cameras write it."""
    small = media_bytes.saved("JPEG", media_bytes.picture((16, 12)))
    tiff = b"MM\0*\0\0\0\x08" + b"\0\x01" + b"\x01\x0f\0\x02\0\0\0\x04abc\0" + b"\0\0\0\x1a"
    fields = (
        b"\x01\x03\0\x03\0\0\0\x01\0\x06\0\0"
        + b"\x02\x01\0\x04\0\0\0\x01" + (26 + 2 + 36 + 4).to_bytes(4, "big")
        + b"\x02\x02\0\x04\0\0\0\x01" + len(small).to_bytes(4, "big")
    )  # fmt: skip
    block = b"Exif\0\0" + tiff + b"\0\x03" + fields + b"\0\0\0\0" + small
    return media_bytes.jpeg(media_bytes.segment(0xE1, block))


def _spans(data: bytes) -> tuple[tuple[int, int], ...]:
    with open_source(data) as source:
        return tuple((part.offset, min(part.end, len(data))) for part in walk(source).parts)
