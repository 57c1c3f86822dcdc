"""Builds a new EXIF block that holds only the allowed fields: nothing of the old block's bytes survives unseen."""

from __future__ import annotations

from dataclasses import dataclass

from provenance.containers.build import Order
from provenance.containers.tiff import Directory, Field, Tiff
from provenance.limits import Limits
from provenance.metadata.exif import tag_name
from provenance.privacy.policy import PrivacyPolicy, is_rendering

__all__ = ["kept_exif"]

_EXIF, _INTEROP, _GPS = "IFD0/ExifIFD", "IFD0/ExifIFD/InteropIFD", "IFD0/GPSIFD"
_PATHS = ("IFD0", _EXIF, _INTEROP, _GPS)
_POINTERS = {_EXIF: 0x8769, _INTEROP: 0xA005, _GPS: 0x8825}
_NEVER = frozenset(
    {0x8769, 0x8825, 0xA005, 0x14A, 0x927C, 0x2BC, 0x83BB, 0x8649, 0x8773, 0xCD41, 0x201, 0x202}
)
"""Pointers, the maker's note, blocks of other standards, credentials, and the place of a thumbnail."""

_VERSION, _INTEROP_INDEX, _ORIENTATION = 0x9000, 0x0001, 0x0112
_MAX_RENDERING = 24
"""No colour, orientation or density field needs more bytes; a longer one holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    tag: int
    kind: int
    count: int
    data: bytes


def kept_exif(block: bytes, policy: PrivacyPolicy, limits: Limits) -> bytes:
    """Return a TIFF block with the allowed fields of `block`; empty where none is left.

    Args:
        block: The block, with or without its `Exif` identifier.
        policy: What may stay.
        limits: Bounds on values and their number.
    """
    if block[:4] == b"Exif":
        block = block[6:]
    tiff = Tiff(lambda at, size: block[at : at + size], len(block), limits)
    kept: dict[str, list[_Value]] = {}
    for directory in tiff.directories():
        if directory.path in _PATHS and directory.path not in kept:
            kept[directory.path] = _allowed(tiff, directory, policy, limits)
    if not any(kept.values()):
        return b""
    if kept.get(_EXIF):
        kept[_EXIF].append(_Value(tag=_VERSION, kind=7, count=4, data=b"0232"))
    return _serialised({path: values for path, values in kept.items() if values}, tiff.order)


def _allowed(tiff: Tiff, directory: Directory, policy: PrivacyPolicy, limits: Limits) -> list[_Value]:
    values: dict[int, _Value] = {}
    for field in directory.fields:
        name, size = tag_name(field.tag, directory.path), field.size
        if field.tag in _NEVER or field.tag in values or not 0 < size <= limits.max_value_bytes:
            continue
        named = policy.allows("EXIF", name)
        if not named and (size > _MAX_RENDERING or not is_rendering("EXIF", name)):
            continue
        data = tiff.value(field, size)
        if len(data) == size and (named or _renders(name, field, data, tiff.order)):
            values[field.tag] = _Value(tag=field.tag, kind=field.kind, count=field.count, data=data)
    values.pop(_VERSION if directory.path == _EXIF else -1, None)
    return list(values.values())


def _renders(name: str, field: Field, data: bytes, order: Order) -> bool:
    """Return whether a short field that serves rendering cannot hold anything else."""
    if name == "InteropIndex":
        return field.tag == _INTEROP_INDEX and data[:3] in (b"R98", b"R03", b"THM") and len(data) <= 4
    if field.tag == _ORIENTATION:
        return field.kind == 3 and 1 <= int.from_bytes(data[:2], order) <= 8
    return field.kind in (3, 4, 5) and field.count == 1


def _serialised(kept: dict[str, list[_Value]], order: Order) -> bytes:
    """Return the block: header, then each directory followed by its own values."""
    if _INTEROP in kept:
        kept.setdefault(_EXIF, [_Value(tag=_VERSION, kind=7, count=4, data=b"0232")])
    kept.setdefault("IFD0", [])
    paths = [path for path in _PATHS if path in kept]
    starts, at = {}, 8
    for path in paths:
        entries = len(kept[path]) + sum(_below(path, child) for child in paths)
        starts[path] = at
        at += 6 + 12 * entries + sum(_outside(v) for v in kept[path])
    pieces = [b"II" if order == "little" else b"MM", (42).to_bytes(2, order), (8).to_bytes(4, order)]
    for path in paths:
        pointers = [
            _Value(tag=_POINTERS[child], kind=4, count=1, data=starts[child].to_bytes(4, order))
            for child in paths
            if _below(path, child)
        ]
        pieces.append(_directory([*kept[path], *pointers], starts[path], order))
    return b"".join(pieces)


def _below(path: str, child: str) -> bool:
    return child.rpartition("/")[0] == path


def _outside(value: _Value) -> int:
    """Return the bytes that a value takes behind the directory, padded to an even number."""
    size = len(value.data)
    return size + (size & 1) if size > 4 else 0


def _directory(values: list[_Value], at: int, order: Order) -> bytes:
    entries, rest = list[bytes](), list[bytes]()
    behind = at + 6 + 12 * len(values)
    for value in sorted(values, key=lambda v: v.tag):
        place = value.data.ljust(4, b"\0")
        if len(value.data) > 4:
            place = behind.to_bytes(4, order)
            rest.append(value.data.ljust(_outside(value), b"\0"))
            behind += _outside(value)
        head = value.tag.to_bytes(2, order) + value.kind.to_bytes(2, order)
        entries.append(head + value.count.to_bytes(4, order) + place)
    return b"".join([len(values).to_bytes(2, order), *entries, bytes(4), *rest])
