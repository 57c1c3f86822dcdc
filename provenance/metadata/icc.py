"""ICC colour profiles (ICC.1:2022): the description, which often names the device or the software."""

from __future__ import annotations

from provenance.containers.build import number
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, text_of

__all__ = ["read_icc"]

_MAX_TAGS = 200


def read_icc(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return one entry `ICC profile` with the profile's description.

    Args:
        data: The profile.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out = Collector(limits)
    if len(data) < 132 or data[36:40] != b"acsp":
        out.problem(f"{where}: the colour profile has no profile header.")
        return out.result()
    for index in range(min(number(data, 128, 4), _MAX_TAGS)):
        at = 132 + 12 * index
        if data[at : at + 4] == b"desc":
            start, size = number(data, at + 4, 4), number(data, at + 8, 4)
            text = _text(data[start : start + size])
            if text:
                out.add("ICC", "ICC profile", text, where=where)
                return out.result()
    out.problem(f"{where}: the colour profile has no description.")
    return out.result()


def _text(tag: bytes) -> str:
    if tag[:4] == b"mluc":  # the first language of a multi-language text
        size, at = number(tag, 20, 4), number(tag, 24, 4)
        return tag[at : at + size // 2 * 2].decode("utf-16-be", "replace").rstrip("\0 ")
    if tag[:4] == b"desc":
        return text_of(tag[12 : 12 + number(tag, 8, 4)])
    return text_of(tag[8:])
