"""Files of every format that tell a secret in every place that can hold one. Made in code, small, deterministic."""

from __future__ import annotations

import base64
import io
import struct
import wave
import zlib
from functools import cache

from PIL import Image, ImageCms

SECRET = "Zx7Secret9"
RAW = SECRET.encode()
WIDE = SECRET.encode("utf-16-le")


def said(data: bytes) -> bool:
    """Return whether the secret is anywhere in the bytes, in the encodings that metadata use."""
    return any(SECRET.encode(code) in data for code in ("ascii", "utf-16-le", "utf-16-be"))


def picture(size: int = 32) -> Image.Image:
    image = Image.new("RGB", (size, size // 2))
    image.putdata([(x * 7 % 256, x * 13 % 256, x % 251) for x in range(size * size // 2)])
    return image


@cache
def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def xmp(*, extra: str = "") -> bytes:
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{SECRET}">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="{SECRET}"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 xmp:CreatorTool="{SECRET}" exif:GPSLatitude="{SECRET}" crs:RawFileName="{SECRET}">
<dc:creator><rdf:Seq><rdf:li>Kept Name</rdf:li></rdf:Seq></dc:creator>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{SECRET}</rdf:li></rdf:Alt></dc:title>
<xmpMM:History><rdf:Seq><rdf:li stEvt:softwareAgent="{SECRET}"/></rdf:Seq></xmpMM:History>{extra}
</rdf:Description></rdf:RDF></x:xmpmeta><!-- {SECRET} -->{" " * 400}<?xpacket end="w"?>""".encode()


def thumbnail() -> bytes:
    out = io.BytesIO()
    picture(16).save(out, "JPEG", comment=RAW)
    return out.getvalue()


def exif(*, orientation: int = 6) -> bytes:
    """Return an EXIF block with camera, owner, serial number, place, maker's note, and a thumbnail behind it."""
    block = Image.Exif()
    block[0x0112] = orientation
    for tag in (0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x010E, 0x013C, 0xC62F):
        block[tag] = SECRET
    block[0x9C9F] = WIDE
    inner = block.get_ifd(0x8769)
    inner[0x9003] = "2026:01:02 03:04:05"
    inner[0xA001] = 1
    inner[0x927C] = b"Maker\0" + RAW * 4
    inner[0x9286] = b"UNICODE\0" + WIDE
    for tag in (0xA430, 0xA431, 0xA434, 0xA435, 0xA420):
        inner[tag] = SECRET
    place = block.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (48.0, 12.0, 30.5), SECRET
    data = block.tobytes()
    return with_thumbnail(data)


def with_thumbnail(data: bytes) -> bytes:
    """Return an EXIF block with a second directory that points at a thumbnail."""
    tiff = bytearray(data.removeprefix(b"Exif\0\0"))
    mark = "<" if tiff[:2] == b"II" else ">"
    first = struct.unpack_from(mark + "I", tiff, 4)[0]
    link = first + 2 + 12 * struct.unpack_from(mark + "H", tiff, first)[0]
    small, at = thumbnail(), len(tiff)
    struct.pack_into(mark + "I", tiff, link, at)
    tiff += struct.pack(mark + "HHHIIHHIII", 2, 0x201, 4, 1, at + 30, 0x202, 4, 1, len(small), 0) + small
    return b"Exif\0\0" + bytes(tiff)


def photoshop() -> bytes:
    def dataset(number: int, value: bytes) -> bytes:
        return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value

    records = b"\x1c\x01\x5a\0\x03\x1b%G" + dataset(80, b"Kept Byline") + dataset(120, RAW) + dataset(90, RAW)
    blocks = b""
    for ident, body in ((0x0404, records), (0x040C, RAW * 3), (0x0425, RAW)):
        blocks += b"8BIM" + struct.pack(">HHI", ident, 0, len(body)) + body + bytes(len(body) & 1)
    return b"Photoshop 3.0\0" + blocks


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg() -> bytes:
    out = io.BytesIO()
    picture(64).save(out, "JPEG", icc_profile=profile(), quality=90, progressive=True, comment=RAW)
    data = out.getvalue()
    packet = xmp()
    extension = (
        b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", len(packet), 0) + packet
    )
    head = (
        segment(0xE0, b"JFIF\0\1\1\1\0\x48\0\x48\2\1" + b"ab" * 3)
        + segment(0xE0, b"JFXX\0\x10" + thumbnail())
        + segment(0xE1, exif())
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)
        + segment(0xE1, extension)
        + segment(0xE2, b"MPF\0" + RAW)
        + segment(0xE5, RAW)
        + segment(0xEB, b"JP\0\1\0\0\0\1" + struct.pack(">I", 60) + b"jumb\0\0\0\x30jumd" + RAW * 4)
        + segment(0xEC, b"Ducky" + RAW)
        + segment(0xED, photoshop())
        + segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + RAW)
    )
    end = data.rindex(b"\xff\xda")
    return b"\xff\xd8" + head + data[20:end] + segment(0xE7, RAW) + data[end:] + thumbnail() + RAW


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", icc_profile=profile(), dpi=(300, 300))
    data = out.getvalue()
    words = (
        chunk(b"tEXt", b"Author\0Kept Author")
        + chunk(b"tEXt", b"Software\0" + RAW)
        + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(RAW, 0))
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp())
        + chunk(b"tEXt", b"Raw profile type exif\0" + RAW)
        + chunk(b"eXIf", exif().removeprefix(b"Exif\0\0"))
        + chunk(b"tIME", struct.pack(">HBBBBB", 2026, 1, 2, 3, 4, 5))
        + chunk(b"prVt", RAW)
        + chunk(b"sPLT", RAW + b"\0\x08")
        + chunk(b"caBX", RAW)
    )
    after = data.index(b"IDAT") - 4
    return data[:after] + words + data[after:] + RAW


def apng() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", save_all=True, append_images=[picture().rotate(180)], duration=50, loop=3)
    data = out.getvalue()
    after = data.index(b"fcTL") - 4
    return data[:after] + chunk(b"tEXt", b"Comment\0" + RAW) + data[after:]


def webp() -> bytes:
    out = io.BytesIO()
    picture().save(out, "WEBP", lossless=True, exif=exif(), xmp=xmp(), icc_profile=profile())
    return riff(b"WEBP", out.getvalue()[12:] + riff_chunk(b"XtRa", RAW) + riff_chunk(b"JUNK", RAW)) + RAW


def moving_webp() -> bytes:
    out = io.BytesIO()
    frames = [picture().rotate(90 * i) for i in range(3)]
    frames[0].save(out, "WEBP", lossless=True, save_all=True, append_images=frames[1:], exif=exif(), loop=2)
    return out.getvalue()


def riff(form: bytes, chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + form + chunks


def riff_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) & 1)


