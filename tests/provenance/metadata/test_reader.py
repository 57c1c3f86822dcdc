"""Metadata of whole files: every place where a container keeps some."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_bytes import (
    SVG,
    XMP,
    bext,
    box,
    data_box,
    dng,
    exif_of,
    flac,
    full_box,
    gif,
    handler,
    heic,
    id3,
    id3_frame,
    iim,
    info_list,
    jpeg,
    jxl,
    mp3,
    mp4,
    pdf,
    photoshop,
    png,
    png_chunk,
    png_text,
    riff_chunk,
    saved,
    segment,
    vorbis,
    wav,
)

from provenance.containers.walker import walk
from provenance.limits import DEFAULT_LIMITS, Limits
from provenance.metadata.reader import read_metadata
from provenance.source import open_source

TOOL = ("XMP", "xmp:CreatorTool", "Test Tool 1.0")
MAKER = ("EXIF", "Make", "Maker")
TIFF = exif_of().removeprefix(b"Exif\0\0")


def metadata(data, limits=DEFAULT_LIMITS):
    with open_source(data, limits=limits) as source:
        return read_metadata(source, walk(source))


def entries(data):
    return [(e.standard, e.name, e.value) for e in metadata(data).entries]


def xmp(content):
    return XMP.replace(b"<rdf:Description", b"<rdf:Description " + content, 1)


class TestJpeg:
    def test_segments(self):
        data = jpeg(
            segment(0xEE, b"Adobe\0\x64\0\0\0\0\1"), segment(0xE5, b"Samsung\0data"), segment(0xEB, b"JP\0\1\0\0"),
            exif=exif_of(), xmp=XMP, comment=b"made by hand", dpi=(300, 300),
        )  # fmt: skip
        found = entries(data)
        for entry in (
            MAKER,
            TOOL,
            ("JPEG", "Comment", "made by hand"),
            ("JFIF", "XResolution", "300"),
            ("JFIF", "ResolutionUnit", "inch"),
            ("Adobe", "ColorTransform", "1"),
            ("JPEG", "APP5", "Samsung, 12 bytes"),
        ):
            assert entry in found
        assert not any(name == "APP11" for _, name, _ in found)
        assert (
            metadata(data).first("make").where == f"JPEG APP1 segment at byte {data.index(b'Exif') - 4}, IFD0"
        )

    def test_photoshop_resources_that_span_segments_are_joined(self):
        whole = photoshop(iim((2, 120, b"a caption that is long enough to be cut in two")))
        parts = [segment(0xED, b"Photoshop 3.0\0" + p) for p in (whole[:30], whole[30:])]
        assert ("IPTC", "Caption-Abstract", "a caption that is long enough to be cut in two") in entries(
            jpeg(*parts)
        )

    def test_extended_xmp_is_joined_by_its_guid(self):
        guid = b"0123456789ABCDEF0123456789abcdef"
        main = xmp(
            b'xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF"'
        )
        pieces = [(i, XMP[i : i + 100]) for i in range(0, len(XMP), 100)]
        parts = [
            segment(
                0xE1,
                b"http://ns.adobe.com/xmp/extension/\0" + guid + struct.pack(">II", len(XMP), at) + piece,
            )
            for at, piece in reversed(pieces)
        ]
        first = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + main)
        assert entries(jpeg(first, *parts)).count(TOOL) == 2
        assert metadata(jpeg(first, *parts)).problems == ()
        assert "incomplete" in metadata(jpeg(first, *parts[:-1])).problems[0]
        assert "does not name" in metadata(jpeg(*parts)).problems[0]

    def test_xmp_under_an_invented_identifier(self):
        assert TOOL in entries(jpeg(segment(0xE1, b"XMP\0XMP\0" + XMP[XMP.index(b"<x:") :])))

    def test_label_in_a_segment_of_its_own(self):
        label = '{"AIGC": {"Label": "1", "ContentProducer": "x"}}'
        assert ("TC260", "AIGC", label) in entries(jpeg(segment(0xEA, b"AIGC\0" + label.encode())))

    def test_multi_picture_format(self):
        directory = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0xB001, 4, 1, 2, 0)
        assert ("JPEG", "MPF", "2 pictures") in entries(jpeg(segment(0xE2, b"MPF\0" + directory)))

    def test_hostile_segments_give_data(self):
        parts = [
            segment(m, b)
            for m in range(0xE0, 0xF0)
            for b in (b"", b"Exif\0\0", b"\xff" * 9, b"MPF\0", b"JFIF\0")
        ]
        metadata(jpeg(*parts))


class TestPng:
    @given(
        key=st.from_regex(r"[A-Za-z][A-Za-z0-9 ]{0,20}[A-Za-z0-9]", fullmatch=True),
        value=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200),
        packed=st.booleans(),
    )
    @settings(max_examples=50, deadline=None)
    def test_text_round_trip(self, key, value, packed):
        info = png_text()
        info.add_text(key, value, zip=packed)
        assert ("PNG", key, value) in entries(saved("PNG", pnginfo=info))

    def test_international_text(self):
        info = png_text()
        info.add_itxt("Comment", "日本語", lang="ja", tkey="コメント", zip=True)
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        found = entries(saved("PNG", pnginfo=info))
        assert ("PNG", "Comment", "日本語") in found
        assert TOOL in found

    def test_other_chunks(self):
        chunks = (
            png_chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 23, 9, 8, 7)),
            png_chunk(b"iDOT", b"\0" * 28),
            png_chunk(b"caBX", b"\0" * 28),
        )
        found = entries(png(*chunks, exif=exif_of(), icc_profile=None))
        assert ("PNG", "tIME", "2026-11-23 09:08:07 UTC") in found
        assert ("PNG", "iDOT", "28 bytes") in found
        assert MAKER in found
        assert not any(name == "caBX" for _, name, _ in found)

    @pytest.mark.parametrize(
        ("kind", "data", "entry"),
        [
            ("exif", b"Exif\0\0" + TIFF, MAKER),
            ("APP1", b"Exif\0\0" + TIFF, MAKER),
            ("APP1", b"http://ns.adobe.com/xap/1.0/\0" + XMP, TOOL),
            ("xmp", XMP, TOOL),
            ("iptc", photoshop(iim((2, 80, b"Writer"))), ("IPTC", "By-line", "Writer")),
            ("iptc", iim((2, 80, b"Writer")), ("IPTC", "By-line", "Writer")),
            ("8bim", b"Photoshop 3.0\0" + photoshop(iim((2, 80, b"Writer"))), ("IPTC", "By-line", "Writer")),
            ("generic", b"abc", ("PNG", "Raw profile type generic", "3 bytes")),
        ],
    )
    def test_raw_profiles(self, kind, data, entry):
        digits = "\n".join(data.hex()[i : i + 72] for i in range(0, 2 * len(data), 72))
        text = f"\n{kind}\n{len(data):8}\n{digits}\n".encode()
        chunk = png_chunk(b"zTXt", f"Raw profile type {kind}\0\0".encode() + zlib.compress(text))
        assert entry in entries(png(chunk))

    @pytest.mark.parametrize(
        ("chunk", "problem"),
        [
            (png_chunk(b"zTXt", b"Comment\0\0not deflated"), "damaged"),
            (png_chunk(b"iTXt", b"Comment\0\1\0\0\0not deflated"), "damaged"),
            (png_chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 4\nzzzz"), "no hexadecimal"),
            (png_chunk(b"iCCP", b"name\0\0broken"), "damaged"),
            (png_chunk(b"eXIf", b"broken"), "TIFF header"),
        ],
        ids=["ztxt", "itxt", "raw-profile", "iccp", "exif"],
    )
    def test_broken_chunks_are_problems(self, chunk, problem):
        assert any(problem in p for p in metadata(png(chunk)).problems)

    def test_decompression_bomb_is_cut_and_marked(self):
        chunk = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * (100 << 20), 9))
        found = metadata(png(*[chunk] * 30))
        assert all(e.truncated for e in found.entries)
        assert len(found.entries[0].value) == DEFAULT_LIMITS.max_value_bytes
        assert sum(len(e.value) for e in found.entries) <= DEFAULT_LIMITS.max_metadata_bytes
        assert "more metadata than the limits allow" in found.problems[0]

    def test_long_text_is_cut_and_marked(self):
        entry = metadata(png(pnginfo=png_text(parameters="ä" * 50)), Limits(max_value_bytes=11)).entries[0]
        assert (entry.value, entry.truncated) == ("ä" * 5, True)


class TestRiff:
    def test_webp(self):
        data = saved("WEBP", exif=exif_of(), xmp=XMP)
        assert [e for e in entries(data) if e in (MAKER, TOOL)] == [MAKER, TOOL]
        with_own = data[:4] + struct.pack("<I", len(data) + 4) + data[8:] + riff_chunk(b"OWN1", b"abcd")
        assert ("WebP", "OWN1", "4 bytes") in entries(with_own)

    def test_wav(self):
        tag = id3(id3_frame(b"TSSE", b"\0Lavf60"))
        chunks = (
            info_list(ISFT="Lavf60", ICMT="Made by hand"), riff_chunk(b"bext", bext()), riff_chunk(b"id3 ", tag),
            riff_chunk(b"iXML", b"<BWFXML/>"), riff_chunk(b"_PMX", XMP), riff_chunk(b"ICOP", b"outside of the list"),
        )  # fmt: skip
        found = entries(wav(*chunks))
        for entry in (
            ("RIFF", "ISFT", "Lavf60"),
            ("RIFF", "ICMT", "Made by hand"),
            ("RIFF", "bext:Originator", "Recorder"),
            ("RIFF", "bext:CodingHistory", "A=PCM,F=8000"),
            ("RIFF", "iXML", "<BWFXML/>"),
            ("RIFF", "ICOP", "outside of the list"),
            ("ID3", "TSSE", "Lavf60"),
            TOOL,
        ):
            assert entry in found


class TestGif:
    def test_comment_longer_than_a_sub_block(self):
        text = "word " * 200
        assert ("GIF", "Comment", text.strip()) in entries(saved("GIF", comment=text.encode()))

    def test_xmp_application_extension(self):
        trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
        block = b"\x21\xff\x0bXMP DataXMP" + XMP + trailer
        data = gif()
        assert TOOL in entries(data[:13] + data[13:-1] + block + b";")

    def test_other_applications(self):
        block = b"\x21\xff\x0bNETSCAPE2.0\x03\1\0\0\0"
        assert ("GIF", "Application", "NETSCAPE2.0, 5 bytes") in entries(gif()[:-1] + block + b";")


class TestBmff:
    @staticmethod
    def udta(*children):
        return mp4(udta=box(b"udta", *children))

    @pytest.mark.parametrize(
        ("child", "entry"),
        [
            (box(b"\xa9xyz", struct.pack(">HH", 8, 0x15C7), b"+48+002/"), ("QuickTime", "©xyz", "+48+002/")),
            (box(b"\xa9swr", b"\0\x05\0\0Maker"), ("QuickTime", "©swr", "Maker")),
            (box(b"\xa9nam", b"bare text"), ("QuickTime", "©nam", "bare text")),
            (box(b"titl", b"\0\0\0\0\x15\xc7Title\0"), ("MP4", "titl", "Title")),
            (box(b"titl", b"\0\0\0\0\x15\xc7" + "Titel ä".encode("utf-16")), ("MP4", "titl", "Titel ä")),
            (box(b"name", b"A name\0"), ("QuickTime", "name", "A name")),
            (box(b"CAMX", b"\0\1\2\xff"), ("QuickTime", "CAMX", "0x000102ff")),
            (box(b"XMP_", XMP), TOOL),
        ],
    )
    def test_user_data(self, child, entry):
        assert entry in entries(self.udta(child))

    @pytest.mark.parametrize(
        ("data", "value"),
        [
            (data_box("Lavf ä".encode()), "Lavf ä"),
            (data_box("ä".encode("utf-16-be"), 2), "ä"),
            (data_box(b"\xff\xfe", 21), "-2"),
            (data_box(b"\1\0", 22), "256"),
            (data_box(b"\xff\xd8\xff", 13), "JPEG, 3 bytes"),
            (data_box(b"\0\1\0\2", 0), "0x00010002"),
            (b"no box", "no box"),
        ],
    )
    def test_itunes_list(self, data, value):
        item = box(b"\xa9too", data)
        found = entries(self.udta(full_box(b"meta", handler(b"mdir"), box(b"ilst", item))))
        assert ("MP4", "©too", value) in found

    def test_free_form_items(self):
        item = box(b"----", full_box(b"mean", b"com.example"), full_box(b"name", b"Tool"), data_box(b"value"))
        found = entries(self.udta(full_box(b"meta", handler(b"mdir"), box(b"ilst", item))))
        assert ("MP4", "----:com.example:Tool", "value") in found

    def test_keys_name_the_items(self):
        names = (b"com.apple.quicktime.make", b"AIGC")
        keys = full_box(b"keys", struct.pack(">I", 2), *(box(b"mdta", n) for n in names))
        items = [
            struct.pack(">II", 8 + len(d), i) + d
            for i, d in ((1, data_box(b"Apple")), (2, data_box(b'{"Label":"1"}')))
        ]
        orphan = struct.pack(">II", 8 + len(data_box(b"x")), 9) + data_box(b"x")
        meta = box(b"meta", handler(b"mdta"), keys, box(b"ilst", *items, orphan))
        found = entries(mp4(udta=meta))
        assert ("QuickTime", "com.apple.quicktime.make", "Apple") in found
        assert ("QuickTime", "AIGC", '{"Label":"1"}') in found
        assert ("QuickTime", "key 9", "x") in found

    def test_headers(self):
        found = entries(mp4())
        for entry in (
            ("MP4", "MajorBrand", "isom"),
            ("MP4", "CompatibleBrands", "isom, mp41"),
            ("MP4", "CreateDate", "2023-12-31 00:00:00 UTC"),
            ("MP4", "ModifyDate", "not set"),
            ("MP4", "HandlerName", "VideoHandler"),
            ("MP4", "CompressorName", "Lavc"),
        ):
            assert entry in found

    def test_uuid_boxes(self):
        c2pa = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
        own = box(b"uuid", b"0123456789abcdef", b"abc")
        found = entries(
            mp4(box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP), own, box(b"uuid", c2pa))
        )
        assert TOOL in found
        assert [e for e in found if e[1] == "uuid"] == [
            ("MP4", "uuid", f"{b'0123456789abcdef'.hex()}, 3 bytes")
        ]

    @pytest.mark.parametrize("brand", [b"heic", b"avif"])
    def test_items(self, brand):
        found = entries(heic(TIFF, XMP, brand=brand))
        assert MAKER in found
        assert TOOL in found

    def test_items_that_pillow_writes(self):
        found = entries(saved("AVIF", exif=exif_of(), xmp=XMP))
        assert MAKER in found
        assert TOOL in found

    def test_items_in_idat(self):
        infe = full_box(b"infe", struct.pack(">HH", 1, 0), b"Exif\0", version=2)
        iinf = full_box(b"iinf", struct.pack(">H", 1), infe)
        body = b"\0\0\0\0" + TIFF
        place = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(body))
        iloc = full_box(b"iloc", b"\x44\0", struct.pack(">H", 1), place, version=1)
        meta = full_box(b"meta", handler(b"pict"), iinf, iloc, box(b"idat", body))
        assert MAKER in entries(box(b"ftyp", b"heic\0\0\0\0heic") + meta)

    def test_item_without_a_place_is_a_problem(self):
        data = heic(TIFF, XMP).replace(b"iloc\0\0\0\0\x44\0\0\3", b"iloc\0\0\0\0\x44\0\0\0")
        assert "A metadata item is named that has no place in the file." in metadata(data).problems

    def test_jpeg_xl_boxes(self):
        boxes = (
            box(b"Exif", b"\0\0\0\0", TIFF),
            box(b"xml ", XMP),
            box(b"brob", b"xml ", b"packed"),
            box(b"jxlc", jxl()),
        )
        data = b"\0\0\0\x0cJXL \r\n\x87\n" + b"".join(boxes)
        assert entries(data) == [MAKER, ("EXIF", "Model", "Model 1"), TOOL]
        assert "compressed with Brotli" in metadata(data).problems[0]


def test_tiff_tags_and_pages():
    found = entries(saved("TIFF", description="A picture", software="Tool 1"))
    assert ("EXIF", "ImageDescription", "A picture") in found
    assert ("EXIF", "Software", "Tool 1") in found
    assert ("EXIF", "DNGVersion", "1, 4, 0, 0") in entries(dng())


def test_mp3_names_tags_and_encoder():
    found = entries(mp3(id3(id3_frame(b"TIT2", b"\0T")), xing=20))
    assert found == [("ID3", "TIT2", "T"), ("ID3", "Xing:Encoder", "LAME3.100")]


def test_flac_blocks():
    picture = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">I", 5) + b"cover" + b"\0" * 30
    found = entries(flac((4, vorbis("TITLE=Über", "odd")), (6, picture), (2, b"ATCHdata")))
    assert found == [
        ("Vorbis", "vendor", "reference libFLAC"),
        ("Vorbis", "TITLE", "Über"),
        ("Vorbis", "odd", ""),
        ("Vorbis", "PICTURE", f"image/png, cover, {len(picture)} bytes"),
        ("Vorbis", "APPLICATION", "ATCH, 8 bytes"),
    ]


def test_vorbis_comment_beyond_its_block_is_a_problem():
    broken = vorbis("TITLE=x").replace(b"\x07\0\0\0TITLE", b"\xff\0\0\0TITLE")
    assert any("beyond the end" in p for p in metadata(flac((4, broken))).problems)


def test_pdf_strings_and_packet():
    assert entries(pdf()) == [("PDF", "Producer", "Test (Writer) 2"), ("PDF", "Creator", "Äbc"), TOOL]
    octal = pdf().replace(b"Test \\(Writer\\) 2", b"a\\101\\n(nested) \\\\")
    assert ("PDF", "Producer", "aA\n(nested) \\") in entries(octal)


def test_svg_comment_editor_and_metadata():
    assert entries(SVG) == [("SVG", "Comment", "Generator: Test Editor 3"), ("SVG", "metadata", "by hand")]
    rdf = XMP[XMP.index(b"<rdf:RDF") : XMP.index(b"</x:xmpmeta>")]
    manifest = b"<c2pa:manifest>AAAA</c2pa:manifest>"
    data = SVG.replace(b"by hand", manifest + rdf).replace(b"<svg ", b'<svg inkscape:version="1.3" ')
    assert entries(data)[1:] == [("SVG", "inkscape:version", "1.3"), TOOL]


def test_document_type_of_an_svg_is_not_expanded():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = bomb + SVG[SVG.index(b"<svg") :].replace(b"by hand", b"&b;")
    assert ("SVG", "metadata", "&b;") in entries(data)


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "\u202egnp.exe", "\x1b[31mred", "a\x00b", "x" * 10_000]
)
def test_hostile_values_come_through_as_they_are(value):
    if "\0" not in value:
        assert ("PNG", "Comment", value) in entries(
            png(png_chunk(b"iTXt", b"Comment\0\0\0\0\0" + value.encode()))
        )
    assert ("JPEG", "Comment") in [(s, n) for s, n, _ in entries(jpeg(comment=value.encode()))]


def test_entries_never_hold_what_json_cannot_write():
    raw = b"\xed\xa0\x80 lone surrogate \xff"
    for entry in metadata(png(png_chunk(b"iTXt", b"Comment\0\0\0\0\0" + raw))).entries:
        entry.value.encode()


def test_number_and_size_of_all_entries_are_bounded():
    chunks = [png_chunk(b"tEXt", b"k%d\0" % i + b"v" * 100) for i in range(50)]
    assert len(metadata(png(*chunks), Limits(max_entries=10)).entries) == 10
    small = metadata(png(*chunks), Limits(max_metadata_bytes=1000))
    assert sum(len(e.value) for e in small.entries) <= 1000
    assert "There is more metadata than the limits allow; the rest was not read." in small.problems
