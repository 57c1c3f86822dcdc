"""Files that carry a given text in every place whose text we read, and texts that mean harm."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import media_bytes as m
import throwaway
from PIL import Image, PngImagePlugin

__all__ = ["MARK", "MEDIA", "PLACES", "TEXTS", "labelled_with", "signed_with"]

MARK = "MARK"
"""Stands in every text, so that a test can tell that it was read at all."""

TEXTS = {
    "markup": f"{MARK}<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute end": f'{MARK}"\' onmouseover=alert(1) x="',
    "tag end": f"{MARK}</title></style></pre></td></svg><a href=javascript:alert(1)>x</a>]]>--><?php ?>",
    "template": f"{MARK}{{{{ 7 * 7 }}}}{{% for x in y %}}{{{{ config }}}}${{jndi:ldap://x}}",
    "terminal escapes": f"{MARK}\x1b[2J\x1b]0;title\x07\x1b]8;;http://x/\x1b\\link\x9b31m\x08\x08\r\nforged line",
    "bidirectional overrides": f"{MARK} gpj.\u202eexe\u2066x\u2069\u200f\u061c",
    "invisible": f"{MARK}\u200b\u2060\ufeff\U000e0041\u00ad\u3164",
    "NUL": f"{MARK}a\x00b",
    "lone surrogates": f"{MARK}\ud800\udc41\udfff",
    "forged JSON": f'{MARK}"}}}}\n{{"schema":"assay/assessment/1","headline":"trusted"}}',
    "path": f"{MARK}../../../etc/passwd\\..\\..\\con.exe",
    "combining marks": MARK + "e" + "\u0301" * 5_000,
}
"""Ten million characters, deep JSON and XML bombs have tests of their own."""

MEDIA = m.everything()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _tiff(text: str) -> bytes:
    """A TIFF block with the text in every tag that says something about its maker."""
    value = _utf8(text) + b"\0"
    tags = (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x9C9B)
    head, entries, bodies = b"MM\0*\0\0\0\x08", b"", b""
    start = 8 + 2 + 12 * len(tags) + 4
    for tag in tags:
        entries += struct.pack(">HHII", tag, 1 if tag == 0x9C9B else 2, len(value), start + len(bodies))
        bodies += value
    return head + struct.pack(">H", len(tags)) + entries + b"\0\0\0\0" + bodies


def _xmp(text: str) -> bytes:
    """An XMP packet with the text as attribute, element, list item and language alternative.

    What XML cannot hold goes in as it is: the packet is then malformed, which has to be harmless too.
    """
    inner, attribute = escape(text), quoteattr(text)
    return _utf8(
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        f" xmp:CreatorTool={attribute}><photoshop:Credit>{inner}</photoshop:Credit>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{inner}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{inner}</rdf:li></rdf:Seq></dc:creator>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def _jpeg(*segments: tuple[int, bytes]) -> bytes:
    return m.jpeg(*(m.segment(marker, body[:65_000]) for marker, body in segments))


def _iptc(text: str) -> bytes:
    value = _utf8(text)[:30_000]
    sets = ((2, 5), (2, 80), (2, 110), (2, 116), (2, 120), (2, 65))
    return b"Photoshop 3.0\0" + m.photoshop(m.iim(*((record, number, value) for record, number in sets)))


def _png_text(text: str) -> bytes:
    value = _utf8(text)
    latin = text.encode("latin-1", "replace")
    return m.png(
        m.png_chunk(b"tEXt", b"Software\0" + latin),
        m.png_chunk(b"tEXt", latin[:79].replace(b"\0", b"") + b"\0" + latin),
        m.png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(latin)),
        m.png_chunk(b"iTXt", b"Description\0\0\0\0\0" + value),
        m.png_chunk(b"iTXt", b"parameters\0\1\0en\0\0" + zlib.compress(value)),
    )


def _png_generators(text: str) -> bytes:
    """The text inside the JSON that picture generators write, so that checks quote it."""
    node = {"class_type": "KSampler", "inputs": {"seed": 1, "steps": 20, "ckpt_name": text, "text": text}}
    graph = json.dumps({"3": node, text: node})
    info = PngImagePlugin.PngInfo()
    for key in ("prompt", "workflow"):
        info.add_text(key, graph)
    info.add_itxt(
        "parameters",
        f"{_printable(text)}\nSteps: 20, Sampler: Euler, CFG scale: 7, Model: {_printable(text)}",
    )
    info.add_text("Title", "AI generated image")
    info.add_text("Source", "Stable Diffusion 1.5")
    info.add_itxt("Comment", json.dumps({"prompt": text, "uc": text, "steps": 28, "sampler": "k_euler"}))
    return m.saved("PNG", pnginfo=info)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _id3(text: str) -> bytes:
    wide = b"\x01" + text.encode("utf-16", "surrogatepass")
    narrow = b"\x03" + _utf8(text)
    described = b"\x01" + "d\0".encode("utf-16") + text.encode("utf-16-le", "surrogatepass")
    frames = (
        m.id3_frame(b"TIT2", wide, version=4), m.id3_frame(b"TSSE", narrow, version=4),
        m.id3_frame(b"TXXX", described, version=4), m.id3_frame(b"COMM", b"\x03eng\0" + _utf8(text), version=4),
        m.id3_frame(b"WXXX", b"\x00\0" + _utf8(text), version=4),
    )  # fmt: skip
    tail = b"TAG" + (_utf8(text)[:30].ljust(30, b" ") * 4)[:125]
    return m.mp3(m.id3(*frames, version=4), tail=m.ape(Title="t").replace(b"Title\0t", b"Title\0t") + tail)


def _mp4(text: str) -> bytes:
    value = _utf8(text)
    data = m.box(b"data", struct.pack(">II", 1, 0), value)
    free = m.box(b"----", m.full_box(b"mean", b"com.apple.iTunes"), m.full_box(b"name", value), data)
    items = m.box(b"ilst", m.box(b"\xa9nam", data), m.box(b"\xa9too", data), free)
    meta = m.full_box(b"meta", m.handler(b"mdir", value[:200]), items)
    old = m.box(b"\xa9swr", struct.pack(">HH", min(len(value), 65_000), 0), value[:65_000])
    return m.mp4(m.box(b"uuid", m.XMP_UUID, _xmp(text)), udta=m.box(b"udta", old, meta))


def _wav(text: str) -> bytes:
    value = _utf8(text)
    listed = m.riff_chunk(
        b"LIST", b"INFO" + b"".join(m.riff_chunk(k, value) for k in (b"INAM", b"ISFT", b"ICMT"))
    )
    bext = m.bext()
    bext = value[:256].ljust(256, b"\0") + value[:32].ljust(32, b"\0") + bext[288:]
    return m.wav(
        listed,
        m.riff_chunk(b"bext", bext),
        m.riff_chunk(b"iXML", _xmp(text)),
        m.riff_chunk(b"_PMX", _xmp(text)),
    )


def _pdf(text: str) -> bytes:
    literal = _utf8(text).replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    wide = (b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")).hex().encode()
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Producer (" + literal + b") /Title <" + wide + b"> /Author (" + literal
        + b") >>\nendobj\n" + _xmp(text) + b"\ntrailer\n<< /Info 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip


def _svg(text: str) -> bytes:
    inner = _utf8(escape(text))
    comment = _utf8(text.replace("--", "- -"))
    return (
        b'<?xml version="1.0"?><!-- ' + comment + b' --><svg xmlns="http://www.w3.org/2000/svg" width="4" height="3">'
        b"<title>" + inner + b"</title><desc>" + inner + b"</desc><metadata>" + inner + b"</metadata></svg>"
    )  # fmt: skip


def _gif(text: str) -> bytes:
    return m.saved("GIF", m.picture(mode="P"), comment=_utf8(text)[:20_000])


def _flac(text: str) -> bytes:
    pieces = [_utf8(text), b"TITLE=" + _utf8(text), b"ENCODER=" + _utf8(text)]
    packed = b"".join(struct.pack("<I", len(p)) + p for p in pieces[1:])
    return m.flac((4, struct.pack("<I", len(pieces[0])) + pieces[0] + struct.pack("<I", 2) + packed))


def _webp(text: str) -> bytes:
    return m.saved("WEBP", exif=m.exif_of(), xmp=_xmp(text))


def _tiff_file(text: str) -> bytes:
    held = io.BytesIO()
    tags = m.TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (0x010E, 0x0131, 0x013B):
        tags[tag] = _utf8(text)
        tags.tagtype[tag] = 2
    tags[700] = _xmp(text)
    tags.tagtype[700] = 1
    Image.new("RGB", (8, 8)).save(held, "TIFF", tiffinfo=tags)
    return held.getvalue()


PLACES: dict[str, Callable[[str], bytes]] = {
    "EXIF in JPEG": lambda text: _jpeg((0xE1, b"Exif\0\0" + _tiff(text))),
    "XMP in JPEG": lambda text: _jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _xmp(text))),
    "IPTC in JPEG": lambda text: _jpeg((0xED, _iptc(text))),
    "comment in JPEG": lambda text: _jpeg((0xFE, _utf8(text))),
    "text in PNG": _png_text,
    "generator's text in PNG": _png_generators,
    "comment in GIF": _gif,
    "XMP in WebP": _webp,
    "TIFF": _tiff_file,
    "HEIC": lambda text: m.heic(_tiff(text), _xmp(text)),
    "MP4": _mp4,
    "WAV": _wav,
    "MP3": _id3,
    "FLAC": _flac,
    "PDF": _pdf,
    "SVG": _svg,
}
"""Name of the place, and what puts a text there."""


def signed_with(text: str) -> bytes:
    """A signed JPEG whose manifests hold the text wherever the signer may write."""
    said = _printable(text).replace("\0", "")
    person = {"@type": "Person", "name": said}
    assertions = (
        throwaway.actions(
            {"action": "c2pa.created", "digitalSourceType": throwaway.CAPTURE, "description": said, "when": said,
             "softwareAgent": {"name": said, "version": said}, "parameters": {"description": said, said: said}},
            {"action": said or "x", "reason": said, "softwareAgent": said},
        ),
        {"label": "stds.schema-org.CreativeWork", "data": {"@type": "CreativeWork", "author": [person], said: said}},
        {"label": "org.example.own", "data": {said: [said, {said: said}]}},
        {"label": "cawg.training-mining",
         "data": {"entries": {said: {"use": said}, f"cawg.{said}": {"use": "allowed"}}}},
    )  # fmt: skip
    component = {"title": said, "description": said, "instance_id": said, "data_types": [{"type": said}]}
    return throwaway.sign(
        MEDIA["image/jpeg"], "image/jpeg", *assertions, title=said,
        components=[(component, "image/png", MEDIA["image/png"])],
        more={"claim_generator_info": [{"name": said, "version": said}], "vendor": "x"},
    )  # fmt: skip


def labelled_with(text: str) -> bytes:
    """A signed JPEG with the text in the label of an assertion.

    It does not begin a part of the label, because the engine would end its process there; see the test of that.
    """
    label = "org.example.a" + _printable(text).replace("\0", "").replace(".", "_")
    return throwaway.sign(
        MEDIA["image/jpeg"], "image/jpeg", throwaway.created(), {"label": label, "data": {"a": 1}}
    )
