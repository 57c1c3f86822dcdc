"""One signed file of every format that can be signed, and the same file with one byte of its content changed."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

_TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_TESTS), str(_TESTS / "provenance")]  # for `media_bytes`, also outside of pytest

import media_bytes  # noqa: E402
from PIL import Image  # noqa: E402

from provenance.errors import AssayError  # noqa: E402
from provenance.keys.authority import new_ca, new_cert  # noqa: E402
from provenance.keys.load import load_identity  # noqa: E402
from provenance.signing.request import SigningRequest  # noqa: E402
from provenance.signing.sign import sign  # noqa: E402
from provenance.trust.bundle import Trust  # noqa: E402
from provenance.trust.lists import parse_list  # noqa: E402

ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tiff",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/x-adobe-dng": "dng",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-msvideo": "avi",
}
"""Media types that are signed here, and how their file names end."""

_STRIP_OFFSETS = 273


@dataclass(frozen=True)
class Pair:
    """A signed file, intact and changed."""

    media_type: str
    intact: Path
    changed: Path


class Desk:
    """A throw-away authority, an identity below it, and a trust list with that authority."""

    def __init__(self, folder: Path) -> None:
        new_ca(folder / "ca", name="Interop authority")
        new_cert(folder / "ca", name="Interop desk", out_dir=folder / "desk")
        self.anchor = folder / "ca" / "ca.pem"
        self.identity = load_identity(folder / "desk" / "key.pem", folder / "desk" / "cert.pem")
        anchors = parse_list(self.anchor.read_bytes(), name="interop", kind="manifest")
        self.trust = Trust(lists=(anchors,))


def make_pair(media_type: str, desk: Desk, folder: Path) -> Pair:
    """Sign one file of a type, and write a copy of it with one byte of its content changed."""
    source = _source(media_type)
    intact, changed = (folder / f"{name}.{ENDINGS[media_type]}" for name in ("intact", "changed"))
    request = SigningRequest(source_type="digitalCapture", title="A file", authors=("A. Writer",))
    try:
        sign(source, intact, identity=desk.identity, request=request, trust=desk.trust)
    except AssayError as error:
        if "stripped" not in error.message:
            raise
        # Types without a writer of clean copies are signed as they are.
        sign(source, intact, identity=desk.identity, request=request, trust=desk.trust, privacy=None)
    signed = bytearray(intact.read_bytes())
    signed[_content(media_type, source, bytes(signed))] ^= 1
    changed.write_bytes(signed)
    return Pair(media_type, intact, changed)


def _source(media_type: str) -> bytes:
    if media_type == "application/pdf":
        held = io.BytesIO()
        media_bytes.picture().save(held, "PDF")
        return held.getvalue()
    made = media_bytes.everything()[media_type]
    if media_type == "audio/flac":
        made += b"\xff\xf8" + bytes(range(200))  # something where the frames are
    return made


def _content(media_type: str, source: bytes, signed: bytes) -> int:
    """Return the place of a byte of picture or sound: nothing of the container, nothing of the manifest."""
    place = _in_source(media_type, source)
    around = source[place - 8 : place + 8]
    return signed.rindex(around) + 8


def _in_source(media_type: str, source: bytes) -> int:
    if media_type in ("image/tiff", "image/x-adobe-dng"):
        with Image.open(io.BytesIO(source)) as picture:
            return picture.tag_v2[_STRIP_OFFSETS][0] + 40
    marks = {
        "image/jpeg": (b"\xff\xda", 16),
        "image/png": (b"IDAT", 10),
        "image/webp": (b"VP8 ", 10),
        "image/svg+xml": (b'<rect width="', 0),
        "application/pdf": (b"stream\n", 10),
        "audio/wav": (b"data", 6),
        "video/x-msvideo": (b"00dc", 6),
    }
    if media_type in marks:
        mark, beyond = marks[media_type]
        return source.index(mark) + len(mark) + beyond
    if media_type in ("image/gif", "image/avif", "audio/mpeg", "audio/flac"):
        return len(source) - 12
    return source.rindex(b"mdat") + 6
