import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from detectors.marks import stealth_payload
from detectors.marks._stealth import read_payload

TEXT = json.dumps({"Software": "NovelAI", "Description": "a lighthouse", "Comment": "{}"})


def hide(picture, signature, payload, *, size=None):
    """Write a payload column by column into the lowest bits, as the layout asks."""
    raw = signature + (len(payload) * 8 if size is None else size).to_bytes(4, "big") + payload
    bits = np.unpackbits(np.frombuffer(raw, np.uint8))
    pixels = np.array(picture)
    channels = [3] if signature[8:11] == b"png" else [0, 1, 2]
    run = pixels[..., channels].transpose(1, 0, 2).reshape(-1)
    run[: len(bits)] = run[: len(bits)] & 0xFE | bits
    width, height = picture.size
    pixels[..., channels] = run.reshape(width, height, len(channels)).transpose(1, 0, 2)
    return Image.fromarray(pixels, picture.mode)


@pytest.fixture
def rgba(files):
    return files.picture("RGBA", (120, 40))


@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.filterwarnings("ignore:'mode' parameter")
def test_all_four_signatures_are_read(files, view_of, mode, compressed):
    signature = (
        "stealth_" + ("png" if mode == "RGBA" else "rgb") + ("comp" if compressed else "info")
    ).encode()
    payload = gzip.compress(TEXT.encode()) if compressed else TEXT.encode()
    picture = hide(files.picture(mode, (120, 40)), signature, payload)
    finding = stealth_payload.run(view_of(files.png(image=picture)))
    assert finding.points_to == "generated"
    assert "NovelAI" in finding.summary and "lighthouse" in finding.because[0].value


@pytest.mark.filterwarnings("ignore:'mode' parameter")
def test_lossless_webp_is_read(files, view_of, rgba):
    data = files.save(
        hide(rgba, b"stealth_pngcomp", gzip.compress(TEXT.encode())), "WEBP", lossless=True, exact=True
    )
    assert stealth_payload.run(view_of(data)).points_to == "generated"


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "LA", "1", "I;16"])
def test_ordinary_picture_is_silent(files, view_of, mode):
    data = files.save(Image.new(mode, (60, 40)), "PNG")
    assert stealth_payload.run(view_of(data)).summary == ""


def test_one_pixel_is_silent(files, view_of):
    assert stealth_payload.run(view_of(files.save(Image.new("RGBA", (1, 1)), "PNG"))).summary == ""


@pytest.mark.parametrize(
    "payload, size",
    [(b"not gzip", None), (gzip.compress(b"x" * 50)[:9], None), (b"", 2**32 - 1), (b"", 0), (b"x", 9_000)],
    ids=["not gzip", "cut", "longer than the picture", "empty", "longer than the limit"],
)
@pytest.mark.filterwarnings("ignore:'mode' parameter")
def test_signature_with_a_broken_payload_is_reported_without_text(rgba, payload, size):
    found = read_payload(hide(rgba, b"stealth_pngcomp", payload, size=size))
    assert found is not None
    assert found.text is None or len(found.text) < 100


@pytest.mark.filterwarnings("ignore:'mode' parameter")
def test_decompression_bomb_is_bounded(files):
    bomb = gzip.compress(bytes(64 * 2**20), 9)
    side = int((len(bomb) * 8 + 200) ** 0.5) + 1
    found = read_payload(hide(files.picture("RGBA", (side, side)), b"stealth_pngcomp", bomb))
    assert found is not None and found.text is not None
    assert len(found.text) <= 4 * 2**20


def test_a_lost_signature_is_silent(files, rgba):
    hidden = np.array(rgba)
    hidden[0, 0, 3] ^= 1
    assert read_payload(Image.fromarray(hidden)) is None


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    seed=st.integers(0, 99),
    mode=st.sampled_from(["RGBA", "RGB"]),
)
def test_noise_never_carries_a_signature(width, height, seed, mode):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, len(mode)), np.uint8)
    assert read_payload(Image.fromarray(pixels)) is None
