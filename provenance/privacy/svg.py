"""SVG without what is not allowed: ranges of the text are cut out, so that what draws stays as it was written."""

from __future__ import annotations

import base64
import binascii
import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from provenance.errors import AssayError
from provenance.privacy.copying import Job, refused
from provenance.privacy.known import SVG_NAMESPACES, SVG_WORDS

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

__all__ = ["strip_svg"]

_XML = "http://www.w3.org/XML/1998/namespace"
_C2PA = "http://c2pa.org/manifest"
_PICTURE = "data:image/"
_STYLESHEET = "xml-stylesheet"
_ENCODINGS = frozenset({"UTF-8", "UTF8", "US-ASCII"})
_MAX_DEPTH = 1_000
_MAX_SPACES = 1_000


def strip_svg(job: Job) -> None:
    """Write the elements that draw; scripts and links stay, since a picture may need them.

    Args:
        job: The copy to be made.

    Raises:
        UnsupportedTypeError: It is no well-formed UTF-8, declares entities, or hides pictures in its styles.
    """
    from xml.parsers.expat import ExpatError

    if job.source.size > job.limits.max_metadata_bytes:
        raise refused(job.source, "it is too long to be taken apart")
    data = job.source.read(0, job.source.size)
    cutter = _Cutter(job, data)
    try:
        cutter.parser.Parse(data, True)
    except (ExpatError, ValueError) as cause:
        raise refused(job.source, f"it is no well-formed XML ({cause})") from cause
    cutter.token(len(data), b"")
    job.write(b"".join(cutter.pieces))


class _Cutter:
    """Takes expat's events. Each one ends the token before it, whose bytes are then copied, replaced or dropped."""

    def __init__(self, job: Job, data: bytes) -> None:
        from xml.parsers import expat

        self.job = job
        self.data = data
        self.pieces: list[bytes] = []
        self.spaces: list[dict[str, str]] = [{"xml": _XML}]
        self.hidden = 0
        self._declared = 0
        self._at = 0
        self._instead: bytes | None = None
        # UTF-8 alone: a file in another encoding must not be cut at the wrong bytes.
        self.parser: XMLParserType = expat.ParserCreate("UTF-8")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declaration
        self.parser.DefaultHandler = self._other

    def token(self, at: int, instead: bytes | None) -> None:
        """Begin a token at byte `at`; `instead` replaces its bytes, None copies them."""
        before = self.data[self._at : at] if self._instead is None else self._instead
        if before:
            self.pieces.append(before)
        self._at, self._instead = at, instead

    def _next(self, instead: bytes | None) -> None:
        self.token(self.parser.CurrentByteIndex, b"" if self.hidden else instead)

    def _other(self, text: str) -> None:
        if _PICTURE in text:
            raise refused(self.job.source, "there is a picture in its styles")
        self._next(None)

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "UTF-8").upper() not in _ENCODINGS:
            raise refused(self.job.source, f"it is written in {encoding}")
        self._next(b'<?xml version="1.0" encoding="UTF-8"?>')

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:
            raise refused(self.job.source, "it declares entities of its own")
        # The event comes at the closing bracket, after the whole declaration.
        start = self.data.find(b"<!DOCTYPE", self._at, self.parser.CurrentByteIndex)
        self.token(max(start, self._at), b"")

    def _comment(self, text: str) -> None:
        self._next(None if self.job.policy.allows("SVG", "Comment") else b"")

    def _instruction(self, target: str, text: str) -> None:
        self._next(None if target == _STYLESHEET else b"")

    def _start(self, name: str, attributes: list[str]) -> None:
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        declared = {k.partition(":")[2]: v for k, v in pairs if k == "xmlns" or k.startswith("xmlns:")}
        self._declared += len(declared)
        if len(self.spaces) > _MAX_DEPTH or self._declared > _MAX_SPACES:
            raise refused(self.job.source, "it is nested too deeply or has too many namespaces")
        self.spaces.append({**self.spaces[-1], **declared} if declared else self.spaces[-1])
        if self.hidden or not self._element_stays(name):
            self._next(b"")
            self.hidden += 1
            return
        kept = [(k, self._value(k, v)) for k, v in pairs if self._attribute_stays(k, v)]
        self._next(None if kept == pairs else self._tag(name, kept))

    def _end(self, name: str) -> None:
        self._next(None)
        self.spaces.pop()
        if self.hidden:
            self.hidden -= 1

    def _space(self, name: str) -> str:
        prefix, colon, _ = name.partition(":")
        return self.spaces[-1].get(prefix if colon else "", "" if not colon else "unknown")

    def _element_stays(self, name: str) -> bool:
        local, space = name.rpartition(":")[2], self._space(name)
        if space == _C2PA or local == "metadata":
            return self.job.keep_manifest
        if local in SVG_WORDS:
            return self.job.policy.allows("SVG", local)
        return space in SVG_NAMESPACES

    def _attribute_stays(self, name: str, value: str) -> bool:
        if name == "xmlns" or name.startswith("xmlns:"):
            return value in SVG_NAMESPACES or (value == _C2PA and self.job.keep_manifest)
        if name.startswith("data-") or value.startswith("file:"):
            return False
        return ":" not in name or self._space(name) in SVG_NAMESPACES

    def _value(self, name: str, value: str) -> str:
        """Return an attribute's value; a picture inside it is stripped as well."""
        if _PICTURE not in value:
            return value
        head, comma, packed = value.partition(",")
        if name.rpartition(":")[2] != "href" or not comma or not head.strip().endswith(";base64"):
            raise refused(self.job.source, "there is a picture in its styles")
        return f"{head.strip()},{_stripped(self.job, packed)}"

    def _tag(self, name: str, attributes: list[tuple[str, str]]) -> bytes:
        text = "".join(f" {k}={quoteattr(v)}" for k, v in attributes)
        # The end of the tag is where the next token begins; whether it is empty shows in its last bytes.
        close = b"/>" if self._is_empty(self.parser.CurrentByteIndex) else b">"
        return f"<{name}{text}".encode() + close

    def _is_empty(self, at: int) -> bool:
        """Return whether the tag at byte `at` ends with a slash: a bare `>` may stand inside of quotes."""
        quote = 0
        while at < len(self.data):
            byte = self.data[at]
            if quote:
                quote = 0 if byte == quote else quote
            elif byte in b"\"'":
                quote = byte
            elif byte == ord(">"):
                return self.data[at - 1] == ord("/")
            at += 1
        return False


def _stripped(job: Job, packed: str) -> str:
    """Return an embedded picture in base64 without what is not allowed."""
    from provenance.privacy.strip import strip_to
    from provenance.source import open_source

    out = io.BytesIO()
    try:
        picture = base64.b64decode("".join(packed.split()), validate=True)
        with open_source(picture, name=f"a picture in {job.source.name}", limits=job.limits) as inner:
            if inner.media_type == job.source.media_type:
                raise refused(job.source, "there is a drawing in it")
            strip_to(inner, out, job.policy)
    except (binascii.Error, ValueError) as cause:
        raise refused(job.source, "a picture in it is damaged") from cause
    except AssayError as cause:
        raise refused(job.source, f"a picture in it cannot be stripped ({cause.message})") from cause
    return base64.b64encode(out.getvalue()).decode("ascii")
