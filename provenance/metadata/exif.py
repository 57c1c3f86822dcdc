"""EXIF (CIPA DC-008): every directory of a TIFF block as flat entries with the names of Pillow's tables."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from functools import cache

from provenance.containers.tiff import Field, Tiff
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, hex_of, is_text, text_of
from provenance.metadata.icc import read_icc
from provenance.metadata.iptc import read_iptc, read_photoshop
from provenance.metadata.xmp import read_xmp

__all__ = ["read_exif", "read_tiff", "tag_name"]

_USER_COMMENT, _MAKER_NOTE = 0x9286, 0x927C
_WIDE = frozenset({0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
"""XPTitle and its like: UTF-16LE in a field of bytes."""
_PREFIXED = frozenset({_USER_COMMENT, 0x001B, 0x001C})
"""UserComment, GPSProcessingMethod and GPSAreaInformation begin with eight bytes that name their charset."""
_POINTERS = frozenset({0x8769, 0x8825, 0xA005, 0x14A, 0xCD41})
"""Offsets of other directories, and the credentials, which are no metadata."""
_NESTED: dict[int, Callable[..., Block]] = {
    0x2BC: read_xmp,
    0x83BB: read_iptc,
    0x8649: read_photoshop,
    0x8773: read_icc,
}
_MAX_NUMBERS = 64
_FORMATS = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}
_RATIONALS = {5: "I", 10: "i"}


def read_exif(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the entries of an EXIF block and what could not be read in it.

    Names of the thumbnail directory (IFD1) begin with `Thumbnail.`.

    Args:
        data: The block; an `Exif` identifier before the TIFF header is skipped.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    if data[:6] in (b"Exif\0\0", b"Exif\0\xff"):
        data = data[6:]

    def get(at: int, size: int) -> bytes:
        return data[at : at + size]

    return read_tiff(get, len(data), where=where, limits=limits, second="Thumbnail.")


def read_tiff(
    get: Callable[[int, int], bytes], size: int, *, where: str, limits: Limits, second: str = ""
) -> Block:
    """Return the entries of any TIFF structure, with XMP, IPTC, Photoshop and ICC blocks unpacked.

    Args:
        get: Returns up to `size` bytes at an offset from the TIFF header, as `get(at, size)`.
        size: Bytes there are.
        where: Place in plain words.
        limits: Bounds on values and their number.
        second: What stands before names of the second directory; by default `IFD1.`.
    """
    out, nested = Collector(limits), dict(_NESTED)
    tiff = Tiff(get, size, limits)
    for directory in tiff.directories():
        prefix = _prefix(directory.path, second)
        place = f"{where}, {directory.path}"
        for field in directory.fields:
            if out.closed():
                return out.result()
            if field.at + field.size > size:
                out.problem(
                    f"{where}: tag 0x{field.tag:04X} in {directory.path} points outside of its block."
                )
            elif field.tag in _NESTED:
                # Only the first of each: fields may overlap, and parsing the same bytes often costs time.
                reader = nested.pop(field.tag, None)
                if reader:
                    out.parse(reader, tiff.value(field, limits.max_metadata_bytes), where=place)
            elif field.tag not in _POINTERS:
                name = prefix + tag_name(field.tag, directory.path)
                value, cut = _value(tiff, field, out)
                out.add("EXIF", name, value, where=place, truncated=cut)
    for sentence in tiff.problems:
        out.problem(f"{where}: {sentence}")
    return out.result()


def _prefix(path: str, second: str) -> str:
    top, _, rest = path.partition("/")
    prefix = "" if top == "IFD0" else second if top == "IFD1" and second else f"{top}."
    deeper = rest.split("/")[-1] if "SubIFD" in rest else ""
    return f"{prefix}{deeper}." if deeper else prefix


def _value(tiff: Tiff, field: Field, out: Collector) -> tuple[str, bool]:
    """Return the value as text and whether it was cut."""
    if field.tag == _MAKER_NOTE:
        return f"{field.size:,} bytes, beginning with {hex_of(tiff.value(field, 16))}", False
    # Pillow writes a comment given as bytes with the type of numbers.
    text = field.kind in (2, 7) or field.tag in _WIDE or (field.tag in _PREFIXED and field.kind == 1)
    if not text:
        return _numbers(tiff, field)
    most = out.limits.max_value_bytes
    cut = field.size > most
    data = tiff.value(field, most) if out.spend(min(field.size, most)) else b""
    if field.tag in _WIDE:
        return _utf16(data, "utf-16-le"), cut
    if field.tag in _PREFIXED and len(data) >= 8:
        return _charset(data, tiff.order), cut
    if field.kind == 2:
        # Several texts in one field are divided by zeros.
        return text_of(data.rstrip(b"\0").replace(b"\0", b" ")), cut
    return (text_of(data) if data.strip(b"\0") and is_text(data) else hex_of(data)), cut


def _numbers(tiff: Tiff, field: Field) -> tuple[str, bool]:
    mark = "<" if tiff.order == "little" else ">"
    code = _FORMATS.get(field.kind) or _RATIONALS.get(field.kind)
    if code is None:
        return f"{field.count:,} values of the unknown type {field.kind}", False
    each = 2 if field.kind in _RATIONALS else 1
    width = struct.calcsize(mark + code) * each
    data = tiff.value(field, _MAX_NUMBERS * width)
    count = len(data) // width
    values = struct.unpack(f"{mark}{count * each}{code}", data[: count * width])
    if each == 2:
        texts = [_ratio(values[i], values[i + 1]) for i in range(0, len(values), 2)]
    else:
        texts = [f"{v:g}" if isinstance(v, float) else str(v) for v in values]
    cut = field.count > count
    return ", ".join(texts) + (f", … ({field.count:,} values)" if cut else ""), cut


def _ratio(over: int, under: int) -> str:
    """Return a rational as a whole number, a fraction of one such as `1/60`, or a decimal where it is exact."""
    divisor = math.gcd(over, under) if under else 1
    over, under = over // divisor, under // divisor
    if under == 1:
        return str(over)
    exact = under and 1_000_000 % under == 0 and abs(over) != 1
    return f"{over / under:.10g}" if exact else f"{over}/{under}"


def _charset(data: bytes, order: str) -> str:
    """Return a text whose first eight bytes name its charset."""
    name, body = data[:8].rstrip(b"\0 ").upper(), data[8:]
    if name == b"UNICODE":
        return _utf16(body, "utf-16-be" if _looks_big(body, order) else "utf-16-le")
    if name == b"JIS":
        return body.rstrip(b"\0").decode("iso2022_jp", "replace").rstrip()
    if name == b"ASCII":
        return text_of(body)
    if not name:
        return text_of(body) if is_text(body) else hex_of(body)
    # Some writers leave the charset out and begin with the text.
    return text_of(data) if is_text(data) else hex_of(data)


def _looks_big(body: bytes, order: str) -> bool:
    """Guess the byte order of UTF-16: most texts have many characters whose high byte is zero.

    The standard leaves the order to the writer; A1111 writes big-endian into blocks of either order.
    """
    if body[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return body[:2] == b"\xfe\xff"
    sample = body[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return even > odd if even != odd else order == "big"


def _utf16(data: bytes, codec: str) -> str:
    return data[: len(data) // 2 * 2].decode(codec, "replace").lstrip("\ufeff").rstrip("\0 ").rstrip()


def tag_name(tag: int, path: str) -> str:
    """Return the name of a tag in the directory `path`, or its number where it has none."""
    table = "gps" if path.endswith("GPSIFD") else "interop" if path.endswith("InteropIFD") else "tags"
    return _tables()[table].get(tag, f"0x{tag:04X}")


@cache
def _tables() -> dict[str, dict[int, str]]:
    from PIL import ExifTags

    interop = {int(member.value): member.name for member in ExifTags.Interop}
    return {"tags": ExifTags.TAGS, "gps": ExifTags.GPSTAGS, "interop": interop}
