"""Files with marks, made in code, and the views that the checks get."""

import io
import struct
from types import SimpleNamespace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from detectors.view import make_view
from provenance.metadata.entry import Entry, Metadata
from provenance.source import open_source


class Files:
    """Small files of every kind that carries marks."""

    def picture(self, mode="RGB", size=(64, 48)):
        image = Image.new(mode, size, (90, 120, 60, 255)[: len(Image.new(mode, (1, 1)).getbands())])
        for x in range(0, size[0], 3):
            image.putpixel((x, x % size[1]), (200, 180, 20, 255)[: len(image.getbands())])
        return image

    def save(self, image, kind, **options):
        out = io.BytesIO()
        image.save(out, kind, **options)
        return out.getvalue()

    def png(self, texts=(), *, xmp=None, image=None):
        info = PngInfo()
        for name, value in dict(texts).items():
            info.add_text(name, value) if value.isascii() else info.add_itxt(name, value)
        if xmp:
            info.add_itxt("XML:com.adobe.xmp", xmp)
        return self.save(image or self.picture(), "PNG", pnginfo=info)

    def exif(self, kind="JPEG", *, user_comment=None, xmp=None, **tags):
        numbers = {"Make": 271, "Model": 272, "Software": 305, "ImageDescription": 270, "Artist": 315}
        exif = Image.Exif()
        for name, value in tags.items():
            exif[numbers[name]] = value
        if user_comment is not None:
            exif.get_ifd(0x8769)[0x9286] = user_comment
        more = {"xmp": xmp.encode()} if xmp else {}
        return self.save(self.picture(), kind, exif=exif, **more)

    def xmp(self, *properties, attributes=""):
        spaces = {
            "dc": "http://purl.org/dc/elements/1.1/",
            "xmp": "http://ns.adobe.com/xap/1.0/",
            "exif": "http://ns.adobe.com/exif/1.0/",
            "photoshop": "http://ns.adobe.com/photoshop/1.0/",
            "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
            "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
            "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
            "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        }
        declared = " ".join(f'xmlns:{k}="{v}"' for k, v in spaces.items())
        return (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about="" {declared} {attributes}>{"".join(properties)}</rdf:Description>'
            "</rdf:RDF></x:xmpmeta>"
        )

    def mp4(self, keys):
        def box(name, *bodies):
            body = b"".join(bodies)
            return struct.pack(">I", 8 + len(body)) + name + body

        names = b"".join(struct.pack(">I", 8 + len(k)) + b"mdta" + k.encode() for k in keys)
        items = b"".join(
            box(struct.pack(">I", i), box(b"data", struct.pack(">II", 1, 0), value.encode()))
            for i, value in enumerate(keys.values(), 1)
        )
        handler = box(b"hdlr", bytes(8), b"mdta", bytes(13))
        meta = box(
            b"meta",
            bytes(4),
            handler,
            box(b"keys", struct.pack(">II", 0, len(keys)), names),
            box(b"ilst", items),
        )
        brand = box(b"ftyp", b"isom", bytes(4), b"isommp42")
        return brand + box(b"moov", box(b"udta", meta)) + box(b"mdat", bytes(64))

    def mp3(self, *frames):
        """An MP3 with ID3v2.4 frames, each a pair of id and body."""
        body = b"".join(name.encode() + self._synchsafe(len(data)) + b"\0\0" + data for name, data in frames)
        frame = b"\xff\xfb\x90\x00" + bytes(413)
        return b"ID3\x04\0\0" + self._synchsafe(len(body)) + body + frame * 4

    def wav(self, *chunks):
        def chunk(name, data):
            return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)

        fmt = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 16000, 32000, 2, 16))
        body = b"WAVE" + fmt + chunk(b"data", bytes(3200)) + b"".join(chunk(n, d) for n, d in chunks)
        return b"RIFF" + struct.pack("<I", len(body)) + body

    def _synchsafe(self, size):
        return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


@pytest.fixture(scope="session")
def files():
    """Builder of files."""
    return Files()


@pytest.fixture
def view_of():
    """Return the view of a file given as bytes; closed after the test."""
    opened = []

    def make(data, **more):
        opened.append(open_source(data))
        return make_view(opened[-1], **more)

    yield make
    for source in opened:
        source.__exit__(None, None, None)


@pytest.fixture
def said():
    """Return a view that has only metadata, from (standard, name, value) triples."""

    def make(*triples, credentials=None, truncated=False):
        entries = tuple(
            Entry(standard=s, name=n, value=v, where="somewhere", truncated=truncated) for s, n, v in triples
        )
        return SimpleNamespace(metadata=Metadata(entries=entries), credentials=credentials)

    return make