def gif() -> bytes:
    out = io.BytesIO()
    frames = [picture().rotate(90 * i).quantize(16) for i in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=5, comment=RAW, duration=70)
    words = (
        b"\x21\xff\x0bXMP DataXMP" + xmp() + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        b"\x21\xff\x0bFOREIGNAPP0" + bytes([len(RAW)]) + RAW + b"\0"
        b"\x21\x99" + bytes([len(RAW)]) + RAW + b"\0"
    )
    return out.getvalue()[:-1] + words + b";" + RAW


def tiff(*, big: bool = False) -> bytes:
    out = io.BytesIO()
    info = Image.Exif()
    for tag in (0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x010E, 0xC62F, 0xA480):
        info[tag] = SECRET
    info[0x0112] = 6
    info[0x2BC] = xmp()
    info[0x8649] = photoshop().removeprefix(b"Photoshop 3.0\0")
    info.get_ifd(0x8769)[0xA431] = SECRET
    info.get_ifd(0x8825)[29] = SECRET
    options = {"compression": "tiff_lzw", "icc_profile": profile(), "exif": info, "big_tiff": big}
    picture().save(out, "TIFF", save_all=True, append_images=[picture().rotate(180)], **options)
    return out.getvalue() + RAW


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(range(256)) * 8)
    chunks = out.getvalue()[12:]
    info = (
        b"INFO" + riff_chunk(b"IART", b"Kept Artist\0") + riff_chunk(b"ISFT", RAW) + riff_chunk(b"ICMT", RAW)
    )
    bext = RAW.ljust(256, b"\0") + b"Kept Station".ljust(32, b"\0") + RAW.ljust(314, b"\0") + RAW
    extra = (
        riff_chunk(b"bext", bext)
        + riff_chunk(b"iXML", RAW)
        + riff_chunk(b"LIST", info)
        + riff_chunk(b"id3 ", id3())
        + riff_chunk(b"_PMX", xmp())
        + riff_chunk(b"JUNK", RAW)
        + riff_chunk(b"PEAK", RAW + bytes(6))
        + riff_chunk(b"LIST", b"adtl" + riff_chunk(b"labl", bytes(4) + RAW))
    )
    return riff(b"WAVE", chunks + extra) + RAW


