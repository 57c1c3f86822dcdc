"""Metadata of SVG files: generator comments, editor attributes and the metadata element, by searching the text.

The document is not parsed: most SVG files have a document type declaration, which is refused elsewhere.
"""

from __future__ import annotations

import re

from provenance.containers.part import Container
from provenance.metadata.collect import Collector, text_of
from provenance.metadata.xmp import read_xmp
from provenance.source import Source

__all__ = ["collect_svg"]

_HEAD = 1 << 18
_MAX_COMMENTS = 50
_ATTRIBUTE = re.compile(
    rb"\s((?:inkscape|sodipodi|serif|sketch):[\w-]{1,40})\s{0,4}=\s{0,4}[\"']([^\"']{0,500})"
)
_ROOT = re.compile(rb"<svg[\s>][^>]{0,32768}")
_COMMENT, _COMMENT_END = b"<!--", b"-->"
_OPEN, _CLOSE = b"<metadata", b"</metadata>"
_MANIFEST, _MANIFEST_END = b"<c2pa:manifest", b"</c2pa:manifest>"


def collect_svg(source: Source, container: Container, out: Collector) -> None:
    """Add every entry of an SVG file.

    Args:
        source: The opened file.
        container: Its root element.
        out: Takes the entries.
    """
    data = source.read(0, min(source.size, out.limits.max_metadata_bytes))
    _comments(out, data[:_HEAD])
    root = _ROOT.search(data[:_HEAD])
    for name, value in _ATTRIBUTE.findall(root.group()) if root else ():
        out.add("SVG", name.decode("ascii"), text_of(value), where="SVG root element")
    start = data.find(_OPEN)
    end = data.find(_CLOSE, start)
    if 0 <= start < end:
        _metadata(out, data[start:end], start)


def _comments(out: Collector, data: bytes) -> None:
    at = 0
    for _ in range(_MAX_COMMENTS):
        start = data.find(_COMMENT, at)
        at = data.find(_COMMENT_END, start)
        if start < 0 or at < 0:
            return
        text = text_of(data[start + len(_COMMENT) : at]).strip()
        out.add("SVG", "Comment", text, where=f"SVG comment at byte {start}")


def _metadata(out: Collector, block: bytes, at: int) -> None:
    where = f"SVG metadata element at byte {at}"
    start, end = block.find(_MANIFEST), block.find(_MANIFEST_END)
    if 0 <= start < end:  # credentials are read by the engine
        block = block[:start] + block[end + len(_MANIFEST_END) :]
    content = block.partition(b">")[2].strip()
    if b"<rdf:RDF" in content:
        out.parse(read_xmp, content, where=where)
    elif content:
        out.add("SVG", "metadata", text_of(content), where=where)
