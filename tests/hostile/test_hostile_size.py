"""Values of ten million bytes, deep nesting and XML bombs: bounded time, bounded memory, bounded output."""

from __future__ import annotations

import json
import resource
import struct
import time
import zlib

import media_bytes as m
import pytest
import throwaway
from hostile_files import MARK

from cli.output import text
from cli.output.html import render_html
from detectors import examine
from provenance.containers.walker import walk
from provenance.metadata.reader import read_metadata
from provenance.model.serial import encode
from provenance.source import open_source

_TEN = 10_000_000
_SECONDS = 5.0
_MEGABYTES = 400
_LONG = (MARK + "x" * _TEN).encode()

LARGE = {
    "PNG iTXt": lambda: m.png(m.png_chunk(b"iTXt", b"parameters\0\0\0\0\0" + _LONG)),
    "PNG zTXt that unpacks to it": lambda: m.png(m.png_chunk(b"zTXt", b"prompt\0\0" + zlib.compress(_LONG))),
    "PNG XMP": lambda: m.png(m.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + m.XMP.replace(b"Test Tool", _LONG))),
    "RIFF INFO": lambda: m.wav(m.riff_chunk(b"LIST", b"INFO" + m.riff_chunk(b"ISFT", _LONG))),
    "ID3": lambda: m.mp3(m.id3(m.id3_frame(b"TSSE", b"\x03" + _LONG, version=4), version=4)),
    "FLAC": lambda: m.flac((4, m.vorbis("ENCODER=" + _LONG.decode()))),
    "MP4": lambda: m.mp4(udta=m.box(b"udta", m.full_box(
        b"meta", m.handler(b"mdir"), m.box(b"ilst", m.box(b"\xa9too", m.data_box(_LONG)))))),
    "PDF": lambda: b"%PDF-1.4\n1 0 obj\n<< /Producer (" + _LONG + b") >>\nendobj\ntrailer\n<< /Info 1 0 R >>\n%%EOF\n",
    "SVG": lambda: m.SVG.replace(b"by hand", _LONG),
    # The engine signs no longer texts than these.
    "C2PA title": lambda: throwaway.sign(m.jpeg(), "image/jpeg", title=_LONG[:900_000].decode()),
    "C2PA assertion": lambda: throwaway.sign(
        m.jpeg(), "image/jpeg", throwaway.created(),
        {"label": "org.example.long", "data": {"said": _LONG[:900_000].decode()}}),
}  # fmt: skip

_DEEP = 100_000
DEEP = {
    "JSON lists in PNG": lambda: m.png(pnginfo=m.png_text(prompt="[" * _DEEP + "]" * _DEEP)),
    "JSON objects in PNG": lambda: m.png(pnginfo=m.png_text(workflow='{"a":' * _DEEP + "1" + "}" * _DEEP)),
    "XMP elements": lambda: m.jpeg(m.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<a>" * 15_000)),
    "XMP in PNG": lambda: m.png(
        m.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<a>" * _DEEP + b"</a>" * _DEEP)),
    "SVG groups": lambda: m.SVG.replace(b"<rect", b"<g>" * _DEEP + b"<rect"),
    "boxes in MP4": lambda: m.mp4() + b"".join(
        struct.pack(">I4s", 8 * (_DEEP - i), b"moov") for i in range(_DEEP)),
    "lists in WAV": lambda: m.wav() + b"".join(
        b"LIST" + struct.pack("<I", 12 * (_DEEP - i)) + b"INFO" for i in range(_DEEP)),
    "C2PA assertion": lambda: throwaway.sign(
        m.jpeg(), "image/jpeg", throwaway.created(), {"label": "org.example.deep", "data": _nested(100)}),
    "ingredients": lambda: _signed_again(25),
}  # fmt: skip

_ENTITIES = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "{MARK}lol">{_ENTITIES}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY l9 "{MARK * 900}">]>',
    "external entity": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "external DTD": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p; <!ENTITY l9 "x">]>',
}


def _nested(depth: int) -> dict[str, object]:
    inner: dict[str, object] = {"bottom": MARK}
    for _ in range(depth):
        inner = {"a": inner}
    return inner


def _signed_again(times: int) -> bytes:
    data = m.jpeg()
    for _ in range(times):
        data = throwaway.sign(data, "image/jpeg", parent=data)
    return data


def bounded(data: bytes) -> str:
    """Examine within the limits and return all that is shown, joined."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    result = examine(data, trust=throwaway.trust(throwaway.root()), plugins=False, name="large")
    line, shown, page = encode(result), text.render_assessment(result, verbose=True), render_html([result])
    assert time.process_time() - started < _SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < _MEGABYTES
    assert len(shown) < 200_000
    assert len(page) < 1_500_000
    assert json.loads(line)["asset"]["bytes"] == len(data)
    broke = [f.reason for f in result.findings if "broke on this file" in (f.reason or "")]
    assert not broke
    return shown + page


@pytest.mark.parametrize("place", LARGE)
def test_value_of_ten_million_bytes(place):
    bounded(LARGE[place]())


@pytest.mark.parametrize("place", DEEP)
def test_deep_nesting(place):
    bounded(DEEP[place]())


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("place", ["XMP", "SVG"])
def test_xml_bomb_is_said_and_not_expanded(bomb, place):
    inner = m.XMP.replace(b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>', b"")
    inner = BOMBS[bomb].encode() + inner.replace(b"Test Tool", b"Test &l9; Tool")
    if place == "XMP":
        data = m.png(m.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + inner))
    else:
        data = b'<?xml version="1.0"?>' + m.SVG.split(b"?>", 1)[1].replace(b"by hand", b"by &l9; hand")
        data = data.replace(b"?>", b"?>" + BOMBS[bomb].encode(), 1)
    with open_source(data) as source:
        found = read_metadata(source, walk(source))
    if place == "XMP":
        assert any("document type declaration" in problem for problem in found.problems)
    else:  # read without a parser that knows entities
        assert any(entry.value == "by &l9; hand" for entry in found.entries)
    told = "".join(entry.value for entry in found.entries)
    assert len(told) < 200_000
    assert "root:" not in told
    bounded(data)
