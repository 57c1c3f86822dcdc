"""IPTC-IIM 4.2 records and the Photoshop image resource blocks that carry them."""

from __future__ import annotations

from provenance.containers.build import number
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, text_of, value_of

__all__ = ["DATASETS", "read_iptc", "read_photoshop"]

_IIM, _UTF8 = 0x0404, b"\x1b%G"
DATASETS = {
    (1, 90): "CodedCharacterSet", (2, 0): "RecordVersion", (2, 3): "ObjectTypeReference",
    (2, 4): "ObjectAttributeReference", (2, 5): "ObjectName", (2, 7): "EditStatus", (2, 10): "Urgency",
    (2, 12): "SubjectReference", (2, 15): "Category", (2, 20): "SupplementalCategories",
    (2, 22): "FixtureIdentifier", (2, 25): "Keywords", (2, 26): "ContentLocationCode",
    (2, 27): "ContentLocationName", (2, 30): "ReleaseDate", (2, 35): "ReleaseTime",
    (2, 37): "ExpirationDate", (2, 38): "ExpirationTime", (2, 40): "SpecialInstructions",
    (2, 42): "ActionAdvised", (2, 45): "ReferenceService", (2, 47): "ReferenceDate",
    (2, 50): "ReferenceNumber", (2, 55): "DateCreated", (2, 60): "TimeCreated",
    (2, 62): "DigitalCreationDate", (2, 63): "DigitalCreationTime", (2, 65): "OriginatingProgram",
    (2, 70): "ProgramVersion", (2, 75): "ObjectCycle", (2, 80): "By-line", (2, 85): "By-lineTitle",
    (2, 90): "City", (2, 92): "Sub-location", (2, 95): "Province-State",
    (2, 100): "Country-PrimaryLocationCode", (2, 101): "Country-PrimaryLocationName",
    (2, 103): "OriginalTransmissionReference", (2, 105): "Headline", (2, 110): "Credit", (2, 115): "Source",
    (2, 116): "CopyrightNotice", (2, 118): "Contact", (2, 120): "Caption-Abstract",
    (2, 121): "LocalCaption", (2, 122): "Writer-Editor", (2, 130): "ImageType",
    (2, 131): "ImageOrientation", (2, 135): "LanguageIdentifier",
}  # fmt: skip
"""Names by (record, dataset), as the IIM standard spells them."""


def read_iptc(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the datasets of IIM records: `By-line`, `Credit`, `Caption-Abstract` and so on.

    Args:
        data: The records.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out, at, utf8 = Collector(limits), 0, False
    while at + 5 <= len(data) and not out.closed():
        if data[at] != 0x1C:
            if data[at:].strip(b"\0"):
                out.problem(f"{where}: the IPTC records stop making sense after {at:,} bytes.")
            break
        record, dataset, size = data[at + 1], data[at + 2], number(data, at + 3, 2)
        at += 5
        if size & 0x8000:  # the length of the length follows
            width = size & 0x7FFF
            size = number(data, at, min(width, 8))
            at += width
        value = data[at : at + size]
        if len(value) < size:
            out.problem(f"{where}: an IPTC dataset goes beyond the end of its block.")
        if (record, dataset) == (1, 90):
            utf8 = value == _UTF8
        name = DATASETS.get((record, dataset), f"{record}:{dataset}")
        if record == 2 and dataset == 0:
            out.add("IPTC", name, str(int.from_bytes(value[:2], "big")), where=where)
        elif record == 1:
            out.add("IPTC", name, value_of(value), where=where)
        else:
            text = value.decode("utf-8", "replace") if utf8 else text_of(value)
            out.add("IPTC", name, text.rstrip("\0"), where=where)
        at += size
    return out.result()


def read_photoshop(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return the IPTC records among Photoshop's image resources; the others as `8BIM 0x…` with their length.

    Args:
        data: The blocks, without the `Photoshop 3.0` identifier.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out, at = Collector(limits), 0
    while at + 12 <= len(data) and not out.closed():
        kind = data[at : at + 4]
        if kind not in (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"):
            if data[at:].strip(b"\0"):
                out.problem(f"{where}: the Photoshop resources stop making sense after {at:,} bytes.")
            break
        ident = number(data, at + 4, 2)
        body = at + 6 + (data[at + 6] + 2) // 2 * 2  # a Pascal string padded to an even length
        size = number(data, body, 4)
        body += 4
        if body + size > len(data):
            out.problem(f"{where}: Photoshop resource 0x{ident:04X} goes beyond the end of its block.")
        if ident == _IIM:
            out.parse(read_iptc, data[body : body + size], where=where)
        else:
            out.add("JPEG", f"{kind.decode()} 0x{ident:04X}", f"{size:,} bytes", where=where)
        at = body + size + (size & 1)
    return out.result()
