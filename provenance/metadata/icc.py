"""ICC colour profiles (ICC.1:2022): the description, which often names the device or the software."""

from __future__ import annotations

from provenance.containers.build import number, printable
from provenance.limits import Limits
from provenance.metadata.collect import Block, Collector, text_of

__all__ = ["COLOUR_TAGS", "read_icc"]

_MAX_TAGS = 200
_WORDS = (
    b"A2B0 A2B1 A2B2 A2M0 B2A0 B2A1 B2A2 B2D0 B2D1 B2D2 B2D3 D2B0 D2B1 D2B2 D2B3 M2A0 aabg aagg aarg bTRC bXYZ bfd  "
    b"bkpt c2sp cept chad chrm cicp ciis clot clro clrt cprt crdi desc dmdd dmnd gTRC gXYZ gamt gbd0 gbd1 gbd2 gbd3 "
    b"kTRC lumi meas ncl2 ncol pre0 pre1 pre2 ps2i ps2s psd0 psd1 psd2 psd3 psvm rTRC rXYZ resp rig0 rig2 s2cp scrd "
    b"scrn svcn swpt tech vcgt view vued wtpt"
)
COLOUR_TAGS = frozenset(_WORDS[at : at + 4] for at in range(0, len(_WORDS), 5))
"""Tags that colour engines read. Others are private; Apple keeps the serial number of a display in `mmod`."""


def read_icc(data: bytes, *, where: str, limits: Limits) -> Block:
    """Return an entry `ICC profile` with the profile's description, and one for each private tag that holds data.

    Args:
        data: The profile.
        where: Place in plain words.
        limits: Bounds on values and their number.
    """
    out = Collector(limits)
    if len(data) < 132 or data[36:40] != b"acsp":
        out.problem(f"{where}: the colour profile has no profile header.")
        return out.result()
    description = ""
    for index in range(min(number(data, 128, 4), _MAX_TAGS)):
        at = 132 + 12 * index
        name, start, size = data[at : at + 4], number(data, at + 4, 4), number(data, at + 8, 4)
        if name == b"desc" and not description:
            description = _text(data[start : start + size])
            if description:
                out.add("ICC", "ICC profile", description, where=where)
        elif name not in COLOUR_TAGS and out.spend(size) and any(data[start : start + size]):
            out.add("ICC", f"tag {printable(name)}", f"{size:,} bytes", where=where)
    if not description:
        out.problem(f"{where}: the colour profile has no description.")
    return out.result()


def _text(tag: bytes) -> str:
    if tag[:4] == b"mluc":  # the first language of a multi-language text
        size, at = number(tag, 20, 4), number(tag, 24, 4)
        return tag[at : at + size // 2 * 2].decode("utf-16-be", "replace").rstrip("\0 ")
    if tag[:4] == b"desc":
        return text_of(tag[12 : 12 + number(tag, 8, 4)])
    return text_of(tag[8:])
