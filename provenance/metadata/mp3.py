"""Metadata of MP3 files: ID3v2, ID3v1, APEv2, and the encoder named in the Xing frame."""

from __future__ import annotations

import re

from provenance.containers.part import Container
from provenance.metadata.collect import Collector
from provenance.metadata.id3 import read_ape, read_id3, read_id3v1
from provenance.source import Source

__all__ = ["collect_mp3"]

_READERS = {"ID3v2": read_id3, "ID3v1": read_id3v1, "APEv2": read_ape}
_ENCODER = re.compile(rb"(?:LAME|Lavf|Lavc|GOGO)[ -~]{0,5}")


def collect_mp3(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of an MP3 file.

    Args:
        source: The opened file.
        container: Its tags and frames.
        out: Takes the entries.
    """
    for part in container.parts:
        where = f"MP3 {part.path} at byte {part.offset}"
        if part.path in _READERS:
            size = min(part.size, out.limits.max_metadata_bytes)
            if out.spend(size):
                out.parse(_READERS[part.path], source.read(part.offset, size), where=where)
        elif part.path == "Xing":
            found = _ENCODER.search(source.read(part.offset, min(part.size, 400)))
            if found:
                # Standard "ID3" for want of one of its own: it is the tag of the audio stream itself.
                out.add("ID3", "Xing:Encoder", found.group().decode("ascii").rstrip(), where=where)
