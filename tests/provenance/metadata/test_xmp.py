"""XMP packets."""

import time

import pytest
from media_bytes import XMP

from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.metadata.xmp import read_xmp

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"'
    ' xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"'
    ' xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:u="http://example.org/own/"'
    ' xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:dcterms="http://purl.org/dc/terms/"'
)


def packet(content, attributes=""):
    return f"<rdf:RDF {RDF}><rdf:Description {SPACES} {attributes}>{content}</rdf:Description></rdf:RDF>".encode()


def read(data, limits=DEFAULT_LIMITS):
    return read_xmp(data, where="here", limits=limits)


def pairs(data):
    entries, problems = read(data)
    assert problems == []
    return [(e.name, e.value) for e in entries]


def test_attributes_and_elements_are_properties():
    data = packet("<dc:format>image/png</dc:format>", 'dcterms:provenance="self#jumbf=c2pa"')
    assert pairs(data) == [("dcterms:provenance", "self#jumbf=c2pa"), ("dc:format", "image/png")]


def test_packet_wrapper_and_toolkit():
    named = XMP.replace(b'"adobe:ns:meta/"', b'"adobe:ns:meta/" x:xmptk="Toolkit 5 "')
    assert pairs(named) == [("x:xmptk", "Toolkit 5"), ("xmp:CreatorTool", "Test Tool 1.0")]
    assert pairs(XMP + b"\0" * 2000) == [("xmp:CreatorTool", "Test Tool 1.0")]


def test_prefixes_are_canonical_and_unknown_spaces_spelled_out():
    data = packet("<e:DigitalSourceType>http://cv.iptc.org/x</e:DigitalSourceType><u:Own>1</u:Own>")
    assert pairs(data) == [
        ("Iptc4xmpExt:DigitalSourceType", "http://cv.iptc.org/x"),
        ("{http://example.org/own/}Own", "1"),
    ]


def test_list_items_repeat_the_name():
    items = "<rdf:li>one</rdf:li><rdf:li>two</rdf:li>"
    assert pairs(packet(f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>")) == [
        ("dc:subject", "one"),
        ("dc:subject", "two"),
    ]
    alternatives = '<rdf:li xml:lang="x-default">Hello</rdf:li>'
    assert pairs(packet(f"<dc:title><rdf:Alt>{alternatives}</rdf:Alt></dc:title>")) == [("dc:title", "Hello")]


@pytest.mark.parametrize(
    "item",
    [
        '<rdf:li stEvt:action="saved" stEvt:softwareAgent="Editor"/>',
        '<rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action>'
        "<stEvt:softwareAgent>Editor</stEvt:softwareAgent></rdf:li>",
        '<rdf:li><rdf:Description stEvt:action="saved"><stEvt:softwareAgent>Editor</stEvt:softwareAgent>'
        "</rdf:Description></rdf:li>",
    ],
    ids=["attributes", "resource", "description"],
)
def test_every_spelling_of_a_structure(item):
    assert pairs(packet(f"<xmpMM:History><rdf:Seq>{item}</rdf:Seq></xmpMM:History>")) == [
        ("xmpMM:History/stEvt:action", "saved"),
        ("xmpMM:History/stEvt:softwareAgent", "Editor"),
    ]


def test_resources_qualifiers_and_empty_values():
    data = packet(
        '<dc:source rdf:resource="https://example.org/"/>'
        '<dc:creator rdf:parseType="Resource"><rdf:value>Name</rdf:value><u:role>x</u:role></dc:creator><dc:rights/>'
    )
    assert pairs(data) == [
        ("dc:source", "https://example.org/"),
        ("dc:creator", "Name"),
        ("dc:creator/{http://example.org/own/}role", "x"),
        ("dc:rights", ""),
    ]


def test_label_of_the_chinese_standard_as_element_and_attribute():
    label = "{&quot;Label&quot;:&quot;1&quot;}"
    expected = [("TC260:AIGC", '{"Label":"1"}')]
    assert pairs(packet(f"<TC260:AIGC>{label}</TC260:AIGC>")) == expected
    assert pairs(packet("", f'TC260:AIGC="{label}"')) == expected
    bare = packet(f"<TC260:AIGC>{label}</TC260:AIGC>").replace(b"AIGC/1.0/", b"AIGC/1.0")
    assert pairs(bare) == expected


def test_prefixes_that_nobody_declared_are_repaired():
    data = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description><TC260:AIGC>1</TC260:AIGC>'
    data += b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    assert pairs(data) == [("TC260:AIGC", "1")]


def test_bad_utf8_and_bytes_around_the_packet_are_repaired():
    data = b"\0\1junk" + packet("<dc:format>caf\xe9</dc:format>") + b"more <junk"
    assert pairs(data.replace("\xe9".encode(), b"\xe9")) == [("dc:format", "caf\ufffd")]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_other_encodings(codec):
    assert pairs(packet("<dc:format>ä</dc:format>").decode().encode(codec)) == [("dc:format", "ä")]


def laughs():
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12)
    )
    return f"<!DOCTYPE x [{entities}]>".encode() + packet("<dc:title>&m;</dc:title>")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (laughs(), "document type declaration"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + packet(""), "document type declaration"),
        (packet("<dc:a>" * 100_000 + "</dc:a>" * 100_000), "nested too deeply"),
        (packet("<dc:a/>" * 50_000), "too many elements"),
        (packet(f"<dc:{'a' * 5000}/>"), "names that are too long"),
        (packet("", f'dc:{"a" * 5000}="1"'), "names that are too long"),
        (packet("<dc:a>&undefined;</dc:a>"), "not well-formed"),
        (packet("")[:-5], "not well-formed"),
        (b"", "no rdf:RDF"),
        (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", "no rdf:RDF"),
        (b'<?xml version="1.0" encoding="ebcdic-nonsense"?>' + b"<a>", "not well-formed"),
    ],
    ids=[
        *("billion-laughs", "external-dtd", "too-deep", "too-wide", "long-element", "long-attribute"),
        *("undefined-entity", "cut-off", "empty", "no-rdf", "unknown-encoding"),
    ],
)
def test_hostile_and_broken_packets_are_problems(data, problem):
    begun = time.perf_counter()
    entries, problems = read(data)
    assert time.perf_counter() - begun < 2
    assert entries == []
    assert any(problem in p for p in problems)


def test_external_entities_are_not_fetched():
    data = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + packet("<dc:title>&e;</dc:title>")
    assert read(data)[0] == []


def test_values_and_their_number_are_bounded():
    entries, problems = read(packet(f"<dc:title>{'x' * 100}</dc:title>"), Limits(max_value_bytes=10))
    assert [(e.value, e.truncated) for e in entries] == [("x" * 10, True)]
    items = "<rdf:li>x</rdf:li>" * 50
    entries, problems = read(packet(f"<dc:s><rdf:Bag>{items}</rdf:Bag></dc:s>"), Limits(max_entries=7))
    assert len(entries) == 7
    assert problems == ["There is more metadata than the limits allow; the rest was not read."]
