"""What a file holds that no metadata reader lists: unknown parts, gaps between parts, bytes after the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from provenance.containers.part import Container, Part
from provenance.privacy.fields import DisclosedField, Group
from provenance.privacy.policy import PrivacyPolicy
from provenance.source import Source

__all__ = ["opaque_fields"]

Finder = Callable[[Source, Container], Iterator[DisclosedField]]

_MANIFEST = bytes.fromhex("6332706100110010800000aa00389b71")
_JPEG_FORMAT = frozenset({"SOI", "EOI", "SOS", "DQT", "DHT", "DAC", "DRI", "DNL", "DHP", "EXP"})
_HEADERS = {"APP0": (b"JFIF\0", 14), "APP14": (b"Adobe", 12)}
"""Identifier and full length of the headers that the metadata reader knows only in part."""

_PNG_LENGTHS = {
    "PLTE": 768, "tRNS": 256, "cHRM": 32, "gAMA": 4, "sBIT": 4, "sRGB": 1, "cICP": 4, "mDCV": 24, "cLLI": 8,
    "bKGD": 6, "pHYs": 9, "acTL": 8, "fcTL": 26, "IHDR": 13, "IEND": 0, "tIME": 7,
}  # fmt: skip
_PNG_EXTRA = frozenset({"sPLT", "hIST"})


def opaque_fields(source: Source, container: Container, policy: PrivacyPolicy) -> list[DisclosedField]:
    """Return what the metadata readers do not list.

    Args:
        source: The opened file.
        container: Its parts.
        policy: Not consulted for what can never be kept by name.
    """
    found = list[DisclosedField]()
    if len(container.parts) >= source.limits.max_parts:
        found.append(_field("parts beyond the limit", "the rest of the file", "not looked at"))
    finder = _FINDERS.get(source.media_type)
    if finder:
        found += finder(source, container)
    if container.trailing:
        found.append(_trailing(source, container))
    return found


def _field(name: str, where: str, value: str, group: Group = "other") -> DisclosedField:
    return DisclosedField(name=name, where=where, value=value, group=group)


def _sized(name: str, part: Part, group: Group = "other") -> DisclosedField:
    return _field(name, f"{part.path} at byte {part.offset}", f"{part.body_size:,} bytes", group)


def _trailing(source: Source, container: Container) -> DisclosedField:
    head = source.read(container.end, 12)
    picture = head[:3] == b"\xff\xd8\xff" or head[4:8] == b"ftyp"
    name = "further picture or clip" if picture else "data after the end"
    where = f"from byte {container.end} on"
    return _field(name, where, f"{container.trailing:,} bytes", "thumbnail" if picture else "other")


def _jpeg(source: Source, container: Container) -> Iterator[DisclosedField]:
    at, manifests = 0, set[bytes]()
    for part in container.parts:
        if part.offset > at and source.read(at, part.offset - at).strip(b"\xff"):
            yield _field("bytes between segments", f"from byte {at} on", f"{part.offset - at:,} bytes")
        at = part.end
        name = part.path
        if name in _HEADERS:
            ident, size = _HEADERS[name]
            if source.read(part.body, len(ident)) == ident and part.body_size > size:
                yield _sized(f"{name} beyond its header", part, "thumbnail" if name == "APP0" else "other")
        elif name == "APP11":
            head = source.read(part.body, 40)
            if head[24:40] == _MANIFEST:
                manifests.add(head[2:4])
            if head[:2] == b"JP" and head[2:4] not in manifests:
                yield _sized("JUMBF box", part)
        elif name[:2] == "FF" or name in ("JPG", "TEM"):
            yield _sized(f"segment {name}", part)


def _png(source: Source, container: Container) -> Iterator[DisclosedField]:
    for part in container.parts:
        size = part.body_size - 4
        if part.path in _PNG_EXTRA or size > _PNG_LENGTHS.get(part.path, size):
            yield _sized(f"PNG:{part.path}", part)
        elif part.path == "iCCP":
            name = source.read(part.body, 80).partition(b"\0")[0].decode("latin-1")
            if name != "ICC Profile":
                yield _field("PNG:iCCP name", f"iCCP at byte {part.offset}", name, "software")


_FINDERS: dict[str, Finder] = {"image/jpeg": _jpeg, "image/png": _png}
