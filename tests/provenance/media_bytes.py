"""Small valid files of every supported type, made in code, and the pieces to make broken ones from."""

import io
import struct
import wave
import zlib

from PIL import Image, PngImagePlugin, TiffImagePlugin

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    b' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Test Tool 1.0"/>'
    b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def picture(size=(24, 16), mode="RGB"):
    return Image.radial_gradient("L").resize(size).convert(mode)


def exif_of(tags=None, sub=None):
    exif = Image.Exif()
    for tag, value in (tags or {0x010F: "Maker", 0x0110: "Model 1"}).items():
        exif[tag] = value
    for tag, value in (sub or {}).items():
        exif.get_ifd(0x8769)[tag] = value
    return exif.tobytes()


def saved(kind, image=None, **options):
    held = io.BytesIO()
    (image or picture()).save(held, kind, **options)
    return held.getvalue()


def icc():
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments, **options):
    """A JPEG with `segments` put right behind SOI."""
    data = saved("JPEG", **options)
    return data[:2] + b"".join(segments) + data[2:]


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks, **options):
    """A PNG with `chunks` put right behind IHDR."""
    data = saved("PNG", **options)
    return data[:33] + b"".join(chunks) + data[33:]


def png_text(**texts):
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    return info


def riff_chunk(ident, body):
    return ident + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def riff(form, *chunks):
    return riff_chunk(b"RIFF", form + b"".join(chunks))


def wav(*chunks, frames=800, rate=8000):
    """A WAV of `frames` samples, with `chunks` put behind the data."""
    held = io.BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"\1\0" * frames)
    return riff(b"WAVE", held.getvalue()[12:], *chunks)


def info_list(**texts):
    return riff_chunk(
        b"LIST", b"INFO" + b"".join(riff_chunk(k.encode(), v.encode()) for k, v in texts.items())
    )


def avi():
    header = struct.pack("<14I", 40_000, 0, 0, 0, 50, 0, 1, 0, 320, 240, 0, 0, 0, 0)
    hdrl = riff_chunk(b"LIST", b"hdrl" + riff_chunk(b"avih", header))
    movi = riff_chunk(b"LIST", b"movi" + riff_chunk(b"00dc", b"\0" * 10))
    return riff(b"AVI ", hdrl, info_list(ISFT="Lavf60.0"), movi)


def box(kind, *bodies):
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full_box(kind, *bodies, version=0, flags=0):
    return box(kind, struct.pack(">I", version << 24 | flags), *bodies)


def handler(kind, name=b""):
    return full_box(b"hdlr", b"\0" * 4, kind, b"\0" * 12, name + b"\0")


def data_box(text, kind=1):
    return box(b"data", struct.pack(">II", kind, 0), text)


def mp4(*boxes, udta=b"", brand=b"isom", width=320, height=240, seconds=2.5):
    """An MP4 with one video track and no samples; `boxes` come behind `moov`."""
    entry = struct.pack(">I4s", 86, b"avc1") + b"\0" * 24 + struct.pack(">HH", width, height) + b"\0" * 14
    entry += bytes([4]) + b"Lavc".ljust(31, b"\0") + b"\0" * 4
    stsd = full_box(b"stsd", struct.pack(">I", 1), entry)
    mvhd = full_box(b"mvhd", struct.pack(">IIII", 3_786_825_600, 0, 1000, int(seconds * 1000)), b"\0" * 80)
    tkhd = full_box(b"tkhd", b"\0" * 72, struct.pack(">II", width << 16, height << 16))
    mdia = box(b"mdia", handler(b"vide", b"VideoHandler"), box(b"minf", box(b"stbl", stsd)))
    moov = box(b"moov", mvhd, box(b"trak", tkhd, mdia), udta)
    ftyp = box(b"ftyp", brand, b"\0\0\2\0", b"isom", b"mp41")
    return b"".join((ftyp, moov, box(b"mdat", b"\0" * 64), *boxes))


