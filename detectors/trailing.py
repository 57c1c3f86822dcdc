"""What a row of bytes looks like from its first ones: files that stand behind or inside other files."""

from __future__ import annotations

__all__ = ["file_words"]

_MAGIC = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"%PDF-", "a PDF document"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg stream"),
)


def file_words(head: bytes) -> str | None:
    """Return which kind of file begins here, e.g. `a ZIP archive`, or None where none is recognised.

    Args:
        head: The first bytes, at least 12 of them; zeros before a file are skipped.
    """
    if head[4:8] == b"ftyp":
        return "an MP4 file"
    start = head.lstrip(b"\0")
    if start[:4] == b"RIFF":
        return "a RIFF file (WAV, AVI or WebP)"
    return next((words for magic, words in _MAGIC if start.startswith(magic)), None)
