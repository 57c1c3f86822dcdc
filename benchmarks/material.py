"""Files and identities that the benchmarks make for themselves and throw away."""

from __future__ import annotations

import io
import json
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from provenance.keys.authority import new_ca, new_cert
from provenance.trust.bundle import Trust
from provenance.trust.lists import parse_list

__all__ = ["Signing", "jpeg_of", "write_mp4"]

_ANCHORS = 57  # as many as the public lists hold: 30 official, 27 interim
_AUTHORITIES = 22
_BLOCK = 1 << 20


class Signing:
    """A throw-away identity, and trust lists as long as the public ones with its authority among them."""

    def __init__(self, folder: Path) -> None:
        new_ca(folder / "ca", name="Benchmark authority", test=True)
        new_cert(folder / "ca", name="Benchmark signer", out_dir=folder / "signer")
        self._chain = (folder / "signer" / "cert.pem").read_bytes()
        self._key = (folder / "signer" / "key.pem").read_bytes()
        self.anchor = folder / "ca" / "ca.pem"
        others = []
        for number in range(_ANCHORS - 1 + _AUTHORITIES):
            made = new_ca(folder / f"other{number}", name=f"Benchmark authority {number}", test=True)
            others.append(made.certificate.read_bytes())
        signers = b"".join((*others[: _ANCHORS - 1], self.anchor.read_bytes()))
        self.trust = Trust(
            lists=(
                parse_list(signers, name="signers", kind="manifest"),
                parse_list(b"".join(others[_ANCHORS - 1 :]), name="authorities", kind="tsa"),
            )
        )

    def sign(self, media_type: str, source: Any, target: Any) -> None:
        """Sign a seekable binary stream into another one."""
        import c2pa

        context = c2pa.Context.from_dict(
            {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
        )
        kind = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
        action = {"action": "c2pa.created", "digitalSourceType": kind}
        manifest = {
            "title": "A benchmark file",
            "format": media_type,
            "claim_generator_info": [{"name": "Assay benchmark", "version": "1"}],
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
        }
        info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=self._chain, private_key=self._key, ta_url=b"")
        info.ta_url = None
        builder = c2pa.Builder(json.dumps(manifest), context=context)
        builder.sign(c2pa.Signer.from_info(info), media_type, source, target)


def jpeg_of(size: int) -> bytes:
    """Return a JPEG of about `size` bytes: noise, which does not compress."""
    from PIL import Image

    side = int((size / 0.68) ** 0.5)  # a pixel of noise takes about 0.68 bytes at this quality
    picture = Image.frombytes("RGB", (side, side), random.Random(7).randbytes(3 * side * side))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=80)
    return held.getvalue()


def write_mp4(path: Path, size: int) -> None:
    """Write an MP4 with one video track and `size` bytes of media data that is neither zero nor repeating soon."""
    with path.open("wb") as out:
        out.writelines((_box(b"ftyp", b"isom\0\0\2\0isommp41"), _movie()))
        out.write(struct.pack(">I4sQ", 1, b"mdat", size + 16))
        for block in _media(size):
            out.write(block)


def _media(size: int) -> Iterator[bytes]:
    noise = random.Random(7).randbytes(_BLOCK)
    for number in range(size // _BLOCK):
        yield struct.pack(">Q", number) + noise[8:]
    yield noise[: size % _BLOCK]


def _movie() -> bytes:
    entry = struct.pack(">I4s24xHH50x", 86, b"avc1", 320, 240)
    table = _box(b"stsd", struct.pack(">II", 0, 1), entry)
    handler = _box(b"hdlr", struct.pack(">II4s12x", 0, 0, b"vide"), b"\0")
    media = _box(b"mdia", handler, _box(b"minf", _box(b"stbl", table)))
    track = _box(b"trak", _box(b"tkhd", bytes(76), struct.pack(">II", 320 << 16, 240 << 16)), media)
    return _box(b"moov", _box(b"mvhd", struct.pack(">IIIII80x", 0, 0, 0, 1000, 60_000)), track)


def _box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body
