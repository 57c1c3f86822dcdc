"""Builds a new XMP packet that holds only the allowed properties, whole with their structures and languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from provenance.limits import Limits
from provenance.metadata.collect import Collector
from provenance.metadata.namespaces import PREFIXES, RDF, XML
from provenance.metadata.xmp import parse_packet
from provenance.privacy.policy import PrivacyPolicy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["kept_xmp"]

_RDF = f"{{{RDF}}}RDF"
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
_TAIL = '</x:xmpmeta><?xpacket end="r"?>'


def kept_xmp(packets: Iterable[bytes], policy: PrivacyPolicy, limits: Limits) -> bytes:
    """Return one packet with the allowed properties of all `packets`; empty where none is left.

    Args:
        packets: XMP packets of one file, the extended one included.
        policy: What may stay.
        limits: Bounds on nesting.
    """
    if not policy.names("XMP"):
        return b""
    writer = _Writer()
    for packet in packets:
        root = parse_packet(packet, Collector(limits), "XMP")
        blocks = [] if root is None else [root] if root.tag == _RDF else list(root.iter(_RDF))
        for node in (node for block in blocks for node in block):
            _pick(writer, node, policy)
    if not writer.pieces:
        return b""
    spaces = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for uri, prefix in writer.prefixes.items())
    body = (
        f'<rdf:RDF{spaces}><rdf:Description rdf:about="">{"".join(writer.pieces)}</rdf:Description></rdf:RDF>'
    )
    return f"{_HEAD}{body}{_TAIL}".encode()


def _pick(writer: _Writer, node: Element, policy: PrivacyPolicy) -> None:
    for key, value in node.attrib.items():
        if _allowed(key, policy):
            name = writer.name(key)
            writer.pieces.append(f"<{name}>{escape(value)}</{name}>")
    for child in node:
        if _allowed(child.tag, policy):
            writer.element(child)


def _allowed(tag: str, policy: PrivacyPolicy) -> bool:
    uri, _, local = tag[1:].partition("}")
    # Syntax of RDF itself is no property, and neither is a name without a namespace.
    if tag[:1] != "{" or uri in (RDF, XML):
        return False
    prefix = PREFIXES.get(uri)
    return policy.allows("XMP", f"{prefix}:{local}" if prefix else tag)


class _Writer:
    """Serialises elements under canonical prefixes; depth is bounded by the parser."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.prefixes: dict[str, str] = {RDF: "rdf"}

    def name(self, tag: str) -> str:
        """Return the name of a tag or attribute with its prefix."""
        if tag[:1] != "{":
            return tag
        uri, _, local = tag[1:].partition("}")
        if uri == XML:
            return f"xml:{local}"
        free = PREFIXES.get(uri)
        if free is None or free in self.prefixes.values():
            free = f"ns{len(self.prefixes)}"
        return f"{self.prefixes.setdefault(uri, free)}:{local}"

    def element(self, element: Element) -> None:
        """Add an element with all that it holds."""
        name = self.name(element.tag)
        attributes = "".join(f" {self.name(k)}={quoteattr(v)}" for k, v in element.attrib.items())
        self.pieces.append(f"<{name}{attributes}>{escape(element.text or '')}")
        for child in element:
            self.element(child)
            self.pieces.append(escape(child.tail or ""))
        self.pieces.append(f"</{name}>")