def heic(exif=b"", xmp=b"", brand=b"heic"):
    """A HEIC whose metadata items lie in `mdat`; the picture itself is missing."""
    items = [(1, b"hvc1", b"", b"\0" * 32), (2, b"Exif", b"", struct.pack(">I", 0) + exif)]
    items.append((3, b"mime", b"\0application/rdf+xml\0", xmp))
    infe = [full_box(b"infe", struct.pack(">HH", i, 0), k, e or b"\0", version=2) for i, k, e, _ in items]
    ispe = [full_box(b"ispe", struct.pack(">II", w, h)) for w, h in ((64, 48), (640, 480))]
    ipma = full_box(b"ipma", struct.pack(">IHBB", 1, 1, 1, 2))
    ftyp = box(b"ftyp", brand, b"\0\0\0\0", b"mif1", brand)

    def meta(start):
        places, at = b"", start
        for ident, _, _, body in items:
            places += struct.pack(">HHHII", ident, 0, 1, at, len(body))
            at += len(body)
        iloc = full_box(b"iloc", b"\x44\0", struct.pack(">H", len(items)), places)
        iinf = full_box(b"iinf", struct.pack(">H", len(infe)), *infe)
        pitm = full_box(b"pitm", struct.pack(">H", 1))
        iprp = box(b"iprp", box(b"ipco", *ispe), ipma)
        return full_box(b"meta", handler(b"pict"), pitm, iloc, iinf, iprp)

    start = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(start) + box(b"mdat", *(body for *_, body in items))


def mp3_frame(fill=b"\0", bitrate=9):
    """A frame of MPEG-1 layer III at 44.1 kHz; bitrate index 9 is 128 kbit/s, 417 bytes."""
    kilobits = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[bitrate - 1]
    return (bytes([0xFF, 0xFB, bitrate << 4, 0]) + fill).ljust(144_000 * kilobits // 44_100, b"\0")


def id3_frame(ident, body, version=3, flags=0):
    if version == 2:
        return ident + struct.pack(">I", len(body))[1:] + body
    size = len(body)
    if version == 4:
        size = sum((len(body) >> 7 * i & 0x7F) << 8 * i for i in range(4))
    return ident + struct.pack(">IH", size, flags) + body


def id3(*frames, version=3, flags=0):
    body = b"".join(frames)
    size = bytes(len(body) >> 7 * i & 0x7F for i in (3, 2, 1, 0))
    return b"ID3" + bytes([version, 0, flags]) + size + body


def mp3(tag=b"", frames=20, xing=None, tail=b""):
    """An MP3; `xing` is the number of frames that an Info header states."""
    head = b""
    if xing is not None:
        head = mp3_frame(b"\0" * 32 + b"Info" + struct.pack(">II", 1, xing) + b"LAME3.100")
    return tag + head + mp3_frame() * frames + tail


def flac(*blocks, rate=44_100, samples=88_200):
    """A FLAC stream without frames; `blocks` are (type, body)."""
    bits = rate << 44 | 1 << 41 | 15 << 36 | samples
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + struct.pack(">Q", bits) + b"\0" * 16
    every = [(0, info), *blocks]
    out = b"fLaC"
    for index, (kind, body) in enumerate(every):
        last = 0x80 if index == len(every) - 1 else 0
        out += bytes([kind | last]) + struct.pack(">I", len(body))[1:] + body
    return out + b"\xff\xf8" + b"\0" * 50


def vorbis(*comments, vendor="reference libFLAC"):
    pieces = [vendor.encode(), *(c.encode() for c in comments)]
    packed = [struct.pack("<I", len(p)) + p for p in pieces]
    return packed[0] + struct.pack("<I", len(comments)) + b"".join(packed[1:])


def dng():
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0xC612] = b"\1\4\0\0"
    tags.tagtype[0xC612] = 1
    return saved("TIFF", tiffinfo=tags)