def avi() -> bytes:
    avih = struct.pack("<14I", 40_000, 0, 0, 0x10, 2, 0, 1, 0, 16, 8, 0, 0, 0, 0)
    strh = b"vidsMJPG" + bytes(48)
    strf = struct.pack("<IiiHH4sIiiII", 40, 16, 8, 1, 24, b"MJPG", 0, 0, 0, 0, 0)
    stream = b"strl" + riff_chunk(b"strh", strh) + riff_chunk(b"strf", strf)
    stream += riff_chunk(b"strd", RAW) + riff_chunk(b"strn", RAW)
    header = b"hdrl" + riff_chunk(b"avih", avih) + riff_chunk(b"LIST", stream) + riff_chunk(b"IDIT", RAW)
    info = b"INFO" + riff_chunk(b"IART", b"Kept Artist\0") + riff_chunk(b"ISFT", RAW)
    frame = thumbnail().replace(RAW, bytes(len(RAW)))
    movi = b"movi" + riff_chunk(b"00dc", frame) * 2
    return (
        riff(
            b"AVI ",
            riff_chunk(b"LIST", header)
            + riff_chunk(b"LIST", info)
            + riff_chunk(b"JUNK", RAW)
            + riff_chunk(b"LIST", b"ncdt" + RAW)
            + riff_chunk(b"LIST", movi)
            + riff_chunk(b"idx1", struct.pack("<4sIII", b"00dc", 16, 4, len(frame))),
        )
        + RAW
    )


def id3() -> bytes:
    def frame(name: bytes, body: bytes) -> bytes:
        return name + struct.pack(">IH", len(body), 0) + body

    body = (
        frame(b"TIT2", b"\3Kept Title")
        + frame(b"TPE1", b"\3" + RAW)
        + frame(b"TENC", b"\1\xff\xfe" + WIDE)
        + frame(b"PRIV", b"owner\0" + RAW)
        + frame(b"APIC", b"\0image/jpeg\0\3\0" + thumbnail())
        + frame(b"GEOB", b"\0text/plain\0\0\0" + RAW)
    )
    size = len(body) + 20
    return b"ID3\3\0\0" + bytes(size >> s & 0x7F for s in (21, 14, 7, 0)) + body + bytes(20)


def mp3() -> bytes:
    frames = b"".join(b"\xff\xfb\x90\x64" + bytes([i]) * 413 for i in range(1, 9))
    ape = b"Artist\0" + RAW
    item = struct.pack("<II", len(RAW), 0) + ape
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)
    old = b"TAG" + RAW.ljust(30, b"\0") * 3 + bytes(35)
    return id3() + frames + item + foot + old


