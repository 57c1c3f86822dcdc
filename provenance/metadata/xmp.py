"""XMP (ISO 16684-1): RDF/XML flattened to `prefix:Local` names.

The packet is hostile XML: DTDs are refused, and elements, depth and values are counted while expat parses.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector
from provenance.metadata.namespaces import NAMESPACES, PREFIXES, RDF, XML

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["parse_packet", "read_xmp"]

_LISTS = frozenset({f"{{{RDF}}}{name}" for name in ("Bag", "Seq", "Alt")})
_RDF, _DESCRIPTION, _LI = f"{{{RDF}}}RDF", f"{{{RDF}}}Description", f"{{{RDF}}}li"
_VALUE, _RESOURCE = f"{{{RDF}}}value", f"{{{RDF}}}resource"
_SYNTAX = (f"{{{RDF}}}", f"{{{XML}}}")
_MAX_ELEMENTS = 20_000
_MAX_NAME = 1_000
_STATED = re.compile(rb"<\?xml[^>]{0,200}\?>")


def read_xmp(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the properties of an XMP packet.

    Fields of structures are joined by a slash, e.g. `xmpMM:History/stEvt:softwareAgent`; each item of a list
    is an entry of its own with the list's name. Prefixes are canonical whatever the packet uses; names of
    unknown namespaces read `{uri}Local`.

    Args:
        data: The packet.
        where: Place in plain words.
        limits: Bounds on values, their number and nesting.
    """
    out = Collector(limits)
    root = parse_packet(data, out, where)
    if root is None:
        return out.result()
    blocks = [root] if root.tag == _RDF else list(root.iter(_RDF))
    if not blocks:
        out.problem(f"{where}: the XMP packet has no rdf:RDF element.")
    toolkit = next((v for e in root.iter() for k, v in e.attrib.items() if k == "{adobe:ns:meta/}xmptk"), "")
    if toolkit:
        out.add("XMP", "x:xmptk", toolkit.strip(), where=where)
    for block in blocks:
        for node in block:
            _fields(out, node, "", where)
    return out.result()


def parse_packet(data: bytes, out: Collector, where: str) -> Element | None:
    """Return the root element; a second attempt repairs bad UTF-8 and prefixes that nobody declared."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    if data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.strip(b"\0 \t\r\n")
    try:
        try:
            return _parse(data, out.limits)
        except DefusedXmlException:
            raise  # a ValueError too, and nothing to repair
        except (ParseError, ValueError, LookupError):
            return _parse(_repaired(data), out.limits)
    except DefusedXmlException:
        out.problem(f"{where}: the XMP packet has a document type declaration, which XMP forbids; not read.")
    except _TooMuchError as cause:
        out.problem(f"{where}: the XMP packet {cause}; not read.")
    except (ParseError, ValueError, LookupError) as cause:
        out.problem(f"{where}: the XMP packet is not well-formed XML ({cause}).")
    return None


class _TooMuchError(Exception):
    """The packet is nested deeper or has more elements than the limits allow."""


def _parse(data: bytes, limits: Limits) -> Element:
    from xml.etree.ElementTree import TreeBuilder

    from defusedxml.ElementTree import XMLParser

    class Bounded(TreeBuilder):
        """Builds the tree while counting."""

        depth = 0
        elements = 0

        def start(self, tag: str, attrs: dict[str, str], /) -> Element:
            self.depth += 1
            self.elements += 1
            # Each level of XMP is two or three elements of RDF/XML.
            if self.depth > 3 * limits.max_depth:
                raise _TooMuchError("is nested too deeply")
            if len(tag) > _MAX_NAME or any(len(key) > _MAX_NAME for key in attrs):
                raise _TooMuchError("has names that are too long")
            if self.elements > _MAX_ELEMENTS:
                raise _TooMuchError("has too many elements")
            return super().start(tag, attrs)

        def end(self, tag: str, /) -> Element:
            self.depth -= 1
            return super().end(tag)

    parser = XMLParser(target=Bounded(), forbid_dtd=True)
    parser.feed(data)
    root: Element = parser.close()
    return root


def _repaired(data: bytes) -> bytes:
    text = _STATED.sub(b"", data[:1024]) + data[1024:]
    for opening, closing in ((b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<rdf:RDF", b"</rdf:RDF>")):
        start, end = text.find(opening), text.rfind(closing)
        if 0 <= start < end:
            text = text[start : end + len(closing)]
            break
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    clean = text.decode("utf-8", "replace").replace("\0", "")
    return f"<repaired {declared}>{clean}</repaired>".encode()


def _fields(out: Collector, node: Element, path: str, where: str) -> None:
    """Add what a node holds: attributes first, then child elements."""
    for key, value in node.attrib.items():
        if out.closed():
            break
        if not key.startswith(_SYNTAX) and key[:1] == "{":
            out.add("XMP", _join(path, key), value, where=where)
    for child in node:
        if child.tag == _VALUE:  # a value with qualifiers
            _property(out, child, path, where)
        elif child.tag == _DESCRIPTION:
            _fields(out, child, path, where)
        else:
            _property(out, child, _join(path, child.tag), where)


def _property(out: Collector, element: Element, path: str, where: str) -> None:
    if out.closed():
        return
    resource = element.get(_RESOURCE)
    if resource is not None:
        out.add("XMP", path, resource, where=where)
    if len(element) and element[0].tag in _LISTS:
        for item in element[0]:
            _property(out, item, path if item.tag == _LI else _join(path, item.tag), where)
        return
    _fields(out, element, path, where)
    text = (element.text or "").strip()
    if text or (not len(element) and resource is None and not _shorthand(element)):
        out.add("XMP", path, text, where=where)


def _shorthand(element: Element) -> bool:
    return any(not key.startswith(_SYNTAX) for key in element.attrib)


def _join(path: str, tag: str) -> str:
    uri, _, local = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
    prefix = PREFIXES.get(uri)
    name = f"{prefix}:{local}" if prefix else f"{{{uri}}}{local}" if uri else local
    return f"{path}/{name}" if path else name
