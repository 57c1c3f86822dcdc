"""Pictures for the structure checks: the spectrum of a photograph, JPEG segments, EXIF with a preview."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from provenance.model.finding import Finding


def natural(width: int = 512, height: int = 384, *, seed: int = 1) -> Image.Image:
    """Return a colour picture whose spectrum falls like that of a photograph."""
    rng = np.random.default_rng(seed)
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    fall = 1 / np.maximum(np.hypot(fx, fy), 1 / width) ** 1.2
    planes = []
    for _ in range(3):
        plane = np.fft.irfft2(fall * np.exp(2j * np.pi * rng.random(fall.shape)), s=(height, width))
        planes.append(plane / plane.std())
    rgb = np.stack([128 + 32 * (0.9 * planes[0] + 0.3 * plane) for plane in planes], axis=-1)
    return Image.fromarray(np.clip(rgb, 2, 253).astype(np.uint8))


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the encoded picture."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def reopened(data: bytes) -> Image.Image:
    """Return the decoded picture."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def segment(marker: int, body: bytes) -> bytes:
    """Return one JPEG segment."""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def inserted(data: bytes, *segments: bytes) -> bytes:
    """Return a JPEG file with segments put right behind its first marker."""
    return data[:2] + b"".join(segments) + data[2:]


def with_preview(data: bytes, preview: bytes) -> bytes:
    """Return a JPEG file with an EXIF block that holds a preview and nothing else."""

    def entry(tag: int, value: int) -> bytes:
        return tag.to_bytes(2, "big") + b"\0\4" + (1).to_bytes(4, "big") + value.to_bytes(4, "big")

    second = b"\0\2" + entry(0x201, 8 + 6 + 30) + entry(0x202, len(preview)) + bytes(4)
    tiff = b"MM\0*" + (8).to_bytes(4, "big") + b"\0\0" + (14).to_bytes(4, "big") + second + preview
    return inserted(data, segment(0xE1, b"Exif\0\0" + tiff))


def value(finding: Finding, name: str) -> object:
    """Return the measurement whose name begins with `name`, or None."""
    return next((m.value for m in finding.because if m.name.startswith(name)), None)