def flac() -> bytes:
    info = (
        struct.pack(">HH", 4096, 4096)
        + bytes(6)
        + struct.pack(">Q", 8000 << 44 | 15 << 36 | 4096)
        + bytes(16)
    )

    def comment(text: bytes) -> bytes:
        return struct.pack("<I", len(text)) + text

    words = [b"TITLE=Kept Title", b"ARTIST=" + RAW, b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0003"]
    comments = comment(RAW) + struct.pack("<I", len(words)) + b"".join(map(comment, words))
    picture_block = (
        struct.pack(">II", 3, 10) + b"image/jpeg" + struct.pack(">I", len(RAW)) + RAW + thumbnail()
    )
    blocks = [(0, info), (4, comments), (6, picture_block), (2, b"TEST" + RAW), (5, RAW), (1, RAW), (9, RAW)]
    data = b"fLaC"
    for index, (kind, body) in enumerate(blocks):
        last = 0x80 if index == len(blocks) - 1 else 0
        data += bytes([kind | last]) + len(body).to_bytes(3, "big") + body
    frames = b"\xff\xf8\xc9\x18\0\xc2" + bytes(range(200)) * 4
    return id3() + data + frames + b"TAG" + RAW.ljust(125, b"\0")


def box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _track(ident: int, handler: bytes, at: int, sizes: list[int], *, refers: int = 0) -> bytes:
    entry = box(
        b"avc1" if handler == b"vide" else b"mebx",
        bytes(8),
        bytes(34),
        (bytes([len(RAW)]) + RAW).ljust(32, b"\0"),
        bytes(4),
    )
    name = RAW + b"\0"
    stbl = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), entry),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, len(sizes), 1)),
        box(b"stsz", bytes(4), struct.pack(">II", 0, len(sizes)), *(struct.pack(">I", s) for s in sizes)),
        box(b"stco", bytes(4), struct.pack(">II", 1, at)),
    )
    times = struct.pack(">II", 3_800_000_000, 3_800_000_001)
    reference = box(b"dref", bytes(4), struct.pack(">I", 1), box(b"url ", b"\0\0\0\1", RAW))
    return box(
        b"trak",
        box(b"tkhd", bytes(4), times, struct.pack(">I", ident), bytes(68)),
        box(b"tref", box(b"cdsc", struct.pack(">I", refers))) if refers else b"",
        box(b"mdia", box(b"mdhd", bytes(4), times, bytes(12)), box(b"hdlr", bytes(8), handler, bytes(12), name),
            box(b"minf", box(b"dinf", reference), stbl)),
        box(b"udta", box(b"name", RAW)),
        box(b"SeCr", RAW),
    )  # fmt: skip


def mp4(*, brand: bytes = b"isom") -> bytes:
    frames, places = bytes(range(1, 200)), RAW * 3
    items = box(
        b"meta",
        bytes(4),
        box(b"hdlr", bytes(8), b"mdir", bytes(12), b"\0"),
        box(
            b"ilst",
            box(b"\xa9nam", box(b"data", struct.pack(">II", 1, 0), b"Kept Name")),
            box(b"\xa9too", box(b"data", struct.pack(">II", 1, 0), RAW)),
            box(b"covr", box(b"data", struct.pack(">II", 13, 0), thumbnail())),
        ),
    )
    place = box(b"\xa9xyz", struct.pack(">HH", len(RAW), 0), RAW)
    packet = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), xmp())
    start = box(b"ftyp", brand, bytes(4), brand) + packet
    start += box(b"uuid", b"0123456789abcdef", RAW) + box(b"free", RAW) + box(b"SeCr", RAW)
    mdat = box(b"mdat", frames, places)
    at = len(start) + 8
    times = struct.pack(">II", 3_800_000_000, 3_800_000_001)
    moov = box(
        b"moov",
        box(b"mvhd", bytes(4), times, struct.pack(">II", 1000, 2000), bytes(80)),
        _track(1, b"vide", at, [100, 99], refers=2),
        _track(2, b"meta", at + len(frames), [10, 10, 10]),
        box(b"udta", place, items, box(b"SDLN", RAW)),
        box(b"meta", bytes(4), RAW),
    )
    return start + mdat + moov + b"\0\0\0\3" + RAW


