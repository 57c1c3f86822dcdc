"""Makes the sample files: `python samples/make.py` (needs the extra `dev`).

The same input gives the same bytes: Ed25519 signatures, fixed labels and dates, no timestamps. The identity in
`samples/identity/` is shipped with its key. It proves nothing about anybody, says so in its name, and is trusted
only where a command names `samples/identity/ca.pem` itself.
"""

from __future__ import annotations

import argparse
import io
import math
import wave
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import c2pa
import numpy as np
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from provenance.keys.algorithms import generate
from provenance.keys.load import load_identity
from provenance.keys.profiles import authority_certificate, leaf_certificate, subject_name

HERE = Path(__file__).resolve().parent
IDENTITY = HERE / "identity"
MADE = datetime(2026, 11, 1, tzinfo=UTC)
ENDS = datetime(
    2056, 11, 1, tzinfo=UTC
)  # samples carry no timestamp, so they last as long as their certificate
SIZE = (480, 320)
SETTINGS = (
    "a lighthouse on a cliff at dusk, long exposure\nNegative prompt: text, watermark\n"
    "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 1234567890, Size: 480x320, Model: example-v1"
)


def main() -> None:
    """Write every sample into its folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the samples")
    parser.add_argument("--new-identity", action="store_true", help="make another test identity first")
    given = parser.parse_args()
    if given.new_identity or not (IDENTITY / "key.pem").exists():
        new_identity()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, data in samples():
        (given.out / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")


def samples() -> Iterable[tuple[str, bytes]]:
    """Yield name and content of each sample; `samples/README.md` says what each shows."""
    picture = landscape()
    plain = jpeg(picture)
    original = sign("original", "image/jpeg", plain, created("algorithmicMedia"))
    yield "original.jpg", original
    brighter = jpeg(
        Image.fromarray(np.clip(np.asarray(picture) * 1.15, 0, 255).astype(np.uint8)).crop((40, 20, 460, 300))
    )
    edits = [action("c2pa.color_adjustments"), action("c2pa.cropped")]
    edited = sign("edited", "image/jpeg", brighter, edits, parent=("original.jpg", original))
    yield "edited.jpg", edited
    broken = changed(original)
    yield "broken.jpg", broken
    yield "laundered.jpg", sign("laundered", "image/jpeg", broken, [], parent=("broken.jpg", broken))
    yield "stripped.jpg", plain
    yield (
        "ai-declared.jpg",
        sign("ai-declared", "image/jpeg", jpeg(landscape(seed=7)), created("trainedAlgorithmicMedia")),
    )
    yield "generator-metadata.png", png_with_settings(landscape(seed=3))
    yield "recording.wav", sign("recording", "audio/wav", tones(), created("digitalCreation"))
    yield "clip.mp4", sign("clip", "video/mp4", clip(), created("algorithmicMedia"))


def landscape(*, seed: int = 1) -> Image.Image:
    """Return a drawn hill under a sky, with a little noise, so that no sample borrows anybody's picture."""
    width, height = SIZE
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    sky = np.stack([90 + y * 0.3, 130 + y * 0.25, 200 - y * 0.1], axis=-1)
    ridge = height * 0.55 + 40 * np.sin(x / 70 + seed) + 18 * np.sin(x / 23 + 2 * seed)
    land = np.stack([60 + 30 * np.sin(x / 9), 95 + 25 * np.sin(y / 7), 50 + 0 * x], axis=-1)
    scene = np.where((y > ridge)[..., None], land, sky)
    scene += random.normal(0, 5, scene.shape)
    return Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as JPEG."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return held.getvalue()


def png_with_settings(picture: Image.Image) -> bytes:
    """Return a picture as PNG that carries a generator's settings, as the web UIs write them."""
    text = PngInfo()
    text.add_text("parameters", SETTINGS)
    held = io.BytesIO()
    picture.resize((240, 160)).save(held, "PNG", pnginfo=text)
    return held.getvalue()