def jxl(width=24, height=16):
    """The signature and size header of a bare JPEG XL codestream."""
    bits = 1 | (height // 8 - 1) << 1 | 0 << 6 | (width // 8 - 1) << 9
    return b"\xff\x0a" + bits.to_bytes(10, "little")


def pdf():
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Producer (Test \\(Writer\\) 2) /Creator <FEFF00C400620063> >>\nendobj\n"
        + XMP
        + b"\ntrailer\n<< /Info 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


SVG = (
    b'<?xml version="1.0"?><!-- Generator: Test Editor 3 --><svg xmlns="http://www.w3.org/2000/svg" width="40"'
    b' height="30px"><metadata>by hand</metadata><rect width="10" height="10"/></svg>\n'
)


def gif():
    frames = [picture(mode="P"), picture((24, 16), "P")]
    return saved("GIF", frames[0], save_all=True, append_images=frames[1:], comment=b"made by hand")


def everything():
    """One valid file a media type, rich in metadata."""
    udta = box(b"udta", box(b"\xa9too", struct.pack(">HH", 9, 0), b"Lavf60.16"))
    return {
        "image/jpeg": jpeg(
            segment(0xED, b"Photoshop 3.0\0" + photoshop(iim((2, 80, b"A. Writer")))),
            exif=exif_of(), xmp=XMP, icc_profile=icc(), comment=b"hello",
        ),
        "image/png": png(
            png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"packed")), pnginfo=png_text(parameters="Steps: 20"),
            exif=exif_of(),
        ),
        "image/gif": gif(),
        "image/webp": saved("WEBP", exif=exif_of(), xmp=XMP, icc_profile=icc()),
        "image/tiff": saved("TIFF", compression="tiff_lzw", description="a test"),
        "image/x-adobe-dng": dng(),
        "image/avif": saved("AVIF", exif=exif_of(), xmp=XMP),
        "image/heic": heic(exif_of(), XMP),
        "image/jxl": jxl(),
        "image/svg+xml": SVG,
        "audio/wav": wav(info_list(ISFT="Lavf60.0"), riff_chunk(b"bext", bext())),
        "audio/mpeg": mp3(id3(id3_frame(b"TIT2", b"\0A title")), xing=20, tail=id3v1("Old title")),
        "audio/flac": flac((4, vorbis("TITLE=A title"))),
        "audio/mp4": mp4(brand=b"M4A "),
        "video/mp4": mp4(box(b"uuid", XMP_UUID, XMP), udta=udta),
        "video/quicktime": mp4(brand=b"qt  ", udta=udta),
        "video/x-msvideo": avi(),
        "application/pdf": pdf(),
        "application/c2pa": box(b"jumb", box(b"jumd", b"c2pa", b"\0" * 13)),
    }  # fmt: skip


def iim(*datasets):
    return b"".join(
        bytes([0x1C, record, number]) + struct.pack(">H", len(v)) + v for record, number, v in datasets
    )


def photoshop(records=b"", *others):
    blocks = [(0x0404, records), *others]
    out = b""
    for ident, body in blocks:
        out += b"8BIM" + struct.pack(">HHI", ident, 0, len(body)) + body + b"\0" * (len(body) & 1)
    return out


def bext(description="A recording", originator="Recorder"):
    fixed = (
        description.encode().ljust(256, b"\0")
        + originator.encode().ljust(32, b"\0")
        + b"REF1".ljust(32, b"\0")
    )
    return fixed + b"2026-11-23" + b"10:11:12" + b"\0" * 264 + b"A=PCM,F=8000\r\n"


def id3v1(title="Title"):
    return b"TAG" + title.encode().ljust(30, b"\0") + b"\0" * 95


def ape(**items):
    body = b"".join(struct.pack("<II", len(v), 0) + k.encode() + b"\0" + v.encode() for k, v in items.items())
    foot = struct.pack("<IIII", 2000, len(body) + 32, len(items), 0) + b"\0" * 8
    return body + b"APETAGEX" + foot