def heic() -> bytes:
    """Return a HEIC file of one picture (of nonsense data) with alpha, thumbnail, EXIF, XMP and a depth map."""
    block = struct.pack(">I", 6) + exif()
    packet = xmp()
    data = {
        1: bytes(range(1, 101)),
        2: RAW + b"thumb",
        3: block,
        4: packet,
        5: b"\x55" * 30,
        6: RAW + b"depth",
    }
    kinds = {1: b"hvc1", 2: b"hvc1", 3: b"Exif", 4: b"mime", 5: b"hvc1", 6: b"hvc1"}
    infos = b""
    for ident, kind in kinds.items():
        tail = b"application/rdf+xml\0" if kind == b"mime" else b""
        infos += box(b"infe", b"\2\0\0\0", struct.pack(">HH", ident, 0), kind, RAW + b"\0", tail)
    alpha, depth = b"urn:mpeg:hevc:2015:auxid:1\0", b"urn:mpeg:hevc:2015:auxid:2\0"
    properties = box(
        b"ipco",
        box(b"ispe", bytes(4), struct.pack(">II", 16, 8)),
        box(b"auxC", bytes(4), alpha),
        box(b"auxC", bytes(4), depth),
        box(b"udes", bytes(4), RAW + b"\0"),
        box(b"irot", b"\1"),
    )
    pairs = {1: (1, 4, 0x85), 2: (1,), 5: (1, 0x82), 6: (1, 0x83)}
    ipma = struct.pack(">I", len(pairs)) + b"".join(
        struct.pack(">HB", ident, len(indices)) + bytes(indices) for ident, indices in pairs.items()
    )
    refs = b"".join(
        box(kind, struct.pack(">HHH", start, 1, 1))
        for kind, start in ((b"thmb", 2), (b"cdsc", 3), (b"cdsc", 4), (b"auxl", 5), (b"auxl", 6))
    )

    def whole(base: int) -> bytes:
        entries, at = b"", base
        for ident, body in data.items():
            entries += struct.pack(">HHHII", ident, 0, 1, at, len(body))
            at += len(body)
        meta = box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(12), RAW + b"\0"),
            box(b"pitm", bytes(4), struct.pack(">H", 1)),
            box(b"iinf", bytes(4), struct.pack(">H", len(kinds)), infos),
            box(b"iref", bytes(4), refs),
            box(b"iprp", properties, box(b"ipma", bytes(4), ipma)),
            box(b"iloc", b"\0\0\0\0\x44\0", struct.pack(">H", len(data)), entries),
        )
        return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta

    head = whole(0)
    return whole(len(head) + 8) + box(b"mdat", *data.values()) + box(b"free", RAW)


def avif() -> bytes:
    out = io.BytesIO()
    picture(64).save(out, "AVIF", quality=90, exif=exif(orientation=1), xmp=xmp(), icc_profile=profile())
    return out.getvalue()


def svg() -> bytes:
    inner = base64.b64encode(png()).decode("ascii")
    return f"""<?xml version="1.0" encoding="utf-8"?><!-- {SECRET} -->
<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="10"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="{SECRET}.svg">
<title>Kept Title</title><desc>{SECRET}</desc><metadata><x>{SECRET}</x></metadata>
<sodipodi:namedview id="{SECRET}"><sodipodi:guide/></sodipodi:namedview>
<g sodipodi:label="a > {SECRET}"/><rect data-name="{SECRET}" width="3" height="4" fill="#f00"/>
<image xlink:href="data:image/png;base64,{inner}" width="5" height="5"/>
<image href="file:///home/{SECRET}/a.png"/><text x="1">caf\xe9 &lt; <![CDATA[<b>]]></text></svg>
<!-- {SECRET} -->""".encode()


def jxl() -> bytes:
    start = bytes.fromhex("0000000c4a584c200d0a870a") + box(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    code = b"\xff\x0a" + bytes.fromhex("fa1f01910806010078004b38414236")
    words = box(b"Exif", bytes(4), exif().removeprefix(b"Exif\0\0")) + box(b"xml ", xmp()) + box(b"jbrd", RAW)
    return start + words + box(b"jxlc", code) + box(b"brob", b"xml ", RAW)


FILES = {
    "jpeg": jpeg, "png": png, "apng": apng, "webp": webp, "moving_webp": moving_webp, "gif": gif, "tiff": tiff,
    "big_tiff": lambda: tiff(big=True), "wav": wav, "avi": avi, "mp3": mp3, "flac": flac, "mp4": mp4,
    "mov": lambda: mp4(brand=b"qt  "), "m4a": lambda: mp4(brand=b"M4A "), "heic": heic, "svg": svg, "jxl": jxl,
}  # fmt: skip
"""A file of each kind; AVIF stands apart, because not every Pillow writes it."""