def tones() -> bytes:
    """Return two seconds of three tones, 8 kHz, 16 bit, mono."""
    at = np.arange(16_000) / 8_000
    wave_form = sum(
        np.sin(2 * math.pi * pitch * at) * (at > start) for pitch, start in ((220, 0), (277, 0.6), (330, 1.2))
    )
    held = io.BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8_000)
        out.writeframes((wave_form / 4 * 32_000).astype("<i2").tobytes())
    return held.getvalue()


def clip() -> bytes:
    """Return one second of the landscape drifting by, 160 x 112 pixels, as MP4."""
    import av

    frames = [np.asarray(landscape().resize((320, 212)))[50:162, i * 12 : i * 12 + 160] for i in range(12)]
    held = io.BytesIO()
    with av.open(held, "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("mpeg4", rate=12, options={"flags": "+bitexact"})
        stream.width, stream.height, stream.pix_fmt = 160, 112, "yuv420p"
        stream.time_base = Fraction(1, 12)
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        out.mux(stream.encode())
    return held.getvalue()


def changed(data: bytes) -> bytes:
    """Return a JPEG of which one byte of the picture itself is another."""
    at = data.rindex(b"\xff\xda") + 2000
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def created(source_type: str) -> list[dict[str, Any]]:
    """Return the one action of a new work."""
    address = f"http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}"
    return [{"action": "c2pa.created", "digitalSourceType": address, "when": MADE.isoformat()}]


def action(name: str) -> dict[str, Any]:
    """Return one further action."""
    return {"action": name, "when": MADE.isoformat()}


def sign(
    name: str,
    media_type: str,
    data: bytes,
    actions: list[dict[str, Any]],
    *,
    parent: tuple[str, bytes] | None = None,
) -> bytes:
    """Return `data` with credentials of the test identity.

    Uses the engine directly and not `provenance.sign`: two of the samples are what a careful signer refuses to make.
    """
    serial, parents_serial = fixed_uuid(name), fixed_uuid(f"{name}, parent")
    definition = {
        "title": f"{name} (Assay sample)",
        "label": f"urn:c2pa:{serial}",
        "instance_id": f"xmp:iid:{serial}",
        "claim_generator_info": [{"name": "Assay samples", "version": "1"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }
    settings = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
    identity = load_identity(IDENTITY / "key.pem", IDENTITY / "cert.pem")
    with c2pa.Context.from_dict(settings) as context, c2pa.Builder(definition, context=context) as builder:
        if parent is not None:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            given = {
                "title": parent[0],
                "relationship": "parentOf",
                "instance_id": f"xmp:iid:{parents_serial}",
            }
            builder.add_ingredient(given, "image/jpeg", io.BytesIO(parent[1]))
        signer = c2pa.Signer.from_callback(
            identity.sign, c2pa.C2paSigningAlg.ED25519, identity.chain_pem, None
        )
        held = io.BytesIO()
        with signer:
            builder.sign(signer, media_type, io.BytesIO(data), held)
    return held.getvalue()


def fixed_uuid(name: str) -> UUID:
    """Return a UUID that is always the same for `name`, in the version that C2PA wants for labels."""
    return UUID(bytes=sha256(f"assay-sample:{name}".encode()).digest()[:16], version=4)


def new_identity() -> None:
    """Write a test authority and a test signer that last as long as the samples."""
    days = (ENDS - MADE).days
    authority_key, key = generate("ed25519"), generate("ed25519")
    authority = authority_certificate(
        authority_key,
        subject_name(name="Assay samples CA", organisation="Assay samples", test=True),
        days=days,
        now=MADE,
    )
    leaf = leaf_certificate(
        key.public_key(),
        subject_name(name="Assay samples", organisation="Assay samples", test=True),
        authority=authority,
        authority_key=authority_key,
        days=days - 1,
        now=MADE,
    )
    IDENTITY.mkdir(exist_ok=True)
    (IDENTITY / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    (IDENTITY / "cert.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (IDENTITY / "key.pem").write_bytes(secret)


if __name__ == "__main__":
    main()
