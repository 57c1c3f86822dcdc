"""Unlisted content of SVG files: words, editors' elements and attributes, and pictures inside the drawing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from provenance.containers.part import Container
from provenance.errors import AssayError
from provenance.privacy.fields import DisclosedField
from provenance.privacy.hidden.common import found
from provenance.privacy.known import SVG_NAMESPACES, SVG_WORDS
from provenance.source import Source, open_source

__all__ = ["find_svg"]

_MAX_FIELDS = 1_000
_MAX_ELEMENTS = 1_000_000
_C2PA = "{http://c2pa.org/manifest}"


def find_svg(source: Source, container: Container) -> Iterator[DisclosedField]:
    """Yield words that are not drawn, what editors left, and what embedded pictures tell."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    data = source.read(0, min(source.size, source.limits.max_metadata_bytes + 1))
    if len(data) > source.limits.max_metadata_bytes or data.count(b"<") > _MAX_ELEMENTS:
        yield found("drawing", "the whole file", "too long to be looked at")
        return
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as cause:
        yield found("drawing", "the whole file", f"not parsed: {type(cause).__name__}")
        return
    count = 0
    for element in root.iter():
        for field in _element(source, str(element.tag), element.attrib, element.text or ""):
            yield field
            count += 1
        if count >= _MAX_FIELDS:
            yield found("drawing", "the rest of the file", "more fields than are listed")
            return


def _element(source: Source, tag: str, attributes: dict[str, str], text: str) -> Iterator[DisclosedField]:
    space, _, local = tag.rpartition("}")
    where = f"SVG element {local}"
    if local in SVG_WORDS:
        yield found(f"SVG:{local}", where, text, "caption")
    elif space.lstrip("{") not in SVG_NAMESPACES and not tag.startswith(_C2PA):
        yield found(f"SVG element {local}", where, text or space, "history")
    for name, value in attributes.items():
        space, _, short = name.rpartition("}")
        if space.lstrip("{") not in SVG_NAMESPACES or short.startswith("data-") or value.startswith("file:"):
            yield found(f"SVG attribute {short}", where, value, "history")
        elif "data:image/" in value:
            yield from _picture(source, value, where)
    if "data:image/" in text:
        yield found("picture in a style", where, f"{len(text):,} characters")


def _picture(source: Source, value: str, where: str) -> Iterator[DisclosedField]:
    from provenance.privacy.disclosure import check_kept
    from provenance.privacy.policy import PrivacyPolicy

    try:
        data = base64.b64decode("".join(value.partition(",")[2].split()), validate=True)
        with open_source(data, limits=source.limits) as inner:
            if inner.media_type == source.media_type:
                yield found("drawing inside the drawing", where, f"{len(data):,} bytes")
                return
            for field in check_kept(inner, PrivacyPolicy()):
                yield found(field.name, f"picture in {where}: {field.where}", field.value, field.group)
    except (AssayError, binascii.Error, ValueError):
        yield found("picture inside the drawing", where, "not readable")
