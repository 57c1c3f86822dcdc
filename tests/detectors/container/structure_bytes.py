"""Small files of each container, made of their parts."""

from __future__ import annotations

import struct
import zlib


def value(finding, name):
    """Return the measurement whose name begins with `name`, or None."""
    return next((m.value for m in finding.because if m.name.startswith(name)), None)


def box(kind: bytes, *bodies: bytes) -> bytes:
    """Return one ISO-BMFF box."""
    body = b"".join(bodies)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def movie(
    *,
    handler: bytes = b"VideoHandle",
    software: bytes = b"",
    created: int = 3_800_000_000,
    day: bytes = b"",
    media: bytes = bytes(64),
    edits: int = 0,
    fragments: int = 0,
    index_first: bool = False,
    brand: bytes = b"mp42",
) -> bytes:
    """Return an MP4 file with one track that cannot be played."""
    header = box(b"mvhd", bytes(4), struct.pack(">IIII", created, created, 1000, 4000), bytes(80))
    track = box(b"tkhd", bytes(84))
    if edits:
        track += box(b"edts", box(b"elst", bytes(4), edits.to_bytes(4, "big"), bytes(12 * edits)))
    track += box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12), handler + b"\0"))
    texts = b"".join(
        box(kind, len(text).to_bytes(2, "big") + b"\x15\xc7" + text)
        for kind, text in ((b"\xa9swr", software), (b"\xa9day", day))
        if text
    )
    index = box(b"moov", header, box(b"trak", track), box(b"udta", texts) if texts else b"")
    parts = [index, box(b"mdat", media)] if index_first else [box(b"mdat", media), index]
    return box(b"ftyp", brand, bytes(4), b"isommp42") + b"".join(parts) + box(b"moof", bytes(8)) * fragments


def chunk(name: bytes, body: bytes) -> bytes:
    """Return one RIFF chunk."""
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)


def wav(
    samples: bytes = bytes(range(256)) * 64, *, bits: int = 16, more: bytes = b"", coding: int = 1
) -> bytes:
    """Return a mono WAV file."""
    width = bits // 8
    fmt = struct.pack("<HHIIHH", coding, 1, 48000, 48000 * width, width, bits)
    body = b"WAVE" + chunk(b"fmt ", fmt) + more + chunk(b"data", samples)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def info(**texts: str) -> bytes:
    """Return a LIST chunk of the kind INFO."""
    items = b"".join(chunk(name.encode(), text.encode() + b"\0") for name, text in texts.items())
    return chunk(b"LIST", b"INFO" + items)


def frame(kilobits: int = 128, *, mono: bool = False, hertz: int = 44100, body: bytes = b"") -> bytes:
    """Return one MPEG-1 layer III frame."""
    index = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320).index(kilobits) + 1
    rate = (44100, 48000, 32000).index(hertz)
    head = bytes((0xFF, 0xFB, index << 4 | rate << 2, 0xC4 if mono else 0x44))
    return (head + body).ljust(144_000 * kilobits // hertz, b"\x55")


def information(frames: int, encoder: bytes = b"LAME3.100") -> bytes:
    """Return an information frame that states a number of frames."""
    return frame(body=bytes(32) + b"Info" + (1).to_bytes(4, "big") + frames.to_bytes(4, "big") + encoder)


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return one PNG chunk with its checksum."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png(*extra: bytes, data: tuple[bytes, ...] | None = None) -> bytes:
    """Return a PNG file of one grey pixel with chunks before the picture data."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = data if data is not None else (png_chunk(b"IDAT", zlib.compress(b"\0\x80")),)
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + b"".join(pixels) + png_chunk(b"IEND", b"")


def webp(flags: int | None, *chunks: bytes) -> bytes:
    """Return a WebP file, with an extended header where flags are given."""
    extended = chunk(b"VP8X", bytes((flags,)) + bytes(9)) if flags is not None else b""
    body = b"WEBP" + extended + chunk(b"VP8L", b"\x2f" + bytes(15)) + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def flac(vendor: bytes = b"reference libFLAC 1.3.2 20170101", *, digest: bytes = b"\1" * 16) -> bytes:
    """Return a FLAC file of metadata blocks and a few bytes of sound."""
    packed = (44100 << 44 | 1 << 41 | 15 << 36 | 44100).to_bytes(8, "big")
    stream = bytes(10) + packed + digest
    comment = len(vendor).to_bytes(4, "little") + vendor + bytes(4)
    blocks = (
        b"\0" + len(stream).to_bytes(3, "big") + stream + b"\x84" + len(comment).to_bytes(3, "big") + comment
    )
    return b"fLaC" + blocks + b"\xff\xf8" + bytes(60)
